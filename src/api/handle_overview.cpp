#include <algorithm>
#include <tuple>
#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_advisory.hpp"
#include "dto_duty.hpp"
#include "dto_estate.hpp"
#include "dto_site.hpp"
#include "duty_call.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/machines.hpp"
#include "khien/flow/findings.hpp"
#include "khien/site/cases.hpp"
#include "rule_words.hpp"
#include "scope_checks.hpp"
#include "verdict.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostAttention = 5;
constexpr std::size_t kMostFindingsRead = 100;
constexpr int kTrendDays = 14;

std::int64_t of(const flow::FindingCounts& counts, Severity severity) {
  return counts.open_by_severity[static_cast<std::size_t>(severity)];
}

Situation situation_of(const estate::MachineCounts& machines) {
  return {.machines = machines.total,
          .protected_ = machines.protected_,
          .attention = machines.attention,
          .infected = machines.infected,
          .silent = machines.silent,
          .pending = machines.pending,
          .was_scanned = machines.last_scan_at.has_value()};
}

void write_verdict(JsonWriter& json, const Verdict& verdict) {
  json.key("verdict").begin_object().field("level", to_string(verdict.level)).key("reasons").begin_array();
  for (const auto& reason : verdict.reasons) write_text(json, reason);
  json.end_array().end_object();
}

void write_machine_counts(JsonWriter& json, const estate::MachineCounts& counts) {
  json.key("machines").begin_object().field("total", counts.total).field("protected", counts.protected_);
  json.field("attention", counts.attention).field("infected", counts.infected);
  json.field("silent", counts.silent).field("pending", counts.pending).end_object();
}

void write_finding_counts(JsonWriter& json, const flow::FindingCounts& counts, std::int64_t files_scanned) {
  json.key("findings").begin_object().field("open", counts.open);
  for (const auto severity : {Severity::critical, Severity::high, Severity::medium, Severity::low, Severity::info}) {
    json.field(to_string(severity), of(counts, severity));
  }
  json.field("files_scanned", files_scanned).end_object();
}

// One line of the attention list.
struct Matter {
  std::string_view kind;
  std::int64_t id = 0;
  Severity severity = Severity::info;
  LocalText title;
  LocalText detail;
  Timestamp since;
};

Result<void> add_findings(const Call& call, store::Connection& connection, std::optional<UnitId> unit,
                          std::vector<Matter>& matters) {
  flow::FindingQuery query;
  query.me = call.who->user;
  query.unit = unit;
  query.severities = {Severity::critical, Severity::high, Severity::medium};
  query.limit = kMostFindingsRead;
  TRY(const auto page, flow::list_findings(connection, call.scope(), query));
  for (const auto& finding : page.items) {
    // Those of a site are its case's: one matter, however many pages.
    if (finding.asset.site()) continue;
    if (matters.size() >= 2 * kMostAttention) break;
    auto text = words_for(call.services.options, finding.rule);
    const auto where = finding.asset_name + " · " + finding.unit_name;
    matters.push_back(
        {"finding", finding.id.value, finding.severity, std::move(text.title), {where, where}, finding.first_seen});
  }
  return {};
}

Result<void> add_site_cases(const Call& call, store::Connection& connection, std::optional<UnitId> unit,
                            std::vector<Matter>& matters) {
  site::CaseQuery query{.unit = unit, .waits_only = true, .limit = kMostAttention};
  TRY(const auto page, site::list_cases(connection, call.scope(), query));
  for (const auto& record : page.items) {
    const auto where = record.address + " · " + record.unit_name;
    matters.push_back({"site_case", record.id.value, Severity::high, words_for_case(record).title, {where, where}, record.entered_at});
  }
  return {};
}

LocalText title_of(estate::MachineHealth health) {
  return health == estate::MachineHealth::silent ? LocalText{"Máy mất liên lạc", "Machine is silent"}
                                                 : LocalText{"Máy chưa được bảo vệ đầy đủ", "Machine is short of protection"};
}

Result<void> add_machines(const Call& call, store::Connection& connection, std::optional<UnitId> unit,
                          std::vector<Matter>& matters) {
  for (const auto health : {estate::MachineHealth::silent, estate::MachineHealth::attention}) {
    if (matters.size() >= kMostAttention) return {};
    estate::MachineQuery query;
    query.unit = unit;
    query.health = health;
    query.limit = kMostAttention - matters.size();
    TRY(const auto page, estate::list_machines(connection, call.scope(), query, call.now));
    for (const auto& machine : page.items) {
      const auto where = machine.seen.hostname + " · " + machine.unit_name;
      matters.push_back(
          {"machine", machine.id.value, Severity::medium, title_of(health), {where, where}, machine.last_seen});
    }
  }
  return {};
}

Result<void> write_attention(JsonWriter& json, const Call& call, store::Connection& connection,
                             std::optional<UnitId> unit) {
  std::vector<Matter> matters;
  TRY_VOID(add_site_cases(call, connection, unit, matters));
  TRY_VOID(add_findings(call, connection, unit, matters));
  TRY_VOID(add_machines(call, connection, unit, matters));
  std::ranges::sort(matters, std::ranges::greater(),
                    [](const Matter& matter) { return std::pair(matter.severity, matter.since); });
  if (matters.size() > kMostAttention) matters.erase(matters.begin() + kMostAttention, matters.end());
  json.key("attention").begin_array();
  for (const Matter& matter : matters) {
    json.begin_object().field("kind", matter.kind).field("id", matter.id);
    json.field("severity", to_string(matter.severity)).key("title");
    write_text(json, matter.title);
    json.key("detail");
    write_text(json, matter.detail);
    json.field("since", matter.since).end_object();
  }
  json.end_array();
  return {};
}

