#include "roster_gaps.hpp"

#include "khien/roster/shifts.hpp"

namespace khien::duty {

Result<std::vector<std::optional<double>>> read_roster_gaps(store::Connection& connection, const store::TenantScope& scope, const Picture& picture,
                                                            const law::Calendar& calendar, const Period& period) {
  std::vector<std::optional<double>> gaps(picture.size());
  double minutes_before = 0;  // of windows seen so far: whoever comes later had nobody in them
  for (const auto& window : calendar.windows(period.from, period.to)) {
    if (window.first_off < period.from || window.first_off > period.to) continue;
    const roster::Span wanted{.from = window.from, .to = window.to};
    const auto whole = static_cast<double>(roster::minutes_of(wanted));
    TRY(const auto covered, roster::coverage_by_unit(connection, scope, wanted));
    for (std::size_t i = 0; i < gaps.size(); ++i) {
      const auto found = covered.find(picture.units()[i].id);
      if (found == covered.end()) {
        if (gaps[i]) *gaps[i] += whole;
      } else {
        gaps[i] = gaps[i].value_or(minutes_before) + static_cast<double>(found->second.coverage.gap_minutes);
      }
    }
    minutes_before += whole;
  }
  return gaps;
}

}  // namespace khien::duty
