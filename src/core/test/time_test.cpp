#include "khien/core/time.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"

namespace khien {
namespace {

constexpr Timestamp kMoment{1'795'316'645'678};  // 2026-11-22T03:04:05.678Z
constexpr Timestamp kFirst{-62'167'219'200'000};
constexpr Timestamp kLast{253'402'300'799'999};
constexpr Timestamp kLeast{std::numeric_limits<std::int64_t>::min()};
constexpr Timestamp kMost{std::numeric_limits<std::int64_t>::max()};

Timestamp read(std::string_view text) { return from_rfc3339(text).value(); }

TEST_CASE("a moment is written to the millisecond, in UTC") {
  CHECK(to_rfc3339({0}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(kMoment) == "2026-11-22T03:04:05.678Z");
  CHECK(to_rfc3339({-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(to_rfc3339({951'782'400'000}) == "2000-02-29T00:00:00.000Z");
}

TEST_CASE("moments outside the years 0 to 9999 are clamped") {
  CHECK(to_rfc3339(kFirst) == "0000-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(kFirst - milliseconds(1)) == "0000-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(kLeast) == "0000-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(kLast) == "9999-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(kLast + milliseconds(1)) == "9999-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(kMost) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("offsets east and west of Greenwich name the same moment") {
  CHECK(read("2026-11-22T03:04:05.678Z") == kMoment);
  CHECK(read("2026-11-22T10:04:05.678+07:00") == kMoment);
  CHECK(read("2026-11-21T23:04:05.678-04:00") == kMoment);
  CHECK(read("2026-11-22T08:49:05.678+05:45") == kMoment);
  CHECK(read("2026-11-21T23:34:05.678-03:30") == kMoment);
  CHECK(read("2026-11-22T03:04:05.678-00:00") == kMoment);
  CHECK(read("2026-11-23T03:03:05.678+23:59") == kMoment);
}

TEST_CASE("fractions beyond milliseconds are cut off, shorter ones filled up") {
  CHECK(read("1970-01-01T00:00:00.5Z").ms == 500);
  CHECK(read("1970-01-01T00:00:00.05Z").ms == 50);
  CHECK(read("1970-01-01T00:00:00.0049999999999999999999999Z").ms == 4);
  CHECK(read("1969-12-31T23:59:59.9999Z").ms == -1);
  CHECK(read("1970-01-01T00:00:00Z").ms == 0);
}

TEST_CASE("t and z may be small, as the RFC says") { CHECK(read("1970-01-01t00:00:01z").ms == 1000); }

TEST_CASE("the calendar knows its leap years") {
  CHECK(from_rfc3339("2024-02-29T00:00:00Z"));
  CHECK(from_rfc3339("2000-02-29T00:00:00Z"));
  CHECK(from_rfc3339("0000-02-29T00:00:00Z"));
  CHECK_FALSE(from_rfc3339("2023-02-29T00:00:00Z"));
  CHECK_FALSE(from_rfc3339("1900-02-29T00:00:00Z"));
  CHECK_FALSE(from_rfc3339("2024-02-30T00:00:00Z"));
}

TEST_CASE("anything else is invalid") {
  for (const auto* text : {
           "", "2026", "2026-11-22", "2026-11-22T03:04:05", "2026-11-22 03:04:05Z", "2026-11-22T03:04Z",
           "2026-11-22T03:04:60Z", "2016-12-31T23:59:60Z", "2026-11-22T24:00:00Z", "2026-11-22T03:60:00Z",
           "2026-13-22T03:04:05Z", "2026-00-22T03:04:05Z", "2026-11-00T03:04:05Z", "2026-11-31T03:04:05Z",
           "2026-11-22T03:04:05.Z", "2026-11-22T03:04:05,5Z", "2026-11-22T03:04:05+0700",
           "2026-11-22T03:04:05+07", "2026-11-22T03:04:05+24:00", "2026-11-22T03:04:05+07:60",
           "2026-11-22T03:04:05Z ", " 2026-11-22T03:04:05Z", "2026-11-22T03:04:05ZZ", "2026-11-22T3:04:05Z",
           "+2026-11-22T03:04:05Z", "-2026-11-22T03:04:05Z", "12026-11-22T03:04:05Z", "2026-11-22T03:04:+5Z",
           "2026-1-22T03:04:05Z", "2026/11/22T03:04:05Z", "2026-11-22T03:04:05\xe2\x88\x92\x30\x37:00",
       }) {
    CAPTURE(text);
    const auto time = from_rfc3339(text);
    REQUIRE_FALSE(time);
    CHECK(time.error().code() == Code::invalid);
  }
  CHECK_FALSE(from_rfc3339(std::string_view("2026-11-22T03:04:05Z\0", 21)));
}

TEST_CASE("what is written is read back, whatever the moment") {
  SeededRandom random(2);
  const auto span = static_cast<std::uint64_t>(kLast.ms - kFirst.ms) + 1;
  for (int i = 0; i < 20'000; ++i) {
    const Timestamp time{kFirst.ms + static_cast<std::int64_t>(random.below(span))};
    CHECK(read(to_rfc3339(time)) == time);
  }
}

TEST_CASE("every day of 800 years follows the day before") {
  // 1600-01-01 to 2399-12-31: two whole cycles of the calendar.
  std::string before = to_rfc3339({-11'676'096'000'000 - days(1).ms});
  for (std::int64_t day = 0; day < 292'194; ++day) {
    const std::string now = to_rfc3339({-11'676'096'000'000 + day * days(1).ms});
    REQUIRE(before < now);
    REQUIRE(now.ends_with("T00:00:00.000Z"));
    before = now;
  }
  CHECK(before == "2399-12-31T00:00:00.000Z");
}

TEST_CASE("the day in Vietnam begins at 17:00 UTC") {
  CHECK(vietnam_date(read("2026-11-22T16:59:59.999Z")) == "2026-11-22");
  CHECK(vietnam_date(read("2026-11-22T17:00:00Z")) == "2026-11-23");
  CHECK(vietnam_midnight(read("2026-11-22T16:59:59.999Z")) == read("2026-11-22T00:00:00+07:00"));
  CHECK(vietnam_midnight(read("2026-11-22T17:00:00Z")) == read("2026-11-23T00:00:00+07:00"));
  CHECK(vietnam_midnight({0}) == read("1969-12-31T17:00:00Z"));
  CHECK(vietnam_midnight({-1}) == read("1969-12-31T17:00:00Z"));
}

TEST_CASE("a Vietnamese midnight begins its own day") {
  SeededRandom random(3);
  for (int i = 0; i < 5'000; ++i) {
    const Timestamp time{static_cast<std::int64_t>(random.below(8'000'000'000'000)) - 4'000'000'000'000};
    const Timestamp midnight = vietnam_midnight(time);
    CHECK(midnight <= time);
    CHECK(time - midnight < days(1));
    CHECK(vietnam_midnight(midnight) == midnight);
    CHECK(vietnam_date(midnight) == vietnam_date(time));
    CHECK(vietnam_date(midnight - milliseconds(1)) != vietnam_date(time));
  }
}

TEST_CASE("no moment is too far for the Vietnamese calendar") {
  CHECK(vietnam_date(kMost) == "9999-12-31");
  CHECK(vietnam_date(kLast) == "9999-12-31");
  CHECK(vietnam_date(kLeast) == "0000-01-01");
  CHECK(vietnam_midnight(kMost) <= kLast);
  CHECK(vietnam_midnight(kLeast) <= kFirst);
}

TEST_CASE("lengths of time add up") {
  CHECK(seconds(60) == minutes(1));
  CHECK(minutes(60) == hours(1));
  CHECK(hours(24) == days(1));
  CHECK(Timestamp{5} + milliseconds(3) - milliseconds(8) == Timestamp{0});
  CHECK(Timestamp{5} - Timestamp{2} == milliseconds(3));
}

TEST_CASE("a manual clock moves only when told to, a jump leaves monotonic time alone") {
  ManualClock clock(kMoment);
  CHECK(clock.now() == kMoment);
  clock.advance(seconds(2));
  CHECK(clock.now() == kMoment + seconds(2));
  CHECK(clock.monotonic() == seconds(2));
  clock.jump_to({7});
  CHECK(clock.now() == Timestamp{7});
  CHECK(clock.monotonic() == seconds(2));
}

TEST_CASE("the system's clock is past 2026 and never goes back") {
  const Clock& clock = system_clock();
  CHECK(clock.now() > read("2025-01-01T00:00:00Z"));
  const Duration before = clock.monotonic();
  CHECK(clock.monotonic() >= before);
}

}  // namespace
}  // namespace khien
