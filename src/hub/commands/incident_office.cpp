#include "commands/incident_office.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "commands/person.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/directives.hpp"
#include "khien/hub/installation.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/incident/imports.hpp"
#include "khien/incident/incidents.hpp"
#include "khien/incident/refusal.hpp"
#include "khien/store/audit_log.hpp"
#include "report_content.hpp"
#include "table_reader.hpp"

namespace khien::hub {
namespace {

using incident::IncidentId;

constexpr std::size_t kMostFileBytes = 12u << 20;

LocalText words_of(incident::State state) {
  switch (state) {
    case incident::State::open: return {"đang mở", "open"};
    case incident::State::contained: return {"đã khống chế", "contained"};
    case incident::State::closed: break;
  }
  return {"đã đóng", "closed"};
}

LocalText words_of(incident::ClockState state) {
  switch (state) {
    case incident::ClockState::running: return {"còn hạn", "running"};
    case incident::ClockState::soon: return {"sắp hết hạn", "due soon"};
    case incident::ClockState::late: return {"quá hạn", "late"};
    case incident::ClockState::met: return {"đã báo đúng hạn", "met"};
    case incident::ClockState::met_late: return {"đã báo, quá hạn", "met late"};
    case incident::ClockState::no_number: break;
  }
  return {"luật không ghi thời hạn bằng số", "no number in law"};
}

// "2026-11-26 08:30".
std::string local_minute(Timestamp time) {
  std::string text = to_rfc3339(time + hours(7)).substr(0, 16);
  text[10] = ' ';
  return text;
}

void write_clock(JsonWriter& json, const incident::Clock& clock, Timestamp now) {
  json.begin_object().field("id", clock.words.id).field("name", clock.words.name.vi).field("name_en", clock.words.name.en).key("due");
  clock.words.due ? json.time(*clock.words.due) : json.null();
  json.field("basis", clock.words.basis).field("state", to_string(incident::state_of(clock.times, now))).key("met");
  clock.times.met ? json.time(*clock.times.met) : json.null();
  json.end_object();
}

void write_fields(JsonWriter& json, const incident::Incident& one, Timestamp now) {
  json.field("id", one.id.value).field("unit", one.unit.value).field("unit_name", one.unit_name).field("title", one.title);
  json.field("kind", to_string(one.kind)).field("severity", to_string(one.severity)).field("state", to_string(one.state));
  json.field("detected", one.detected_at).field("personal_data", one.personal_data).field("late", one.late).field("tasks_open", one.tasks_open);
  json.key("next_clock");
  if (one.next_clock) {
    write_clock(json, *one.next_clock, now);
  } else {
    json.null();
  }
}

std::string line_of(const incident::Incident& one, bool as_json, Language language, Timestamp now) {
  if (as_json) {
    JsonWriter json;
    json.begin_object();
    write_fields(json, one, now);
    json.end_object();
    return json.take() + "\n";
  }
  std::string clock = "-";
  if (one.next_clock) {
    clock = printable(pick(one.next_clock->words.name, language)) + ", " + pick(words_of(incident::state_of(one.next_clock->times, now)), language);
    if (one.next_clock->words.due) clock += ", " + local_minute(*one.next_clock->words.due);
  }
  return std::to_string(one.id.value) + "\t" + pick(words_of(one.state), language) + "\t" + std::string(to_string(one.severity)) + "\t" + printable(one.title) +
         "\t" + printable(one.unit_name) + "\t" + clock + "\n";
}

std::string page_of(const incident::IncidentDetail& detail, const incident::TimelinePage& timeline, bool as_json, Language language, Timestamp now) {
  if (as_json) {
    JsonWriter json;
    json.begin_object();
    write_fields(json, detail.incident, now);
    json.key("clocks").begin_array();
    for (const auto& clock : detail.clocks) write_clock(json, clock, now);
    json.end_array().field("cause", detail.cause).field("lesson", detail.lesson).key("timeline").begin_array();
    for (const auto& line : timeline.items) {
      json.begin_object().field("what", to_string(line.what)).field("happened", line.happened_at).field("recorded", line.recorded_at);
      json.field("words", line.words).field("told", line.told.vi).field("told_en", line.told.en).end_object();
    }
    json.end_array().end_object();
    return json.take() + "\n";
  }
  std::string out = line_of(detail.incident, false, language, now);
  for (const auto& clock : detail.clocks) {
    out += "  " + (clock.words.due ? local_minute(*clock.words.due) : std::string(16, '-')) + "\t" + printable(pick(clock.words.name, language)) + "\t" +
           pick(words_of(incident::state_of(clock.times, now)), language) + "\t" + printable(clock.words.basis) + "\n";
  }
  for (const auto& line : timeline.items) {
    const std::string told = pick(line.told, language);
    const std::string between = told.empty() || line.words.empty() ? "" : ". ";
    out += "  " + local_minute(line.happened_at) + "\t" + std::string(to_string(line.what)) + "\t" + printable(told + between + line.words) + "\n";
  }
  return out;
}

std::optional<IncidentId> id_in(const Arguments& arguments) {
  const auto& given = arguments.positional();
  if (given.size() != 2) return std::nullopt;
  IncidentId id;
  const auto [end, problem] = std::from_chars(given[1].data(), given[1].data() + given[1].size(), id.value);
  const bool whole = problem == std::errc() && end == given[1].data() + given[1].size() && id.value >= 1;
  return whole ? std::optional(id) : std::nullopt;
}

int say_why(const Error& error, Console& console) {
  if (const auto* known = incident::refusal_of(error)) return console.fail(LocalText{known->vi, known->en});
  return console.fail(error);
}

int list(Office& office, const Arguments& arguments, Console& console) {
  incident::IncidentQuery query;
  if (arguments.has("late")) query.view = incident::IncidentQuery::View::late;
  if (arguments.has("closed")) query.view = incident::IncidentQuery::View::closed;
  if (arguments.has("all")) query.view = incident::IncidentQuery::View::all;
  const Timestamp now = office.env.clock.now();
  std::string out;
  const auto done = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    while (true) {
      TRY(const auto page, incident::list_incidents(connection, scope, query, now));
      for (const auto& one : page.items) out += line_of(one, arguments.has("json"), console.language(), now);
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  });
  if (!done) return console.fail(done.error());
  console.out(out);
  if (out.empty()) console.warn({"Không có sự cố nào.", "There is no incident."});
  return 0;
}

int show_one(Office& office, IncidentId id, const Arguments& arguments, Console& console) {
  const Timestamp now = office.env.clock.now();
  std::string out;
  const auto done = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto detail, incident::get_incident(connection, scope, id, now));
    TRY(const auto timeline, incident::list_timeline(connection, scope, id, "", 500));
    out = page_of(detail, timeline, arguments.has("json"), console.language(), now);
    return {};
  });
  if (!done) return console.fail(done.error());
  console.out(out);
  return 0;
}

