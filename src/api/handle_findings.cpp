#include <array>
#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_site.hpp"
#include "finding_facts.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/sites.hpp"
#include "khien/flow/findings.hpp"
#include "problem.hpp"
#include "rule_words.hpp"
#include "rules.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kNoSuchStep{"Phát hiện đang ở trạng thái không cho phép thao tác này. Tải lại rồi thử lại.",
                            "The finding's state does not allow this. Reload and try again."};
constexpr Words kJudgeOfAsset{"Chỉ lọc theo loại kiểm tra trong phạm vi một máy hoặc một trang web.",
                              "Ask for a judge together with a machine or a site."};
constexpr Words kOneAsset{"Chỉ lọc theo một máy hoặc một trang web.", "Ask for a machine or for a site."};
constexpr std::size_t kMostEvidence = 20;

Result<flow::FindingQuery> query_of(const Call& call, store::Connection& connection) {
  flow::FindingQuery query;
  const auto view = call.query_text("view");
  if (view == "mine") query.view = flow::FindingQuery::View::mine;
  if (view == "all") query.view = flow::FindingQuery::View::all;
  query.me = call.who->user;
  TRY(query.unit, unit_in_query(call, connection));
  if (const auto id = call.query_integer("machine")) {
    TRY(const auto machine, estate::get_machine(connection, call.scope(), {*id}, call.now));
    query.asset = machine.id;
  }
  if (const auto id = call.query_integer("site")) {
    TRY(const auto site, estate::get_site(connection, call.scope(), {*id}));
    query.asset = site.id;
  }
  if (const auto judge = call.request.query_value("judge")) {
    TRY(query.judge, judge_from_string(*judge));
  }
  query.rule = call.query_text("rule");
  query.words = call.query_text("q");
  for (const auto item : list_items(call.query_text("severity"))) {
    TRY(const auto severity, severity_from_string(item));
    query.severities.push_back(severity);
  }
  query.cursor = call.query_text("cursor");
  query.limit = call.query_limit();
  return query;
}

void write_counts(JsonWriter& json, const flow::FindingCounts& counts, const estate::MachineCounts& machines) {
  json.key("counts").begin_object().field("open", counts.open).field("mine", counts.mine);
  json.field("all", counts.all).end_object();
  json.key("looked_at").begin_object().field("machines", machines.total);
  json.field("files_scanned", machines.files_scanned);
  write_time(json, "last_scan_at", machines.last_scan_at);
  json.end_object();
}

void write_histogram(JsonWriter& json, const std::vector<flow::HourCounts>& hours) {
  json.key("histogram").begin_array();
  for (const auto& hour : hours) {
    json.begin_object().field("from", hour.from);
    for (std::size_t i = 0; i < hour.by_severity.size(); ++i) {
      json.field(to_string(static_cast<Severity>(i)), hour.by_severity[i]);
    }
    json.end_object();
  }
  json.end_array();
}

void write_items(JsonWriter& json, const Call& call, const std::vector<flow::FindingRecord>& items,
                 const NameMap& names) {
  json.key("items").begin_array();
  for (const auto& item : items) {
    write_finding(json, item, words_for(call.services.options, item.rule), names);
  }
  json.end_array();
}

// A line for each rule instead of one for each finding.
Result<void> write_groups(JsonWriter& json, const Call& call, store::Connection& connection, const flow::FindingQuery& query) {
  TRY(const auto groups, flow::group_findings(connection, call.scope(), query));
  json.key("items").begin_array().end_array().key("groups").begin_array();
  for (const auto& group : groups) {
    json.begin_object().field("judge", to_string(group.judge)).field("rule", group.rule).key("title");
    write_text(json, words_for(call.services.options, group.rule).title);
    json.field("severity", to_string(group.severity)).field("findings", group.findings).field("assets", group.assets);
    json.field("units", group.units).field("first_seen", group.first_seen).field("last_seen", group.last_seen).end_object();
  }
  json.end_array();
  write_next(json, static_cast<std::int64_t>(groups.size()), std::nullopt);
  return {};
}

