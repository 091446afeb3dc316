#pragma once

#include <string>
#include <string_view>

#include "khien/advisory/record.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "khien/core/result.hpp"
#include "khien/feed/feed.hpp"

namespace khien::feed {

// Records on their way from the sandbox, and kept: a JSON text a line, each with its kind
// ("a", "e", "l"; "s" is the summary, which ends them). What is written reads back equal.
std::string to_line(const advisory::Advisory& record);
std::string to_line(const advisory::Exploited& record);
std::string to_line(const advisory::Likelihood& record);
std::string to_line(const FeedSummary& summary);

// A record whose line would be longer is not written: the worker passes it over.
inline constexpr std::size_t kMostLineBytes = 64u << 20;

// Reads such lines as they come, in pieces of any size. The other end is not trusted:
// Code::corrupt for anything that to_line() could not have written, exhausted for more than
// `most_records`, a line over kMostLineBytes or more values than feed_limits() has.
class RecordLines {
 public:
  // `sink` is borrowed.
  explicit RecordLines(FeedSink& sink, std::uint64_t most_records = kMostRecords) : sink_(sink), most_(most_records) {}

  Result<void> take(std::string_view piece);
  // After the last piece.
  Result<FeedSummary> finish();

 private:
  Result<void> take_line(std::string_view line);

  FeedSink& sink_;
  std::uint64_t most_, taken_ = 0;
  // All lines together.
  Budget budget_ = Budget({.bytes_in = feed_limits().bytes_out, .depth = 8, .entries = feed_limits().entries});
  JsonDocument document_;
  std::string rest_;
  std::optional<FeedSummary> summary_;
};

}  // namespace khien::feed
