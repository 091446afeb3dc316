#include "in_cell.hpp"
#include "words.hpp"

namespace khien::report {
namespace {

// 1204 as "1.204" or "1,204".
std::string grouped(std::int64_t number, char mark) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, mark);
  }
  return digits;
}

std::string whole(std::int64_t number, bool vi) { return grouped(number, vi ? '.' : ','); }

// A thousandth part, rounded to the nearest; both numbers shrink where the product would
// not fit.
std::int64_t permille(Ratio ratio) {
  while (ratio.whole > INT64_MAX / 4000 || ratio.part > INT64_MAX / 4000) {
    ratio.whole = ratio.whole / 2 + 1;
    ratio.part /= 2;
  }
  return (ratio.part * 2000 + ratio.whole) / (ratio.whole * 2);
}

std::string share(const Ratio& ratio, bool vi) {
  const std::int64_t found = permille(ratio);
  if (found == 0 && ratio.part > 0) return vi ? "dưới 0,1%" : "under 0.1%";
  if (found >= 1000 && ratio.part < ratio.whole) return vi ? "trên 99,9%" : "over 99.9%";
  return whole(found / 10, vi) + (vi ? "," : ".") + std::to_string(found % 10) + "%";
}

std::string day_of(Date day, bool vi) {
  if (!vi) return to_string(day);
  // Decree 30/2020, appendix I: days below 10 and the months 1 and 2 have a zero before them.
  return padded(day.day(), 2) + "/" + padded(day.month(), day.month() <= 2 ? 2 : 1) + "/" + padded(day.year(), 4);
}

// In Vietnam: "08:05" or "08 giờ 05 phút".
std::string clock_of(Timestamp time, std::string_view hours = ":", std::string_view minutes = "") {
  const std::int64_t minute = (time - vietnam_moment(vietnam_day(time))).ms / 60'000;
  return padded(minute / 60, 2) + std::string(hours) + padded(minute % 60, 2) + std::string(minutes);
}

// The units of figures are regular plurals in small letters: "advisories", "addresses", "websites".
std::string singular(std::string_view unit) {
  if (unit.ends_with("ies")) return std::string(unit.substr(0, unit.size() - 3)) + "y";
  if (unit.ends_with("sses")) return std::string(unit.substr(0, unit.size() - 2));
  return std::string(unit.substr(0, unit.size() - (unit.ends_with('s') ? 1 : 0)));
}

struct Describer {
  bool vi;
  std::string_view unit = {};

  std::string operator()(const Unknown& unknown) const {
    std::string_view why = vi ? unknown.why.vi : unknown.why.en;
    // It may stand in the middle of a sentence.
    while (why.ends_with('.') || why.ends_with(' ')) why.remove_suffix(1);
    const std::string said = vi ? "chưa có số liệu" : "not known";
    return why.empty() ? said : said + " (" + std::string(why) + ")";
  }
  std::string operator()(std::int64_t number) const {
    if (number == 1 && !vi && !unit.empty()) return "1 " + singular(unit);
    return with_unit(whole(number, vi));
  }
  std::string operator()(const Ratio& ratio) const {
    if (ratio.whole < 1 || ratio.part < 0) return (*this)(Unknown{{"không có mẫu số", "there is nothing to share"}});
    return with_unit(whole(ratio.part, vi) + "/" + whole(ratio.whole, vi)) + " (" + share(ratio, vi) + ")";
  }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(Date day) const { return day_of(day, vi); }
  std::string operator()(Timestamp time) const {
    const std::string day = day_of(vietnam_day(time), vi);
    return vi ? clock_of(time, " giờ ", " phút") + " ngày " + day : day + " " + clock_of(time) + " (UTC+7)";
  }
  std::string with_unit(std::string said) const { return unit.empty() ? said : said + " " + std::string(unit); }
};

std::string in_cell(const Value& value, bool vi) {
  // Of sums of money the amounts have columns of their own.
  constexpr std::int64_t kMostCounted = 1'000'000;
  const auto* ratio = std::get_if<Ratio>(&value);
  if (ratio != nullptr && ratio->whole >= kMostCounted) return share(*ratio, vi);
  const auto* time = std::get_if<Timestamp>(&value);
  if (time != nullptr) return day_of(vietnam_day(*time), vi) + " " + clock_of(*time);
  return std::visit(Describer{vi}, value);
}

}  // namespace

LocalText describe(const Value& value) {
  return {std::visit(Describer{true}, value), std::visit(Describer{false}, value)};
}

LocalText describe(const Value& value, const LocalText& unit) {
  return {std::visit(Describer{true, unit.vi}, value), std::visit(Describer{false, unit.en}, value)};
}

LocalText describe_in_cell(const Value& value) { return {in_cell(value, true), in_cell(value, false)}; }

}  // namespace khien::report
