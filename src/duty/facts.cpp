#include "facts.hpp"

#include <algorithm>
#include <array>

#include "khien/core/text.hpp"
#include "khien/estate/botnet.hpp"
#include "khien/estate/contacts.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/patching.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/sharing.hpp"
#include "roster_gaps.hpp"

namespace khien::duty {
namespace {

// Signatures older than that protect from yesterday's malware only (the figure of
// the ministry's guidance on central anti-malware).
constexpr Duration kFreshFor = days(15);
constexpr int kHighLevel = 3;
constexpr Duration kIncidentsOf = days(365);

using Part = double UnitFacts::*;
struct LiveMetric {
  std::string_view id;
  Part part;
  Part whole;
  bool of_unit_alone = false;
  bool is_count = false;  // the part is the figure; the whole says whether it can be known
  Part unseen = nullptr;  // of the whole: a count of none is not known while there is any
};
constexpr std::array<LiveMetric, 19> kLive{{
    {"machines_protected_share", &UnitFacts::devices_protected, &UnitFacts::devices},
    {"machines_signatures_fresh_share", &UnitFacts::devices_fresh, &UnitFacts::devices},
    {"machines_known_share", &UnitFacts::devices_known, &UnitFacts::devices},
    {"sites_labelled_share", &UnitFacts::sites_labelled, &UnitFacts::sites},
    {"websites_with_injected_content", &UnitFacts::sites_altered, &UnitFacts::sites, false, true, &UnitFacts::sites_unseen},
    {"contact_valid", &UnitFacts::units_with_contact, &UnitFacts::units, true},
    {"accountable_named", &UnitFacts::units_with_accountable, &UnitFacts::units, true},
    {"advisories_overdue", &UnitFacts::advisories_overdue, &UnitFacts::machines_inventoried, false, true},
    {"botnet_addresses_open", &UnitFacts::botnet_addresses, &UnitFacts::botnet_looked_up, false, true},
    {"incident_clocks_late", &UnitFacts::incident_clocks_late, &UnitFacts::units, false, true},
    {"incidents_reported_in_time_share", &UnitFacts::incident_clocks_in_time, &UnitFacts::incident_clocks_due},
    {"sharing_connected", &UnitFacts::units_connected, &UnitFacts::units_sharing},
    {"sharing_regular", &UnitFacts::units_regular, &UnitFacts::units_sharing},
    {"malware_shared_days", &UnitFacts::sharing_days, &UnitFacts::units_sharing, false, true},
    {"systems_level_set_share", &UnitFacts::systems_levelled, &UnitFacts::systems},
    {"systems_approved_share", &UnitFacts::systems_approved, &UnitFacts::systems},
    {"systems_plan_deployed_share", &UnitFacts::systems_deployed, &UnitFacts::systems},
    {"systems_monitored_share", &UnitFacts::systems_monitored, &UnitFacts::systems},
    {"systems_assessor_independent_share", &UnitFacts::high_systems_independent, &UnitFacts::high_systems},
}};

// Those of UnitFacts, and the one that is measured over a period (roster_gaps.hpp).
constexpr std::array<std::string_view, kLive.size() + 1> live_names() {
  std::array<std::string_view, kLive.size() + 1> names;
  names.back() = kRosterGaps;
  for (std::size_t i = 0; i < kLive.size(); ++i) names[i] = kLive[i].id;
  return names;
}
constexpr auto kLiveNames = live_names();

class Reader {
 public:
  Reader(store::Connection& connection, const store::TenantScope& scope, const Picture& picture, Timestamp now)
      : connection_(connection), scope_(scope), picture_(picture), now_(now), today_(vietnam_day(now)), all_(picture.size()) {
    for (auto& facts : all_) facts.units = 1;
  }

  Result<void> devices() {
    TRY(const auto counts, estate::devices_by_unit(connection_, scope_, now_));
    for (const auto& [unit, count] : counts) {
      auto* facts = of(unit);
      if (facts == nullptr) continue;
      facts->devices = static_cast<double>(count.expected);
      facts->devices_protected = static_cast<double>(count.protected_);
      facts->devices_known = static_cast<double>(count.protected_ + count.unprotected);
    }
    return {};
  }

  // A device is fresh if what protects its machine, ours or another maker's, has content of these days.
  Result<void> signatures() {
    return connection_.query(
        "SELECT d.unit_id, count(*) FROM device d WHERE d.tenant_id = ?1 AND d.unit_id IN " KHIEN_UNITS_IN_SCOPE
        " AND d.retired_on IS NULL AND d.machine_id IS NOT NULL AND EXISTS (SELECT 1 FROM machine m "
        "WHERE m.tenant_id = d.tenant_id AND m.id = d.machine_id AND m.content_updated_at >= ?3) "
        "GROUP BY d.unit_id",
        {scope_.tenant(), scope_.roots_json(), now_ - kFreshFor}, [&](const store::Row& row) -> Result<void> {
          if (auto* facts = of(row.id<UnitTag>(0))) facts->devices_fresh = static_cast<double>(row.integer(1));
          return {};
        });
  }

