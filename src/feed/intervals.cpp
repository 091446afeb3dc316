#include "intervals.hpp"

#include <algorithm>
#include <charconv>

#include "json_text.hpp"

namespace khien::feed {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Error odd(std::string_view text) { return Error(Code::invalid, "'" + words_of(text.substr(0, 80), 80) + "' is no range of versions"); }

Result<std::string> version_of(std::string_view text) {
  text = trim(text);
  if (!is_version(text) || text.find_first_of("<>=()[],|") != text.npos) return odd(text);
  return std::string(text);
}

// "[a,b)", "(,b]", "[a]"
Result<Interval> parse_brackets(std::string_view text) {
  if (text.size() < 3 || (text.back() != ')' && text.back() != ']')) return odd(text);
  const auto inner = text.substr(1, text.size() - 2);
  Interval interval;
  interval.low_excluded = text.front() == '(';
  interval.high_included = text.back() == ']';
  const auto comma = inner.find(',');
  if (comma == inner.npos) {
    if (interval.low_excluded || !interval.high_included) return odd(text);
    TRY(interval.low, version_of(inner));
    interval.high = interval.low;
    return interval;
  }
  const auto low = trim(inner.substr(0, comma)), high = trim(inner.substr(comma + 1));
  if (low.empty() && high.empty()) return odd(text);
  if (!low.empty()) {
    TRY(interval.low, version_of(low));
  } else {
    interval.low_excluded = false;
  }
  if (!high.empty()) {
    TRY(interval.high, version_of(high));
  } else {
    interval.high_included = false;
  }
  return interval;
}

std::string_view take_operator(std::string_view& text) {
  for (const std::string_view sign : {">=", "<=", "==", "=>", "=<", "~>", "~=", ">", "<", "=", "~", "^"}) {
    if (text.starts_with(sign)) {
      text.remove_prefix(sign.size());
      return sign;
    }
  }
  return {};
}

// The leading numbers of a version: "v2.0.9-rc1" has 2, 0, 9.
std::vector<std::uint64_t> numbers_of(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  std::vector<std::uint64_t> numbers;
  while (!version.empty()) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
    if (error != std::errc{}) break;
    numbers.push_back(number);
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (!version.starts_with('.')) break;
    version.remove_prefix(1);
  }
  return numbers;
}

// The first version behind all that "~> 2.0.9" or "^0.6.14" allow: one more of the last
// number but one, or of the first that is not 0. Empty without a number.
std::string behind_kin(std::string_view sign, std::string_view version) {
  auto numbers = numbers_of(version);
  if (numbers.empty()) return {};
  std::size_t kept = numbers.size() > 1 ? numbers.size() - 1 : 1;
  if (sign == "~") kept = std::min<std::size_t>(numbers.size(), 2);
  if (sign == "^") {
    const auto first = std::ranges::find_if(numbers, [](std::uint64_t number) { return number != 0; });
    kept = first == numbers.end() ? numbers.size() : static_cast<std::size_t>(first - numbers.begin()) + 1;
  }
  numbers.resize(kept);
  ++numbers.back();
  std::string behind;
  for (const std::uint64_t number : numbers) behind += (behind.empty() ? "" : ".") + std::to_string(number);
  return behind;
}

// Ends as they are found. Those of "~>" and "^" may stand beside plain ones: the nearer
// counts. Two plain ones contradict each other.
struct Ends {
  Interval interval;
  bool soft_low = false, soft_high = false;
};

Result<void> set_low(Ends& ends, std::string version, bool excluded, bool soft, std::string_view whole) {
  Interval& interval = ends.interval;
  if (!interval.low.empty()) {
    if (!soft && !ends.soft_low) return odd(whole);
    TRY(const auto compared, advisory::compare_versions(advisory::VersionOrder::generic, version, interval.low));
    if (compared < 0 || (compared == 0 && !excluded)) return {};
  }
  interval.low = std::move(version);
  interval.low_excluded = excluded;
  ends.soft_low = soft;
  return {};
}

Result<void> set_high(Ends& ends, std::string version, bool included, bool soft, std::string_view whole) {
  Interval& interval = ends.interval;
  if (!interval.high.empty()) {
    if (!soft && !ends.soft_high) return odd(whole);
    TRY(const auto compared, advisory::compare_versions(advisory::VersionOrder::generic, version, interval.high));
    if (compared > 0 || (compared == 0 && included)) return {};
  }
  interval.high = std::move(version);
  interval.high_included = included;
  ends.soft_high = soft;
  return {};
}

