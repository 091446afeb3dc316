#include <algorithm>
#include <utility>

#include "field_picker.hpp"
#include "khien/estate/scope_sql.hpp"
#include "measures.hpp"

namespace khien::duty {
namespace {

// All that an expression asks of a record.
FieldPicker picker_of(const law::Expression& expression) {
  FieldPicker picker;
  picker.want(expression.part.where);
  picker.want(expression.part.sum);
  if (expression.over) {
    picker.want(expression.over->where);
    picker.want(expression.over->sum);
  }
  picker.want(expression.exempt_if);
  return picker;
}

// Whoever sees the whole tenant needs no look at each row's unit.
#define KHIEN_COUNTING_RECORDS(scope)                                                      \
  "SELECT r.unit_id, r.fields, r.id FROM register_record r INDEXED BY register_record_counting " \
  "WHERE r.tenant_id = ?1 AND r.register = ?3 AND r.state = 'approved'" scope
#define KHIEN_OF_SCOPE " AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
#define KHIEN_OF_TENANT " AND ?2 <> ''"
#define KHIEN_DATED " AND r.dated_on BETWEEN ?4 AND ?5"
// Of all time: records without a day too.
constexpr store::Sql kOfScope = KHIEN_COUNTING_RECORDS(KHIEN_OF_SCOPE);
constexpr store::Sql kOfTenant = KHIEN_COUNTING_RECORDS(KHIEN_OF_TENANT);
constexpr store::Sql kOfScopeAndPeriod = KHIEN_COUNTING_RECORDS(KHIEN_OF_SCOPE) KHIEN_DATED;
constexpr store::Sql kOfTenantAndPeriod = KHIEN_COUNTING_RECORDS(KHIEN_OF_TENANT) KHIEN_DATED;

double share_of(const law::Aggregate& aggregate, const Fields& fields, Date as_of) {
  if (!all_hold(aggregate.where, fields, as_of)) return 0;
  return aggregate.sum.empty() ? 1 : fields.number(aggregate.sum).value_or(0);
}

class Summing {
 public:
  Summing(const Picture& picture, const law::Expression& expression)
      : picture_(picture), expression_(expression), picker_(picker_of(expression)) {
    sums_.part.assign(picture.size(), 0);
    sums_.exempt.assign(picture.size(), 0);
    if (expression.over) sums_.whole.assign(picture.size(), 0);
    home_ = expression.over ? expression.over->register_name : expression.part.register_name;
  }

  Result<void> add(const store::Row& row, std::string_view register_name) {
    const auto unit = picture_.index_of(row.id<UnitTag>(0));
    if (!unit) return {};
    const auto picked = picker_.of(row.text(1));
    if (!picked) return {};
    const auto& fields = *picked;
    const auto as_of = picture_.as_of();
    if (register_name == expression_.part.register_name) sums_.part[*unit] += share_of(expression_.part, fields, as_of);
    if (register_name != home_) return {};
    if (expression_.over) sums_.whole[*unit] += share_of(*expression_.over, fields, as_of);
    if (!expression_.exempt_if.empty() && all_hold(expression_.exempt_if, fields, as_of)) sums_.exempt[*unit] = 1;
    return {};
  }

  RegisterSums take() { return std::move(sums_); }

 private:
  const Picture& picture_;
  const law::Expression& expression_;
  FieldPicker picker_;
  RegisterSums sums_;
  std::string home_;
};

Result<void> each_counting(store::Connection& connection, const store::TenantScope& scope, bool whole, std::string_view name,
                           const std::optional<Period>& period, const store::Connection::Visit& visit) {
  if (!period) return connection.query(whole ? kOfTenant : kOfScope, {scope.tenant(), scope.roots_json(), name}, visit);
  return connection.query(whole ? kOfTenantAndPeriod : kOfScopeAndPeriod,
                          {scope.tenant(), scope.roots_json(), name, std::int64_t{period->from.days()}, std::int64_t{period->to.days()}},
                          visit);
}

}  // namespace

Result<RegisterSums> sum_register(store::Connection& connection, const store::TenantScope& scope, const Picture& picture,
                                  const law::Expression& expression, const std::optional<Period>& period) {
  Summing summing(picture, expression);
  std::vector<std::string> registers{expression.part.register_name};
  if (expression.over && expression.over->register_name != registers.front()) {
    registers.push_back(expression.over->register_name);
  }
  for (const auto& name : registers) {
    const auto add = [&](const store::Row& row) { return summing.add(row, name); };
    TRY_VOID(each_counting(connection, scope, picture.is_whole(), name, period, add));
  }
  return summing.take();
}

Result<std::vector<RegisterRecordId>> records_of_part(store::Connection& connection, const store::TenantScope& scope, const Picture& picture,
                                                      const law::Expression& expression, const std::optional<Period>& period,
                                                      const std::vector<std::size_t>& units) {
  std::vector<char> wanted(picture.size(), 0);
  for (const auto unit : units) wanted[unit] = 1;
  auto picker = picker_of(expression);
  std::vector<RegisterRecordId> records;
  TRY_VOID(each_counting(connection, scope, picture.is_whole(), expression.part.register_name, period, [&](const store::Row& row) -> Result<void> {
    const auto unit = picture.index_of(row.id<UnitTag>(0));
    const auto fields = unit && wanted[*unit] != 0 ? picker.of(row.text(1)) : std::nullopt;
    if (fields && share_of(expression.part, *fields, picture.as_of()) != 0) records.push_back(row.id<RegisterRecordTag>(2));
    return {};
  }));
  std::ranges::sort(records);
  return records;
}

}  // namespace khien::duty
