#include <doctest/doctest.h>

#include <cstdio>
#include <future>

#include "khien/store/ledger.hpp"
#include "test/buggy_ledger.hpp"
#include "test/campaign_mode.hpp"
#include "test/ledger_campaign.hpp"

namespace khien::store::campaign {
namespace {

constexpr TenantId kTenant{1};

class RealLedger final : public Subject {
 public:
  explicit RealLedger(std::unique_ptr<Ledger> ledger) : ledger_(std::move(ledger)) {}

  std::vector<Result<Number>> append(const std::vector<Batch>& together) override {
    std::vector<std::promise<Result<Number>>> answers(together.size());
    for (std::size_t i = 0; i < together.size(); ++i) {
      ledger_->append(wrap(together[i]), [&answers, i](Result<AckToken> token) {
        answers[i].set_value(token ? Result<Number>(token->acknowledgement().seq_hi)
                                   : Result<Number>(std::move(token).error()));
      });
    }
    std::vector<Result<Number>> heard;
    for (auto& answer : answers) heard.push_back(answer.get_future().get());
    return heard;
  }
  Result<std::vector<Seen>> all() override {
    TRY(const auto events, ledger_->read_after({0}, 10'000));
    std::vector<Seen> seen;
    for (const auto& event : events) {
      seen.push_back({{static_cast<Stream>(event.machine.value), event.seq}, event.id.value, event.text});
    }
    return seen;
  }
  Result<Number> watermark(Stream stream) override {
    TRY(const auto found, ledger_->watermark(id_of(stream)));
    return found.seq;
  }

 private:
  static StreamId id_of(Stream stream) { return stream_id(kTenant, MachineId{stream}, "main"); }
  static Ledger::Append wrap(const Batch& batch) {
    std::string joined;
    for (const auto& event : batch.events) joined += event;
    auto text = std::make_shared<const std::string>(std::move(joined));
    khien::Batch wrapped{.stream = "main", .epoch = 1, .first_seq = batch.first, .events = {}, .drops = {}};
    std::size_t at = 0;
    for (const auto& event : batch.events) {
      wrapped.events.push_back(std::string_view(*text).substr(at, event.size()));
      at += event.size();
    }
    return {id_of(batch.stream), MachineId{batch.stream}, text, std::move(wrapped), Timestamp{1}};
  }

  std::unique_ptr<Ledger> ledger_;
};

Result<std::unique_ptr<Subject>> open_real(const std::string& vfs) {
  // A checkpoint every few pages, so that each scenario holds several.
  TRY(auto ledger, Ledger::open({.path = "ledger.db", .vfs = vfs, .checkpoint_pages = 12}));
  return std::unique_ptr<Subject>(std::make_unique<RealLedger>(std::move(ledger)));
}

TEST_CASE("(1)(2)(4) whatever the disk does at whichever operation, what was acknowledged is there once") {
  const Quiet quiet;
  const Totals totals = run_all(open_real, in_campaign() ? 1 : 19, in_campaign());
  for (const auto& violation : totals.violations) FAIL_CHECK(violation);
  std::printf("ledger on a failing disk: %lld operations, %lld crash points, %lld failed operations, %zu violations\n",
              static_cast<long long>(totals.operations), static_cast<long long>(totals.crashes),
              static_cast<long long>(totals.errors), totals.violations.size());
  CHECK(totals.crashes >= (in_campaign() ? 100'000 : 20));
  CHECK(totals.errors > 20);
}

TEST_CASE("the checker finds nothing wrong with the fake ledger as long as no bug is planted") {
  const Totals totals = run_all(BuggyLedger::opener(Bug::none), in_campaign() ? 1 : 11, false);
  for (const auto& violation : totals.violations) FAIL_CHECK(violation);
}

TEST_CASE("the checker catches every planted bug") {
  for (const auto& [bug, name] : kBugs) {
    CAPTURE(name);
    const Totals totals = run_all(BuggyLedger::opener(bug), in_campaign() ? 1 : 5, false, 1);
    CHECK_FALSE(totals.violations.empty());
    if (!totals.violations.empty()) {
      std::printf("planted: %s. Caught: %s\n", std::string(name).c_str(), totals.violations[0].c_str());
    }
  }
}

}  // namespace
}  // namespace khien::store::campaign
