#include <algorithm>
#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_advisory.hpp"
#include "duty_call.hpp"
#include "finding_facts.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/patch/library.hpp"
#include "problem.hpp"
#include "rules.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kOver{"Quyết định này đã kết thúc.", "This decision is over already."};
constexpr Words kProvince{"Chỉ người phụ trách toàn tỉnh được quyết định cho một gói phần mềm ở mọi nơi.",
                          "Only who answers for the whole province may decide on a package wherever it is."};

constexpr Words kProvinceUnit{"Chỉ người phụ trách toàn tỉnh được kết luận cả một đơn vị không bị ảnh hưởng.",
                              "Only who answers for the whole province may say of a unit that it is not affected."};
constexpr Words kProvinceEnds{"Chỉ người phụ trách toàn tỉnh được kết thúc quyết định này.",
                              "Only who answers for the whole province may end this decision."};

std::string advisory_object(patch::AdvisoryId id) { return "advisory:" + std::to_string(id.value); }

patch::AdvisoryQuery::View view_of(std::string_view text) {
  if (text == "overdue") return patch::AdvisoryQuery::View::overdue;
  if (text == "exploited") return patch::AdvisoryQuery::View::exploited;
  if (text == "unknown") return patch::AdvisoryQuery::View::unknown;
  return text == "all" ? patch::AdvisoryQuery::View::all : patch::AdvisoryQuery::View::open;
}

bool may_act(const Call& call) {
  const auto role = call.who->role;
  return role == Role::province_admin || role == Role::soc_operator || role == Role::unit_officer;
}

std::shared_ptr<const flow::BookInForce> book_of(const Call& call) {
  const auto& library = call.services.options.advisories;
  return library ? library->book() : nullptr;
}

void write_strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const auto& text : texts) json.string(text);
  json.end_array();
}

void write_exploited(JsonWriter& json, const std::optional<advisory::Exploited>& exploited) {
  json.key("exploited");
  if (!exploited) {
    json.null();
    return;
  }
  json.begin_object().field("vendor", exploited->vendor).field("product", exploited->product).field("name", exploited->name);
  json.field("added_on", to_string(exploited->added_on)).key("due_on");
  exploited->due_on ? json.string(to_string(*exploited->due_on)) : json.null();
  json.field("ransomware", exploited->ransomware).field("action", exploited->action).end_object();
}

// What only the book has: it is not copied into the database.
void write_book_words(JsonWriter& json, const Call& call, const patch::AdvisoryRecord& record) {
  const auto book = book_of(call);
  const auto known = book ? book->book.find(record.name) : std::nullopt;
  json.field("description", known ? known->description : "").field("cvss_vector", known ? known->cvss_vector : "");
  write_time(json, "published_at", known ? known->published : std::nullopt);
  write_exploited(json, known ? known->exploited : std::nullopt);
  write_strings(json, "references", known ? known->references : std::vector<std::string>());
  write_strings(json, "records", known ? known->records : std::vector<std::string>());
}

void write_named(JsonWriter& json, const std::vector<patch::AdvisoryDetail::Named>& all) {
  json.key("vulnerabilities").begin_array();
  for (const auto& one : all) {
    json.begin_object().field("name", one.name).key("advisory");
    one.advisory ? json.integer(one.advisory->value) : json.null();
    json.field("severity", to_string(one.severity)).end_object();
  }
  json.end_array();
}

void write_may(JsonWriter& json, const Call& call) {
  json.key("may").begin_array();
  if (may_act(call)) json.string("acknowledge").string("decide");
  if (call.who->role == Role::province_admin || call.who->role == Role::soc_operator) json.string("remind");
  json.end_array();
}

Result<void> write_letter_of(JsonWriter& json, const Call& call, store::Connection& connection, const patch::AdvisoryRecord& record,
                             const NameMap& names) {
  json.key("letter");
  std::optional<patch::Letter> letter;
  if (record.kind == patch::AdvisoryKind::letter) {
    TRY(letter, patch::letter_of(connection, call.who->tenant(), record.id));
  }
  if (letter) {
    write_letter(json, *letter, names);
  } else {
    json.null();
  }
  return {};
}

