#include "feed_import.hpp"

#include <utility>

#include "feed_reading.hpp"
#include "khien/core/text.hpp"
#include "packed_book.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostWhyBytes = 400;

std::string why(const Error& error) { return std::string(truncate(error.what(), kMostWhyBytes)); }

Result<feed::FeedSummary> read_feed(const Fd& file, const std::string& name, feed::Collected& records) {
  if (is_packed_book(file)) return Error(Code::invalid, "a packed book is for match and khien-match; import the feeds that it was made of");
  return read_feed_in_worker(file, name, records);
}

}  // namespace

Result<FeedImported> import_feed(patch::Library& library, const Fd& file, const std::string& name, Timestamp now,
                                 const std::function<void(const feed::FeedSummary&)>& on_read) {
  feed::Collected records;
  auto summary = read_feed(file, name, records);
  if (!summary) {
    // By the file's name: of which feed it was to be, nobody can say.
    TRY_VOID(library.note_failure(name, "unknown", name, why(summary.error()), now));
    return std::move(summary).error();
  }
  if (on_read) on_read(*summary);
  auto taken = library.take(*summary, records, name, now);
  if (!taken) {
    TRY_VOID(library.note_failure(summary->name, std::string(to_string(summary->kind)), name, why(taken.error()), now));
    return std::move(taken).error();
  }
  return FeedImported{.summary = std::move(*summary), .changed = taken->changed, .vulnerabilities = taken->names.size()};
}

}  // namespace khien::hub