// A change on a person's word, with its line in the audit log; then the incident as it is.
struct Doing {
  std::string action;
  std::function<Result<IncidentId>(store::Connection&, const store::TenantScope&, UserId, Timestamp)> work;
};
int do_it(Office& office, const Doing& doing, const Arguments& arguments, Console& console) {
  const Timestamp now = office.env.clock.now();
  IncidentId id;
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto person, person_named(connection, office.tenant, arguments.value("as")));
    TRY(id, doing.work(connection, scope, person, now));
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = now, .who = "system", .action = doing.action, .object = "incident:" + std::to_string(id.value),
                                  .detail = "as " + arguments.value_or("as", ""), .address = "local"}));
    return {};
  });
  if (done) return show_one(office, id, arguments, console);
  if (incident::is_closed(done.error())) {
    const auto noted = office.hub.write([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(store::append_audit(connection, office.tenant,
                                   {.at = now, .who = "system", .action = "incident.refused", .object = "incident:" + std::to_string(id_in(arguments)->value),
                                    .detail = doing.action + " as " + arguments.value_or("as", ""), .address = "local"}));
      return {};
    });
    if (!noted) return console.fail(noted.error());
  }
  return say_why(done.error(), console);
}

Result<incident::NewIncident> incident_in(const Arguments& arguments, Timestamp now) {
  incident::NewIncident made{.unit = {}, .title = arguments.value_or("title", ""), .detected_at = now, .words = arguments.value_or("words", ""),
                             .traits = {}, .findings = {}};
  const auto unit = arguments.value_or("unit", "");
  const auto [end, problem] = std::from_chars(unit.data(), unit.data() + unit.size(), made.unit.value);
  if (problem != std::errc() || end != unit.data() + unit.size() || made.unit.value < 1) return Error(Code::invalid, "--unit needs a unit's id (see: khien unit list)");
  TRY(made.kind, incident::kind_from_string(arguments.value_or("kind", "")));
  TRY(made.severity, severity_from_string(arguments.value_or("severity", "")));
  if (const auto detected = arguments.value("detected")) {
    TRY(made.detected_at, from_rfc3339(*detected));
  }
  if (arguments.has("personal-data")) made.traits.emplace_back(incident::kPersonalData);
  return made;
}