Result<Reply> one_advisory(const Call& call, store::Connection& connection, patch::AdvisoryId id, std::optional<UnitId> unit = {}) {
  TRY(const auto detail, patch::get_advisory(connection, call.scope(), id, unit, call.now));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  json.begin_object().key("advisory");
  write_advisory(json, detail.record);
  write_book_words(json, call, detail.record);
  write_named(json, detail.vulnerabilities);
  TRY_VOID(write_letter_of(json, call, connection, detail.record, names));
  json.key("what_to_do").begin_array();
  for (const auto& step : steps_for_advisory(detail)) write_text(json, step);
  json.end_array().field("reboot", detail.kernel);
  write_advisory_fixes(json, detail.fixes);
  json.key("units").begin_array();
  for (const auto& one : detail.units) write_advisory_unit(json, one, names);
  json.end_array().key("decisions").begin_array();
  for (const auto& one : detail.decisions) write_advisory_decision(json, one, names, may_act(call));
  json.end_array();
  write_advisory_history(json, detail.history, names);
  write_may(json, call);
  json.end_object();
  return call.json(json);
}

// The ledger may have let go of it: then the proof is its number in the history alone.
void write_proof(JsonWriter& json, const Call& call, const std::optional<ObservationId>& proof) {
  json.key("proof");
  const auto event = proof ? call.services.ledger.event(call.who->tenant(), *proof)
                           : Result<store::StoredEvent>(Error(Code::not_found, "none"));
  if (event) {
    write_observation_ref(json, *event);
  } else {
    json.null();
  }
}

void write_advisory_machine(JsonWriter& json, const Call& call, const patch::AdvisoryMachine& machine, const NameMap& names) {
  json.begin_object().key("machine");
  write_ref(json, machine.machine.value, machine.name);
  json.key("device");
  machine.stands_for_device ? json.integer(machine.stands_for_device->value) : json.null();
  json.key("site");
  machine.stands_for_site ? json.integer(machine.stands_for_site->value) : json.null();
  json.key("unit");
  write_ref(json, machine.unit.value, machine.unit_name);
  json.field("state", to_string(machine.state));
  write_time(json, "since", machine.since);
  json.key("packages").begin_array();
  for (const auto& package : machine.packages) {
    json.begin_object().field("package", package.subject).field("name", package.name).field("version", package.version);
    json.field("fixed", package.fixed).end_object();
  }
  json.end_array().field("reboot_needed", machine.reboot_needed).field("kernel_running", machine.kernel_running);
  write_time(json, "inventory_at", machine.inventory_at);
  json.key("decision");
  if (machine.decision) {
    write_advisory_decision(json, *machine.decision, names, may_act(call));
  } else {
    json.null();
  }
  write_proof(json, call, machine.proof);
  json.key("finding");
  machine.finding ? json.integer(machine.finding->value) : json.null();
  json.end_object();
}

Result<patch::AdvisoryQuery> query_of(const Call& call, store::Connection& connection) {
  patch::AdvisoryQuery query;
  TRY(query.unit, unit_in_query(call, connection));
  query.view = view_of(call.query_text("view"));
  if (const auto kind = call.request.query_value("kind")) {
    TRY(query.kind, patch::advisory_kind_from_string(*kind));
  }
  for (const auto severity : list_items(call.query_text("severity"))) {
    TRY(const auto one, severity_from_string(severity));
    query.severities.push_back(one);
  }
  query.words = call.query_text("q");
  query.cursor = call.query_text("cursor");
  query.limit = call.query_limit();
  return query;
}

void write_list_counts(JsonWriter& json, const Call& call, const patch::AdvisoryPage& page) {
  json.key("counts").begin_object().field("open", page.open).field("overdue", page.overdue);
  json.field("exploited", page.exploited).field("unknown", page.unknown).field("all", page.all).end_object();
  const auto book = book_of(call);
  json.key("followed").begin_object();
  json.field("vulnerabilities", book ? static_cast<std::int64_t>(book->book.vulnerabilities()) : 0);
  json.field("machines", page.machines).field("without_inventory", page.without_inventory);
  json.field("not_followed", page.not_followed).end_object();
}

Result<patch::NewDecision> decision_in(const Call& call) {
  patch::NewDecision decision{.kind = patch::DecisionKind::accepted, .machine = {}, .unit = {},
                              .package = call.text("package").value_or(""), .reason = call.text("reason").value_or(""), .until = {}};
  TRY(decision.kind, patch::decision_kind_from_string(call.text("kind").value_or("")));
  if (const auto machine = call.integer("machine")) decision.machine = MachineId{*machine};
  if (const auto unit = call.integer("unit")) decision.unit = UnitId{*unit};
  auto until = Date::parse(call.text("until").value_or(""));
  if (!until) return Error(Code::invalid, "until");
  decision.until = *until;
  return decision;
}

std::string described(const patch::NewDecision& decision) {
  std::string text(to_string(decision.kind));
  if (decision.machine) text += " machine:" + std::to_string(decision.machine->value);
  if (decision.unit) text += " unit:" + std::to_string(decision.unit->value);
  if (!decision.package.empty()) text += " " + decision.package;
  return text + " until " + to_string(decision.until);
}

