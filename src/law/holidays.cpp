#include "holidays.hpp"

#include <algorithm>
#include <set>
#include <utility>

// The Labour Code (Art. 111 and 112) gives the days; which two of Tết's and National
// Day's neighbours are off is decided year by year. A day is certain if it is off
// under every choice there is.
namespace khien::law {
namespace {

constexpr int kTwoNationalDaysSince = 2021;  // Labour Code 2019 came into force
constexpr int kCultureDaySince = 2026;       // Resolution 28/2026/QH16 of the National Assembly, Art. 2

struct Named {
  LocalText name;
  std::vector<Date> days;  // the statutory days of one choice
};

LocalText tet() { return {"Tết Nguyên đán", "Lunar New Year (Tết)"}; }

std::vector<Named> fixed_days(int year) {
  std::vector<Named> fixed{{{"Tết Dương lịch", "New Year's Day"}, {*Date::of(year, 1, 1)}},
                           {{"Ngày Chiến thắng", "Reunification Day"}, {*Date::of(year, 4, 30)}},
                           {{"Ngày Quốc tế lao động", "International Labour Day"}, {*Date::of(year, 5, 1)}}};
  if (const auto kings = solar_of({.year = year, .month = 3, .day = 10})) {
    fixed.push_back({{"Giỗ Tổ Hùng Vương", "Hùng Kings' Commemoration"}, {*kings}});
  }
  return fixed;
}

std::vector<Date> run_of(Date first, int count) {
  std::vector<Date> days;
  for (int i = 0; i < count; ++i) days.push_back(first + i);
  return days;
}

// The choices there are: with how many days before it Tết begins, and which
// neighbour of 2 September is off.
std::vector<std::vector<Named>> choices(int year) {
  std::vector<std::vector<Date>> national{{*Date::of(year, 9, 2)}};
  if (year >= kTwoNationalDaysSince)
    national = {run_of(*Date::of(year, 9, 1), 2), run_of(*Date::of(year, 9, 2), 2)};
  std::vector<std::vector<Date>> new_years{{}};
  if (const auto first = solar_of({.year = year, .month = 1, .day = 1})) {
    new_years = {run_of(*first - 1, 5), run_of(*first - 2, 5)};
  }
  std::vector<std::vector<Named>> all;
  for (const auto& of_tet : new_years) {
    for (const auto& of_nation : national) {
      auto choice = fixed_days(year);
      if (!of_tet.empty()) choice.push_back({tet(), of_tet});
      choice.push_back({{"Quốc khánh", "National Day"}, of_nation});
      all.push_back(std::move(choice));
    }
  }
  return all;
}

std::set<Date> statutory(const std::vector<Named>& choice) {
  std::set<Date> days;
  for (const Named& named : choice) days.insert(named.days.begin(), named.days.end());
  return days;
}

// A holiday on a rest day is made good on the next working day (Art. 111.3).
std::set<Date> with_days_in_lieu(std::set<Date> days) {
  const std::vector<Date> holidays(days.begin(), days.end());
  for (const Date holiday : holidays) {
    if (!holiday.is_weekend()) continue;
    Date instead = holiday + 1;
    while (instead.is_weekend() || days.contains(instead)) instead = instead + 1;
    days.insert(instead);
  }
  return days;
}

std::set<Date> common(const std::vector<std::set<Date>>& sets) {
  std::set<Date> days = sets.front();
  for (const auto& other : sets) std::erase_if(days, [&other](Date day) { return !other.contains(day); });
  return days;
}

// Days that touch, a weekend between them counting as off, are one holiday.
std::vector<Holiday> grouped(const std::set<Date>& off) {
  std::vector<Holiday> holidays;
  for (const Date day : off) {
    bool touches = !holidays.empty();
    for (Date gap = touches ? holidays.back().to + 1 : day; touches && gap < day; gap = gap + 1) {
      touches = gap.is_weekend();
    }
    if (touches) {
      holidays.back().to = day;
    } else {
      holidays.push_back({.from = day, .to = day});
    }
  }
  return holidays;
}

void name(std::vector<Holiday>& holidays, const std::vector<Named>& named, const std::set<Date>& core) {
  for (Holiday& holiday : holidays) {
    for (const Named& one : named) {
      const bool within = std::ranges::any_of(
          one.days, [&holiday](Date day) { return day >= holiday.from && day <= holiday.to; });
      if (within) holiday.names.push_back(one.name);
    }
    for (const Date day : core) {
      if (day >= holiday.from && day <= holiday.to) holiday.core.push_back(day);
    }
  }
}

}  // namespace

CalendarYear computed_year(int year) {
  std::vector<std::set<Date>> off;
  std::vector<std::set<Date>> core;
  const auto all = choices(year);
  for (const auto& choice : all) {
    core.push_back(statutory(choice));
    off.push_back(with_days_in_lieu(core.back()));
  }
  CalendarYear computed{.year = year, .status = CalendarStatus::computed};
  // It stands outside the Code: nothing is made good when it falls on a weekend.
  auto named = all.front();
  if (year >= kCultureDaySince) {
    named.push_back({{"Ngày Văn hóa Việt Nam", "Vietnamese Culture Day"}, {*Date::of(year, 11, 24)}});
    for (auto* sets : {&off, &core}) {
      for (auto& days : *sets) days.insert(*Date::of(year, 11, 24));
    }
  }
  computed.holidays = grouped(common(off));
  std::ranges::sort(named, {}, [](const Named& one) { return one.days.front(); });
  name(computed.holidays, named, common(core));
  return computed;
}

}  // namespace khien::law
