#include "hub_fleet.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"

namespace khien::agent {
namespace {

using Fault = FakeHub::Fault;

struct FleetHouse : UploadHouse {
  FleetHouse() { hub.fleet_has_faults = true; }
  HubFleet fleet{*link, clock, random};
  Result<FleetAnswer> ask() { return fleet.ask({1, {sha256("a"), sha256("b")}, {}}); }
};

TEST_CASE("the hub's desk answers over the agent's one connection") {
  FleetHouse house;
  house.hub.fleet_word = FleetWord::clean;
  const auto answer = house.ask();
  REQUIRE(answer);
  CHECK(answer->words == std::vector<FleetWord>{FleetWord::clean, FleetWord::clean});
  CHECK(answer->check_per_mille == 10);
}

TEST_CASE("a question is given up within seconds, for others wait for the connection; a batch has its time") {
  FleetHouse house;
  REQUIRE(house.ask());
  REQUIRE(house.hub.last_timeout);
  CHECK(house.hub.last_timeout->ms <= 5'000);
  REQUIRE(house.link->post({.path = "/agent/v1/orders", .content_type = "application/json", .content_encoding = {}, .body = orders_request()}));
  CHECK_FALSE(house.hub.last_timeout);
}

TEST_CASE("after a failure nobody is asked for a while, and longer each time") {
  FleetHouse house;
  for (const Fault fault : {Fault::unreachable, Fault::down, Fault::garbage, Fault::denied}) {
    house.hub.faults = {fault};
    CHECK_FALSE(house.ask());
    const int before = house.hub.requests;
    CHECK_FALSE(house.ask());
    CHECK(house.hub.requests == before);
    house.clock.advance(minutes(6));
    REQUIRE(house.ask());
  }
}

TEST_CASE("a busy hub is asked again when it said") {
  FleetHouse house;
  house.hub.faults = {Fault::busy};  // seven seconds
  CHECK(house.ask().error().code() == Code::unavailable);
  house.clock.advance(seconds(6));
  CHECK_FALSE(house.ask());
  CHECK(house.hub.fleet_questions == 0);
  house.clock.advance(seconds(2));
  CHECK(house.ask());
}

TEST_CASE("a hub that has no desk is asked once an hour") {
  FleetHouse house;
  house.hub.has_desk = false;
  for (int minute = 0; minute < 180; ++minute) {
    CHECK_FALSE(house.ask());
    house.clock.advance(minutes(1));
  }
  CHECK(house.hub.fleet_questions == 3);
}

}  // namespace
}  // namespace khien::agent
