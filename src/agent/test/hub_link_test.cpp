#include "hub_link.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"

namespace khien::agent {
namespace {

using Fault = FakeHub::Fault;

HubLink::Post batch() {
  return {.path = "/agent/v1/batch", .content_type = "application/x-ndjson", .content_encoding = "zstd", .body = "x"};
}

// Uploads one event, so that the link is used.
void use(UploadHouse& house) {
  REQUIRE(house.spool().put(detection("/x")));
  house.drain();
}

TEST_CASE("a certificate is renewed when less than a third of its life is left, with a new key") {
  UploadHouse house;
  const std::string first = house.identity->pair().certificate_pem;
  const std::string first_key(house.identity->pair().key_pem.reveal());
  house.clock.advance(days(19));
  use(house);
  CHECK(house.hub.renewals == 0);
  house.clock.advance(days(2));
  use(house);
  CHECK(house.hub.renewals == 1);
  CHECK(house.hub.last_certificate != first);
  CHECK_FALSE(house.identity->on_trial());
  CHECK(std::string(house.identity->pair().key_pem.reveal()) != first_key);
  house.restart();
  CHECK(house.identity->pair().certificate_pem == house.hub.last_certificate);
  use(house);
  CHECK(house.hub.renewals == 1);
}

TEST_CASE("the old certificate is kept until the new one was taken") {
  UploadHouse house;
  const std::string first = house.identity->pair().certificate_pem;
  house.clock.advance(days(21));
  REQUIRE(house.link->renew_if_due());
  CHECK(house.identity->on_trial());
  // Nobody answers, or is too busy to look: still on trial, also after a restart.
  house.hub.faults = {Fault::unreachable, Fault::busy};
  CHECK_FALSE(house.link->post(batch()));
  CHECK(house.link->post(batch())->status == 429);
  CHECK(house.identity->on_trial());
  house.restart();
  CHECK(house.identity->on_trial());
  // The hub does not know it: back to the old one.
  house.hub.revoked = {house.identity->pair().certificate_pem};
  CHECK(house.link->post(batch())->status == 403);
  CHECK_FALSE(house.identity->on_trial());
  CHECK(house.identity->pair().certificate_pem == first);
  // And asks anew.
  use(house);
  CHECK(house.hub.renewals == 2);
  CHECK_FALSE(house.identity->on_trial());
  CHECK(house.identity->pair().certificate_pem != first);
}

TEST_CASE("a renewal that fails is tried again, within the hour and not before half of one") {
  UploadHouse house;
  house.clock.advance(days(21));
  house.hub.faults = {Fault::unreachable};
  CHECK_FALSE(house.link->renew_if_due());
  const int before = house.hub.requests;
  house.clock.advance(minutes(29));
  CHECK(house.link->renew_if_due());
  CHECK(house.hub.requests == before);
  house.clock.advance(minutes(32));
  CHECK(house.link->renew_if_due());
  CHECK(house.hub.renewals == 1);
}

TEST_CASE("a year of an agent is a certificate every twenty days") {
  UploadHouse house;
  for (int day = 0; day < 365; ++day) {
    use(house);
    house.clock.advance(days(1));
    CHECK(net::certificate_not_after(house.identity->pair().certificate_pem).value() > house.clock.now());
  }
  CHECK(house.hub.renewals >= 17);
  CHECK(house.hub.renewals <= 19);
}

TEST_CASE("one connection serves many requests, and a failed one is replaced") {
  UploadHouse house;
  const int before = house.hub.connections;
  for (int i = 0; i < 5; ++i) use(house);
  CHECK(house.hub.connections == before + 1);
  house.hub.faults = {Fault::unreachable};
  use(house);
  CHECK(house.hub.connections == before + 2);
}

}  // namespace
}  // namespace khien::agent
