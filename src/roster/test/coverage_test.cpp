#include <doctest/doctest.h>

#include <random>
#include <set>

#include "khien/roster/coverage.hpp"

using namespace khien;
using namespace khien::roster;

namespace {

Timestamp at(std::int64_t minute) { return {minute * 60'000}; }
Duty duty(std::int64_t id, std::string person, std::int64_t from, std::int64_t to, Part part = Part::main) {
  return {.id = id, .person = std::move(person), .span = {.from = at(from), .to = at(to)}, .part = part};
}
const Span kDay{.from = at(0), .to = at(1440)};

}  // namespace

TEST_CASE("shifts that touch leave no gap, and one minute between them is found") {
  CHECK(coverage_of(kDay, {duty(1, "An", 0, 720), duty(2, "Bình", 720, 1440)}).gaps.empty());
  const Coverage hole = coverage_of(kDay, {duty(1, "An", 0, 720), duty(2, "Bình", 721, 1440)});
  REQUIRE(hole.gaps.size() == 1);
  CHECK(hole.gaps[0] == Span{.from = at(720), .to = at(721)});
  CHECK(hole.gap_minutes == 1);
}

TEST_CASE("ten seconds without anyone count as a minute") {
  auto late = duty(2, "Bình", 720, 1440);
  late.span.from = late.span.from + seconds(10);
  CHECK(coverage_of(kDay, {duty(1, "An", 0, 720), late}).gap_minutes == 1);
}

TEST_CASE("a deputy alone is nobody on duty, and a shift turned around is none") {
  CHECK(coverage_of(kDay, {duty(1, "An", 0, 1440, Part::deputy)}).gap_minutes == 1440);
  CHECK(coverage_of(kDay, {duty(1, "An", 900, 100)}).gap_minutes == 1440);
  CHECK(coverage_of({.from = at(5), .to = at(5)}, {}).gaps.empty());
}

TEST_CASE("gaps before, between and after are told in order; a long shift hides a short one") {
  const Coverage found = coverage_of(kDay, {duty(3, "Chi", 600, 700), duty(1, "An", 60, 500), duty(2, "Bình", 100, 200)});
  CHECK(found.gaps == std::vector<Span>{{at(0), at(60)}, {at(500), at(600)}, {at(700), at(1440)}});
  CHECK(found.gap_minutes == 60 + 100 + 740);
}

TEST_CASE("one person twice at once is told with the time of both") {
  const auto found = double_bookings({duty(1, "An", 0, 100), duty(2, "An", 100, 200), duty(3, "An", 150, 300, Part::deputy), duty(4, "Bình", 0, 300)});
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 2);
  CHECK(found[0].second == 3);
  CHECK(found[0].span == Span{.from = at(150), .to = at(200)});
}

TEST_CASE("against counting minute by minute, a thousand rosters") {
  std::mt19937 random(20270206);
  for (int round = 0; round < 1000; ++round) {
    std::vector<Duty> duties;
    std::set<std::int64_t> covered;
    std::set<std::pair<std::int64_t, std::int64_t>> twice;
    for (std::int64_t id = 1; id <= static_cast<std::int64_t>(random() % 12); ++id) {
      const auto from = static_cast<std::int64_t>(random() % 200) - 20;
      duties.push_back(duty(id, random() % 2 ? "An" : "Bình", from, from + static_cast<std::int64_t>(random() % 60), random() % 5 ? Part::main : Part::deputy));
    }
    const Span wanted{.from = at(0), .to = at(150)};
    for (const Duty& each : duties) {
      for (std::int64_t minute = 0; minute < 150; ++minute) {
        if (each.part == Part::main && each.span.from <= at(minute) && at(minute) < each.span.to) covered.insert(minute);
      }
      for (const Duty& other : duties) {
        if (each.id < other.id && each.person == other.person && std::max(each.span.from, other.span.from) < std::min(each.span.to, other.span.to)) twice.insert({each.id, other.id});
      }
    }
    CHECK(coverage_of(wanted, duties).gap_minutes == 150 - static_cast<std::int64_t>(covered.size()));
    CHECK(double_bookings(duties).size() == twice.size());
  }
}