Result<void> write_trend(JsonWriter& json, const Call& call, store::Connection& connection, std::optional<UnitId> unit) {
  TRY(const auto days, flow::findings_by_day(connection, call.scope(), unit, call.now, kTrendDays));
  json.key("trend").begin_array();
  for (const auto& day : days) {
    json.begin_object().field("date", day.date).field("opened", day.opened).field("resolved", day.resolved).end_object();
  }
  json.end_array();
  return {};
}

struct UnitLine {
  estate::UnitMachines machines;
  Verdict::Level level = Verdict::Level::unknown;
};

// Within a unit only the number of open findings is known, not how bad each is:
// infected machines carry the alarm.
UnitLine line_of(estate::UnitMachines unit) {
  auto situation = situation_of(unit.counts);
  situation.open = unit.open_findings;
  const auto level = judge(situation).level;
  return {.machines = std::move(unit), .level = level};
}

Result<void> write_units(JsonWriter& json, const Call& call, store::Connection& connection, std::optional<UnitId> unit) {
  TRY(auto units, estate::machines_by_unit(connection, call.scope(), unit, call.now));
  std::vector<UnitLine> lines;
  for (auto& one : units) {
    if (one.counts.total > 0) lines.push_back(line_of(std::move(one)));
  }
  // `unknown` is no reason to be first: nothing is wrong there that we know of.
  const auto urgency = [](const UnitLine& line) {
    const auto level = line.level == Verdict::Level::unknown ? 0 : static_cast<int>(line.level);
    return std::tuple(level, line.machines.open_findings, -line.machines.unit.value);
  };
  std::ranges::sort(lines, std::ranges::greater(), urgency);
  json.key("units").begin_array();
  for (const UnitLine& line : lines) {
    json.begin_object().key("unit");
    write_ref(json, line.machines.unit.value, line.machines.name);
    json.field("total", line.machines.counts.total).field("protected", line.machines.counts.protected_);
    json.field("open_findings", line.machines.open_findings).field("level", to_string(line.level)).end_object();
  }
  json.end_array();
  return {};
}

constexpr std::size_t kMostDeadlines = 5;
constexpr std::int64_t kDeadlineDays = 120;

Result<void> write_obligations(JsonWriter& json, const Call& call, store::Connection& connection,
                               std::optional<UnitId> unit) {
  TRY(const auto law, law_of(call, connection));
  const auto today = vietnam_day(call.now);
  duty::MatrixQuery query;
  query.unit = unit;
  query.as_of = today;
  TRY(const auto matrix, duty::read_matrix(connection, call.scope(), law, query, call.now));
  TRY(const auto deadlines, duty::read_deadlines(connection, call.scope(), *law, unit, today, today + kDeadlineDays, call.now));
  json.key("obligations").begin_object();
  for (const auto state : duty::kDutyStates) json.field(to_string(state), matrix.counts[state]);
  json.field("overdue_units", matrix.overdue_units).key("next").begin_array();
  for (std::size_t i = 0; i < std::min(deadlines.size(), kMostDeadlines); ++i) {
    json.begin_object();
    write_date(json, "due", deadlines[i].due);
    write_words(json, "title", deadlines[i].duty->title);
    json.field("clause", deadlines[i].clause->id).field("units", deadlines[i].units).field("met", deadlines[i].met).end_object();
  }
  json.end_array().key("shares").begin_object();
  write_shares(json, duty::shares_of(*law, today));
  json.end_object().end_object();
  return {};
}

}  // namespace

Reply route::get_overview(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto unit, unit_in_query(call, connection));
    TRY(const auto machines, estate::count_machines(connection, call.scope(), unit, call.now));
    TRY(const auto findings, flow::count_findings(connection, call.scope(), unit, call.who->user));
    auto situation = situation_of(machines);
    situation.open = findings.open;
    situation.critical = of(findings, Severity::critical);
    situation.high = of(findings, Severity::high);
    JsonWriter json;
    json.begin_object().field("as_of", call.now);
    write_verdict(json, judge(situation));
    write_machine_counts(json, machines);
    TRY(const auto protection, estate::count_protection(connection, call.scope(), unit, call.now));
    json.key("content").begin_object().field("machines", protection.machines);
    json.field("not_updated", protection.not_updated).end_object();
    TRY(const auto devices, estate::count_devices(connection, call.scope(), unit, call.now));
    json.key("devices");
    write_device_counts(json, devices);
    TRY(const auto sites, site::count_watched(connection, call.scope(), unit, call.now));
    json.key("websites");
    write_site_counts(json, sites);
    TRY(const auto advisories, patch::count_advisories(connection, call.scope(), unit, call.now));
    write_advisory_figures(json, advisories);
    write_finding_counts(json, findings, machines.files_scanned);
    TRY_VOID(write_attention(json, call, connection, unit));
    TRY_VOID(write_trend(json, call, connection, unit));
    TRY_VOID(write_units(json, call, connection, unit));
    TRY_VOID(write_obligations(json, call, connection, unit));
    json.end_object();
    return call.json(json);
  });
}

}  // namespace khien::api
