#include <algorithm>
#include <set>
#include <utility>

#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "stored.hpp"
#include "sweep.hpp"

namespace khien::incident {
namespace {

constexpr Timestamp kEarliest{946'684'800'000};  // 2000-01-01
constexpr std::size_t kMostTitle = 200;
constexpr std::size_t kMostWords = 4'000;
constexpr std::size_t kMostCause = 2'000;
constexpr std::int64_t kMostFindings = 5'000;

// A personal-data breach may be said under rules that know no such trait: it is a fact of the
// incident. Anything else unknown would be silently without effect.
Result<std::vector<std::string>> checked_traits(const law::Catalogue& catalogue, Timestamp detected, std::vector<std::string> said) {
  const law::ClockRules* rules = catalogue.clock_rules_on(vietnam_day(detected));
  for (const std::string& trait : said) {
    const bool known = trait == kPersonalData || (rules != nullptr && std::ranges::find(rules->traits, trait, &law::IncidentTrait::id) != rules->traits.end());
    if (!known) return refuse(refusals::kNoSuchTrait);
  }
  std::ranges::sort(said);
  said.erase(std::ranges::unique(said).begin(), said.end());
  return said;
}

bool holds(const std::vector<std::string>& traits, std::string_view one) { return std::ranges::find(traits, one) != traits.end(); }

Result<IncidentId> insert(store::Connection& connection, const store::TenantScope& scope, const NewIncident& incident, const Clocks& clocks,
                          std::optional<UserId> who, Timestamp now) {
  const auto by = who ? store::Value(*who) : store::Value(nullptr);
  TRY_VOID(connection.run(
      "INSERT INTO incident (tenant_id, unit_id, title, search_key, kind, severity, said, personal_data, state, detected_at, opened_at, "
      "opened_by, source, rule, rule_key, rule_version, outside_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
      {scope.tenant(), incident.unit, incident.title, fold(incident.title), to_string(incident.kind), static_cast<int>(incident.severity),
       to_json(incident.traits), holds(incident.traits, kPersonalData), incident.detected_at, now, by, to_string(incident.source), incident.rule,
       incident.rule_key, clocks.rule, incident.outside_key}));
  return IncidentId{connection.last_insert_id()};
}

Result<void> begin_clock(store::Connection& connection, const Stored& incident, const ReportingClock& clock, std::size_t place, const SeverityTable& table,
                         Timestamp now) {
  auto times = times_of(incident.detected_at, clock.due, table.at_once);
  if (times.late && *times.late < now) times.quiet_until = now + table.quiet;
  const auto value = [](const std::optional<Timestamp>& time) { return time ? store::Value(*time) : store::Value(nullptr); };
  TRY_VOID(connection.run(
      "INSERT INTO incident_clock (tenant_id, incident_id, clock, place, applies, due_at, soon_at, late_at, name_vi, name_en, receiver_vi, "
      "receiver_en, content_vi, content_en, basis, rule_version, quiet_until, receiver_words) "
      "VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) "
      "ON CONFLICT (tenant_id, incident_id, clock) DO UPDATE SET applies = 1",
      {incident.tenant, incident.id, clock.id, std::uint64_t{place}, value(times.due), value(times.soon), value(times.late), clock.name.vi,
       clock.name.en, clock.receiver.vi, clock.receiver.en, clock.content.vi, clock.content.en, clock.basis, clock.rule, value(times.quiet_until),
       to_json(clock.receiver_words)}));
  return {};
}

// The hub knew by then. By when each began this time, as proposals have it: one that came back
// says nothing of the time before.
Result<void> require_detected_by_findings(store::Connection& connection, const store::TenantScope& scope, const NewIncident& incident) {
  for (const FindingId id : incident.findings) {
    bool known_before = false;
    TRY_VOID(connection.query("SELECT 1 FROM finding f WHERE f.tenant_id = ?1 AND f.id = ?3 AND f.opened_at < ?4 AND " KHIEN_IN_SCOPE("f.unit_id"),
                              {scope.tenant(), scope.roots_json(), id, incident.detected_at}, [&](const store::Row&) -> Result<void> {
                                known_before = true;
                                return {};
                              }));
    if (known_before) return refuse(refusals::kDetectedAfterFindings);
  }
  return {};
}

struct KnownClock {
  std::string id;
  LocalText name;
  bool applies = false;
  std::optional<Timestamp> late = {}, quiet_until = {};
  bool met = false;

  // It was late, and there was time to say that the report went out.
  bool is_owed(Timestamp now) const { return !met && late && *late < now && (!quiet_until || *quiet_until <= now); }
};
Result<std::vector<KnownClock>> known_clocks(store::Connection& connection, const Stored& incident) {
  std::vector<KnownClock> known;
  TRY_VOID(connection.query("SELECT clock, name_vi, name_en, applies, late_at, quiet_until, met_at IS NOT NULL FROM incident_clock WHERE tenant_id = ?1 AND incident_id = ?2 ORDER BY place",
                            {incident.tenant, incident.id}, [&](const store::Row& row) -> Result<void> {
                              known.push_back({std::string(row.text(0)), {std::string(row.text(1)), std::string(row.text(2))}, row.integer(3) != 0});
                              if (!row.is_null(4)) known.back().late = row.time(4);
                              if (!row.is_null(5)) known.back().quiet_until = row.time(5);
                              known.back().met = row.integer(6) != 0;
                              return {};
                            }));
  return known;
}

void tell(LocalText& told, const char* vi, const char* en, const LocalText& what) {
  (told.vi += told.vi.empty() ? "" : "; ") += vi + what.vi;
  (told.en += told.en.empty() ? "" : "; ") += en + what.en;
}

std::string_view severity_words(const Rules& rules, Severity severity, bool vietnamese) {
  const auto* row = rules.severities.row(severity);
  if (row == nullptr) return to_string(severity);
  return vietnamese ? row->title.vi : row->title.en;
}

// What a change changes, told in both languages; empty: nothing.
struct Changed {
  Stored to;
  LocalText told;
  bool clocks = false;
};
Result<Changed> changed(const Rules& rules, const Stored& stored, const IncidentChange& change) {
  Changed made{.to = stored, .told = {}, .clocks = false};
  if (change.title) {
    TRY(made.to.title, checked_text(*change.title, kMostTitle, &refusals::kNeedsTitle));
    if (made.to.title != stored.title) tell(made.told, "Tên: ", "Name: ", {made.to.title, made.to.title});
  }
  if (change.kind && *change.kind != stored.kind) {
    made.to.kind = *change.kind;
    const std::string words = std::string(to_string(stored.kind)) + " → " + std::string(to_string(*change.kind));
    tell(made.told, "Loại: ", "Kind: ", {words, words});
  }
  if (change.severity && *change.severity != stored.severity) {
    made.to.severity = *change.severity;
    made.clocks = true;
    tell(made.told, "Mức độ: ", "Severity: ",
         {std::string(severity_words(rules, stored.severity, true)) + " → " + std::string(severity_words(rules, *change.severity, true)),
          std::string(severity_words(rules, stored.severity, false)) + " → " + std::string(severity_words(rules, *change.severity, false))});
  }
  if (change.traits) {
    TRY(made.to.said, checked_traits(rules.catalogue, stored.detected_at, *change.traits));
    const bool other = made.to.said != stored.said;
    made.clocks = made.clocks || other;
    if (other) {
      const std::string words = to_json(made.to.said);
      tell(made.told, "Dấu hiệu: ", "Traits: ", {words, words});
    }
  }
  if (change.cause) {
    TRY(made.to.cause, checked_text(*change.cause, kMostCause, &refusals::kNeedsCauseWords));
    if (made.to.cause != stored.cause) tell(made.told, "Nguyên nhân: ", "Cause: ", {made.to.cause, made.to.cause});
  }
  return made;
}

Result<void> write_change(store::Connection& connection, const Stored& to) {
  TRY_VOID(connection.run("UPDATE incident SET title = ?3, search_key = ?4, kind = ?5, severity = ?6, said = ?7, personal_data = ?8, cause = ?9 "
                          "WHERE tenant_id = ?1 AND id = ?2",
                          {to.tenant, to.id, to.title, fold(to.title), to_string(to.kind), static_cast<int>(to.severity), to_json(to.said),
                           holds(to.said, kPersonalData), to.cause}));
  return {};
}

Result<LocalText> clocks_anew(store::Connection& connection, const Rules& rules, const Stored& incident, Timestamp now) {
  const auto clocks = clocks_of(rules.catalogue, incident.detected_at, traits_of(rules.severities, incident.severity, incident.said));
  TRY(auto told, set_clocks(connection, incident, clocks, rules.severities, now));
  TRY_VOID(plan_escalations(connection, incident.tenant, incident.id));
  TRY_VOID(refresh_next_clock(connection, incident.tenant, incident.id));
  return told;
}

// Before anything is written: whoever passes a refusal over leaves nothing half done.
Result<void> require_place(store::Connection& connection, const Stored& incident, const std::vector<FindingId>& findings) {
  if (findings.empty()) return {};
  std::int64_t has = 0;
  TRY_VOID(connection.query_one("SELECT count(*) FROM incident_finding WHERE tenant_id = ?1 AND incident_id = ?2", {incident.tenant, incident.id},
                                [&](const store::Row& row) -> Result<void> {
                                  has = row.integer(0);
                                  return {};
                                }));
  std::set<FindingId> fresh;
  for (const FindingId id : findings) {
    bool known = false;
    TRY_VOID(connection.query("SELECT 1 FROM incident_finding WHERE tenant_id = ?1 AND incident_id = ?2 AND finding_id = ?3",
                              {incident.tenant, incident.id, id}, [&](const store::Row&) -> Result<void> {
                                known = true;
                                return {};
                              }));
    if (!known) fresh.insert(id);
  }
  if (has + static_cast<std::int64_t>(fresh.size()) > kMostFindings) return refuse(refusals::kTooManyFindings);
  return {};
}

}  // namespace

Result<LocalText> set_clocks(store::Connection& connection, const Stored& incident, const Clocks& clocks, const SeverityTable& table,
                             Timestamp now) {
  TRY(const auto known, known_clocks(connection, incident));
  LocalText told;
  for (std::size_t place = 0; place < clocks.clocks.size(); ++place) {
    const auto& clock = clocks.clocks[place];
    const auto found = std::ranges::find(known, clock.id, &KnownClock::id);
    if (found != known.end() && found->applies) continue;
    TRY_VOID(begin_clock(connection, incident, clock, place, table, now));
    if (!known.empty()) tell(told, "thêm hạn ", "clock begins: ", clock.name);
  }
  for (const auto& one : known) {
    const bool wanted = std::ranges::find(clocks.clocks, one.id, &ReportingClock::id) != clocks.clocks.end();
    if (wanted || !one.applies) continue;
    if (one.is_owed(now)) {
      tell(told, "vẫn phải báo cáo, đã quá hạn: ", "still owed, it is late: ", one.name);
      continue;
    }
    TRY_VOID(connection.run("UPDATE incident_clock SET applies = 0, next_escalation_at = NULL WHERE tenant_id = ?1 AND incident_id = ?2 AND clock = ?3",
                            {incident.tenant, incident.id, one.id}));
    tell(told, "không còn hạn ", "clock no longer applies: ", one.name);
  }
  return told;
}

Result<std::int64_t> add_findings(store::Connection& connection, const store::TenantScope& scope, const Stored& incident,
                                  const std::vector<FindingId>& findings, std::optional<UserId> who, Timestamp now) {
  const auto by = who ? store::Value(*who) : store::Value(nullptr);
  TRY_VOID(require_place(connection, incident, findings));
  std::int64_t added = 0;
  for (const FindingId id : findings) {
    bool seen = false;
    TRY_VOID(connection.query("SELECT 1 FROM finding f WHERE f.tenant_id = ?1 AND f.id = ?3 AND " KHIEN_IN_SCOPE("f.unit_id"),
                              {scope.tenant(), scope.roots_json(), id}, [&](const store::Row&) -> Result<void> {
                                seen = true;
                                return {};
                              }));
    if (!seen) return refuse(refusals::kNoSuchFinding);
    TRY(const auto written,
        connection.run("INSERT INTO incident_finding (tenant_id, incident_id, finding_id, unit_id, judge, rule, subject, severity, machine_id, "
                       "site_id, asset_name, first_seen, added_at, added_by) "
                       "SELECT f.tenant_id, ?2, f.id, f.unit_id, f.judge, f.rule, f.subject, f.severity, f.machine_id, f.site_id, "
                       "coalesce(m.hostname, s.address, ''), f.first_seen, ?4, ?5 FROM finding f "
                       "LEFT JOIN machine m ON m.tenant_id = f.tenant_id AND m.id = f.machine_id "
                       "LEFT JOIN site s ON s.tenant_id = f.tenant_id AND s.id = f.site_id "
                       "WHERE f.tenant_id = ?1 AND f.id = ?3 ON CONFLICT DO NOTHING",
                       {incident.tenant, incident.id, id, now, by}));
    added += written;
  }
  if (added == 0) return added;
  Timestamp first;
  TRY_VOID(connection.query_one("SELECT min(first_seen) FROM incident_finding WHERE tenant_id = ?1 AND incident_id = ?2",
                                {incident.tenant, incident.id}, [&](const store::Row& row) -> Result<void> {
                                  first = row.time(0);
                                  return {};
                                }));
  TRY_VOID(connection.run("UPDATE incident SET first_seen = ?3 WHERE tenant_id = ?1 AND id = ?2", {incident.tenant, incident.id, first}));
  return added;
}

Result<NewIncident> checked_incident(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, const NewIncident& incident,
                                     Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, incident.unit));
  if (incident.detected_at > now || incident.detected_at < kEarliest) return refuse(refusals::kDetectedAhead);
  TRY_VOID(require_detected_by_findings(connection, scope, incident));
  NewIncident checked = incident;
  TRY(checked.title, checked_text(incident.title, kMostTitle, &refusals::kNeedsTitle));
  TRY(checked.words, checked_text(incident.words, kMostWords, &refusals::kNeedsWords));
  TRY(checked.traits, checked_traits(rules.catalogue, incident.detected_at, incident.traits));
  return checked;
}

