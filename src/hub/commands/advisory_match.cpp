#include "commands/advisory_match.hpp"

#include <utility>

#include "commands/advisory_pack.hpp"
#include "commands/advisory_table.hpp"
#include "feed_reading.hpp"
#include "matching.hpp"
#include "packed_book.hpp"

namespace khien::hub {
namespace {

constexpr std::uint64_t kMostInventoryBytes = 64u << 20;

Result<void> read_inventory(const Arguments& arguments, MatchReport& report) {
  const std::string file = arguments.value_or("inventory", "");
  TRY(const auto opened, open_for_reading(file, kMostInventoryBytes));
  auto inventory = read_inventory_in_worker(opened, {.file_name = file, .os = arguments.value_or("os", "")});
  if (!inventory) return std::move(inventory).error().within(file);
  report.inventory = std::move(inventory).value();
  return {};
}

Result<MatchReport> match_feeds(const Arguments& arguments) {
  MatchReport report;
  TRY_VOID(read_inventory(arguments, report));
  const feed::Wanted wanted(report.inventory.packages);
  feed::Collected records;
  for (const std::string& name : arguments.values("feed")) {
    TRY(const auto feed_file, open_for_reading(name, feed::kMostFileBytes));
    auto summary = read_feed_in_worker(feed_file, name, records, &wanted);
    if (!summary) return std::move(summary).error().within(name);
    report.feeds.emplace_back(name, std::move(summary).value());
  }
  TRY(const auto bytes, compile_records(records));
  TRY(const auto book, advisory::Book::open(bytes));
  report.lines = book.match(report.inventory.packages);
  sort_by_urgency(report);
  return report;
}

Result<MatchReport> match_pack(const Arguments& arguments, const Fd& file, const std::string& name) {
  TRY(const auto status, status_of(file));
  auto packed = PackedBook::open(file, status.size);
  if (!packed) return std::move(packed).error().within(name);
  MatchReport report;
  TRY_VOID(read_inventory(arguments, report));
  if (auto matched = match_packed(*packed, report); !matched) return std::move(matched).error().within(name);
  return report;
}

// One packed book, or feeds as they are published.
Result<MatchReport> match_any(const Arguments& arguments) {
  const auto names = arguments.values("feed");
  for (const std::string& name : names) {
    TRY(const auto file, open_for_reading(name, kMostPackedBytes));
    if (!is_packed_book(file)) continue;
    if (names.size() > 1) return Error(Code::invalid, name + ": a packed book is asked alone; pack all feeds into one (khien advisory pack)");
    return match_pack(arguments, file, name);
  }
  return match_feeds(arguments);
}

}  // namespace

int match_inventory(const Arguments& arguments, Console& console) {
  if (!arguments.value("inventory")) return console.misuse({"thiếu --inventory", "--inventory is missing"});
  if (arguments.values("feed").empty()) return console.misuse({"cần ít nhất một --feed", "at least one --feed is needed"});
  const auto report = match_any(arguments);
  if (!report) return console.unreadable(report.error());
  return tell(*report, arguments.has("json"), console);
}

}  // namespace khien::hub
