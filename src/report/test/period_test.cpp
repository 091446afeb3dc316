#include <doctest/doctest.h>

#include "khien/report/snapshot.hpp"

using namespace khien;
using namespace khien::report;

TEST_CASE("a period is named as people write it, and its days are whole") {
  const auto quarter = read_period("2026-Q3");
  REQUIRE(quarter);
  CHECK(quarter->name.vi == "quý III năm 2026");
  CHECK(to_string(quarter->from) == "2026-07-01");
  CHECK(to_string(quarter->to) == "2026-09-30");
  CHECK(to_string(read_period("2024-02")->to) == "2024-02-29");
  CHECK(read_period("2026-H2")->name.vi == "6 tháng cuối năm 2026");
  CHECK(read_period("2026-11-26")->name.vi == "ngày 26/11/2026");
}

TEST_CASE("what names no period is refused") {
  for (const auto* id : {"", "26", "2026-", "2026-Q5", "2026-H3", "2026-13", "2026-02-30", "2026-q1", "0000", "2026-Q", "-026"}) {
    CAPTURE(id);
    CHECK_FALSE(read_period(id));
  }
}

TEST_CASE("the period before has the same length, also over the turn of a year") {
  for (const auto& [id, earlier] : {std::pair{"2026-Q1", "2025-Q4"}, {"2026-Q3", "2026-Q2"}, {"2026-H1", "2025-H2"}, {"2026-H2", "2026-H1"},
                                    {"2026", "2025"}, {"2026-01", "2025-12"}, {"2026-03-01", "2026-02-28"}}) {
    CAPTURE(id);
    CHECK(before(*read_period(id)).id == earlier);
  }
}
