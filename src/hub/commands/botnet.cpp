#include <algorithm>
#include <charconv>

#include "botnet_content.hpp"
#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/botnet/cases.hpp"
#include "khien/botnet/connections.hpp"
#include "khien/botnet/lists.hpp"
#include "khien/botnet/lookups.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/date.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/installation.hpp"
#include "khien/store/audit_log.hpp"
#include "table_reader.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostFileBytes = 12u << 20;
constexpr std::string_view kUsualSource = "Trung tâm An ninh mạng quốc gia";
constexpr UserId kCommandLine{0};

// The reason in the person's own language, where the rooms below have one.
int fail(Console& console, const Error& error) {
  if (const auto why = duty::refusal_of(error)) return console.fail(why->message);
  return console.fail(error);
}

// Whoever stands at the hub's own machine acts for the whole tenant.
Result<void> audit(store::Connection& connection, const Office& office, std::string_view action, std::string_view object, std::string_view detail) {
  TRY_VOID(store::append_audit(connection, office.tenant,
                               {.at = office.env.clock.now(), .who = "system", .action = std::string(action), .object = std::string(object),
                                .detail = std::string(detail), .address = "local"}));
  return {};
}

Result<botnet::Playbook> playbook() {
  TRY(const auto content, find_content());
  TRY(const auto read, read_botnet_playbook(content));
  return *read;
}

Result<Table> table_of(const Arguments& arguments) {
  TRY(const auto bytes, from_base64(arguments.value_or("content", "")));
  if (bytes.empty()) return Error(Code::invalid, "the file is empty");
  auto table = read_table_in_worker(bytes);
  const auto text = as_text(bytes);
  const bool is_words = !table && table.error().code() == Code::invalid && is_utf8(text) && text.find('\0') == text.npos;
  if (is_words) return botnet::table_of_text(text);
  return table;
}

void write_problems(JsonWriter& json, const std::vector<botnet::ListProblem>& problems) {
  json.key("problems").begin_array();
  for (const auto& problem : problems) {
    json.begin_object().field("row", problem.row).field("column", problem.column).field("value", problem.value).key("message");
    json.begin_object().field("vi", problem.message.vi).field("en", problem.message.en).end_object().end_object();
  }
  json.end_array();
}

void say_problems(const std::vector<botnet::ListProblem>& problems, Console& console) {
  for (const auto& problem : problems) {
    const std::string where = (problem.column.empty() ? "" : " · " + printable(problem.column)) + (problem.value.empty() ? "" : " · '" + printable(problem.value) + "'");
    const std::string row = std::to_string(problem.row);
    console.say({(problem.row > 0 ? "  dòng " + row : "  cả tệp") + where + ": " + problem.message.vi,
                 (problem.row > 0 ? "  row " + row : "  the whole file") + where + ": " + problem.message.en});
  }
}

struct Brought {
  botnet::ListReport report;
  std::string state = "previewed";
};

// What the preview says is what is done, in one transaction.
Result<Brought> bring(Office& office, const botnet::NewList& list, const botnet::ListReading& reading, bool preview_only) {
  TRY(const auto steps, playbook());
  const Timestamp now = office.env.clock.now();
  Brought brought;
  TRY_VOID(office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(auto previewed, botnet::preview_list(connection, scope, list, reading, now));
    brought.report = std::move(previewed.report);
    if (preview_only || brought.report.problems_total > 0) return botnet::discard_list(connection, scope, previewed.id);
    TRY(brought.state, botnet::confirm_list(connection, scope, previewed.id, kCommandLine, steps.lookup_days, now));
    return audit(connection, office, "botnet_list.confirm", "botnet_list:" + std::to_string(previewed.id.value),
                 brought.state + ", " + std::to_string(brought.report.addresses) + " addresses");
  }));
  return brought;
}

void print_json(const Brought& brought, Console& console) {
  JsonWriter json;
  json.begin_object().field("applied", brought.state == "confirmed").key("report").raw(botnet::to_json(brought.report)).end_object();
  console.out(json.take() + "\n");
}

