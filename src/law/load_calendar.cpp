#include <algorithm>
#include <set>

#include "load.hpp"

namespace khien::law {
namespace {

// A union at the turn of the year may begin in the old one.
bool near_year(Date day, int year) {
  return day >= *Date::of(year, 1, 1) - 10 && day <= *Date::of(year, 12, 31) + 10;
}

void check_holidays(const CalendarYear& year, const Value& at) {
  for (std::size_t i = 1; i < year.holidays.size(); ++i) {
    if (year.holidays[i].from > year.holidays[i - 1].to) continue;
    at.fault({"kỳ nghỉ từ " + to_string(year.holidays[i].from) + " chồng lên kỳ trước đó",
              "the holiday from " + to_string(year.holidays[i].from) + " overlaps the one before"});
  }
}

bool in_holiday(const CalendarYear& year, Date day) {
  return std::ranges::any_of(year.holidays,
                             [day](const Holiday& one) { return day >= one.from && day <= one.to; });
}

void check_swaps(const CalendarYear& year, const Value& at) {
  std::set<Date> seen;
  for (const Swap& swap : year.swaps) {
    if (!seen.insert(swap.off).second || !seen.insert(swap.work).second) {
      at.fault({"một ngày được hoán đổi hai lần", "a day is swapped twice"});
    }
    if (swap.off.is_weekend()) {
      at.fault({to_string(swap.off) + " vốn là ngày nghỉ", to_string(swap.off) + " is a rest day anyway"});
    }
    if (!swap.work.is_weekend()) {
      at.fault({to_string(swap.work) + " vốn là ngày làm việc",
                to_string(swap.work) + " is a working day anyway"});
    }
    if (in_holiday(year, swap.work)) {
      at.fault({"ngày làm bù " + to_string(swap.work) + " nằm trong kỳ nghỉ",
                "the day to work, " + to_string(swap.work) + ", is in a holiday"});
    }
  }
}

std::string year_in_path(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::string(name.substr(0, name.find('.')));
}

std::string known_text(Fields& fields, std::string_view name) {
  const auto value = fields.known(name);
  return value ? value->text(500) : std::string();
}

}  // namespace

void Loader::calendar(const Value& file) {
  Fields fields(file);
  CalendarYear made{.year = fields.integer("year", 1900, 2199)};
  if (year_in_path(file.file()) != std::to_string(made.year)) {
    file.fault({"tên tệp phải là năm: " + std::to_string(made.year),
                "the file must be named for its year: " + std::to_string(made.year)});
  }
  made.status = fields.word("status", kCalendarStatuses);
  made.decision = known_text(fields, "decision");
  made.note = fields.optional_local_text("note");
  if (const auto hours = fields.optional("hours")) {
    Fields of(*hours);
    if (const auto from = of.required("from")) made.work_from = from->time_of_day();
    if (const auto to = of.required("to")) made.work_to = to->time_of_day();
    if (made.work_to <= made.work_from) hours->fault({"to phải sau from", "to must be after from"});
    of.done();
  }
  if (const auto holidays = fields.required("holidays")) {
    for (const Value& item : holidays->items(100)) made.holidays.push_back(holiday(made, item));
    std::ranges::sort(made.holidays, {}, &Holiday::from);
    check_holidays(made, *holidays);
  }
  if (const auto swaps = fields.optional("swaps")) {
    for (const Value& item : swaps->items(100)) {
      Fields of(item);
      made.swaps.push_back({.off = of.date("off"), .work = of.date("work")});
      of.done();
      if (!near_year(made.swaps.back().off, made.year))
        item.fault({"off ngoài năm này", "off is outside the year"});
    }
    check_swaps(made, *swaps);
  }
  fields.done();
  if (std::ranges::find(years_, made.year, &CalendarYear::year) != years_.end()) {
    file.fault({"năm này đã có tệp khác", "another file has this year"});
    return;
  }
  years_.push_back(std::move(made));
}

Holiday Loader::holiday(const CalendarYear& year, const Value& value) {
  Fields fields(value);
  Holiday made{.from = fields.date("from"), .to = fields.date("to")};
  if (made.to < made.from) value.fault({"to trước from", "to is before from"});
  if (!near_year(made.from, year.year) || !near_year(made.to, year.year)) {
    value.fault({"kỳ nghỉ nằm ngoài năm này", "the holiday is outside the year"});
    made.to = made.from;  // a range that no loop walks
  }
  made.names.push_back(fields.local_text("name", 120));
  if (const auto core = fields.optional("core")) {
    for (const Value& item : core->items(60)) {
      made.core.push_back(item.date());
      if (made.core.back() < made.from || made.core.back() > made.to) {
        item.fault({"nằm ngoài kỳ nghỉ", "is outside the holiday"});
      }
    }
  }
  made.status = fields.has("status") ? fields.word("status", kCalendarStatuses) : year.status;
  fields.optional("status");
  made.decision = year.decision;
  if (fields.has("decision")) made.decision = known_text(fields, "decision");
  fields.optional("decision");
  fields.done();
  return made;
}

}  // namespace khien::law
