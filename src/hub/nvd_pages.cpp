#include "nvd_pages.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "secret_file.hpp"

namespace khien::hub {
namespace {

constexpr std::string_view kPath = "/rest/json/cves/2.0";
// What was published a moment late is in the next span.
constexpr Duration kOverlap = minutes(10);
constexpr Duration kShortestSpan = minutes(1);
constexpr std::size_t kMostKeyBytes = 200;
constexpr std::int64_t kMostRecordsInAll = 10'000'000;

// "2026-11-27T04:35:38.274%2B00:00", as its documentation writes it.
std::string moment(std::int64_t at_ms) {
  std::string text = to_rfc3339({at_ms});
  text.pop_back();
  return text + "%2B00:00";
}

std::optional<std::int64_t> number_of(std::string_view head, std::string_view key) {
  const auto found = head.find(key);
  if (found == head.npos) return std::nullopt;
  head.remove_prefix(found + key.size());
  const auto at = head.find_first_not_of(" \t\r\n:");
  if (at == head.npos) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(head.data() + at, head.data() + head.size(), number);
  // A number that the head cuts off is none.
  if (problem != std::errc() || end == head.data() + head.size() || number < 0 || number > kMostRecordsInAll) return std::nullopt;
  return number;
}

}  // namespace

bool is_nvd_api(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url.ends_with(kPath);
}

Result<Secret> nvd_key_in(const std::string& path, Files& files) {
  if (path.empty()) return Secret();
  TRY(auto key, secret_in(path, "feeds.nvd_key_file", files));
  // It becomes a line of a request.
  const bool is_plain = std::ranges::all_of(key.reveal(), [](char c) { return c > ' ' && c <= '~'; });
  if (!is_plain || key.reveal().size() > kMostKeyBytes) return Error(Code::invalid, "feeds.nvd_key_file: the first line of " + path + " is no key");
  return key;
}

bool NvdWalk::begin(Timestamp now) {
  // By a clock that was ahead: all behind it would be left out until that day.
  if (to_ms > now.ms + kOverlap.ms) to_ms = 0;
  if (to_ms != 0 && now.ms - to_ms < kShortestSpan.ms) return false;
  from_ms = to_ms == 0 ? now.ms - kLongestSpan.ms : to_ms - kOverlap.ms;
  begin_again(now);
  return true;
}

void NvdWalk::begin_again(Timestamp now) {
  to_ms = std::min(now.ms, from_ms + kLongestSpan.ms);
  next = total = 0;
  goes_on = true;
}

std::string page_url(std::string_view url, const NvdWalk& walk) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url) + "?lastModStartDate=" + moment(walk.from_ms) + "&lastModEndDate=" + moment(walk.to_ms) +
         "&startIndex=" + std::to_string(walk.next) + "&resultsPerPage=" + std::to_string(kRecordsAPage);
}

Result<NvdPage> nvd_page_of(std::string_view head) {
  head = head.substr(0, head.find("\"vulnerabilities\""));
  const auto records = number_of(head, "\"resultsPerPage\""), first = number_of(head, "\"startIndex\""), total = number_of(head, "\"totalResults\"");
  if (!records || !first || !total) return Error(Code::invalid, "this is no page of NVD's API 2.0");
  return NvdPage{*records, *first, *total};
}

}  // namespace khien::hub
