#include "khien/reporting/calendar.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "khien/estate/scope_sql.hpp"
#include "khien/law/due.hpp"
#include "periods.hpp"

namespace khien::reporting {
namespace {

constexpr int kDaysBack = 90;
constexpr int kDaysAhead = 365;

using Owner = std::tuple<std::string, UnitId, bool, std::string>;  // kind, unit, of the whole, period

Result<std::map<Owner, ReportId>> made_reports(store::Connection& connection, const store::TenantScope& scope) {
  std::map<Owner, ReportId> made;
  // Drafts first and the newest last: what is frozen takes a draft's place.
  TRY_VOID(connection.query(
      "SELECT r.kind, r.unit_id, r.of_whole, r.period, r.id FROM report r WHERE r.tenant_id = ?1 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " ORDER BY r.state <> 'draft', r.id",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        made[{std::string(row.text(0)), row.id<UnitTag>(1), row.integer(2) != 0, std::string(row.text(3))}] = row.id<ReportTag>(4);
        return {};
      }));
  return made;
}

// Whoever holds the role by a decision acts for the whole, and so does the document.
bool acts_for_whole(const law::Catalogue& catalogue, const std::vector<std::string>& roles) {
  return std::ranges::any_of(roles, [&](const auto& id) {
    const auto* role = catalogue.role(id);
    return role != nullptr && role->by == law::Role::By::assignment;
  });
}

class Reading {
 public:
  Reading(const Kinds& kinds, const duty::TenantLaw& law, Date today) : kinds_(kinds), law_(law), today_(today) {}

  void take(const duty::Owed& owed) {
    for (const auto& entry : kinds_.all()) {
      if (proves(entry, owed)) add(entry, owed, owed.period_from, owed.due, owed.state);
    }
  }

  // Units owe a duty for as long as they do today. After all that is at stake was taken: that
  // has a state.
  void look_ahead(const duty::Owed& owed) {
    if (owed.duty->recurrence == law::Recurrence::on_event) return;
    for (const auto& entry : kinds_.all()) {
      if (!proves(entry, owed)) continue;
      const auto ref = law_.catalogue().duty(owed.duty->id);
      for (const auto& one : law_.occurrences(ref, today_, today_ + kDaysAhead)) {
        if (one.period_from > owed.period_from) add(entry, owed, one.period_from, one.due, duty::DutyState::not_due);
      }
    }
  }

  Result<std::vector<CalendarItem>> finish(const std::map<Owner, ReportId>& made) {
    for (auto& item : items_) {
      const auto found = made.find({item.kind->kind.id, owner_of(item, made), item.of_whole, item.period.id});
      if (found != made.end()) item.report = found->second;
    }
    std::ranges::sort(items_, {}, [](const CalendarItem& item) {
      return std::tuple(!item.due, item.due.value_or(Date::last()), std::string_view(item.clause->id), std::string_view(item.kind->kind.id),
                        item.unit, item.period.from);
    });
    return std::move(items_);
  }

 private:
  static bool proves(const Kinds::Entry& entry, const duty::Owed& owed) {
    return std::ranges::find(entry.kind.duties, owed.duty->id) != entry.kind.duties.end();
  }

  void add(const Kinds::Entry& entry, const duty::Owed& owed, Date from, std::optional<Date> due, duty::DutyState state) {
    if (due && (*due < today_ - kDaysBack || *due > today_ + kDaysAhead)) return;
    if (!seen_.insert({entry.kind.id, owed.duty->id, owed.unit, from}).second) return;
    auto period = period_for(entry.kind, law_, period_id(entry.kind.every, from));
    if (!period) return;
    CalendarItem item{.kind = &entry, .clause = owed.clause, .duty = owed.duty, .unit = owed.unit, .unit_name = owed.unit_name};
    item.of_whole = entry.kind.of_tenant && (!entry.kind.of_unit || acts_for_whole(law_.catalogue(), law_.addressees(*owed.clause, today_)));
    item.period = *std::move(period);
    item.due = due;
    item.state = state;
    items_.push_back(std::move(item));
  }

  // One for the whole lies with the tenant's root, whoever holds the role.
  static UnitId owner_of(const CalendarItem& item, const std::map<Owner, ReportId>& made) {
    if (!item.of_whole) return item.unit;
    for (const auto& [owner, report] : made) {
      if (std::get<0>(owner) == item.kind->kind.id && std::get<2>(owner) && std::get<3>(owner) == item.period.id) return std::get<1>(owner);
    }
    return item.unit;
  }

  const Kinds& kinds_;
  const duty::TenantLaw& law_;
  Date today_;
  std::set<std::tuple<std::string, std::string, UnitId, Date>> seen_;
  std::vector<CalendarItem> items_;
};

}  // namespace

Result<std::vector<CalendarItem>> read_calendar(store::Connection& connection, const store::TenantScope& scope, const Kinds& kinds,
                                                const std::shared_ptr<const duty::TenantLaw>& law, std::optional<UnitId> unit,
                                                Timestamp now) {
  const auto today = vietnam_day(now);
  TRY(const auto owed, duty::list_owed(connection, scope, law, unit, today, now));
  Reading reading(kinds, *law, today);
  for (const auto& one : owed) reading.take(one);
  for (const auto& one : owed) reading.look_ahead(one);
  TRY(const auto made, made_reports(connection, scope));
  return reading.finish(made);
}

}  // namespace khien::reporting
