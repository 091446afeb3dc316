#include <algorithm>
#include <utility>

#include "khien/duty/register_form.hpp"
#include "khien/estate/scope_sql.hpp"
#include "measures.hpp"

namespace khien::duty {
namespace {

constexpr Budget::Limits kRecordLimits{.bytes_in = 200'000, .depth = 2, .entries = 400};

// Only what an expression asks for is read of a record: thousands are read for one figure.
std::vector<std::string> names_in(const law::Expression& expression) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  const auto add_all = [&](const std::vector<law::Condition>& conditions) {
    for (const auto& condition : conditions) add(condition.field);
  };
  add_all(expression.part.where);
  add(expression.part.sum);
  if (expression.over) {
    add_all(expression.over->where);
    add(expression.over->sum);
  }
  add_all(expression.exempt_if);
  return names;
}

Fields picked(const Json& object, const std::vector<std::string>& names) {
  std::vector<FieldEntry> entries;
  for (const auto& name : names) {
    const auto value = object.field(name);
    if (!value) continue;
    if (const auto number = value->number()) {
      entries.push_back({name, *number});
    } else if (const auto flag = value->boolean()) {
      entries.push_back({name, *flag});
    } else if (const auto text = value->string()) {
      entries.push_back({name, std::string(*text)});
    }
  }
  return Fields(std::move(entries));
}

// Whoever sees the whole tenant needs no look at each row's unit.
#define KHIEN_COUNTING_RECORDS(scope)                                                      \
  "SELECT r.unit_id, r.fields FROM register_record r INDEXED BY register_record_counting " \
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
  const auto fits = [&](const law::Condition& condition) { return holds(condition, fields, as_of); };
  if (!std::ranges::all_of(aggregate.where, fits)) return 0;
  return aggregate.sum.empty() ? 1 : fields.number(aggregate.sum).value_or(0);
}

class Summing {
 public:
  Summing(const Picture& picture, const law::Expression& expression) : picture_(picture), expression_(expression) {
    sums_.part.assign(picture.size(), 0);
    sums_.exempt.assign(picture.size(), 0);
    if (expression.over) sums_.whole.assign(picture.size(), 0);
    names_ = names_in(expression);
    home_ = expression.over ? expression.over->register_name : expression.part.register_name;
  }

  Result<void> add(const store::Row& row, std::string_view register_name) {
    const auto unit = picture_.index_of(row.id<UnitTag>(0));
    if (!unit) return {};
    Budget budget(kRecordLimits);
    const auto object = memory_.parse(row.text(1), budget);
    if (!object) return {};
    const auto fields = picked(*object, names_);
    const auto as_of = picture_.as_of();
    if (register_name == expression_.part.register_name) sums_.part[*unit] += share_of(expression_.part, fields, as_of);
    if (register_name != home_) return {};
    if (expression_.over) sums_.whole[*unit] += share_of(*expression_.over, fields, as_of);
    const auto fits = [&](const law::Condition& condition) { return holds(condition, fields, as_of); };
    if (!expression_.exempt_if.empty() && std::ranges::all_of(expression_.exempt_if, fits)) sums_.exempt[*unit] = 1;
    return {};
  }

  RegisterSums take() { return std::move(sums_); }

 private:
  const Picture& picture_;
  const law::Expression& expression_;
  RegisterSums sums_;
  std::vector<std::string> names_;
  std::string home_;
  JsonDocument memory_;
};

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
    if (period) {
      TRY_VOID(connection.query(picture.is_whole() ? kOfTenantAndPeriod : kOfScopeAndPeriod,
                                {scope.tenant(), scope.roots_json(), name, std::int64_t{period->from.days()},
                                            std::int64_t{period->to.days()}},
                                add));
    } else {
      TRY_VOID(connection.query(picture.is_whole() ? kOfTenant : kOfScope, {scope.tenant(), scope.roots_json(), name}, add));
    }
  }
  return summing.take();
}

}  // namespace khien::duty
