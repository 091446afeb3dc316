#include "clamd_reply.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "khien/core/text.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxSignatureBytes = 128;

// One line without its end; none if there is a line within.
std::optional<std::string_view> single_line(std::string_view reply) {
  if (reply.size() > kMaxReplyBytes) return std::nullopt;
  while (!reply.empty() && (reply.back() == '\n' || reply.back() == '\0' || reply.back() == '\r')) {
    reply.remove_suffix(1);
  }
  if (reply.empty() || printable(reply) != reply) return std::nullopt;
  return reply;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_signature(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSignatureBytes && text.find(' ') == text.npos;
}

// The digits at a place, of which leading ones may be blanks.
std::optional<std::int64_t> digits_at(std::string_view text, std::size_t at, std::size_t count) {
  text = text.substr(at, count);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return number(text);
}

std::string two_digits(std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// asctime(3): "Fri Nov 20 08:30:00 2026".
std::optional<Timestamp> parse_asctime(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 24) return std::nullopt;
  const auto month = std::ranges::find(kMonths, text.substr(4, 3));
  const auto day = digits_at(text, 8, 2);
  const auto year = digits_at(text, 20, 4);
  if (month == kMonths.end() || !day || !year || *day > 31 || *year < 1000) return std::nullopt;
  std::string rfc3339 = std::to_string(*year) + "-" + two_digits(month - kMonths.begin() + 1) + "-";
  rfc3339 += two_digits(*day) + "T" + std::string(text.substr(11, 8)) + "Z";
  const auto time = from_rfc3339(rfc3339);
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace

Result<std::string> parse_scan_reply(std::string_view reply) {
  const auto line = single_line(reply);
  const auto colon = line ? line->find(": ") : std::string_view::npos;
  if (colon == std::string_view::npos) return Error(Code::corrupt, "clamd: not an answer");
  std::string_view said = line->substr(colon + 2);
  if (said == "OK") return std::string();

  constexpr std::string_view kFound = " FOUND";
  constexpr std::string_view kError = " ERROR";
  if (said.ends_with(kFound)) {
    said.remove_suffix(kFound.size());
    if (said.starts_with("Heuristics.Limits.Exceeded")) return Error(Code::exhausted, "clamd: its limits were reached");
    if (is_signature(said)) return std::string(said);
  } else if (said.ends_with(kError)) {
    said.remove_suffix(kError.size());
    return Error(Code::unavailable, "clamd: " + std::string(truncate(said, 200)));
  }
  return Error(Code::corrupt, "clamd: not an answer");
}

Result<ClamdClient::Version> parse_version_reply(std::string_view reply) {
  const auto line = single_line(reply);
  if (!line || !line->starts_with("ClamAV ")) return Error(Code::corrupt, "clamd: not a version");
  ClamdClient::Version version;
  const auto first = std::min(line->find('/'), line->size());
  version.engine = line->substr(0, first);
  if (first == line->size()) return version;
  const std::string_view rest = line->substr(first + 1);
  const auto second = std::min(rest.find('/'), rest.size());
  version.database = number(rest.substr(0, second)).value_or(0);
  if (second < rest.size() && version.database > 0) version.built = parse_asctime(rest.substr(second + 1));
  return version;
}

std::int64_t parse_signature_count(std::string_view log) {
  constexpr std::string_view kBefore = "Loaded ";
  constexpr std::string_view kAfter = " signatures.";
  for (std::size_t at = log.rfind(kBefore); at != log.npos; at = at == 0 ? log.npos : log.rfind(kBefore, at - 1)) {
    const std::string_view rest = log.substr(at + kBefore.size());
    const auto end = rest.find_first_not_of("0123456789");
    if (end == rest.npos || end == 0 || end > 12 || !rest.substr(end).starts_with(kAfter)) continue;
    return number(rest.substr(0, end)).value_or(0);
  }
  return 0;
}

}  // namespace khien::probe
