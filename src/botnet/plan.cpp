#include "plan.hpp"

#include <algorithm>

#include "khien/core/text.hpp"

namespace khien::botnet {
namespace {

constexpr std::size_t kMostSample = 200;
constexpr std::size_t kMostUnits = 200;

struct Followed {
  CaseId id;
  Standing standing;
  int absences = 0;
  UnitId unit;
  bool named = false;  // by this list
};

Result<std::vector<Date>> complete_days(store::Connection& connection, TenantId tenant, const PlannedList& list) {
  std::vector<Date> days;
  TRY_VOID(connection.query("SELECT DISTINCT listed_on FROM botnet_list WHERE tenant_id = ?1 AND source_key = ?2 AND complete = 1 "
                            "AND state = 'confirmed' ORDER BY listed_on",
                            {tenant, list.source_key}, [&](const store::Row& row) -> Result<void> {
                              days.push_back(Date::from_days(row.integer(0)));
                              return {};
                            }));
  if (list.complete && !std::ranges::binary_search(days, list.listed_on)) {
    days.insert(std::ranges::lower_bound(days, list.listed_on), list.listed_on);
  }
  return days;
}

Result<std::map<Address, Followed>> followed_cases(store::Connection& connection, TenantId tenant, std::string_view source_key) {
  std::map<Address, Followed> all;
  TRY_VOID(connection.query(
      "SELECT address, id, state, last_listed, entered_at, absences, unit_id FROM botnet_case WHERE tenant_id = ?1 "
      "AND source_key = ?2 ORDER BY address",
      {tenant, source_key}, [&](const store::Row& row) -> Result<void> {
        const auto address = address_from_bytes(row.bytes(0));
        if (!address) return Error(Code::corrupt, "a case has no address");
        Followed one{.id = row.id<CaseTag>(1), .standing = {}, .absences = static_cast<int>(row.integer(5)), .unit = row.id<UnitTag>(6)};
        TRY(one.standing.state, state_from_string(row.text(2)));
        one.standing.last_listed = Date::from_days(row.integer(3));
        if (one.standing.state == State::reported_clean) one.standing.reported_clean_at = row.time(4);
        all.emplace_hint(all.end(), *address, one);
        return {};
      }));
  return all;
}

// One presence an address, with what its newest row says.
std::map<Address, Presence> by_address(const std::vector<ListEntry>& entries) {
  std::map<Address, Presence> all;
  for (const auto& entry : entries) {
    auto& one = all[entry.address];
    const bool newer = !one.seen_at || (entry.seen_at && *entry.seen_at > *one.seen_at);
    one.address = entry.address;
    if (newer && entry.seen_at) one.seen_at = entry.seen_at;
    if (!entry.malware.empty() && (newer || one.malware.empty())) one.malware = entry.malware;
    if (entry.controller && (newer || !one.controller)) one.controller = entry.controller;
  }
  return all;
}

std::string_view what_of(const Presence& one) { return !one.id ? "fresh" : one.comes_back ? "recurring" : "again"; }

class Planner {
 public:
  Planner(const PlannedList& list, const Owners& owners, std::vector<Date> days) : list_(list), owners_(owners), days_(std::move(days)) {}

  void presence(Presence one, std::map<Address, Followed>& followed) {
    const auto found = followed.find(one.address);
    one.last_listed = list_.listed_on;
    one.owner = owners_.of(one.address);
    if (found != followed.end()) {
      auto& known = found->second;
      known.named = true;
      one.id = known.id;
      one.state = known.standing.state;
      one.last_listed = std::max(known.standing.last_listed, list_.listed_on);
      one.absences = absences_after(one.last_listed, days_);
      one.comes_back = botnet::comes_back(known.standing, list_.listed_on, one.seen_at, one.absences);
    } else {
      one.absences = absences_after(one.last_listed, days_);
    }
    ++(one.comes_back ? plan.report.recurring : one.id ? plan.report.again : plan.report.fresh);
    if (one.owner == nullptr) ++plan.report.unknown;
    if (one.owner != nullptr) {
      auto& share = shares_.try_emplace(one.owner->unit, ListReport::UnitShare{one.owner->unit, one.owner->unit_name, 0}).first->second;
      ++share.addresses;
    }
    digest(one.address.text(), what_of(one), std::to_string(one.absences), one.owner == nullptr ? "" : one.owner->range,
           one.owner == nullptr ? "" : std::to_string(one.owner->unit.value));
    plan.presences.push_back(std::move(one));
  }

  void absence(const Followed& known) {
    if (!list_.complete || known.named || known.standing.state == State::delisted) return;
    const int absences = absences_after(known.standing.last_listed, days_);
    if (absences == known.absences) return;
    ++plan.report.missing;
    if (absences >= kAbsencesToDelist) ++plan.report.delisting;
    digest(std::to_string(known.id.value), "absent", std::to_string(absences), to_string(known.standing.state));
    plan.absences.push_back({known.id, known.standing.state, absences, known.unit});
  }

  void finish(const std::vector<ListEntry>& entries) {
    plan.report.addresses = static_cast<std::int64_t>(plan.presences.size());
    sample(entries);
    for (auto& [unit, share] : shares_) plan.report.units.push_back(std::move(share));
    std::ranges::sort(plan.report.units, [](const auto& a, const auto& b) { return a.addresses != b.addresses ? a.addresses > b.addresses : a.name < b.name; });
    if (plan.report.units.size() > kMostUnits) plan.report.units.resize(kMostUnits);
    plan.digest = stream_.finish();
  }

  ListPlan plan;

 private:
  template <class... Parts>
  void digest(const Parts&... parts) {
    std::string line;
    ((line.append(parts) += '\x1f'), ...);
    stream_.update(as_bytes(line));
  }

  void sample(const std::vector<ListEntry>& entries) {
    for (const auto& entry : entries) {
      if (plan.report.sample.size() == kMostSample) return;
      const auto one = std::ranges::lower_bound(plan.presences, entry.address, {}, &Presence::address);
      ListReport::Sample row{.entry = entry, .what = what_of(*one), .unit = {}, .unit_name = {}, .range = {}};
      if (one->owner != nullptr) {
        row.unit = one->owner->unit;
        row.unit_name = one->owner->unit_name;
        row.range = one->owner->range;
      }
      plan.report.sample.push_back(std::move(row));
    }
  }

  const PlannedList& list_;
  const Owners& owners_;
  std::vector<Date> days_;
  std::map<UnitId, ListReport::UnitShare> shares_;
  Sha256Stream stream_;
};

}  // namespace

Result<ListPlan> make_plan(store::Connection& connection, TenantId tenant, const PlannedList& list,
                           const std::vector<ListEntry>& entries, const Owners& owners) {
  TRY(auto days, complete_days(connection, tenant, list));
  TRY(auto followed, followed_cases(connection, tenant, list.source_key));
  Planner planner(list, owners, std::move(days));
  for (auto& [address, one] : by_address(entries)) planner.presence(std::move(one), followed);
  for (const auto& [address, known] : followed) planner.absence(known);
  planner.finish(entries);
  return std::move(planner.plan);
}

}  // namespace khien::botnet
