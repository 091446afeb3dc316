#include <cmath>
#include <string>

#include "khien/duty/metrics.hpp"

namespace khien::duty {
namespace {

// "1.234.567" and "1,234,567": as people of either language group digits.
std::string whole_number(std::int64_t number, char group) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, group);
  }
  return (number < 0 ? "-" : "") + digits;
}

// At most one digit behind the point.
std::string number_text(double number, bool vietnamese) {
  const double tenths = std::round(number * 10);
  const auto whole = static_cast<std::int64_t>(std::trunc(tenths / 10));
  std::string text = whole_number(whole, vietnamese ? '.' : ',');
  const auto rest = static_cast<std::int64_t>(std::abs(tenths)) % 10;
  if (rest != 0) text += (vietnamese ? "," : ".") + std::to_string(rest);
  return text;
}

// A share that is not whole is never shown as 100 %.
double percent_of(double share) {
  const double percent = share * 100;
  return share < 1 && percent > 99.9 ? 99.9 : percent;
}

LocalText both(double number, std::string_view vi, std::string_view en) {
  return {number_text(number, true) + std::string(vi), number_text(number, false) + std::string(en)};
}

LocalText figure(double value, const law::Metric& metric) {
  switch (metric.unit) {
    case law::Metric::Unit::ratio: return both(percent_of(value), "%", "%");
    case law::Metric::Unit::days: return both(value, " ngày", " days");
    case law::Metric::Unit::minutes: return both(value, " phút", " minutes");
    case law::Metric::Unit::count: break;
  }
  return both(value, "", "");
}

}  // namespace

LocalText describe(const Measurement& measurement, const law::Metric& metric) {
  using Why = Measurement::Why;
  switch (measurement.why) {
    case Why::later:
      if (metric.note) return {"Chưa thể biết: " + metric.note->vi, "Cannot be known: " + metric.note->en};
      return {"Chưa thể biết: chưa có nguồn số liệu.", "Cannot be known: nothing gives this figure yet."};
    case Why::nothing:
      return {"Chưa thể biết: chưa khai báo gì để đo.", "Cannot be known: nothing to measure was registered yet."};
    case Why::unseen:
      return {"Chưa thể biết: chưa thấy trường hợp nào, nhưng còn đối tượng chưa được kiểm tra đúng hạn.",
              "Cannot be known: none was found, but not all were looked at in time."};
    case Why::no_reading:
      return {"Chưa thể biết: ngày đó không có số đo.", "Cannot be known: nobody measured it on that day."};
    case Why::elsewhere:
      return {"Đo trên toàn tỉnh, ngoài phạm vi của bạn; chưa có số đo gần đây.",
              "Measured over the whole province, outside your scope; there is no recent reading."};
    case Why::known: break;
  }
  const auto value = figure(measurement.value(), metric);
  if (!measurement.whole) return value;
  const auto part = both(measurement.part, "/", "/");
  const auto whole = both(*measurement.whole, "", "");
  return {part.vi + whole.vi + " (" + value.vi + ")", part.en + whole.en + " (" + value.en + ")"};
}

LocalText describe(const law::Target& target, const law::Metric& metric) {
  const auto value = figure(target.value, metric);
  switch (target.kind) {
    case law::Target::Kind::at_least: return {"từ " + value.vi + " trở lên", value.en + " or more"};
    case law::Target::Kind::at_most: return {"không quá " + value.vi, "at most " + value.en};
    case law::Target::Kind::equals: break;
  }
  return {"đúng " + value.vi, "exactly " + value.en};
}

}  // namespace khien::duty
