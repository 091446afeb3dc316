#include "commands/advisory_match.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "commands/advisory_table.hpp"
#include "feed_reading.hpp"
#include "khien/core/clock.hpp"

namespace khien::hub {
namespace {

constexpr std::uint64_t kMostInventoryBytes = 64u << 20;

Result<MatchReport> read_both(const Arguments& arguments, feed::Collected& records) {
  MatchReport report;
  const std::string file = arguments.value_or("inventory", "");
  TRY(const auto opened, open_for_reading(file, kMostInventoryBytes));
  auto inventory = read_inventory_in_worker(opened, {.file_name = file, .os = arguments.value_or("os", "")});
  if (!inventory) return std::move(inventory).error().within(file);
  report.inventory = std::move(inventory).value();
  const feed::Wanted wanted(report.inventory.packages);
  for (const std::string& name : arguments.values("feed")) {
    TRY(const auto feed_file, open_for_reading(name, feed::kMostFileBytes));
    auto summary = read_feed_in_worker(feed_file, name, records, &wanted);
    if (!summary) return std::move(summary).error().within(name);
    report.feeds.emplace_back(name, std::move(summary).value());
  }
  return report;
}

Result<void> add_matches(MatchReport& report, const feed::Collected& records) {
  Budget budget({.bytes_in = 16ull << 30, .bytes_out = 16ull << 30, .entries = 1'000'000'000, .time = minutes(10)}, &system_clock());
  TRY(const auto bytes, advisory::Book::compile(records.advisories, records.exploited, records.likelihoods, budget));
  TRY(const auto book, advisory::Book::open(bytes));
  for (auto& match : book.match(report.inventory.packages)) {
    MatchReport::Line line;
    if (const auto known = book.find(match.id)) {
      line.exploited = known->exploited.has_value();
      if (known->likelihood) line.epss = known->likelihood->probability;
    }
    line.match = std::move(match);
    report.lines.push_back(std::move(line));
  }
  // What is used in attacks first, then the worst, then the likeliest.
  const auto urgency = [](const MatchReport::Line& line) {
    return std::tuple(line.match.state == advisory::Match::State::unknown, !line.exploited, -static_cast<int>(line.match.severity), -line.epss.value_or(0), line.match.package,
                      line.match.id);
  };
  std::ranges::sort(report.lines, [&](const auto& a, const auto& b) { return urgency(a) < urgency(b); });
  return {};
}

// What cannot be told is not nothing.
int code_of(const MatchReport& report, Console& console) {
  const std::size_t unasked = without_release(report.inventory);
  if (unasked > 0) {
    const std::string count = std::to_string(unasked);
    console.warn({count + " gói chưa được đối chiếu: chưa biết bản phân phối và bản phát hành (--os debian:12)",
                  count + " packages were not judged: their distribution's release is not known (--os debian:12)"});
  }
  if (std::ranges::any_of(report.lines, [](const auto& line) { return line.match.state == advisory::Match::State::affected; })) return 1;
  if (unasked > 0) return 2;
  return report.lines.empty() ? 0 : 3;
}

}  // namespace

int match_inventory(const Arguments& arguments, Console& console) {
  if (!arguments.value("inventory")) return console.misuse({"thiếu --inventory", "--inventory is missing"});
  if (arguments.values("feed").empty()) return console.misuse({"cần ít nhất một --feed", "at least one --feed is needed"});
  feed::Collected records;
  auto report = read_both(arguments, records);
  if (!report) return console.unreadable(report.error());
  if (const auto matched = add_matches(*report, records); !matched) return console.unreadable(matched.error());
  console.out(arguments.has("json") ? json_of(*report) : text_of(*report, console.language()));
  return code_of(*report, console);
}

}  // namespace khien::hub
