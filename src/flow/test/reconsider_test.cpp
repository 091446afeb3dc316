#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <latch>
#include <thread>

#include "khien/flow/flow.hpp"
#include "road.hpp"

namespace khien::flow {
namespace {

using State = FindingState;

std::shared_ptr<const Judge> judge_that_knows(std::string_view bytes, std::string rule) {
  return std::make_shared<FakeJudge>(FakeJudge::Rules{{sha256(bytes), {std::move(rule)}}});
}

// Finds nothing, and not before it may go on.
class SlowJudge final : public Judge {
 public:
  JudgeId id() const override { return JudgeId::scan; }
  Result<std::vector<Claim>> judge(const Observation&) const override {
    judging_.arrive_and_wait();
    go_on_.wait();
    return std::vector<Claim>();
  }
  void wait_until_it_judges() { judging_.arrive_and_wait(); }
  void let_go_on() { go_on_.count_down(); }

 private:
  mutable std::latch judging_{2}, go_on_{1};
};

TEST_CASE("a new rule finds what was seen before it existed") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {clean("/old"), Heartbeat{}});
  CHECK(road.all().empty());
  REQUIRE(road.flow().reconsider(judge_that_knows("bytes", "ioc:new")));
  const auto finding = road.only();
  CHECK(finding.rule == "ioc:new");
  CHECK(finding.subject == "/old");
  CHECK(finding.first_seen == kNow);
  CHECK(road.machine_now(agent).health == estate::MachineHealth::infected);
  const auto evidence =
      road.read([&](store::Connection& c) { return evidence_of(c, road.scope(), finding.id, 20); }).value();
  CHECK(evidence == std::vector{ObservationId{1}});
}

TEST_CASE("a new rule finds what was being taken in when it came") {
  const auto slow = std::make_shared<SlowJudge>();
  Road road({slow});
  REQUIRE(road.observe(road.machine("a"), {clean("/x")}));
  std::thread applies([&] { road.apply(); });
  slow->wait_until_it_judges();
  auto reconsidered = std::async(std::launch::async, [&] { return road.flow().reconsider(judge_that_knows("bytes", "ioc:new")).has_value(); });
  // Long enough to read everything, if it did not wait for the facts.
  reconsidered.wait_for(std::chrono::milliseconds(100));
  slow->let_go_on();
  applies.join();
  CHECK(reconsidered.get());
  REQUIRE(road.all().size() == 1);
  CHECK(road.only().rule == "ioc:new");
}

TEST_CASE("new facts meet the new rule, and doing it again changes nothing") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {clean("/old")});
  for (int i = 0; i < 2; ++i) REQUIRE(road.flow().reconsider(judge_that_knows("bytes", "ioc:new")));
  CHECK(road.only().sightings == 1);
  road.see(agent, {clean("/newer")});
  CHECK(road.all().size() == 2);
}

TEST_CASE("a file that is gone is not found by a new rule, nor one that changed since") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {clean("/gone"), FileGone{"/gone"}, clean("/changed")});
  auto changed = clean("/changed");
  changed.sha256 = sha256("other bytes");
  road.see(agent, {changed});
  REQUIRE(road.flow().reconsider(judge_that_knows("bytes", "ioc:new")));
  CHECK(road.all().empty());
}

TEST_CASE("a rule that was withdrawn resolves what it alone supported, and opens it when it comes back") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {clean("/x"), infected("/y")});
  REQUIRE(road.flow().reconsider(judge_that_knows("bytes", "ioc:wrong")));
  CHECK(road.machine_now(agent).open_findings == 3);
  REQUIRE(road.flow().reconsider(std::make_shared<FakeJudge>()));
  CHECK(road.machine_now(agent).open_findings == 1);
  const auto open = road.findings({}).items;
  REQUIRE(open.size() == 1);
  CHECK(open[0].rule == "yara:eicar");
  const auto withdrawn = road.findings({.view = FindingQuery::View::all, .words = "wrong /x"}).items.at(0);
  CHECK(withdrawn.state == State::resolved);
  const auto history =
      road.read([&](store::Connection& c) { return history_of(c, road.scope(), withdrawn.id); }).value();
  CHECK(history.at(0).note == "withdrawn");
  CHECK_FALSE(history.at(0).who);

  REQUIRE(road.flow().reconsider(judge_that_knows("bytes", "ioc:wrong")));
  CHECK(road.machine_now(agent).open_findings == 3);
  CHECK(road.findings({.words = "wrong /x"}).items.at(0).sightings == 1);
}

TEST_CASE("what a person resolved stays resolved when the same rules are tried again") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/y")});
  REQUIRE(road.decide(road.only().id, State::resolved));
  REQUIRE(road.flow().reconsider(std::make_shared<FakeJudge>()));
  CHECK(road.only().state == State::resolved);
}

TEST_CASE("one engine's newer look does not withdraw what another engine found before") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x", "by-clamav")});
  // ClamAV was away at the second look: its rule is missing, not disproved.
  road.see(agent, {infected("/x", "by-yara")});
  REQUIRE(road.flow().reconsider(std::make_shared<FakeJudge>()));
  CHECK(road.findings({}).items.size() == 2);
}

TEST_CASE("suppressed findings are left alone") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {clean("/x")});
  REQUIRE(road.flow().reconsider(judge_that_knows("bytes", "ioc:wrong")));
  REQUIRE(road.decide(road.only().id, State::suppressed, "thử"));
  REQUIRE(road.flow().reconsider(std::make_shared<FakeJudge>()));
  CHECK(road.only().state == State::suppressed);
}

TEST_CASE("progress ends at all, over many transactions and machines") {
  Road road;
  std::vector<ObservationBody> many;
  for (int i = 0; i < 25; ++i) many.push_back(clean("/" + std::to_string(i)));
  for (const auto* name : {"a", "b", "c"}) road.see(road.machine(name), many);
  std::vector<std::pair<std::int64_t, std::int64_t>> steps;
  REQUIRE(road.flow().reconsider(judge_that_knows("bytes", "ioc:new"),
                                 [&](std::int64_t done, std::int64_t all) { steps.emplace_back(done, all); }));
  CHECK(road.findings({}).total == 75);
  REQUIRE(steps.size() > 3);
  CHECK(std::ranges::is_sorted(steps));
  CHECK(steps.back() == std::pair<std::int64_t, std::int64_t>(75, 75));
}

TEST_CASE("facts whose bytes the ledger no longer has are passed over") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {clean("/x"), infected("/y")});
  REQUIRE(road.write([](store::Connection& c) {
    return c.run("UPDATE file_fact SET observation_id = 4711 WHERE path = '/x'");
  }));
  REQUIRE(road.write([](store::Connection& c) { return c.run("UPDATE finding_evidence SET observation_id = 4712"); }));
  REQUIRE(road.flow().reconsider(judge_that_knows("other", "ioc:new")));
  // No bytes, no word against it.
  CHECK(road.only().state == State::new_);
}

}  // namespace
}  // namespace khien::flow
