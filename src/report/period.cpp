#include <array>
#include <charconv>

#include "khien/report/snapshot.hpp"

namespace khien::report {
namespace {

constexpr std::array<std::string_view, 4> kRoman{"I", "II", "III", "IV"};
constexpr std::array<std::string_view, 4> kOrdinal{"first", "second", "third", "fourth"};

std::optional<int> number_of(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value < 0) return std::nullopt;
  return value;
}

// Whole months: the first day of `first_month`, the last of the last of `months`.
Period span_of(std::string_view id, int year, int first_month, int months, LocalText name) {
  const int last = first_month + months - 1;
  return {.id = std::string(id),
          .name = std::move(name),
          .from = *Date::of(year, first_month, 1),
          .to = *Date::of(year, last, days_in_month(year, last))};
}

std::optional<Period> part_of_year(std::string_view id, int year, std::string_view part) {
  const std::string in_year = std::to_string(year);
  if (part == "H1") return span_of(id, year, 1, 6, {"6 tháng đầu năm " + in_year, "the first half of " + in_year});
  if (part == "H2") return span_of(id, year, 7, 6, {"6 tháng cuối năm " + in_year, "the second half of " + in_year});
  if (part.size() != 2) return std::nullopt;
  if (part[0] == 'Q' && part[1] >= '1' && part[1] <= '4') {
    const auto quarter = static_cast<std::size_t>(part[1] - '1');
    return span_of(id, year, static_cast<int>(quarter) * 3 + 1, 3,
                   {"quý " + std::string(kRoman[quarter]) + " năm " + in_year,
                    "the " + std::string(kOrdinal[quarter]) + " quarter of " + in_year});
  }
  const auto month = number_of(part);
  if (!month || *month < 1 || *month > 12) return std::nullopt;
  return span_of(id, year, *month, 1, {"tháng " + std::string(part) + " năm " + in_year, std::string(part) + "/" + in_year});
}

std::optional<Period> one_day(std::string_view id) {
  const auto day = Date::parse(id);
  if (!day) return std::nullopt;
  const std::string iso = to_string(*day);
  const LocalText name{"ngày " + iso.substr(8) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4), iso};
  return Period{.id = iso, .name = name, .from = *day, .to = *day};
}

}  // namespace

Result<Period> read_period(std::string_view id) {
  std::optional<Period> found;
  const auto year = id.size() >= 4 ? number_of(id.substr(0, 4)) : std::nullopt;
  if (year && *year >= 1) {
    const std::string in_year = std::to_string(*year);
    if (id.size() == 4) found = span_of(id, *year, 1, 12, {"năm " + in_year, "the year " + in_year});
    if (id.size() == 7 && id[4] == '-') found = part_of_year(id, *year, id.substr(5));
    if (id.size() == 10) found = one_day(id);
  }
  if (!found) return Error(Code::invalid, "period '" + std::string(id) + "': want YYYY, YYYY-H1, YYYY-Q1, YYYY-MM or YYYY-MM-DD");
  return *std::move(found);
}

Period before(const Period& period) {
  const Date last = period.from - 1;
  const std::string iso = to_string(last);
  const std::string year = iso.substr(0, 4);
  const int quarter = (last.month() - 1) / 3 + 1;
  std::string id = iso;
  if (period.id.size() == 4) id = year;
  if (period.id.size() == 7) {
    const char what = period.id[5];
    if (what == 'Q') id = year + "-Q" + std::to_string(quarter);
    else if (what == 'H') id = year + (last.month() > 6 ? "-H2" : "-H1");
    else id = iso.substr(0, 7);
  }
  auto found = read_period(id);
  return found ? *std::move(found) : period;
}

}  // namespace khien::report