void print_table(const Brought& brought, Console& console) {
  const auto& report = brought.report;
  for (const auto& note : report.notes) console.say(note);
  const auto n = [](std::int64_t number) { return std::to_string(number); };
  console.say({n(report.rows) + " dòng, " + n(report.addresses) + " địa chỉ: " + n(report.fresh) + " mới, " + n(report.again) + " đã theo dõi, " +
                   n(report.recurring) + " tái xuất hiện, " + n(report.unknown) + " chưa rõ đơn vị; " + n(report.duplicates) + " dòng trùng lặp",
               n(report.rows) + " rows, " + n(report.addresses) + " addresses: " + n(report.fresh) + " new, " + n(report.again) + " followed already, " +
                   n(report.recurring) + " came back, " + n(report.unknown) + " of no known unit; " + n(report.duplicates) + " duplicate rows"});
  if (report.missing > 0) {
    console.say({n(report.missing) + " địa chỉ không còn trong danh sách này, " + n(report.delisting) + " ra khỏi danh sách",
                 n(report.missing) + " addresses are not on this list, " + n(report.delisting) + " left the lists"});
  }
  for (const auto& share : report.units) console.out("  " + std::to_string(share.addresses) + "\t" + printable(share.name) + "\n");
  say_problems(report.problems, console);
  if (report.problems_total > 0) {
    console.say({"Chưa nhập gì: " + n(report.problems_total) + " dòng sai. Sửa tệp rồi chạy lại.", "Nothing was brought in: " + n(report.problems_total) + " rows are wrong. Mend the file and run this again."});
  } else if (brought.state == "confirmed") {
    console.say({"Đã nhập.", "Brought in."});
  } else {
    console.say({"Chưa thay đổi gì (--preview).", "Nothing was changed (--preview)."});
  }
}

int import_list(Office& office, const Arguments& arguments, Console& console) {
  const Timestamp now = office.env.clock.now();
  const auto day = arguments.has("date") ? Date::parse(arguments.value_or("date", "")) : Result<Date>(vietnam_day(now));
  if (!day) return console.misuse({"--date cần một ngày có thật, như 2026-11-20", "--date needs a day, such as 2026-11-20"});
  const auto table = table_of(arguments);
  const std::string file = printable(arguments.positional()[1]);
  if (!table) return console.fail(Error(table.error().code(), file + ": " + table.error().what()));
  const botnet::NewList list{.source = arguments.value_or("source", std::string(kUsualSource)), .listed_on = *day, .complete = arguments.has("complete"),
                             .file_name = arguments.positional()[1], .by = kCommandLine};
  const auto brought = bring(office, list, botnet::read_list(*table, *day), arguments.has("preview"));
  if (!brought) return fail(console, brought.error());
  if (arguments.has("json")) {
    print_json(*brought, console);
  } else {
    print_table(*brought, console);
  }
  return brought->report.problems_total > 0 ? 1 : 0;
}

void write_case(JsonWriter& json, const botnet::CaseRecord& one, Date today) {
  json.begin_object().field("id", one.id.value).field("address", one.address).field("unit", one.known_unit ? one.unit_name : "");
  json.field("state", to_string(one.state)).field("source", one.source).field("open_since", to_string(one.open_since)).field("last_listed", to_string(one.last_listed));
  json.field("age_days", std::int64_t{one.age_days(today)}).field("absences", std::int64_t{one.absences}).field("recurrences", one.recurrences);
  json.field("malware", one.malware).field("controller", one.controller).field("machine", one.machine_name).end_object();
}

int list_cases(Office& office, const Arguments& arguments, Console& console) {
  const auto view = botnet::view_from_string(arguments.value_or("view", "open"));
  if (!view) return console.misuse({"--view là open, waiting, working, delisted, unknown hoặc all", "--view is open, waiting, working, delisted, unknown or all"});
  std::vector<botnet::CaseRecord> all;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    botnet::CaseQuery query{.view = *view, .unit = {}, .words = arguments.value_or("words", ""), .cursor = {}, .limit = 500};
    for (;;) {
      TRY(auto page, botnet::list_cases(connection, scope, query));
      std::ranges::move(page.items, std::back_inserter(all));
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  });
  if (!read) return fail(console, read.error());
  const Date today = vietnam_day(office.env.clock.now());
  if (arguments.has("json")) {
    JsonWriter json;
    json.begin_array();
    for (const auto& one : all) write_case(json, one, today);
    json.end_array();
    console.out(json.take() + "\n");
    return 0;
  }
  const LocalText nobody{"(chưa rõ đơn vị)", "(unit unknown)"};
  for (const auto& one : all) {
    console.out(one.address + "\t" + std::string(to_string(one.state)) + "\t" + std::to_string(one.age_days(today)) + "\t" +
                (one.known_unit ? printable(one.unit_name) : pick(nobody, console.language())) + "\t" + printable(one.malware) + "\t" + printable(one.machine_name) + "\n");
  }
  if (all.empty()) console.say({"Không có địa chỉ nào.", "There is none."});
  return 0;
}

