// Input: an RFC 3339 time; its first eight bytes also serve as a moment.
#include "khien/core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

using namespace khien;

namespace {

constexpr Timestamp kFirst{-62'167'219'200'000};  // 0000-01-01
constexpr Timestamp kLast{253'402'300'799'999};   // 9999-12-31

void require(bool condition) {
  if (!condition) std::abort();
}

void check(Timestamp time) {
  const Timestamp shown = from_rfc3339(to_rfc3339(time)).value();
  require(shown == std::clamp(time, kFirst, kLast));

  const Timestamp midnight = vietnam_midnight(shown);
  require(midnight <= shown && shown - midnight < days(1));
  require(vietnam_date(midnight).size() == 10);
  require(vietnam_date(time) == vietnam_date(shown));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto time = from_rfc3339(text)) {
    check(*time);
    // An offset reaches at most a day beyond the years that can be written.
    require(*time >= kFirst - days(1) && *time <= kLast + days(1));
  }
  Timestamp time;
  std::memcpy(&time.ms, data, std::min(size, sizeof time.ms));
  check(time);
  return 0;
}
