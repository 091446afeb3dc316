#include "duty_record_checks.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"
#include "picture.hpp"

namespace khien::duty {
namespace {

// Who is on duty in a holiday is fixed before it begins, and no earlier than a quarter before.
constexpr int kMostDaysAhead = 92;
bool is_made_ahead(const law::Duty& duty) { return duty.recurrence == law::Recurrence::each_holiday; }

Error no_duty() { return Error(Code::not_found, "no such duty of this unit"); }

Result<void> check_days(const law::Duty& duty, const NewDutyRecord& record, Date today) {
  if (record.done_on > today) {
    return refuse(Code::invalid, "done_on", {"Ngày thực hiện nằm ở tương lai.", "The day lies ahead."});
  }
  const bool repeats = duty.recurrence != law::Recurrence::once && duty.recurrence != law::Recurrence::continuous && !is_made_ahead(duty);
  if (repeats && !record.not_applicable && record.done_on < record.period_from) {
    return refuse(Code::invalid, "done_on", {"Ngày thực hiện trước khi kỳ bắt đầu.", "The day lies before the period begins."});
  }
  return {};
}

// A register proves it, or a figure does: a mere statement would not.
Result<void> check_kind(const law::Duty& duty, const NewDutyRecord& record) {
  if (record.not_applicable) {
    if (record.statement.find_first_not_of(" \n\t") != std::string::npos) return {};
    return refuse(Code::invalid, "statement", {"Hãy ghi rõ vì sao nghĩa vụ này không áp dụng cho đơn vị.",
                                               "Say why the duty does not apply to the unit."});
  }
  if (duty.met_by == law::MetBy::register_record) {
    return refuse(Code::invalid, "duty", {"Nghĩa vụ này được chứng minh bằng bản ghi trong sổ, hãy ghi vào sổ.",
                                          "This duty is proved by a record in its register; record it there."});
  }
  if (duty.met_by == law::MetBy::metric) {
    return refuse(Code::invalid, "duty", {"Nghĩa vụ này được đo tự động, không ghi nhận bằng tay.",
                                          "This duty is measured; it is not recorded by hand."});
  }
  if (record.evidence.empty() && record.statement.find_first_not_of(" \n\t") == std::string::npos) {
    return refuse(Code::invalid, "statement", {"Hãy ghi đã làm gì, hoặc đính kèm minh chứng.",
                                               "Say what was done, or attach what proves it."});
  }
  return {};
}

Result<void> check_period(const TenantLaw& law, const law::DutyRef& ref, const NewDutyRecord& record, Date today) {
  const auto day = record.period_from;
  if (ref.duty->recurrence == law::Recurrence::on_event && !record.not_applicable) {
    const auto* binding = law.binding(ref.directive->key);
    khien_assert(binding != nullptr);
    if (binding->dated.in_force(day) && day <= today) return {};
    return refuse(Code::invalid, "period_from", {"Ngày xảy ra sự việc nằm ngoài thời gian văn bản có hiệu lực, hoặc ở tương lai.",
                                                 "The day of the event lies outside the directive's force, or ahead."});
  }
  const auto occurrences = law.occurrences(ref, day, day);
  const bool exists = std::ranges::any_of(occurrences, [&](const auto& one) { return one.period_from == day; });
  const bool ahead = is_made_ahead(*ref.duty) && day <= today + kMostDaysAhead;
  if (!exists || (day > today && !record.not_applicable && !ahead)) {
    return refuse(Code::invalid, "period_from", {"Nghĩa vụ không có kỳ bắt đầu vào ngày này, hoặc kỳ chưa bắt đầu.",
                                                 "The duty has no period that begins on this day, or it has not begun."});
  }
  return {};
}

}  // namespace

Result<law::DutyRef> checked_duty(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                  const NewDutyRecord& record, Timestamp now) {
  const auto ref = law.catalogue().duty(record.duty);
  const auto* binding = ref ? law.binding(ref.directive->key) : nullptr;
  if (binding == nullptr) return no_duty();
  const auto today = vietnam_day(now);
  TRY(const auto picture, Picture::load(connection, scope, law.catalogue(), today));
  const auto unit = picture.index_of(record.unit);
  const auto roles = law.addressees(*ref.clause, today);
  if (!unit || picture.bound(*unit, roles, today) == Picture::Bound::no) return no_duty();
  TRY_VOID(check_period(law, ref, record, today));
  TRY_VOID(check_days(*ref.duty, record, today));
  TRY_VOID(check_kind(*ref.duty, record));
  TRY_VOID(refuse_marked_text("statement", record.statement));
  return ref;
}

}  // namespace khien::duty
