// The agent's side of the protocol over the real network code: mutual TLS on
// loopback, the hub behind it the strict fake.
#include <doctest/doctest.h>

#include <string>

#include "net_fixture.hpp"

namespace khien::agent {
namespace {

TEST_CASE("enrol, upload and renew over mutual TLS") {
  NetHouse net;
  // So short that the next one, of a clock put forward, is good today as well.
  net.hub.certificate_life = minutes(3);
  const auto enrolled = net.enrol_here(net.hub.token());
  REQUIRE_MESSAGE(enrolled, enrolled.error().what());
  auto identity = Identity::load(net.house.folder / "agent", system_files()).value();
  HubLink link(identity, net::make_client, net.clock, net.random);
  Uploader uploader(*net.house.spool, link, net.clock, net.random);

  std::vector<Observation> many;
  for (int i = 0; i < 3'000; ++i) many.push_back(detection("/srv/" + std::to_string(i)));
  REQUIRE(net.house.spool->put(many));
  uploader.step();
  uploader.step();
  CHECK(net.house.spool->state().idle());
  CHECK(net.hub.events.size() == 3'000);

  net.clock.advance(seconds(150));
  REQUIRE(net.house.spool->put(detection("/new key")));
  HubLink later_link(identity, net::make_client, net.clock, net.random);
  Uploader later(*net.house.spool, later_link, net.clock, net.random);
  later.step();
  CHECK(net.hub.renewals == 1);
  CHECK_FALSE(identity.on_trial());
  CHECK(net.door.seen().front() != net.door.seen().back());
  CHECK(net.door.seen().back() == net::certificate_sha256(identity.pair().certificate_pem).value());
}

TEST_CASE("a hub whose CA the token does not name is told nothing") {
  NetHouse net;
  const std::string token = EnrolmentToken{std::string(43, 'A'), sha256("another")}.text();
  CHECK(net.enrol_here(token).error().code() == Code::denied);
  CHECK(net.server->counts().requests <= 1);  // for the CA at most
}

}  // namespace
}  // namespace khien::agent