// What was changed, in an act: those that are not named stayed.
std::string changes_of(const patch::Settings& before, const patch::Settings& after) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& from, const std::string& to) {
    if (from == to) return;
    text += (text.empty() ? "" : ", ") + std::string(name) + " " + from + " > " + to;
  };
  const auto severity = [](const auto& least) { return least ? std::string(to_string(*least)) : std::string("none"); };
  const auto likelihood = [](const auto& least) { return least ? std::to_string(*least) : std::string("none"); };
  add("least_severity", severity(before.least_severity), severity(after.least_severity));
  add("least_likelihood", likelihood(before.least_likelihood), likelihood(after.least_likelihood));
  const auto days = [&](std::string_view name, int patch::Settings::*member) {
    add(name, std::to_string(before.*member), std::to_string(after.*member));
  };
  days("days_exploited", &patch::Settings::days_exploited);
  days("days_ransomware", &patch::Settings::days_ransomware);
  days("days_likely", &patch::Settings::days_likely);
  days("days_critical", &patch::Settings::days_critical);
  days("days_high", &patch::Settings::days_high);
  days("days_medium", &patch::Settings::days_medium);
  days("days_low", &patch::Settings::days_low);
  days("remind_days", &patch::Settings::remind_days);
  return text.empty() ? "unchanged" : text;
}

Reply tell(const Call& call, patch::AdvisoryId id) {
  return call.read([&](store::Connection& connection) { return one_advisory(call, connection, id); });
}

// What was done is told by a snapshot: to count takes longer than to write, and the one
// writer has others to serve.
Reply act_and_tell(const Call& call, patch::AdvisoryId id, const Call::Work& act) {
  auto done = call.write(act);
  return done.status >= 400 ? done : tell(call, id);
}

}  // namespace

namespace route {

Reply list_advisories(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto query, query_of(call, connection));
    const auto page = patch::list_advisories(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& record : page->items) write_advisory(json, record);
    json.end_array();
    write_next(json, page->total, page->next);
    write_list_counts(json, call, *page);
    json.end_object();
    return call.json(json);
  });
}

Reply get_advisory(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto unit, unit_in_query(call, connection));
    return one_advisory(call, connection, {call.object}, unit);
  });
}

Reply list_advisory_machines(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    patch::AdvisoryMachineQuery query{.unit = {}, .state = {}, .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto state = call.request.query_value("state")) {
      TRY(query.state, patch::patch_state_from_string(*state));
    }
    const auto page = patch::list_advisory_machines(connection, call.scope(), {call.object}, query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& machine : page->items) write_advisory_machine(json, call, machine, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.key("counts");
    write_patch_counts(json, page->counts);
    json.end_object();
    return call.json(json);
  });
}

Reply acknowledge_advisory(Call& call) {
  return act_and_tell(call, {call.object}, [&](store::Connection& connection) -> Result<Reply> {
    const patch::AdvisoryId id{call.object};
    TRY(const auto known, patch::find_advisory(connection, call.scope(), id));
    const UnitId unit{call.integer("unit").value_or(0)};
    TRY_VOID(patch::acknowledge(connection, call.scope(), known, unit, call.who->user, call.text("note").value_or(""), call.now));
    TRY_VOID(call.audit(connection, "advisory.acknowledge", advisory_object(id), "unit:" + std::to_string(unit.value)));
    return call.done();
  });
}

Reply remind_of_advisory(Call& call) {
  return act_and_tell(call, {call.object}, [&](store::Connection& connection) -> Result<Reply> {
    const patch::AdvisoryId id{call.object};
    std::optional<std::vector<UnitId>> units;
    if (const auto named = call.integers("units"); !named.empty()) {
      units.emplace();
      for (const auto unit : named) {
        TRY(const auto known, estate::get_unit(connection, call.scope(), {unit}));
        units->push_back(known.id);
      }
    }
    TRY(const auto reminded, patch::remind(connection, call.scope(), id, units, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "advisory.remind", advisory_object(id), std::to_string(reminded) + " units"));
    return call.done();
  });
}

Reply decide_advisory(Call& call) {
  return act_and_tell(call, {call.object}, [&](store::Connection& connection) -> Result<Reply> {
    const patch::AdvisoryId id{call.object};
    TRY(const auto known, patch::find_advisory(connection, call.scope(), id));
    const auto decision = decision_in(call);
    if (!decision) return invalid(decision.error().what());
    const auto made = patch::decide(connection, call.scope(), known, call.who->user, *decision, call.now);
    if (!made && made.error().code() == Code::denied) {
      return problem(403, "denied", decision->unit ? kProvinceUnit : kProvince, made.error().what());
    }
    if (!made && made.error().code() == Code::invalid) return invalid(made.error().what());
    if (!made) return refusal(made.error());
    TRY_VOID(call.audit(connection, "advisory.decide", advisory_object(id), described(*decision)));
    return call.done();
  });
}

