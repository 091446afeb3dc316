#include "content_updates.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "agent_house.hpp"
#include "content_signer.hpp"

namespace khien::agent {
namespace {

// A hub that offers what it is told to, and an agent that believes root 1.
struct Channel {
  AgentHouse house;
  ContentOffer offer;
  std::string payload;
  std::vector<ContentReport> reports;
  int pieces = 0;

  Channel() {
    std::ofstream(house.options.content_root) << ContentSigner::root(1, {4, 5, 6}, house.clock.now());
    house.hub.content = [this](const std::string& path, const std::string& body) -> net::ClientResponse {
      if (path == "/agent/v1/content") {
        const auto report = content_report_from_json(body);
        REQUIRE(report);
        reports.push_back(*report);
        return {200, {}, to_json(offer)};
      }
      const auto piece = content_piece_from_json(body);
      REQUIRE(piece);
      ++pieces;
      return {200, {}, payload.substr(piece->offset, ContentPiece::kMaxPiece)};
    };
    house.start();
  }
  // Offers a release with that payload and lets some time pass.
  void publish(std::int64_t version, const std::string& bytes, const std::vector<int>& keys = {4, 5}) {
    payload = bytes;
    offer.envelope = to_json(ContentSigner::release(version, bytes, house.clock.now(), keys));
    house.run(seconds(80));
  }
  std::optional<Sha256> active() const { return house.agent->content_for_test().active().sha256; }
  bool banned(const std::string& bytes) const { return house.agent->content_for_test().banned(sha256(bytes)); }
  ContentState state() const { return house.agent->content_for_test().report().state; }
};

TEST_CASE("a release is fetched in pieces, tried, put to work and told of as good") {
  Channel channel;
  const std::string large(ContentPiece::kMaxPiece + 100, 'x');
  channel.publish(1, large);
  CHECK(channel.pieces == 2);
  CHECK(channel.active() == sha256(large));
  CHECK(channel.state() == ContentState::probation);
  channel.house.run(minutes(12));
  CHECK(channel.pieces == 2);
  CHECK(channel.reports.back().state == ContentState::good);
  CHECK(channel.reports.back().content == sha256(large));
  CHECK(channel.reports.back().root_version == 1);
  channel.house.start();
  CHECK(channel.active() == sha256(large));
}

TEST_CASE("without a pinned root nothing is asked and nothing is taken") {
  Channel channel;
  system_files().remove(channel.house.options.content_root).value();
  system_files().remove(channel.house.options.folder + "/trust.json").value();
  channel.house.start();
  channel.reports.clear();
  channel.publish(1, "rules");
  CHECK(channel.reports.empty());
  CHECK_FALSE(channel.active());
}

TEST_CASE("what is not signed by enough, older, or other bytes than were signed is neither fetched nor loaded") {
  Channel channel;
  channel.publish(1, "rules", {4});
  CHECK(channel.pieces == 0);
  channel.publish(5, "rules of five");
  REQUIRE(channel.active() == sha256("rules of five"));
  channel.house.run(minutes(11));
  const int fetched = channel.pieces;
  channel.publish(4, "rules of four");
  CHECK(channel.pieces == fetched);
  channel.offer.envelope = to_json(ContentSigner::release(6, "rules of six", channel.house.clock.now()));
  channel.payload = "rules of sin";
  channel.house.run(seconds(80));
  CHECK(channel.pieces > fetched);
  CHECK(channel.active() == sha256("rules of five"));
  CHECK_FALSE(system_files().exists(channel.house.options.folder + "/content/" + sha256("rules of six").hex() + ".release"));
}

TEST_CASE("what fails its trial is banned, told, and not fetched again") {
  Channel channel;
  channel.house.try_content = [](const std::string&) -> Result<void> { return Error(Code::unavailable, "the worker died"); };
  channel.publish(1, "bad rules");
  CHECK_FALSE(channel.active());
  CHECK(channel.banned("bad rules"));
  channel.house.run(minutes(5));
  CHECK(channel.pieces == 1);
  REQUIRE(channel.reports.back().banned.size() == 1);
  CHECK(channel.reports.back().banned.front().reason == BanReason::failed);
  CHECK(channel.reports.back().banned.front().detail == "the worker died");
}

TEST_CASE("an agent that is gone in the middle of a trial comes back without that release") {
  Channel channel;
  int trials = 0;
  channel.house.try_content = [&](const std::string&) -> Result<void> {
    ++trials;
    // What is on the disk now is all that a machine that loses its power has left.
    std::filesystem::copy(channel.house.options.folder, channel.house.folder / "after", std::filesystem::copy_options::recursive);
    return {};
  };
  channel.publish(1, "bad rules");
  REQUIRE(trials == 1);
  const auto book = ContentBook::open({.folder = channel.house.folder / "after/content", .factory = "/factory"}, system_files(),
                                      channel.house.clock).value();
  CHECK(book->banned(sha256("bad rules")));
  CHECK(book->active().path == "/factory");
}

TEST_CASE("the hub sends back to what was good; roots follow roots") {
  Channel channel;
  channel.publish(1, "one");
  channel.house.run(minutes(11));
  channel.publish(2, "two");
  channel.house.run(minutes(11));
  REQUIRE(channel.active() == sha256("two"));
  channel.offer.envelope.clear();
  channel.offer.recalled = {sha256("two")};
  channel.house.run(seconds(80));
  CHECK(channel.active() == sha256("one"));
  channel.offer.recalled.clear();
  channel.offer.roots = {ContentSigner::root(2, {7, 8, 9}, channel.house.clock.now())};
  channel.house.run(seconds(80));
  channel.offer.roots.clear();
  channel.house.run(seconds(80));
  CHECK(channel.reports.back().root_version == 2);
  channel.publish(3, "by the old keys");
  CHECK(channel.active() == sha256("one"));
  channel.publish(3, "three", {7, 9});
  CHECK(channel.active() == sha256("three"));
}

// Dies of its content, or of any file while those are hostile.
class MortalWorker final : public WorkerPort {
 public:
  MortalWorker(bool bad, const bool& hostile) : bad_(bad), hostile_(hostile) {}
  Result<scan::Verdict> scan(const Fd& file, std::uint64_t size) override {
    if (!bad_ && !hostile_) return good_.scan(file, size);
    ++failures_;
    scan::Verdict verdict;
    verdict.verdict = FileVerdict::not_scanned;
    verdict.reason = "worker_died";
    return verdict;
  }
  std::size_t rule_count() const override { return 1; }
  std::size_t ioc_count() const override { return 1; }
  std::string sandbox() const override { return "fake"; }
  std::size_t failures() const override { return failures_; }

