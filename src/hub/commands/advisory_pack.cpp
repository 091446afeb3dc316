#include "commands/advisory_pack.hpp"

#include <utility>
#include <vector>

#include "feed_reading.hpp"
#include "khien/advisory/book.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/text.hpp"
#include "matching.hpp"
#include "packed_book.hpp"

namespace khien::hub {
namespace {

// Of a distribution's packages those of one release alone.
class OfRelease final : public feed::FeedSink {
 public:
  OfRelease(feed::Collected& into, const std::optional<advisory::Distribution>& of) : into_(into), of_(of) {}

  Result<void> take(advisory::Advisory record) override {
    if (of_) std::erase_if(record.affected, [&](const auto& one) { return is_of_another_distribution(one.package, *of_); });
    return into_.take(std::move(record));
  }
  Result<void> take(advisory::Exploited record) override { return into_.take(std::move(record)); }
  Result<void> take(advisory::Likelihood record) override { return into_.take(std::move(record)); }

 private:
  feed::Collected& into_;
  const std::optional<advisory::Distribution>& of_;
};

// "-o FILE" or "--output FILE".
std::optional<std::string> output_of(const Arguments& arguments) {
  if (const auto named = arguments.value("output")) return named;
  const auto& words = arguments.positional();
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "-o") return words[i + 1];
  }
  return std::nullopt;
}

Result<PackedManifest> pack(const Arguments& arguments, const std::optional<advisory::Distribution>& of, const std::string& output) {
  PackedManifest manifest{.packed_at = system_clock().now(), .os = arguments.value_or("os", ""), .feeds = {}};
  std::vector<std::string> releases;
  if (of && !of->release.empty()) releases.push_back(of->release);
  const auto wanted = feed::Wanted::every_package(releases);
  feed::Collected records;
  OfRelease sink(records, of);
  for (const std::string& name : arguments.values("feed")) {
    TRY(const auto file, open_for_reading(name, feed::kMostFileBytes));
    auto summary = read_feed_in_worker(file, name, sink, &wanted);
    if (!summary) return std::move(summary).error().within(name);
    manifest.feeds.emplace_back(name, std::move(summary).value());
  }
  TRY(const auto book, compile_records(records));
  if (auto written = write_packed_book(output, manifest, book); !written) return std::move(written).error().within(output);
  // Read back as a machine will read it.
  TRY(const auto file, open_for_reading(output, kMostPackedBytes));
  TRY(const auto status, status_of(file));
  if (auto opened = PackedBook::open(file, status.size); !opened) return std::move(opened).error().within(output);
  return manifest;
}

void say_packed(const PackedManifest& manifest, const std::string& output, Console& console) {
  for (const auto& [file, summary] : manifest.feeds) {
    const std::string taken = std::to_string(summary.taken), odd = std::to_string(summary.passed_over);
    const std::string name = printable(file) + ": " + std::string(to_string(summary.kind)) + ", ";
    console.say({name + taken + " bản ghi, bỏ qua " + odd, name + taken + " records, passed over " + odd});
  }
  const std::string shown = printable(output);
  console.say({"Đã đóng gói vào " + shown, "Packed into " + shown});
}

}  // namespace

Result<std::string> compile_records(const feed::Collected& records) {
  Budget budget({.bytes_in = 16ull << 30, .bytes_out = 16ull << 30, .entries = 1'000'000'000, .time = minutes(10)}, &system_clock());
  return advisory::Book::compile(records.advisories, records.exploited, records.likelihoods, budget);
}

int pack_feeds(const Arguments& arguments, Console& console) {
  const auto output = output_of(arguments);
  if (arguments.values("feed").empty()) return console.misuse({"cần ít nhất một --feed", "at least one --feed is needed"});
  if (!output) return console.misuse({"thiếu -o TỆP", "-o FILE is missing"});
  std::optional<advisory::Distribution> of;
  if (const auto os = arguments.value("os")) {
    of = distribution_named(*os);
    if (!of) return console.misuse({"không biết bản phân phối '" + printable(*os) + "' (ví dụ debian:12)", "no distribution '" + printable(*os) + "' is known (debian:12)"});
  }
  const auto packed = pack(arguments, of, *output);
  if (!packed) return console.unreadable(packed.error());
  say_packed(*packed, *output, console);
  return 0;
}

}  // namespace khien::hub