Result<void> need_law(Office& office, Timestamp now) {
  if (office.law) return {};
  TRY(office.law, installed_catalogues());
  return office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(duty::adopt_shipped(connection, *office.law, office.tenant, now));
    return {};
  });
}

int open(Office& office, const Arguments& arguments, Console& console) {
  const Timestamp now = office.env.clock.now();
  const auto asked = incident_in(arguments, now);
  if (!asked) {
    return console.misuse({"cần --unit SỐ, --title, --kind, --severity, --words và --as", "--unit ID, --title, --kind, --severity, --words and --as are needed"});
  }
  const auto folder = find_content();
  if (!folder) return console.fail(folder.error());
  const auto content = read_incident_content(*folder);
  if (!content) return console.fail(content.error());
  if (const auto law = need_law(office, now); !law) return console.fail(law.error());
  return do_it(office, {"incident.open", [&](store::Connection& connection, const store::TenantScope& scope, UserId who, Timestamp at) -> Result<IncidentId> {
                 TRY(const auto law, office.law->of(connection, office.tenant));
                 return incident::open_incident(connection, scope, {law->catalogue(), (*content)->severities}, *asked, who, at);
               }}, arguments, console);
}

int note(Office& office, IncidentId id, const Arguments& arguments, Console& console) {
  const incident::IncidentNote words{.words = arguments.value_or("words", ""), .happened_at = {}, .evidence = {}};
  return do_it(office, {"incident.note", [&](store::Connection& connection, const store::TenantScope& scope, UserId who, Timestamp at) -> Result<IncidentId> {
                 TRY_VOID(incident::note_incident(connection, scope, id, words, who, at));
                 return id;
               }}, arguments, console);
}

int close(Office& office, IncidentId id, const Arguments& arguments, Console& console) {
  const incident::Move move{.state = incident::State::closed, .words = arguments.value_or("words", ""), .cause = arguments.value_or("cause", ""),
                            .lesson = arguments.value_or("lesson", ""), .happened_at = {}};
  return do_it(office, {"incident.move", [&](store::Connection& connection, const store::TenantScope& scope, UserId who, Timestamp at) -> Result<IncidentId> {
                 TRY_VOID(incident::move_incident(connection, scope, id, move, who, at));
                 return id;
               }}, arguments, console);
}

void say_problems(const incident::ImportReport& report, Console& console) {
  for (const auto& problem : report.problems) {
    const std::string row = std::to_string(problem.row);
    const std::string where = (problem.column.empty() ? "" : " · " + printable(problem.column)) + (problem.value.empty() ? "" : " · '" + printable(problem.value) + "'");
    console.say({(problem.row > 0 ? "  dòng " + row : "  cả tệp") + where + ": " + problem.message.vi, (problem.row > 0 ? "  row " + row : "  the whole file") + where + ": " + problem.message.en});
  }
  const std::string total = std::to_string(report.problems_total);
  console.say({"Chưa mở sự cố nào: " + total + " chỗ sai. Sửa tệp rồi chạy lại.", "Nothing was opened: " + total + " places are wrong. Mend the file and run this again."});
}