 private:
  bool bad_;
  const bool& hostile_;
  ReadingWorker good_;
  std::size_t failures_ = 0;
};

TEST_CASE("content that kills the worker at work is left for what was good before; a file that does so is not its fault") {
  Channel channel;
  bool hostile_file = false;
  channel.house.start_worker = [&](const std::string& content) -> Result<std::unique_ptr<WorkerPort>> {
    return std::unique_ptr<WorkerPort>(
        std::make_unique<MortalWorker>(content.ends_with(sha256("bad").hex() + ".release"), hostile_file));
  };
  channel.house.start();
  channel.publish(1, "good");
  channel.house.run(minutes(11));
  hostile_file = true;
  std::ofstream(channel.house.tree / "hostile") << "x";
  channel.house.watcher->written(channel.house.tree / "hostile");
  channel.house.run(minutes(1));
  CHECK(channel.active() == sha256("good"));
  CHECK(channel.house.agent->scan_counts_for_test().judged > 0);
  hostile_file = false;

  channel.publish(2, "bad");
  std::ofstream(channel.house.tree / "file") << "y";
  channel.house.watcher->written(channel.house.tree / "file");
  channel.house.run(seconds(30));
  CHECK(channel.active() == sha256("good"));
  CHECK(channel.banned("bad"));
}

TEST_CASE("safe mode scans nothing, tells at once, and goes on asking for content") {
  Channel channel;
  channel.house.start_worker = [&](const std::string& content) -> Result<std::unique_ptr<WorkerPort>> {
    if (content.ends_with(".release")) return Error(Code::unavailable, "does not start");
    return std::unique_ptr<WorkerPort>(std::make_unique<ReadingWorker>());
  };
  channel.publish(1, "one");
  // It never began with it, and went back at its first file.
  auto& book = const_cast<ContentBook&>(channel.house.agent->content_for_test());
  for (int i = 0; i < 2 * ContentBook::kFailuresMost; ++i) REQUIRE(book.note_failure("test"));
  REQUIRE(channel.state() == ContentState::safe);
  channel.house.run(minutes(1));
  const auto scanned = channel.house.agent->scan_counts_for_test().judged;
  std::ofstream(channel.house.tree / "file") << "y";
  channel.house.run(minutes(2));
  CHECK(channel.house.agent->scan_counts_for_test().judged == scanned);
  const auto told = channel.house.stored<ProtectionSeen>();
  REQUIRE_FALSE(told.empty());
  CHECK(told.back().engines.at(1).detail == kSafeMode);
  CHECK(told.back().engines.at(1).state == EngineState::State::degraded);
  CHECK(priority_of(told.back()) == Priority::p0);
  CHECK(channel.reports.back().state == ContentState::safe);
  CHECK_FALSE(channel.house.stored<Heartbeat>().empty());
}

}  // namespace
}  // namespace khien::agent
