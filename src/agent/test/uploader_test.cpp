#include "uploader.hpp"

#include <doctest/doctest.h>

#include <string>

#include "fixture.hpp"

namespace khien::agent {
namespace {

using Fault = FakeHub::Fault;

TEST_CASE("a detection is uploaded at once, others within five seconds and together") {
  UploadHouse house;
  REQUIRE(house.spool().put(heartbeat(1)));
  house.uploader->step();
  CHECK(house.hub.batches == 0);
  house.clock.advance(seconds(3));
  REQUIRE(house.spool().put(heartbeat(2)));
  const Duration pause = house.uploader->step();
  CHECK(house.hub.batches == 0);
  CHECK(pause.ms <= 2'000);
  house.clock.advance(pause);
  house.uploader->step();
  CHECK(house.hub.batches == 1);
  CHECK(house.hub.events.size() == 2);

  REQUIRE(house.spool().put(detection("/x")));
  house.uploader->step();
  CHECK(house.hub.events.size() == 3);
  CHECK(house.spool().state().idle());
}

TEST_CASE("nothing is sent while nothing waits") {
  UploadHouse house;
  const int before = house.hub.requests;
  for (int i = 0; i < 100; ++i) house.clock.advance(house.uploader->step());
  CHECK(house.hub.requests == before);
  CHECK(house.clock.monotonic().ms >= 400'000);
}

TEST_CASE("a long queue goes out batch after batch, without a pause") {
  UploadHouse house;
  std::vector<Observation> many;
  for (int i = 0; i < 4'500; ++i) many.push_back(heartbeat(i));
  REQUIRE(house.spool().put(many));
  CHECK(house.drain().ms <= 10);
  CHECK(house.hub.batches == 3);
  CHECK(house.hub.events.size() == 4'500);
}

TEST_CASE("(2) a batch whose answer was lost is sent again with the same bytes, and stored once") {
  UploadHouse house;
  house.hub.faults = {Fault::lost_answer};
  REQUIRE(house.spool().put(detection("/x")));
  house.uploader->step();
  const std::string first = house.hub.last_body;
  REQUIRE(house.spool().put(detection("/y")));
  const Duration pause = house.uploader->step();
  CHECK(pause.ms >= 500);
  CHECK(house.hub.batches == 1);
  house.clock.advance(pause);
  house.uploader->step();
  CHECK(house.hub.last_body == first);
  house.drain();
  CHECK(house.hub.events.size() == 2);
}

TEST_CASE("(1) only an acknowledgement of this very batch empties the spool") {
  for (const Fault fault : {Fault::other_hash, Fault::less, Fault::garbage, Fault::down}) {
    UploadHouse house;
    house.hub.faults = {fault};
    REQUIRE(house.spool().put(detection("/x")));
    house.uploader->step();
    CHECK(house.spool().state().events == 1);
    CHECK(house.uploader->counts().failures == 1);
    house.drain();
    CHECK(house.hub.events.size() == 1);
  }
}

TEST_CASE("failures are tried again ever later, up to five minutes, and by chance") {
  UploadHouse house;
  house.hub.faults = std::deque<Fault>(15, Fault::unreachable);
  REQUIRE(house.spool().put(detection("/x")));
  std::int64_t longest = 0;
  for (int i = 0; i < 14; ++i) {
    const Duration pause = house.uploader->step();
    const std::int64_t most = std::min<std::int64_t>(1'000ll << i, 300'000);
    CHECK(pause.ms >= most / 2);
    CHECK(pause.ms <= most);
    longest = std::max(longest, pause.ms);
    house.clock.advance(pause);
  }
  CHECK(longest >= 150'000);
  house.drain();
  REQUIRE(house.spool().put(detection("/y")));
  house.hub.faults = {Fault::unreachable};
  CHECK(house.uploader->step().ms <= 1'000);  // a success forgets the past
}

TEST_CASE("a busy hub is obeyed") {
  UploadHouse house;
  house.hub.faults = {Fault::busy};
  REQUIRE(house.spool().put(detection("/x")));
  const Duration pause = house.uploader->step();
  CHECK(pause.ms >= 7'000);
  CHECK(pause.ms <= 7'000 + 7'000 / 4 + 1'000);
  house.clock.advance(milliseconds(6'999));
  house.uploader->step();
  CHECK(house.hub.batches == 0);
}

TEST_CASE("how it stands with the hub is told") {
  UploadHouse house;
  CHECK(house.uploader->contact() == Contact::untried);
  CHECK_FALSE(house.uploader->reached_at());
  house.hub.faults = {Fault::unreachable};
  REQUIRE(house.spool().put(detection("/x")));
  house.clock.advance(house.uploader->step());
  CHECK(house.uploader->contact() == Contact::failing);
  house.uploader->step();
  CHECK(house.uploader->contact() == Contact::reached);
  CHECK(house.uploader->reached_at() == house.clock.now());
  house.hub.faults = {Fault::denied};
  REQUIRE(house.spool().put(detection("/y")));
  house.uploader->step();
  CHECK(house.uploader->contact() == Contact::refused);
}

TEST_CASE("a revoked agent keeps its events and asks rarely") {
  UploadHouse house;
  house.hub.faults = {Fault::denied, Fault::denied};
  REQUIRE(house.spool().put(detection("/x")));
  CHECK(house.uploader->step().ms >= 300'000);
  CHECK(house.spool().state().events == 1);
}

TEST_CASE("a hub restored from an old backup is told what it forgot") {
  UploadHouse house;
  for (int i = 0; i < 6; ++i) REQUIRE(house.spool().put(detection("/" + std::to_string(i))));
  house.drain();
  // The hub knows 1 and 2 of 6.
  house.hub.stream.seq = 2;
  for (std::uint64_t seq = 3; seq <= 6; ++seq) house.hub.events.erase({1, seq});
  REQUIRE(house.spool().put(detection("/new")));
  house.drain();
  CHECK(house.hub.stream.seq == 7);
  CHECK(house.hub.events.size() == 3);
  REQUIRE(house.hub.drops.size() == 1);
  const DropRecord told = house.hub.drops.begin()->second;
  CHECK(told == DropRecord{3, 6, Priority::p0, "hub_forgot"});
}

TEST_CASE("a hub that forgot the stream altogether is told from the first number") {
  UploadHouse house;
  for (int i = 0; i < 3; ++i) REQUIRE(house.spool().put(detection("/" + std::to_string(i))));
  house.drain();
  house.hub.stream = {};
  house.hub.events.clear();
  REQUIRE(house.spool().put(detection("/new")));
  house.drain();
  CHECK(house.hub.dropped() == 3);
  CHECK(house.hub.events.size() == 1);
}

TEST_CASE("a spool that went back in time takes a new epoch and loses nothing") {
  UploadHouse house;
  // The hub has other events under our numbers.
  house.hub.stream = {1, 2};
  house.hub.events = {{{1, 1}, "{\"other\":1}"}, {{1, 2}, "{\"other\":2}"}};
  REQUIRE(house.spool().put(detection("/x")));
  house.drain();
  CHECK(house.hub.stream.epoch == 2);
  CHECK(house.hub.events.at({2, 1}) == to_json(detection("/x")));
  CHECK(house.identity->epoch() == 0);  // the fixture's spool has a memory of its own
  CHECK(house.house.remembered == 2);
}

TEST_CASE("an epoch that the hub knows and we do not is passed over") {
  UploadHouse house;
  house.hub.stream = {9, 100};
  REQUIRE(house.spool().put(detection("/x")));
  house.drain();
  CHECK(house.hub.stream.epoch == 10);
  CHECK(house.hub.events.size() == 1);
}

TEST_CASE("one event that the hub cannot take does not hold up the others") {
  UploadHouse house;
  house.hub.unfit = [](std::string_view event) { return event.find("/poison") != event.npos; };
  for (int i = 0; i < 100; ++i) REQUIRE(house.spool().put(detection(i == 37 ? "/poison" : "/" + std::to_string(i))));
  house.drain();
  CHECK(house.hub.events.size() == 99);
  REQUIRE(house.hub.drops.size() == 1);
  CHECK(house.hub.drops.begin()->second == DropRecord{38, 38, Priority::p0, "refused_by_hub"});
}

TEST_CASE("whatever is asked of a hub, it is not asked in a loop (3)") {
  for (const Fault fault : {Fault::unreachable, Fault::busy, Fault::down, Fault::garbage, Fault::other_hash,
                            Fault::less, Fault::denied, Fault::lost_answer}) {
    UploadHouse house;
    house.hub.faults = std::deque<Fault>(1'000, fault);
    REQUIRE(house.spool().put(detection("/x")));
    const int before = house.hub.requests;
    const Duration began = house.clock.monotonic();
    while (house.clock.monotonic().ms - began.ms < 60'000) house.clock.advance(house.uploader->step());
    CHECK(house.hub.requests - before <= 12);
  }
}

}  // namespace
}  // namespace khien::agent
