// Input: the bytes of a file that claims to be a feed.
//
// Beyond "no crash": what was taken is told twice alike, travels as lines and comes back
// equal, counts add up, and compiles into a book that opens.
#include <cstdint>
#include <cstdlib>

#include "khien/advisory/book.hpp"
#include "khien/feed/feed.hpp"
#include "khien/feed/record_lines.hpp"

using namespace khien;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

constexpr Budget::Limits kLimits{.bytes_in = 1u << 20, .bytes_out = 4u << 20, .depth = 32, .entries = 100'000};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  Budget first(kLimits), second(kLimits);
  feed::Collected records, again;
  const auto summary = feed::read_feed(bytes, "feed", first, records);
  const auto same = feed::read_feed(bytes, "feed", second, again);
  demand(summary.has_value() == same.has_value());
  if (!summary) return 0;
  demand(*summary == *same && records.advisories == again.advisories);
  demand(summary->taken > 0 && summary->named.size() <= feed::FeedSummary::kMostNamed && summary->named.size() <= summary->passed_over);
  feed::Collected back;
  feed::RecordLines lines(back);
  for (const auto& record : records.advisories) demand(lines.take(feed::to_line(record) + "\n").has_value());
  for (const auto& record : records.exploited) demand(lines.take(feed::to_line(record) + "\n").has_value());
  for (const auto& record : records.likelihoods) demand(lines.take(feed::to_line(record) + "\n").has_value());
  demand(lines.take(feed::to_line(*summary) + "\n").has_value());
  const auto told = lines.finish();
  demand(told && *told == *summary && back.advisories == records.advisories && back.exploited == records.exploited);
  Budget compiling({.bytes_in = 64u << 20, .bytes_out = 64u << 20, .depth = 32, .entries = 1'000'000});
  const auto book = advisory::Book::compile(records.advisories, records.exploited, records.likelihoods, compiling);
  if (book) demand(advisory::Book::open(*book).has_value());
  return 0;
}