Result<IncidentId> open_incident(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, const NewIncident& incident,
                                 std::optional<UserId> who, Timestamp now) {
  TRY(const auto checked, checked_incident(connection, scope, rules, incident, now));
  const auto clocks = clocks_of(rules.catalogue, checked.detected_at, traits_of(rules.severities, checked.severity, checked.traits));
  TRY(const auto id, insert(connection, scope, checked, clocks, who, now));
  const Stored stored{.id = id, .tenant = scope.tenant(), .unit = checked.unit, .title = checked.title, .kind = checked.kind,
                      .severity = checked.severity, .state = State::open, .detected_at = checked.detected_at, .said = checked.traits, .first_seen = {}, .cause = {}};
  TRY_VOID(clocks_anew(connection, rules, stored, now));
  const LocalText told{"Phát hiện lúc " + local_words(checked.detected_at), "Detected at " + local_words(checked.detected_at)};
  TRY_VOID(put_line(connection, stored, {.what = What::opened, .happened_at = now, .who = who, .words = checked.words, .told = told}, now));
  TRY_VOID(add_findings(connection, scope, stored, checked.findings, who, now));
  return id;
}

Result<void> update_incident(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, IncidentId id,
                             const IncidentChange& change, std::optional<UserId> who, Timestamp now) {
  TRY(const auto stored, load_living(connection, scope, id, now));
  TRY(auto made, changed(rules, stored, change));
  if (!made.told.vi.empty()) TRY_VOID(write_change(connection, made.to));
  if (made.clocks) {
    TRY(const auto told, clocks_anew(connection, rules, made.to, now));
    if (!told.vi.empty()) tell(made.told, "", "", told);
  }
  if (!made.told.vi.empty()) {
    TRY_VOID(put_line(connection, stored, {.what = What::changed, .happened_at = now, .who = who, .told = made.told}, now));
  }
  TRY(const auto added, add_findings(connection, scope, stored, change.findings, who, now));
  if (added == 0) return {};
  const std::string count = std::to_string(added);
  TRY_VOID(put_line(connection, stored,
                    {.what = What::finding, .happened_at = now, .who = who, .told = {"Gắn thêm " + count + " phát hiện", "Findings added: " + count}}, now));
  return {};
}

}  // namespace khien::incident
