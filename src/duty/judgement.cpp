#include "judgement.hpp"

#include <utility>

namespace khien::duty {
namespace {

using law::MetBy;

bool needs_record(const law::Duty& duty) { return duty.met_by == MetBy::record || duty.met_by == MetBy::record_and_metric; }
bool needs_metric(const law::Duty& duty) { return duty.met_by == MetBy::metric || duty.met_by == MetBy::record_and_metric; }

bool target_holds(const Facts& facts) {
  if (facts.measurement == nullptr || !facts.measurement->known()) return false;
  return facts.duty->target && facts.duty->target->holds(facts.measurement->value());
}

// What people have to bring: approved, waiting, or not.
Mark brought(const Facts& facts) {
  if (facts.duty->met_by == MetBy::register_record) return facts.in_register;
  return needs_record(*facts.duty) ? facts.record : Mark::approved;
}

bool metric_reached(const Facts& facts) { return !needs_metric(*facts.duty) || target_holds(facts); }

bool metric_unknown(const Facts& facts) {
  return needs_metric(*facts.duty) && (facts.measurement == nullptr || !facts.measurement->known());
}

DutyState by_clock(const Facts& facts) {
  const auto& due = facts.occurrence->due;
  if (due) {
    if (facts.as_of > *due) return DutyState::overdue;
    return *due - facts.as_of <= soon_days(*facts.duty) ? DutyState::due_soon : DutyState::not_due;
  }
  // Without a clock only a figure of the law that is not reached is late.
  const bool missed = needs_metric(*facts.duty) && !metric_unknown(facts) && facts.duty->target && !target_holds(facts);
  return missed && facts.duty->basis == law::Basis::law ? DutyState::overdue : DutyState::not_due;
}

LocalText days_text(std::int64_t days) {
  return {std::to_string(days) + " ngày", std::to_string(days) + (days == 1 ? " day" : " days")};
}

LocalText joined(LocalText first, const LocalText& second) {
  return {std::move(first.vi) + second.vi, std::move(first.en) + second.en};
}

LocalText overdue_reason(const Facts& facts, const law::Metric* metric) {
  if (facts.occurrence->due) {
    const auto days = days_text(facts.as_of - *facts.occurrence->due);
    const bool returned = facts.record == Mark::refused || facts.in_register == Mark::refused;
    const LocalText tail = returned ? LocalText{"; lần ghi nhận trước đã bị trả lại.", "; the last record was sent back."}
                                    : LocalText{".", "."};
    return joined({"Quá hạn " + days.vi, "Overdue by " + days.en}, tail);
  }
  if (metric != nullptr && facts.measurement != nullptr && facts.duty->target) {
    const auto value = describe(*facts.measurement, *metric);
    const auto target = describe(*facts.duty->target, *metric);
    return {"Chưa đạt mức của văn bản: " + value.vi + ", cần " + target.vi + ".",
            "Below the directive's figure: " + value.en + ", needed " + target.en + "."};
  }
  return {"Quá hạn.", "Overdue."};
}

LocalText met_reason(const Facts& facts, const law::Metric* metric) {
  if (facts.duty->met_by == MetBy::register_record) {
    return {"Sổ đã có bản ghi trong kỳ.", "The register has a record of the period."};
  }
  if (needs_metric(*facts.duty) && metric != nullptr && facts.measurement != nullptr) {
    const auto value = describe(*facts.measurement, *metric);
    return {"Đạt: " + value.vi + ".", "Reached: " + value.en + "."};
  }
  return {"Đã ghi nhận.", "Recorded."};
}

LocalText not_due_reason(const Facts& facts, const law::Metric* metric) {
  const bool measured = needs_metric(*facts.duty) && metric != nullptr && facts.measurement != nullptr &&
                        facts.measurement->known() && facts.duty->target;
  if (measured && !facts.occurrence->due) {
    const auto value = describe(*facts.measurement, *metric);
    const auto target = describe(*facts.duty->target, *metric);
    return {"Đang thực hiện: " + value.vi + ", mức tỉnh đặt " + target.vi + ".",
            "Being done: " + value.en + ", the province's figure is " + target.en + "."};
  }
  if (facts.occurrence->due) {
    const auto days = days_text(*facts.occurrence->due - facts.as_of);
    return {"Còn " + days.vi + ".", days.en + " left."};
  }
  if (facts.duty->recurrence == law::Recurrence::on_event) {
    return {"Chỉ phát sinh khi có sự việc; không có việc nào đang mở.", "Only when something happens; nothing is open."};
  }
  return {"Văn bản không đặt hạn; chưa có bản ghi nào.", "The directive sets no date; nothing is recorded yet."};
}

}  // namespace

int soon_days(const law::Duty& duty) { return duty.recurrence == law::Recurrence::on_event ? 7 : 30; }

DutyState judge(const Facts& facts) {
  if (!facts.applies || facts.record == Mark::approved_exempt) return DutyState::not_applicable;
  if (needs_metric(*facts.duty) && facts.measurement != nullptr && facts.measurement->exempt) return DutyState::not_applicable;
  if (facts.record == Mark::waiting_exempt) return DutyState::waiting;

  const auto people = brought(facts);
  if (people == Mark::approved && metric_reached(facts)) return DutyState::met;
  if (people == Mark::waiting && metric_reached(facts)) return DutyState::waiting;
  // What people have not brought is late by the clock, whatever the figure.
  if (people == Mark::approved && metric_unknown(facts)) return DutyState::unknown;
  return by_clock(facts);
}

LocalText reason_of(const Facts& facts, DutyState state, const law::Metric* metric) {
  switch (state) {
    case DutyState::overdue: return overdue_reason(facts, metric);
    case DutyState::met: return met_reason(facts, metric);
    case DutyState::waiting: return {"Đã ghi nhận, chờ người thứ hai duyệt.", "Recorded, waiting for a second person."};
    case DutyState::unknown:
      if (metric != nullptr && facts.measurement != nullptr) return describe(*facts.measurement, *metric);
      return {"Chưa thể biết.", "Cannot be known."};
    case DutyState::not_applicable:
      if (!facts.applies) return {"Đơn vị không có đối tượng mà nghĩa vụ này nói tới.", "The unit has nothing that this duty is about."};
      if (facts.record == Mark::approved_exempt) return {"Đã được xác nhận là không áp dụng.", "Agreed not to apply."};
      return {"Được miễn, theo bản ghi trong sổ.", "Exempt, as a record in the register says."};
    case DutyState::due_soon:
    case DutyState::not_due: break;
  }
  return not_due_reason(facts, metric);
}

}  // namespace khien::duty