int record_lookup(Office& office, const Arguments& arguments, Console& console) {
  const std::string words = arguments.value_or("found", "");
  std::int64_t found = -1;
  const auto [end, problem] = std::from_chars(words.data(), words.data() + words.size(), found);
  if (problem != std::errc() || end != words.data() + words.size() || found < 0) {
    return console.misuse({"--found cần số địa chỉ tìm thấy, 0 nếu không có", "--found needs the number of addresses found, 0 if none"});
  }
  const auto steps = playbook();
  if (!steps) return console.fail(steps.error());
  const Timestamp now = office.env.clock.now();
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto unit, botnet::looking_unit(connection, scope, now));
    TRY(const auto id, botnet::record_lookup(connection, scope, {.unit = unit, .looked_up_at = now, .found = found, .note = arguments.value_or("note", ""), .list = {}, .by = kCommandLine},
                                             steps->lookup_days, now));
    return audit(connection, office, "botnet.lookup", "botnet_lookup:" + std::to_string(id.value), std::to_string(found) + " addresses");
  });
  if (!done) return fail(console, done.error());
  console.say({"Đã ghi lần tra cứu.", "The look-up is recorded."});
  return 0;
}

int take_log(Office& office, const Arguments& arguments, Console& console) {
  const auto table = table_of(arguments);
  if (!table) return console.fail(Error(table.error().code(), printable(arguments.positional()[1]) + ": " + table.error().what()));
  const auto steps = playbook();
  if (!steps) return console.fail(steps.error());
  botnet::LogReport report;
  const std::string wanted = fold(arguments.value_or("unit", ""));
  std::optional<botnet::MatchedLog> matched;
  UnitId unit;
  const auto looked = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto units, estate::list_units(connection, scope));
    const auto found = std::ranges::find_if(units, [&](const auto& unit) { return fold(unit.code) == wanted || fold(unit.name) == wanted || std::to_string(unit.id.value) == wanted; });
    if (found == units.end()) return Error(Code::not_found, "there is no such unit: " + printable(arguments.value_or("unit", "")));
    unit = found->id;
    TRY(auto all, botnet::match_log(connection, scope, *steps, {.unit = unit, .file_name = arguments.positional()[1], .by = kCommandLine}, botnet::read_log(*table)));
    matched.emplace(std::move(all));
    return {};
  });
  if (!looked) return fail(console, looked.error());
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(report, botnet::keep_log(connection, scope, *matched, office.env.clock.now()));
    return audit(connection, office, "botnet.log", "unit:" + std::to_string(unit.value), std::to_string(report.matched) + " of " + std::to_string(report.rows) + " lines");
  });
  if (!done) return fail(console, done.error());
  if (arguments.has("json")) {
    JsonWriter json;
    json.begin_object().field("rows", report.rows).field("unread", report.unread).field("matched", report.matched).field("cases", report.cases).field("machines", report.machines);
    write_problems(json, report.problems);
    json.end_object();
    console.out(json.take() + "\n");
    return 0;
  }
  const auto n = [](std::int64_t number) { return std::to_string(number); };
  console.say({n(report.rows) + " dòng, " + n(report.matched) + " dòng chạm tới " + n(report.cases) + " địa chỉ, " + n(report.machines) + " máy; " + n(report.unread) + " dòng không đọc được",
               n(report.rows) + " lines, " + n(report.matched) + " touch " + n(report.cases) + " addresses, " + n(report.machines) + " machines; " + n(report.unread) + " could not be read"});
  return 0;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  const std::string verb = words.empty() ? "" : words[0];
  const bool has_file = words.size() == 2 && arguments.has("content");
  if (verb == "import" && has_file) return import_list(office, arguments, console);
  if (verb == "log" && has_file && arguments.has("unit")) return take_log(office, arguments, console);
  if (verb == "list" && words.size() == 1) return list_cases(office, arguments, console);
  if (verb == "lookup" && words.size() == 1) return record_lookup(office, arguments, console);
  return console.misuse({"cần import TỆP, list, lookup --found SỐ hoặc log TỆP --unit ĐƠN_VỊ", "import FILE, list, lookup --found N or log FILE --unit UNIT is needed"});
}

