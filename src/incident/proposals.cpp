#include "khien/incident/proposals.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "stored.hpp"

namespace khien::incident {
namespace {

constexpr std::size_t kMostTitlePoints = 120;
constexpr std::int64_t kMostFacts = 20'000;

using Facts = std::vector<const FindingFact*>;

bool takes(const OpeningRule& rule, const FindingFact& fact) {
  if (fact.judge != rule.judge || fact.severity < rule.least) return false;
  switch (rule.on) {
    case OpeningRule::On::machine: return fact.asset.machine().has_value();
    case OpeningRule::On::server: return fact.asset.machine().has_value() && fact.on_server;
    case OpeningRule::On::site: return fact.asset.site().has_value();
    case OpeningRule::On::any: break;
  }
  return true;
}

// Empty: the rule cannot group it.
std::string key_of(const OpeningRule& rule, const FindingFact& fact) {
  switch (rule.same) {
    case OpeningRule::Same::content: return fact.content ? fact.content->hex() : "";
    case OpeningRule::Same::rule: return fact.rule;
    case OpeningRule::Same::asset: break;
  }
  return std::string(to_string(fact.asset.kind)) + ":" + std::to_string(fact.asset.value);
}

// The first place from which enough assets began within the time; the end: none.
Facts::const_iterator first_window(const OpeningRule& rule, const Facts& by_time) {
  std::map<AssetId, int> inside;
  auto oldest = by_time.begin();
  for (const FindingFact* fact : by_time) {
    ++inside[fact->asset];
    for (; fact->began - (*oldest)->began > rule.within; ++oldest) {
      if (--inside[(*oldest)->asset] == 0) inside.erase((*oldest)->asset);
    }
    if (static_cast<std::int64_t>(inside.size()) >= rule.assets) return oldest;
  }
  return by_time.end();
}

std::int64_t count_assets(const Facts& facts) {
  std::set<AssetId> assets;
  for (const FindingFact* fact : facts) assets.insert(fact->asset);
  return static_cast<std::int64_t>(assets.size());
}

LocalText title_of(const OpeningRule& rule, const Facts& facts, std::int64_t assets) {
  if (assets == 1) {
    // A host name is what a machine says it is.
    const std::string name(truncate(printable(facts.front()->asset_name), kMostTitlePoints));
    return {rule.title.vi + ": " + name, rule.title.en + ": " + name};
  }
  const bool sites = facts.front()->asset.site().has_value();
  const std::string count = std::to_string(assets);
  return {rule.title.vi + " (" + count + (sites ? " trang)" : " máy)"), rule.title.en + " (" + count + (sites ? " sites)" : " machines)")};
}

Proposal propose(const OpeningRule& rule, std::string key, const Facts& facts) {
  Proposal made{.rule = rule.id, .key = std::move(key), .unit = facts.front()->unit, .title = {}, .kind = rule.kind, .severity = rule.severity,
                .open = rule.open, .detected_at = facts.front()->began, .assets = count_assets(facts), .findings = {}};
  made.title = title_of(rule, facts, made.assets);
  for (const FindingFact* fact : facts) made.findings.push_back(fact->id);
  if (made.findings.size() > kMostProposed) made.findings.resize(kMostProposed);
  std::ranges::sort(made.findings);
  return made;
}

// What one rule makes of what is left; what it takes is left no more.
void apply(const OpeningRule& rule, const Living& living, std::vector<const FindingFact*>& left, std::vector<Proposal>& made) {
  std::map<std::pair<UnitId, std::string>, Facts> groups;
  for (const FindingFact* fact : left) {
    if (!takes(rule, *fact)) continue;
    auto key = key_of(rule, *fact);
    if (!key.empty()) groups[{fact->unit, std::move(key)}].push_back(fact);
  }
  std::set<const FindingFact*> taken;
  for (auto& [group, facts] : groups) {
    const bool goes_on = living.contains({rule.id, group.first, group.second});
    const auto from = goes_on ? facts.cbegin() : first_window(rule, facts);
    if (from == facts.cend()) continue;
    const Facts of_it(from, facts.cend());
    taken.insert(of_it.begin(), of_it.end());
    made.push_back(propose(rule, group.second, of_it));
  }
  std::erase_if(left, [&](const FindingFact* fact) { return taken.contains(fact); });
}

Severity least_of(const OpeningRules& rules) {
  Severity least = Severity::critical;
  for (const auto& rule : rules.rules) least = std::min(least, rule.least);
  return least;
}

std::string judges_json(const OpeningRules& rules) {
  std::set<std::string> judges;
  for (const auto& rule : rules.rules) judges.insert(std::string(to_string(rule.judge)));
  return to_json({judges.begin(), judges.end()});
}

Result<FindingFact> fact_from(const store::Row& row) {
  FindingFact fact{.id = {row.integer(0)}, .unit = {row.integer(1)}, .rule = std::string(row.text(3)), .severity = static_cast<Severity>(row.integer(4)),
                   .asset = {}, .asset_name = std::string(row.text(7)), .on_server = row.integer(8) != 0, .content = {}, .began = row.time(10)};
  TRY(fact.judge, judge_from_string(row.text(2)));
  fact.asset = row.is_null(5) ? AssetId(SiteId{row.integer(6)}) : AssetId(MachineId{row.integer(5)});
  if (!row.is_null(9)) {
    TRY(fact.content, Sha256::from_bytes(row.bytes(9)));
  }
  return fact;
}

using LivingIncidents = std::map<Living::value_type, IncidentId>;
Result<LivingIncidents> living_incidents(store::Connection& connection, const store::TenantScope& scope) {
  LivingIncidents living;
  TRY_VOID(connection.query("SELECT i.rule, i.unit_id, i.rule_key, i.id FROM incident i WHERE i.tenant_id = ?1 AND i.rule <> '' AND i.state <> 'closed' "
                            "AND i.unit_id IN " KHIEN_UNITS_IN_SCOPE,
                            {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
                              living[{std::string(row.text(0)), UnitId{row.integer(1)}, std::string(row.text(2))}] = {row.integer(3)};
                              return {};
                            }));
  return living;
}

NewIncident incident_of(const Proposal& one, Timestamp now) {
  return {.unit = one.unit, .title = one.title.vi, .kind = one.kind, .severity = one.severity, .detected_at = std::min(one.detected_at, now),
          .words = "Hệ thống mở theo quy tắc " + one.rule + ".", .traits = {}, .findings = one.findings, .source = Source::finding,
          .rule = one.rule, .rule_key = one.key};
}

Result<void> take_up(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, const Proposal& one,
                     std::optional<IncidentId> living, Timestamp now) {
  if (living) {
    return update_incident(connection, scope, rules, *living, {.title = {}, .kind = {}, .severity = {}, .traits = {}, .findings = one.findings}, {}, now);
  }
  TRY_VOID(open_incident(connection, scope, rules, incident_of(one, now), {}, now));
  return {};
}

}  // namespace

std::vector<Proposal> proposals(const std::vector<FindingFact>& facts, const OpeningRules& rules, const Living& living) {
  std::vector<const FindingFact*> left;
  for (const FindingFact& fact : facts) left.push_back(&fact);
  std::ranges::sort(left, {}, [](const FindingFact* fact) { return std::pair(fact->began, fact->id); });
  std::vector<Proposal> made;
  for (const OpeningRule& rule : rules.rules) apply(rule, living, left, made);
  std::ranges::sort(made, {}, [](const Proposal& one) {
    return std::tuple(-static_cast<int>(one.severity), one.detected_at, one.unit, std::string_view(one.rule), std::string_view(one.key));
  });
  return made;
}

Result<std::vector<FindingFact>> read_facts(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                                            const OpeningRules& rules) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  std::vector<FindingFact> facts;
  if (rules.rules.empty()) return facts;
  TRY_VOID(connection.query(
      "SELECT f.id, f.unit_id, f.judge, f.rule, f.severity, f.machine_id, f.site_id, coalesce(m.hostname, s.address, ''), "
      "EXISTS (SELECT 1 FROM device d WHERE d.tenant_id = f.tenant_id AND d.machine_id = f.machine_id AND d.kind = 'server'), f.sha256, f.opened_at "
      "FROM finding f LEFT JOIN machine m ON m.tenant_id = f.tenant_id AND m.id = f.machine_id "
      "LEFT JOIN site s ON s.tenant_id = f.tenant_id AND s.id = f.site_id "
      "WHERE f.tenant_id = ?1 AND f.state IN ('new', 'in_progress') AND f.severity >= ?3 AND f.judge IN (SELECT value FROM json_each(?4)) "
      "AND " KHIEN_IN_SCOPE("f.unit_id")
      " AND NOT EXISTS (SELECT 1 FROM incident_finding n JOIN incident i ON i.tenant_id = n.tenant_id AND i.id = n.incident_id "
      "WHERE n.tenant_id = f.tenant_id AND n.finding_id = f.id AND (i.state <> 'closed' OR i.closed_at >= f.opened_at)) "
      "ORDER BY f.severity DESC, f.opened_at DESC, f.id DESC LIMIT ?5",
      {scope.tenant(), roots, static_cast<int>(least_of(rules)), judges_json(rules), kMostFacts}, [&](const store::Row& row) -> Result<void> {
        TRY(auto fact, fact_from(row));
        facts.push_back(std::move(fact));
        return {};
      }));
  return facts;
}

Result<std::int64_t> open_proposals(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, const OpeningRules& opening,
                                    Timestamp now) {
  if (std::ranges::none_of(opening.rules, &OpeningRule::open)) return std::int64_t{0};
  TRY(const auto facts, read_facts(connection, scope, std::nullopt, opening));
  TRY(const auto known, living_incidents(connection, scope));
  Living living;
  for (const auto& [which, id] : known) living.insert(which);
  std::int64_t touched = 0;
  for (const Proposal& one : proposals(facts, opening, living)) {
    if (!one.open) continue;
    const auto found = known.find({one.rule, one.unit, one.key});
    const auto done = take_up(connection, scope, rules, one, found == known.end() ? std::nullopt : std::optional(found->second), now);
    // One that is refused (an incident is full) keeps back nothing else; both refuse before they write.
    if (!done && refusal_of(done.error()) == nullptr) return done.error();
    touched += done ? 1 : 0;
  }
  return touched;
}

}  // namespace khien::incident