Reply end_advisory_decision(Call& call) {
  patch::AdvisoryId of;
  auto ended = call.write([&](store::Connection& connection) -> Result<Reply> {
    const patch::AdvisoryDecisionId id{call.object};
    const auto advisory = patch::end_decision(connection, call.scope(), id, call.who->user, call.now);
    if (!advisory && advisory.error().code() == Code::denied) return problem(403, "denied", kProvinceEnds);
    if (!advisory) return refusal(advisory.error(), {.conflict = &kOver});
    TRY_VOID(call.audit(connection, "advisory.end_decision", "advisory_decision:" + std::to_string(id.value)));
    of = *advisory;
    return call.done();
  });
  return ended.status >= 400 ? ended : tell(call, of);
}

Reply list_software(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    patch::SoftwareQuery query{.view = patch::SoftwareQuery::View::all, .words = call.query_text("q"),
                               .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    const auto view = call.query_text("view");
    if (view == "vulnerable") query.view = patch::SoftwareQuery::View::vulnerable;
    if (view == "followed") query.view = patch::SoftwareQuery::View::followed;
    const auto page = patch::list_software(connection, call.scope(), {call.object}, query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& one : page->items) write_software(json, one);
    json.end_array();
    write_next(json, page->total, page->next);
    json.key("counts").begin_object().field("packages", page->packages).field("vulnerable", page->vulnerable);
    json.field("vulnerabilities", page->vulnerabilities).field("followed", page->followed).end_object();
    write_time(json, "inventory_at", page->inventory_at);
    json.field("kernel_running", page->kernel_running).field("kernel_installed", page->kernel_installed);
    json.field("judged", page->judged).end_object();
    return call.json(json);
  });
}

Reply list_advisory_feeds(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    const auto& library = call.services.options.advisories;
    const auto book = book_of(call);
    TRY(const auto judged, flow::judged_by(connection));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    if (library) {
      for (const auto& feed : library->feeds()) write_feed(json, feed, call.now);
    }
    json.end_array().field("vulnerabilities", book ? static_cast<std::int64_t>(book->book.vulnerabilities()) : 0);
    json.field("exploited", library ? library->exploited() : 0);
    write_time(json, "in_force_since", library ? library->in_force_since() : std::nullopt);
    json.field("matched", book && judged == book->digest).key("running");
    const auto progress = library ? library->progress() : std::nullopt;
    if (progress) {
      json.begin_object().field("done", progress->done).field("total", progress->total).end_object();
    } else {
      json.null();
    }
    json.end_object();
    return call.json(json);
  });
}

Reply get_advisory_settings(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto settings, patch::settings_of(connection, call.who->tenant(), call.services.options.advisory_settings));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    write_advisory_settings(json, settings, names);
    return call.json(json);
  });
}

Reply set_advisory_settings(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    // They are everybody's.
    TRY(const bool all, answers_for_all(call, connection));
    if (!all) return denied();
    const auto days = [&](std::string_view name) { return static_cast<int>(call.integer(name).value_or(0)); };
    patch::Settings settings{.least_severity = {}, .least_likelihood = {}, .days_exploited = days("days_exploited"),
                             .days_ransomware = days("days_ransomware"), .days_likely = days("days_likely"),
                             .days_critical = days("days_critical"), .days_high = days("days_high"),
                             .days_medium = days("days_medium"), .days_low = days("days_low"), .remind_days = days("remind_days")};
    if (const auto least = call.text("least_severity").value_or("none"); least != "none") {
      TRY(settings.least_severity, severity_from_string(least));
    }
    if (const int least = days("least_likelihood"); least <= 100) settings.least_likelihood = least;
    TRY(const auto before, patch::settings_of(connection, call.who->tenant(), call.services.options.advisory_settings));
    TRY_VOID(patch::set_settings(connection, call.who->tenant(), settings, call.services.options.advisory_settings, call.who->user, call.now));
    TRY(const auto now, patch::settings_of(connection, call.who->tenant(), call.services.options.advisory_settings));
    TRY_VOID(call.audit(connection, "advisory.settings", "tenant:" + std::to_string(call.who->tenant().value), changes_of(before, now)));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    write_advisory_settings(json, now, names);
    return call.json(json);
  });
}

}  // namespace route
}  // namespace khien::api