// The file lies with whoever calls: its bytes travel, as the hub may not read it.
Result<void> prepare(const Arguments& arguments, std::vector<std::string>& words) {
  const auto& given = arguments.positional();
  const bool takes_file = given.size() == 2 && (given[0] == "import" || given[0] == "log");
  if (!takes_file || arguments.has("content")) return {};
  TRY(const auto bytes, system_files().read(given[1], kMostFileBytes));
  words.push_back("--content=" + to_base64(as_bytes(bytes)));
  return {};
}

}  // namespace

Command botnet_command() {
  return {
      .name = "botnet",
      .synopsis = "botnet import FILE [--source TEXT] [--date DAY] [--complete] [--preview] [--json] | botnet list [--view VIEW] [--words TEXT] [--json] | "
                  "botnet lookup --found N [--note TEXT] | botnet log FILE --unit UNIT [--json]",
      .summary = {"địa chỉ của cơ quan trong mạng botnet: nhập danh sách, theo dõi đến khi ra khỏi danh sách", "addresses of agencies in botnets: bring in lists, follow them until they are off"},
      .details = {"import đọc CSV, XLSX hoặc văn bản (trong tiến trình cách ly), ghép từng địa chỉ với đơn vị theo dải đã khai báo. Có dòng sai thì không nhập gì.\n"
                  "--complete: danh sách có đủ mọi địa chỉ nguồn này đang có của tỉnh; chỉ hai danh sách đầy đủ sau đó không còn địa chỉ thì địa chỉ mới được coi là đã gỡ.\n"
                  "log tìm máy bên trong theo nhật ký tường lửa, DNS hoặc proxy. lookup ghi lần tra cứu hệ thống giám sát từ xa.\n"
                  "Mã kết thúc: 1 nếu có dòng sai.\nVí dụ: khien botnet import danh-sach.xlsx --date 2026-11-20 --complete",
                  "import reads CSV, XLSX or plain text (in a sandboxed process) and finds each address's unit by the registered ranges. With a wrong row nothing is brought in.\n"
                  "--complete: the list has all that its source has of the province; only two later complete lists without an address take it off.\n"
                  "log finds the machine inside by a firewall's, resolver's or proxy's log. lookup records that somebody looked up remote monitoring.\n"
                  "Exit code: 1 if a row is wrong.\nExample: khien botnet import list.xlsx --date 2026-11-20 --complete"},
      .options = with_folder({{"source", "TEXT", {"ai lập danh sách (mặc định: Trung tâm An ninh mạng quốc gia)", "who made the list (default: Trung tâm An ninh mạng quốc gia)"}},
                              {"date", "DAY", {"danh sách đúng đến ngày này (mặc định: hôm nay)", "the list holds as of this day (default: today)"}},
                              {"complete", "", {"danh sách đầy đủ", "the list is complete"}},
                              {"preview", "", {"chỉ xem trước, không nhập", "only show what it would do"}},
                              {"view", "VIEW", {"open, waiting, working, delisted, unknown, all (mặc định: open)", "open, waiting, working, delisted, unknown, all (default: open)"}},
                              {"words", "TEXT", {"tìm theo địa chỉ, mã độc, đơn vị", "words of address, malware, unit"}},
                              {"found", "N", {"số địa chỉ tìm thấy", "addresses found"}},
                              {"note", "TEXT", {"ghi chú", "a note"}},
                              {"unit", "UNIT", {"mạng của đơn vị này: mã, số hiệu hoặc tên", "network of this unit: code, id or name"}},
                              {"json", "", {"in JSON", "print JSON"}},
                              {.name = "content", .value = "BASE64", .help = {"nội dung tệp", "the file's content"}, .own = true}}),
      .office = run,
      .prepare = prepare};
}

}  // namespace khien::hub