  Result<void> sites() {
    return connection_.query(
        "SELECT s.unit_id, count(*), sum(s.label <> '' AND (s.label_valid_to IS NULL OR s.label_valid_to >= ?3)), "
        "sum(s.altered), sum(s.seen_until < ?4) "
        "FROM site s WHERE s.tenant_id = ?1 AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE
        " AND (s.valid_to IS NULL OR s.valid_to >= ?3) GROUP BY s.unit_id",
        {scope_.tenant(), scope_.roots_json(), std::int64_t{today_.days()}, now_}, [&](const store::Row& row) -> Result<void> {
          auto* facts = of(row.id<UnitTag>(0));
          if (facts == nullptr) return {};
          facts->sites = static_cast<double>(row.integer(1));
          facts->sites_labelled = static_cast<double>(row.integer(2));
          facts->sites_altered = static_cast<double>(row.integer(3));
          facts->sites_unseen = static_cast<double>(row.integer(4));
          return {};
        });
  }

  Result<void> contacts() {
    return connection_.query(
        "SELECT c.unit_id, max(c.purpose <> 'leader'), max(c.purpose = 'leader') FROM contact c "
        "WHERE c.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE
        " AND c.valid_from <= ?3 AND (c.valid_to IS NULL OR c.valid_to >= ?3) GROUP BY c.unit_id",
        {scope_.tenant(), scope_.roots_json(), std::int64_t{today_.days()}}, [&](const store::Row& row) -> Result<void> {
          auto* facts = of(row.id<UnitTag>(0));
          if (facts == nullptr) return {};
          facts->units_with_contact = static_cast<double>(row.integer(1));
          facts->units_with_accountable = static_cast<double>(row.integer(2));
          return {};
        });
  }

  Result<void> patching() {
    TRY(const auto units, estate::patching_by_unit(connection_, scope_));
    for (const auto& [unit, patching] : units) {
      auto* facts = of(unit);
      if (facts == nullptr) continue;
      facts->machines_inventoried = static_cast<double>(patching.machines_known);
      facts->advisories_overdue = static_cast<double>(patching.advisories_overdue);
    }
    return {};
  }

  // No list says so unless somebody looked: without a look-up of late the figure is not known.
  Result<void> botnet() {
    TRY(const auto lookup, estate::botnet_lookup(connection_, scope_.tenant()));
    if (!lookup || !lookup->is_regular(now_)) return {};
    for (auto& facts : all_) facts.botnet_looked_up = 1;
    TRY(const auto open, estate::botnet_open_by_unit(connection_, scope_));
    for (const auto& [unit, addresses] : open) {
      if (auto* facts = of(unit)) facts->botnet_addresses = static_cast<double>(addresses);
    }
    return {};
  }

  Result<void> sharing() {
    TRY(const auto units, estate::sharing_by_unit(connection_, scope_));
    for (const auto& [unit, sharing] : units) {
      auto* facts = of(unit);
      if (facts == nullptr) continue;
      facts->units_sharing = 1;
      facts->units_connected = sharing.is_connected() ? 1 : 0;
      facts->units_regular = sharing.is_regular(now_) ? 1 : 0;
      facts->sharing_days = static_cast<double>(sharing.days_since(now_));
    }
    return {};
  }

  Result<void> systems() {
    return connection_.query(
        "SELECT s.unit_id, l.level, s.approved_at, s.plan_deployed_at, s.monitor, s.assessor FROM information_system s "
        "LEFT JOIN information_system_level l ON l.tenant_id = s.tenant_id AND l.system_id = s.id AND l.valid_to IS NULL "
        "WHERE s.tenant_id = ?1 AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND (s.ended_on IS NULL OR s.ended_on > ?3)",
        {scope_.tenant(), scope_.roots_json(), std::int64_t{today_.days()}}, [&](const store::Row& row) -> Result<void> {
          if (auto* facts = of(row.id<UnitTag>(0))) add_system(*facts, row);
          return {};
        });
  }

  // Closing ends no clock, and what time it is said to have been closed at changes none: a clock is late until a report
  // is recorded.
  Result<void> incidents() {
    return connection_.query(
        "SELECT i.unit_id, sum(k.met_at IS NULL), sum(i.detected_at >= ?4), sum(i.detected_at >= ?4 AND k.met_at <= k.late_at) "
        "FROM incident i JOIN incident_clock k ON k.tenant_id = i.tenant_id AND k.incident_id = i.id "
        "WHERE i.tenant_id = ?1 AND i.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND (i.state <> 'closed' OR i.detected_at >= ?4 OR i.next_late_at < ?3) AND k.late_at IS NOT NULL "
        "AND (k.met_at IS NOT NULL OR (k.applies = 1 AND k.late_at < ?3)) GROUP BY i.unit_id",
        {scope_.tenant(), scope_.roots_json(), now_, now_ - kIncidentsOf}, [&](const store::Row& row) -> Result<void> {
          auto* facts = of(row.id<UnitTag>(0));
          if (facts == nullptr) return {};
          facts->incident_clocks_late = static_cast<double>(row.integer(1));
          facts->incident_clocks_due = static_cast<double>(row.integer(2));
          facts->incident_clocks_in_time = static_cast<double>(row.integer(3));
          return {};
        });
  }