Result<void> write_evidence(JsonWriter& json, const Call& call, store::Connection& connection,
                            const flow::FindingRecord& finding) {
  TRY(const auto ids, flow::evidence_of(connection, call.scope(), finding.id, kMostEvidence));
  std::vector<store::StoredEvent> events;
  for (const ObservationId observation : ids) {
    auto event = flow::get_observation(connection, call.services.ledger, call.scope(), observation);
    // Retention may have taken an old one; the newer ones still prove it.
    if (!event && event.error().code() == Code::not_found) continue;
    if (!event) return std::move(event).error();
    events.push_back(std::move(event->event));
  }
  json.key("facts");
  write_facts(json, events, check_behind(call.services.options, finding.rule));
  json.key("page");
  if (const auto page = page_of(events)) {
    write_page_seen(json, *page);
  } else {
    json.null();
  }
  json.key("evidence").begin_array();
  for (const auto& event : events) write_observation_ref(json, event);
  json.end_array();
  return {};
}

Result<void> write_history(JsonWriter& json, const Call& call, store::Connection& connection, FindingId id,
                           const NameMap& names) {
  TRY(const auto history, flow::history_of(connection, call.scope(), id));
  json.key("history").begin_array();
  for (const auto& entry : history) {
    json.begin_object().field("at", entry.at).key("who");
    write_user_ref(json, entry.who, names);
    json.field("state", to_string(entry.state)).field("note", entry.note).end_object();
  }
  json.end_array();
  return {};
}

void write_clause(JsonWriter& json, const check::Check* check) {
  json.key("clause");
  if (check == nullptr) {
    json.null();
  } else {
    write_text(json, check->clause);
  }
  json.key("clauses").begin_array();
  if (check != nullptr) {
    for (const auto& clause : check->clauses) json.string(clause);
  }
  json.end_array();
}

Result<Reply> finding_detail(const Call& call, store::Connection& connection, FindingId id) {
  TRY(const auto finding, flow::get_finding(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  const auto text = words_for(call.services.options, finding.rule);
  JsonWriter json;
  json.begin_object().key("finding");
  write_finding(json, finding, text, names);
  json.key("what_happened");
  write_text(json, text.what_happened);
  json.key("what_to_do").begin_array();
  for (const auto& step : text.what_to_do) write_text(json, step);
  json.end_array();
  write_clause(json, check_behind(call.services.options, finding.rule));
  TRY_VOID(write_evidence(json, call, connection, finding));
  TRY_VOID(write_history(json, call, connection, id, names));
  json.end_object();
  return call.json(json);
}

}  // namespace

namespace route {

Reply list_findings(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    if (call.query_integer("machine") && call.query_integer("site")) return problem(400, "invalid", kOneAsset, "site");
    TRY(const auto query, query_of(call, connection));
    const bool grouped = call.request.query_value("group").has_value();
    if (query.judge && !query.asset && !grouped) return problem(400, "invalid", kJudgeOfAsset, "judge");
    auto page = grouped ? Result<flow::FindingPage>(flow::FindingPage()) : flow::list_findings(connection, call.scope(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto counts, flow::count_findings(connection, call.scope(), query.unit, call.who->user));
    TRY(const auto machines, estate::count_machines(connection, call.scope(), query.unit, call.now));
    TRY(const auto hours, flow::findings_by_hour(connection, call.scope(), query.unit, call.now));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object();
    if (grouped) {
      TRY_VOID(write_groups(json, call, connection, query));
    } else {
      write_items(json, call, page->items, names);
      write_next(json, page->total, page->next);
    }
    write_counts(json, counts, machines);
    write_histogram(json, hours);
    json.end_object();
    return call.json(json);
  });
}

Reply get_finding(Call& call) {
  return call.read([&](store::Connection& connection) { return finding_detail(call, connection, {call.object}); });
}

Reply update_finding(Call& call) {
  const FindingId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto before, flow::get_finding(connection, call.scope(), id));
    flow::FindingDecision decision{.note = call.text("note").value_or(""), .take = call.flag("take").value_or(false)};
    TRY(decision.state, finding_state_from_string(call.text("state").value_or("")));
    const auto decided =
        flow::decide(connection, call.scope(), before.id, call.who->user, decision, call.now);
    if (!decided) return refusal(decided.error(), {.conflict = &kNoSuchStep, .field = "note"});
    const auto detail = std::string("to ").append(to_string(decision.state)) + (decision.take ? ", taken" : "");
    TRY_VOID(call.audit(connection, "finding.decide", "finding:" + std::to_string(id.value), detail));
    return finding_detail(call, connection, id);
  });
  return reply;
}

}  // namespace route
}  // namespace khien::api