Result<void> narrow(Ends& ends, std::string_view sign, std::string_view text, std::string_view whole) {
  TRY(auto version, version_of(text));
  if (sign.empty() || sign == "=" || sign == "==") {
    if (!ends.interval.low.empty() || !ends.interval.high.empty()) return odd(whole);
    ends.interval = {version, false, version, true};
    return {};
  }
  if (sign.front() == '>' || sign == "=>") return set_low(ends, std::move(version), sign == ">", false, whole);
  if (sign.front() == '<' || sign == "=<") return set_high(ends, std::move(version), sign != "<", false, whole);
  std::string behind = behind_kin(sign, version);
  if (behind.empty()) return odd(whole);
  TRY_VOID(set_low(ends, std::move(version), false, true, whole));
  return set_high(ends, std::move(behind), false, true, whole);
}

bool is_beginning(const Interval& interval) { return interval.low.empty() || (interval.low == "0" && !interval.low_excluded); }

}  // namespace

Result<Interval> parse_constraint(std::string_view text) {
  text = trim(text);
  if (text.starts_with('[') || text.starts_with('(')) return parse_brackets(text);
  Ends ends;
  std::string_view rest = text;
  do {
    const auto sign = take_operator(rest);
    rest = trim(rest);
    const auto part = rest.substr(0, rest.find_first_of(", \t"));
    rest = trim(rest.substr(part.size()));
    TRY_VOID(narrow(ends, sign, part, text));
    if (!rest.starts_with(',')) continue;
    rest = trim(rest.substr(1));
    if (rest.empty()) return odd(text);
  } while (!rest.empty());
  return ends.interval;
}

Result<std::vector<Interval>> parse_constraints(std::string_view text) {
  std::vector<Interval> all;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::size_t end = rest.find("||"), skip = 2;
    // Maven's sets stand one behind the other with a comma between.
    if (const auto closed = rest.find_first_of(")]"); end == rest.npos && trim(rest).find_first_of("[(") == 0 && closed != rest.npos) {
      end = closed + 1;
      skip = rest.find_first_not_of(" ,", end) == rest.npos ? rest.size() : rest.find_first_not_of(" ,", end) - end;
    }
    TRY(auto interval, parse_constraint(rest.substr(0, end)));
    all.push_back(std::move(interval));
    if (end == rest.npos) break;
    rest.remove_prefix(std::min(end + skip, rest.size()));
  }
  if (all.empty()) return odd(text);
  return all;
}

advisory::VersionRange as_range(const Interval& interval) {
  advisory::VersionRange range;
  range.introduced = interval.low;
  range.introduced_excluded = interval.low_excluded;
  (interval.high_included ? range.last_affected : range.fixed) = interval.high;
  return range;
}

Result<std::vector<Interval>> others(std::vector<Interval> intervals, advisory::VersionOrder order) {
  for (const Interval& one : intervals) {
    if (!is_beginning(one)) TRY_VOID(advisory::check_version(order, one.low));
  }
  // Stable, for a build of Windows and a hotfix are versions both and do not compare.
  sort_stably(intervals, [&](const Interval& a, const Interval& b) {
    if (is_beginning(a) || is_beginning(b)) return is_beginning(a) && !is_beginning(b);
    const auto compared = advisory::compare_versions(order, a.low, b.low);
    return compared && *compared < 0;
  });
  std::vector<Interval> rest;
  Interval gap;  // what lies behind all that was seen, open above
  bool open = true;
  for (const Interval& one : intervals) {
    if (!is_beginning(one)) {
      gap.high = one.low;
      gap.high_included = one.low_excluded;
      bool is_empty = false;
      if (!gap.low.empty()) {
        TRY(const auto compared, advisory::compare_versions(order, gap.low, gap.high));
        is_empty = compared >= 0;
      }
      if (!is_empty) rest.push_back(gap);
      else if (one.high.empty()) open = false;
    }
    if (one.high.empty()) {
      open = false;
      break;
    }
    if (!gap.low.empty()) {
      TRY(const auto compared, advisory::compare_versions(order, gap.low, one.high));
      if (compared > 0) {
        gap.high.clear();
        continue;  // lies within what was seen
      }
    }
    gap = {one.high, one.high_included, "", false};
  }
  if (open) {
    gap.high.clear();
    gap.high_included = false;
    rest.push_back(gap);
  }
  return rest;
}

std::string behind_wildcard(std::string_view text) {
  if (!text.ends_with(".*")) return {};
  text.remove_suffix(2);
  const auto dot = text.rfind('.');
  const std::size_t at = dot == text.npos ? 0 : dot + 1;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return std::string(text.substr(0, at)) + std::to_string(number + 1);
}

std::string last_of_wildcard(std::string_view text) {
  if (behind_wildcard(text).empty()) return {};
  return std::string(text.substr(0, text.size() - 1)) + "999999999";
}

}  // namespace khien::feed
