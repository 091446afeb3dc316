#include "periods.hpp"

#include "khien/duty/refusal.hpp"
#include "report_rows.hpp"

namespace khien::reporting {

bool fits(report::Every every, const report::Period& period) {
  const auto& id = period.id;
  switch (every) {
    case report::Every::quarter: return id.size() == 7 && id[5] == 'Q';
    case report::Every::half_year: return id.size() == 7 && id[5] == 'H';
    case report::Every::year: return id.size() == 4;
    // Of a day, an event's or any other stretch that people name.
    case report::Every::once: return true;
  }
  return false;
}

std::string period_id(report::Every every, Date from) {
  const std::string day = to_string(from);
  const std::string year = day.substr(0, 4);
  switch (every) {
    case report::Every::quarter: return year + "-Q" + std::to_string((from.month() - 1) / 3 + 1);
    case report::Every::half_year: return year + (from.month() > 6 ? "-H2" : "-H1");
    case report::Every::year: return year;
    case report::Every::once: break;
  }
  return day;
}

namespace {

Error no_period() { return duty::refuse(Code::invalid, "period", {"Kỳ không hợp với loại văn bản này.", "The period does not fit this kind of document."}); }

// The kind's duty of each holiday, where it has one that binds.
std::optional<law::DutyRef> holiday_duty(const report::Kind& kind, const duty::TenantLaw& law) {
  for (const auto& id : kind.duties) {
    const auto ref = law.catalogue().duty(id);
    if (ref && ref.duty->recurrence == law::Recurrence::each_holiday && law.binding(ref.directive->key) != nullptr) return ref;
  }
  return std::nullopt;
}

}  // namespace

report::Period holiday_period(Date from, Date to) {
  const auto first = to_string(from);
  return {.id = first, .name = {"kỳ nghỉ từ ngày " + day_words(from) + " đến ngày " + day_words(to), "the holiday from " + first + " to " + to_string(to)},
          .from = from, .to = to};
}

Result<report::Period> period_for(const report::Kind& kind, const duty::TenantLaw& law, std::string_view id) {
  auto period = report::read_period(id);
  if (!period || !fits(kind.every, *period)) return no_period();
  const auto ref = period->from == period->to ? holiday_duty(kind, law) : std::nullopt;
  if (!ref) return period;
  for (const auto& one : law.occurrences(*ref, period->from, period->from)) {
    if (one.period_from == period->from && one.period_to) return holiday_period(one.period_from, *one.period_to);
  }
  return period;
}

bool is_made_ahead(const report::Kind& kind, const duty::TenantLaw& law) { return holiday_duty(kind, law).has_value(); }

}  // namespace khien::reporting
