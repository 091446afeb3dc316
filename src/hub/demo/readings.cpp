#include <vector>

#include "khien/duty/metrics.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

constexpr int kLastDays = 7;
constexpr int kQuarters = 4;

// Last days of the quarters before today's, then the last days until today.
std::vector<Date> days_read(Date today) {
  std::vector<Date> days;
  Date first_of_quarter = day(today.year(), (today.month() - 1) / 3 * 3 + 1, 1);
  for (int i = 0; i < kQuarters; ++i) {
    const Date end = first_of_quarter - 1;
    days.insert(days.begin(), end);
    first_of_quarter = day(end.year(), (end.month() - 1) / 3 * 3 + 1, 1);
  }
  for (int i = kLastDays; i > 0; --i) {
    if (today - i > days.back()) days.push_back(today - i);
  }
  return days;
}

}  // namespace

Result<void> make_readings(Ground& ground) {
  TRY(const auto law, ground.law.of(ground.connection, ground.scope.tenant()));
  for (const Date each : days_read(ground.today)) {
    TRY_VOID(duty::store_readings(ground.connection, ground.scope, *law, vietnam_moment(each, 23 * 60)));
  }
  TRY_VOID(duty::store_readings(ground.connection, ground.scope, *law, ground.now));
  return {};
}

}  // namespace khien::hub::demo
