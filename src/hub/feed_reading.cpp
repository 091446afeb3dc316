#include "feed_reading.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "khien/core/clock.hpp"
#include "khien/core/text.hpp"
#include "khien/feed/job.hpp"
#include "khien/feed/record_lines.hpp"
#include "khien/hub/installation.hpp"
#include "khien/inventory/job.hpp"
#include "khien/probe/conversion.hpp"

namespace khien::hub {
namespace {

// One document of 256 MiB costs a JSON parser four times as much, beside its copy.
constexpr std::uint64_t kFeedMemory = 4ull << 30;
constexpr std::uint64_t kInventoryMemory = 2ull << 30;
constexpr std::size_t kMostFeedAnswer = 16ull << 30;
constexpr std::size_t kMostInventoryAnswer = 256u << 20;

}  // namespace

Result<feed::FeedSummary> read_feed_in_worker(const Fd& file, std::string_view name, feed::FeedSink& sink, const feed::Wanted* wanted) {
  TRY(const auto installation, find_installation());
  const probe::ConversionOptions options{
      .executable = installation.worker, .memory_bytes = kFeedMemory, .time = minutes(15), .max_answer_bytes = kMostFeedAnswer};
  feed::RecordLines lines(sink);
  std::string ask = std::string(feed::kFeedWanted) + printable(truncate(name, 500));
  const std::string names = wanted == nullptr ? std::string() : wanted->to_text();
  if (ask.size() + 1 + names.size() <= probe::kMostAskBytes) ask += "\n" + names;
  TRY_VOID(probe::stream_from_worker(options, ask, file, [&](std::string_view piece) { return lines.take(piece); }, system_clock()));
  return lines.finish();
}

Result<inventory::Inventory> read_inventory_in_worker(const Fd& file, const inventory::Hint& hint) {
  TRY(const auto installation, find_installation());
  const probe::ConversionOptions options{
      .executable = installation.worker, .memory_bytes = kInventoryMemory, .time = minutes(2), .max_answer_bytes = kMostInventoryAnswer};
  std::string answer;
  TRY_VOID(probe::stream_from_worker(options, inventory::inventory_ask(hint), file, [&](std::string_view piece) -> Result<void> {
    answer += piece;
    return {};
  }, system_clock()));
  Budget budget({.bytes_in = kMostInventoryAnswer, .depth = 8, .entries = 40'000'000});
  return inventory::inventory_from_json(answer, budget);
}

Result<inventory::Inventory> read_inventory_in_worker(ByteView bytes, const inventory::Hint& hint) {
  const Fd memory(memfd_create("khien-inventory", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory) return system_error("memfd", errno);
  for (std::string_view rest = as_text(bytes); !rest.empty();) {
    const ssize_t put = ::write(memory.get(), rest.data(), rest.size());
    if (put <= 0) return system_error("memfd", errno);
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
  // Another opening of it, for reading alone.
  const Fd reading(::open(("/proc/self/fd/" + std::to_string(memory.get())).c_str(), O_RDONLY | O_CLOEXEC));
  if (!reading) return system_error("memfd", errno);
  return read_inventory_in_worker(reading, hint);
}

Result<feed::LetterFacts> read_letter_in_worker(ByteView bytes) {
  TRY(const auto worker, find_worker_for(bytes));
  std::string asked(feed::kLetterWanted);
  asked += as_text(bytes);
  TRY(const auto answer, probe::convert_in_worker({.executable = worker, .time = seconds(20)}, asked, system_clock()));
  Budget budget({.bytes_in = 96u << 20, .depth = 8, .entries = 200'000});
  return feed::letter_from_json(answer, budget);
}

}  // namespace khien::hub
