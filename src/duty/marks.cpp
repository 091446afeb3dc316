#include "marks.hpp"

#include <algorithm>
#include <utility>

#include "field_picker.hpp"
#include "khien/core/assert.hpp"
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

// Where more is asked than the day, each record is read. A plan's day may lie ahead:
// the plan itself is there since it counts, or was entered.
#define KHIEN_REGISTER_RECORDS(state, index, scope)                                                           \
  "SELECT r.unit_id, r.fields FROM register_record r INDEXED BY " index " WHERE r.tenant_id = ?1 "            \
  "AND r.register = ?3 AND r.state = '" state "' AND r.dated_on BETWEEN ?4 AND ?5 "                           \
  "AND (r.dated_on <= ?6 OR coalesce(r.counted_from, r.recorded_at) < ?7)" scope
constexpr store::Sql kEachApprovedOfScope = KHIEN_REGISTER_RECORDS("approved", "register_record_counting", KHIEN_OF_SCOPE);
constexpr store::Sql kEachApprovedOfTenant = KHIEN_REGISTER_RECORDS("approved", "register_record_counting", KHIEN_OF_TENANT);
constexpr store::Sql kEachWaiting = KHIEN_REGISTER_RECORDS("waiting", "register_record_waiting", KHIEN_OF_SCOPE);

// What one duty asks of a register.
struct RegisterQuestion {
  const law::Register* form;
  Date from;
  Date to;
  const std::vector<law::Condition>* where;
  std::string until_field;  // records count while it has not passed; empty: for ever

  RegisterQuestion(const law::Register& asked, const Asked& one, Date as_of)
      : form(&asked), from(one.occurrence->period_from), to(one.occurrence->period_to.value_or(Date::last())), where(&one.duty->where) {
    if (!asked.may_lie_ahead) to = std::min(to, as_of);
    if (one.duty->recurrence == law::Recurrence::continuous) until_field = asked.until_field;
  }
  // Does the day alone tell?
  bool is_plain() const { return where->empty() && until_field.empty() && !form->may_lie_ahead; }
  bool operator==(const RegisterQuestion& other) const {
    return form == other.form && from == other.from && to == other.to && *where == *other.where && until_field == other.until_field;
  }
};

class Fitting {
 public:
  Fitting(const RegisterQuestion& question, Date as_of) : question_(question), as_of_(as_of) {
    picker_.want(*question.where);
    picker_.want(question.until_field);
  }
  bool fits(std::string_view record) {
    const auto fields = picker_.of(record);
    if (!fields || !all_hold(*question_.where, *fields, as_of_)) return false;
    const auto until = fields->date(question_.until_field);
    return !until || *until >= as_of_;
  }

 private:
  const RegisterQuestion& question_;
  Date as_of_;
  FieldPicker picker_;
};

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

  Result<void> in_register(const RegisterQuestion& question, std::vector<Mark>& column) const {
    return question.is_plain() ? by_day(question, column) : by_record(question, column);
  }

  Result<void> by_day(const RegisterQuestion& question, std::vector<Mark>& column) const {
    const auto raise_to = [&](Mark mark) {
      return [this, &column, mark](const store::Row& row) -> Result<void> {
        raise(column, row.id<UnitTag>(0), mark);
        return {};
      };
    };
    const std::int64_t first = question.from.days();
    const std::int64_t last = question.to.days();
    TRY_VOID(connection.query(picture.is_whole() ? kApprovedOfTenant : kApprovedOfScope,
                              {scope.tenant(), scope.roots_json(), question.form->name, first, last}, raise_to(Mark::approved)));
    return connection.query(kWaiting, {scope.tenant(), scope.roots_json(), question.form->name, first, last},
                            raise_to(Mark::waiting));
  }

  Result<void> by_record(const RegisterQuestion& question, std::vector<Mark>& column) const {
    Fitting fitting(question, picture.as_of());
    const auto raise_to = [&](Mark mark) {
      return [this, &column, &fitting, mark](const store::Row& row) -> Result<void> {
        const auto index = picture.index_of(row.id<UnitTag>(0));
        // One that fits is enough: a unit's other records need no look.
        if (index && column[*index] < mark && fitting.fits(row.text(1))) column[*index] = mark;
        return {};
      };
    };
    const std::int64_t first = question.from.days();
    const std::int64_t last = question.to.days();
    const std::int64_t day_end = vietnam_moment(picture.as_of() + 1).ms;
    TRY_VOID(connection.query(picture.is_whole() ? kEachApprovedOfTenant : kEachApprovedOfScope,
                              {scope.tenant(), scope.roots_json(), question.form->name, first, last, as_of, day_end},
                              raise_to(Mark::approved)));
    return connection.query(kEachWaiting, {scope.tenant(), scope.roots_json(), question.form->name, first, last, as_of, day_end},
                            raise_to(Mark::waiting));
  }
};

}  // namespace

Result<Marks> read_marks(store::Connection& connection, const store::TenantScope& scope, const law::Catalogue& catalogue,
                         const Picture& picture, const std::vector<Asked>& asked) {
  Marks marks;
  marks.records.assign(asked.size(), std::vector<Mark>(picture.size(), Mark::none));
  marks.registers.resize(asked.size());
  const Reader reader{connection, scope, picture, picture.as_of().days()};
  // Duties that ask the same of a register ask one question.
  std::vector<std::pair<RegisterQuestion, std::size_t>> asked_before;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto& one = asked[i];
    TRY_VOID(is_on_event(one) ? reader.events(one, marks.records[i]) : reader.period(one, marks.records[i]));
    if (!asks_register(one)) continue;
    const auto* form = catalogue.register_named(one.duty->register_name);
    khien_assert(form != nullptr);  // a duty that names no register is not loaded
    const RegisterQuestion question(*form, one, picture.as_of());
    const auto same = std::ranges::find(asked_before, question, &std::pair<RegisterQuestion, std::size_t>::first);
    if (same != asked_before.end()) {
      marks.registers[i] = marks.registers[same->second];
      continue;
    }
    asked_before.emplace_back(question, i);
    marks.registers[i].assign(picture.size(), Mark::none);
    TRY_VOID(reader.in_register(question, marks.registers[i]));
  }
  return marks;
}

}  // namespace khien::duty