void print_import(const incident::ImportReport& report, bool as_json, Console& console) {
  if (!as_json) {
    if (report.problems_total > 0) return say_problems(report, console);
    const auto n = [](std::int64_t number) { return std::to_string(number); };
    return console.say({n(report.rows) + " dòng: mở " + n(report.opened) + " sự cố, " + n(report.known) + " đã nhập trước đây", n(report.rows) + " rows: " + n(report.opened) + " opened, " + n(report.known) + " known from before"});
  }
  JsonWriter json;
  json.begin_object().field("rows", report.rows).field("opened", report.opened).field("known", report.known).key("incidents").begin_array();
  for (const auto id : report.incidents) json.integer(id.value);
  json.end_array().field("problems_total", report.problems_total).key("problems").begin_array();
  for (const auto& problem : report.problems) {
    json.begin_object().field("row", problem.row).field("column", problem.column).field("value", problem.value);
    json.field("message", problem.message.vi).field("message_en", problem.message.en).end_object();
  }
  json.end_array().end_object();
  console.out(json.take() + "\n");
}

Result<Table> table_in(const Arguments& arguments) {
  TRY(const auto bytes, from_base64(arguments.value_or("content", "")));
  if (bytes.empty()) return Error(Code::invalid, "the file is empty");
  return read_table_in_worker(bytes);
}

int import_file(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2 || !arguments.has("content")) return console.misuse({"cần tệp danh sách sự cố", "a file with a list of incidents is needed"});
  const auto table = table_in(arguments);
  if (!table) return console.fail(Error(table.error().code(), printable(arguments.positional()[1]) + ": " + table.error().what()));
  const auto folder = find_content();
  if (!folder) return console.fail(folder.error());
  const auto content = read_incident_content(*folder);
  if (!content) return console.fail(content.error());
  const Timestamp now = office.env.clock.now();
  if (const auto law = need_law(office, now); !law) return console.fail(law.error());
  incident::ImportReport report;
  const auto reading = incident::read_incidents(*table);
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto person, person_named(connection, office.tenant, arguments.value("as")));
    TRY(const auto law, office.law->of(connection, office.tenant));
    TRY(report, incident::import_incidents(connection, scope, {law->catalogue(), (*content)->severities}, reading, person, now));
    for (const auto id : report.incidents) {
      TRY_VOID(store::append_audit(connection, office.tenant,
                                   {.at = now, .who = "system", .action = "incident.open", .object = "incident:" + std::to_string(id.value),
                                    .detail = "import as " + arguments.value_or("as", ""), .address = "local"}));
    }
    return {};
  });
  if (!done) return say_why(done.error(), console);
  print_import(report, arguments.has("json"), console);
  return report.problems_total > 0 ? 1 : 0;
}

}  // namespace

Result<void> prepare_incident_import(const Arguments& arguments, std::vector<std::string>& words) {
  const auto& given = arguments.positional();
  if (given.size() != 2 || given[0] != "import" || arguments.has("content")) return {};
  TRY(const auto bytes, system_files().read(given[1], kMostFileBytes));
  words.push_back("--content=" + to_base64(as_bytes(bytes)));
  return {};
}

bool is_incident_office(const Arguments& arguments) {
  constexpr std::array<std::string_view, 6> kVerbs{"list", "show", "open", "import", "note", "close"};
  return !arguments.positional().empty() && std::ranges::find(kVerbs, arguments.positional()[0]) != kVerbs.end();
}

int incident_office(Office& office, const Arguments& arguments, Console& console) {
  const std::string& verb = arguments.positional()[0];
  const bool alone = verb == "list" || verb == "open";
  if (alone && arguments.positional().size() != 1) return console.misuse({"thừa tham số", "too many words"});
  if (verb == "list") return list(office, arguments, console);
  if (verb == "open") return open(office, arguments, console);
  if (verb == "import") return import_file(office, arguments, console);
  const auto id = id_in(arguments);
  if (!id) return console.misuse({"cần số của sự cố (xem: khien incident list)", "an incident's number is needed (see: khien incident list)"});
  if (verb == "show") return show_one(office, *id, arguments, console);
  return verb == "note" ? note(office, *id, arguments, console) : close(office, *id, arguments, console);
}

}  // namespace khien::hub
