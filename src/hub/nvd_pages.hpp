#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/core/time.hpp"

namespace khien::hub {

// NVD's API 2.0 gives what changed within a span of time in pages. The files by year are the
// ground; the pages are what came since.

// From one request to the next: five in 30 s, and fifty for whoever has a key.
inline constexpr Duration kNvdPause = seconds(6);
inline constexpr Duration kNvdPauseWithKey = milliseconds(600);
inline constexpr std::int64_t kRecordsAPage = 2'000;     // the most that it gives
inline constexpr Duration kLongestSpan = hours(24 * 120);  // the longest that it answers

// The header of the key.
inline constexpr const char* kNvdKeyHeader = "apiKey";

// Whether an address of [feeds] is the API's own, or a mirror's of it.
bool is_nvd_api(std::string_view url);

// What the file names, empty without one. Code::invalid where it holds no key.
Result<Secret> nvd_key_in(const std::string& path, Files& files);

// Where the way through one span's pages stands; kept, so that it goes on where it was broken
// off. A new one has walked nothing.
struct NvdWalk {
  std::int64_t from_ms = 0, to_ms = 0;  // Unix; to_ms 0: none yet
  std::int64_t next = 0;                // the first record that was not taken
  std::int64_t total = 0;               // of the span, by its first page
  bool goes_on = false;

  // The span behind the last one, the first the longest that is answered. False: it ended
  // just now.
  bool begin(Timestamp now);
  // The same span up to now: what changed meanwhile is in it no more, so its pages moved.
  void begin_again(Timestamp now);
};
std::string page_url(std::string_view url, const NvdWalk& walk);

// What a page says of itself before its records.
struct NvdPage {
  std::int64_t records = 0, first = 0, total = 0;
};
// `head`: its first bytes. Code::invalid if it is no such page.
Result<NvdPage> nvd_page_of(std::string_view head);

}  // namespace khien::hub
