#include "khien/feed/job.hpp"

#include <algorithm>

#include "khien/feed/feed.hpp"
#include "khien/feed/letter.hpp"
#include "khien/feed/record_lines.hpp"
#include "khien/feed/wanted.hpp"

namespace khien::feed {
namespace {

class Lines final : public FeedSink {
 public:
  explicit Lines(const std::function<Result<void>(std::string_view)>& emit) : emit_(emit) {}

  Result<void> take(advisory::Advisory record) override {
    const std::string line = to_line(record);
    if (line.size() > kMostLineBytes) {
      too_long_.push_back({std::move(record.id), "the record is over " + std::to_string(kMostLineBytes >> 20) + " MiB"});
      return {};
    }
    return emit_(line + "\n");
  }
  Result<void> take(advisory::Exploited record) override { return emit_(to_line(record) + "\n"); }
  Result<void> take(advisory::Likelihood record) override { return emit_(to_line(record) + "\n"); }

  // Records that were not written were not taken.
  void correct(FeedSummary& summary) {
    summary.taken -= too_long_.size();
    summary.passed_over += too_long_.size();
    for (PassedOver& one : too_long_) {
      if (summary.named.size() < FeedSummary::kMostNamed) summary.named.push_back(std::move(one));
    }
  }

 private:
  const std::function<Result<void>(std::string_view)>& emit_;
  std::vector<PassedOver> too_long_;
};

}  // namespace

Result<void> run_feed_job(std::string_view ask, ByteView bytes, const Clock* clock,
                          const std::function<Result<void>(std::string_view)>& emit, const std::function<void(std::size_t)>& passed) {
  Budget budget(feed_limits(), clock);
  Lines lines(emit);
  const auto name = ask.substr(0, ask.find('\n'));
  const auto wanted = Wanted::from_text(ask.substr(std::min(name.size() + 1, ask.size())));
  TRY(auto summary, read_feed(bytes, name, budget, lines, {.wanted = wanted.empty() ? nullptr : &wanted, .passed = passed}));
  lines.correct(summary);
  if (summary.taken == 0) return Error(Code::exhausted, summary.named.back().where + ": " + summary.named.back().why);
  return emit(to_line(summary) + "\n");
}

Result<std::string> run_letter_job(std::string_view words, const Clock* clock) {
  Budget budget({.bytes_in = 4u << 20, .time = seconds(10)}, clock);
  TRY(const auto facts, read_letter(words, budget));
  return to_json(facts);
}

}  // namespace khien::feed
