#include "marks.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "khien/core/json.hpp"
#include "khien/estate/scope_sql.hpp"

namespace khien::duty {
namespace {

Mark mark_of(std::string_view state, bool not_applicable) {
  if (state == "approved") return not_applicable ? Mark::approved_exempt : Mark::approved;
  if (state == "waiting") return not_applicable ? Mark::waiting_exempt : Mark::waiting;
  return state == "refused" ? Mark::refused : Mark::none;
}

void raise(Mark& mark, Mark to) { mark = std::max(mark, to); }

bool is_on_event(const Asked& one) { return one.duty->recurrence == law::Recurrence::on_event; }
bool asks_register(const Asked& one) { return one.duty->met_by == law::MetBy::register_record; }

// [[duty, period_from], ...]; the place in the list is the question's number.
std::string list_of(const std::vector<Asked>& asked, bool on_event) {
  JsonWriter json;
  json.begin_array();
  for (const auto& one : asked) {
    json.begin_array();
    // An empty id finds nothing and keeps the numbers in step.
    json.string(is_on_event(one) == on_event ? one.duty->id : std::string());
    json.integer(one.occurrence->period_from.days()).end_array();
  }
  json.end_array();
  return json.take();
}

struct Reader {
  store::Connection& connection;
  const store::TenantScope& scope;
  const Picture& picture;
  std::int64_t as_of;
  Marks& marks;

  Result<void> take(std::vector<std::vector<Mark>>& into, const store::Row& row, Mark mark) const {
    const auto unit = picture.index_of(row.id<UnitTag>(1));
    auto& column = into[static_cast<std::size_t>(row.integer(0))];
    if (unit && !column.empty()) raise(column[*unit], mark);
    return {};
  }

  Result<void> periods(const std::string& list) const {
    return connection.query(
        "SELECT q.key, r.unit_id, r.state, r.not_applicable FROM json_each(?3) q CROSS JOIN duty_record r "
        "INDEXED BY duty_record_by_period ON r.tenant_id = ?1 AND r.duty = (q.value ->> 0) "
        "AND r.period_from = (q.value ->> 1) AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
        " AND r.state <> 'withdrawn' AND r.done_on <= ?4",
        {scope.tenant(), scope.roots_json(), list, as_of}, [&](const store::Row& row) {
          return take(marks.records, row, mark_of(row.text(2), row.integer(3) != 0));
        });
  }

  // An event is known by its records: it is open while one waits or was sent back
  // and none was approved. That the whole duty does not apply is said of its first day.
  Result<void> events(const std::string& list) const {
    TRY_VOID(connection.query(
        "SELECT q.key, r.unit_id, max(r.state = 'waiting') FROM json_each(?3) q CROSS JOIN duty_record r "
        "INDEXED BY duty_record_by_period ON r.tenant_id = ?1 AND r.duty = (q.value ->> 0) "
        "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND r.state <> 'withdrawn' AND r.not_applicable = 0 AND r.done_on <= ?4 "
        "GROUP BY q.key, r.period_from, r.unit_id HAVING max(r.state = 'approved') = 0",
        {scope.tenant(), scope.roots_json(), list, as_of}, [&](const store::Row& row) {
          return take(marks.records, row, row.integer(2) != 0 ? Mark::waiting : Mark::refused);
        }));
    return connection.query(
        "SELECT q.key, r.unit_id, r.state FROM json_each(?3) q CROSS JOIN duty_record r "
        "INDEXED BY duty_record_by_period ON r.tenant_id = ?1 AND r.duty = (q.value ->> 0) "
        "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND r.state IN ('waiting', 'approved') AND r.not_applicable = 1 "
        "AND r.done_on <= ?4",
        {scope.tenant(), scope.roots_json(), list, as_of},
        [&](const store::Row& row) { return take(marks.records, row, mark_of(row.text(2), true)); });
  }

  Result<void> in_register(const std::string& name, Date from, Date to, const std::vector<std::size_t>& questions) const {
    const auto add = [&](const store::Row& row, Mark mark) {
      const auto unit = picture.index_of(row.id<UnitTag>(0));
      if (!unit) return;
      for (const std::size_t question : questions) raise(marks.registers[question][*unit], mark);
    };
    TRY_VOID(connection.query(
        "SELECT DISTINCT r.unit_id FROM register_record r INDEXED BY register_record_counting WHERE r.tenant_id = ?1 "
        "AND r.register = ?3 AND r.state = 'approved' AND r.dated_on BETWEEN ?4 AND ?5 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE,
        {scope.tenant(), scope.roots_json(), name, std::int64_t{from.days()}, std::int64_t{to.days()}},
        [&](const store::Row& row) -> Result<void> {
          add(row, Mark::approved);
          return {};
        }));
    return connection.query(
        "SELECT DISTINCT r.unit_id FROM register_record r INDEXED BY register_record_waiting WHERE r.tenant_id = ?1 "
        "AND r.register = ?3 AND r.state = 'waiting' AND r.dated_on BETWEEN ?4 AND ?5 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE,
        {scope.tenant(), scope.roots_json(), name, std::int64_t{from.days()}, std::int64_t{to.days()}},
        [&](const store::Row& row) -> Result<void> {
          add(row, Mark::waiting);
          return {};
        });
  }
};

}  // namespace

Result<Marks> read_marks(store::Connection& connection, const store::TenantScope& scope, const Picture& picture,
                         const std::vector<Asked>& asked) {
  Marks marks;
  marks.records.assign(asked.size(), std::vector<Mark>(picture.size(), Mark::none));
  marks.registers.resize(asked.size());
  const Reader reader{connection, scope, picture, picture.as_of().days(), marks};
  TRY_VOID(reader.periods(list_of(asked, false)));
  if (std::ranges::any_of(asked, is_on_event)) TRY_VOID(reader.events(list_of(asked, true)));

  // Duties of one register and one period ask one question.
  std::map<std::tuple<std::string, Date, Date>, std::vector<std::size_t>> by_register;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!asks_register(asked[i])) continue;
    marks.registers[i].assign(picture.size(), Mark::none);
    const auto to = asked[i].occurrence->period_to.value_or(Date::last());
    by_register[{asked[i].duty->register_name, asked[i].occurrence->period_from, to}].push_back(i);
  }
  for (const auto& [question, numbers] : by_register) {
    const auto& [name, from, to] = question;
    TRY_VOID(reader.in_register(name, from, to, numbers));
  }
  return marks;
}

}  // namespace khien::duty
