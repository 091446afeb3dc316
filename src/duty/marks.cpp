#include "marks.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "marks_statements.hpp"

namespace khien::duty {
namespace {

bool is_on_event(const Asked& one) { return one.duty->recurrence == law::Recurrence::on_event; }
bool asks_register(const Asked& one) { return one.duty->met_by == law::MetBy::register_record; }

#define KHIEN_REGISTER_MARKS(state, index, scope)                                                     \
  "SELECT DISTINCT r.unit_id FROM register_record r INDEXED BY " index " WHERE r.tenant_id = ?1 "     \
  "AND r.register = ?3 AND r.state = '" state "' AND r.dated_on BETWEEN ?4 AND ?5" scope
constexpr store::Sql kApprovedOfScope = KHIEN_REGISTER_MARKS("approved", "register_record_counting", KHIEN_OF_SCOPE);
constexpr store::Sql kApprovedOfTenant = KHIEN_REGISTER_MARKS("approved", "register_record_counting", KHIEN_OF_TENANT);
constexpr store::Sql kWaiting = KHIEN_REGISTER_MARKS("waiting", "register_record_waiting", KHIEN_OF_SCOPE);

struct Reader {
  store::Connection& connection;
  const store::TenantScope& scope;
  const Picture& picture;
  std::int64_t as_of;

  void raise(std::vector<Mark>& column, UnitId unit, Mark mark) const {
    if (const auto index = picture.index_of(unit)) column[*index] = std::max(column[*index], mark);
  }
  store::Connection::Visit marks_into(std::vector<Mark>& column) const {
    return [this, &column](const store::Row& row) -> Result<void> {
      raise(column, row.id<UnitTag>(0), static_cast<Mark>(row.integer(1)));
      return {};
    };
  }

  Result<void> period(const Asked& one, std::vector<Mark>& column) const {
    return connection.query(picture.is_whole() ? kPeriodOfTenant : kPeriodOfScope,
                            {scope.tenant(), scope.roots_json(), one.duty->id,
                             std::int64_t{one.occurrence->period_from.days()}, as_of},
                            marks_into(column));
  }

  Result<void> events(const Asked& one, std::vector<Mark>& column) const {
    return connection.query(picture.is_whole() ? kEventsOfTenant : kEventsOfScope,
                            {scope.tenant(), scope.roots_json(), one.duty->id, as_of}, marks_into(column));
  }

  Result<void> in_register(const std::string& name, Date from, Date to, std::vector<Mark>& column) const {
    const auto raise_to = [&](Mark mark) {
      return [this, &column, mark](const store::Row& row) -> Result<void> {
        raise(column, row.id<UnitTag>(0), mark);
        return {};
      };
    };
    const std::int64_t first = from.days();
    const std::int64_t last = to.days();
    TRY_VOID(connection.query(picture.is_whole() ? kApprovedOfTenant : kApprovedOfScope,
                              {scope.tenant(), scope.roots_json(), name, first, last}, raise_to(Mark::approved)));
    return connection.query(kWaiting, {scope.tenant(), scope.roots_json(), name, first, last}, raise_to(Mark::waiting));
  }
};

}  // namespace

Result<Marks> read_marks(store::Connection& connection, const store::TenantScope& scope, const Picture& picture,
                         const std::vector<Asked>& asked) {
  Marks marks;
  marks.records.assign(asked.size(), std::vector<Mark>(picture.size(), Mark::none));
  marks.registers.resize(asked.size());
  const Reader reader{connection, scope, picture, picture.as_of().days()};
  // Duties of one register and one period ask one question.
  std::map<std::tuple<std::string, Date, Date>, std::size_t> asked_before;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto& one = asked[i];
    TRY_VOID(is_on_event(one) ? reader.events(one, marks.records[i]) : reader.period(one, marks.records[i]));
    if (!asks_register(one)) continue;
    const auto from = one.occurrence->period_from;
    const auto to = one.occurrence->period_to.value_or(Date::last());
    const auto [first, is_new] = asked_before.emplace(std::tuple(one.duty->register_name, from, to), i);
    if (!is_new) {
      marks.registers[i] = marks.registers[first->second];
      continue;
    }
    marks.registers[i].assign(picture.size(), Mark::none);
    TRY_VOID(reader.in_register(one.duty->register_name, from, to, marks.registers[i]));
  }
  return marks;
}

}  // namespace khien::duty