  std::vector<UnitFacts> take() { return std::move(all_); }

 private:
  UnitFacts* of(UnitId unit) {
    const auto index = picture_.index_of(unit);
    return index ? &all_[*index] : nullptr;
  }

  bool is_past(const store::Row& row, int column) const {
    return !row.is_null(column) && row.integer(column) <= today_.days();
  }

  void add_system(UnitFacts& facts, const store::Row& row) const {
    const auto level = row.is_null(1) ? 0 : row.integer(1);
    ++facts.systems;
    facts.systems_levelled += level > 0 ? 1 : 0;
    facts.systems_approved += is_past(row, 2) ? 1 : 0;
    facts.systems_deployed += is_past(row, 3) ? 1 : 0;
    facts.systems_monitored += row.text(4).empty() ? 0 : 1;
    if (level < kHighLevel) return;
    ++facts.high_systems;
    const bool independent = !row.text(5).empty() && fold(row.text(5)) != fold(row.text(4));
    facts.high_systems_independent += independent ? 1 : 0;
  }

  store::Connection& connection_;
  const store::TenantScope& scope_;
  const Picture& picture_;
  Timestamp now_;
  Date today_;
  std::vector<UnitFacts> all_;
};

}  // namespace

std::span<const std::string_view> live_metrics() { return kLiveNames; }

bool is_live_metric(std::string_view id) { return std::ranges::find(kLiveNames, id) != kLiveNames.end(); }

bool is_of_unit_alone(std::string_view metric) {
  const auto found = std::ranges::find(kLive, metric, &LiveMetric::id);
  return metric == kRosterGaps || (found != kLive.end() && found->of_unit_alone);
}

UnitFacts& UnitFacts::operator+=(const UnitFacts& other) {
  for (const Part part :
       {&UnitFacts::devices, &UnitFacts::devices_protected, &UnitFacts::devices_known, &UnitFacts::devices_fresh,
        &UnitFacts::sites, &UnitFacts::sites_labelled, &UnitFacts::sites_altered, &UnitFacts::sites_unseen, &UnitFacts::systems, &UnitFacts::systems_levelled,
        &UnitFacts::systems_approved, &UnitFacts::systems_deployed, &UnitFacts::systems_monitored, &UnitFacts::high_systems,
        &UnitFacts::high_systems_independent, &UnitFacts::machines_inventoried, &UnitFacts::advisories_overdue,
        &UnitFacts::botnet_addresses, &UnitFacts::botnet_looked_up,
        &UnitFacts::incident_clocks_late, &UnitFacts::incident_clocks_due, &UnitFacts::incident_clocks_in_time,
        &UnitFacts::units_sharing, &UnitFacts::units_connected, &UnitFacts::units_regular, &UnitFacts::units, &UnitFacts::units_with_contact,
        &UnitFacts::units_with_accountable}) {
    this->*part += other.*part;
  }
  // One silent unit is not made up for by others.
  sharing_days = std::max(sharing_days, other.sharing_days);
  return *this;
}

Result<std::vector<UnitFacts>> read_facts(store::Connection& connection, const store::TenantScope& scope,
                                          const Picture& picture, Timestamp now) {
  Reader reader(connection, scope, picture, now);
  TRY_VOID(reader.devices());
  TRY_VOID(reader.signatures());
  TRY_VOID(reader.sites());
  TRY_VOID(reader.contacts());
  TRY_VOID(reader.systems());
  TRY_VOID(reader.patching());
  TRY_VOID(reader.sharing());
  TRY_VOID(reader.botnet());
  TRY_VOID(reader.incidents());
  return reader.take();
}

Measurement measure_live(std::string_view metric, const UnitFacts& facts) {
  const auto found = std::ranges::find(kLive, metric, &LiveMetric::id);
  Measurement measurement;
  if (found == kLive.end()) return measurement;
  const double whole = facts.*(found->whole);
  measurement.why = whole > 0 ? Measurement::Why::known : Measurement::Why::nothing;
  measurement.part = facts.*(found->part);
  if (whole > 0 && !found->is_count) measurement.whole = whole;
  const bool unseen = found->unseen != nullptr && facts.*(found->unseen) > 0;
  if (whole > 0 && unseen && measurement.part == 0) measurement.why = Measurement::Why::unseen;
  return measurement;
}

}  // namespace khien::duty
