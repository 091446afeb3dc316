#include "khien/net/server.hpp"

#include "house.hpp"

namespace khien::net {
namespace {

TEST_CASE("a request over TLS is answered, again and again on one connection") {
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  const auto client = house.client();
  for (int i = 0; i < 5; ++i) {
    const auto answer =
        client->send({.url = url(*server, "/hello?q=a%20b"), .headers = {}, .body = ""}).value();
    CHECK(answer.status == 200);
    CHECK(answer.body == "xin chào /hello");
    CHECK(answer.headers.get("content-length") == "16");
  }
  CHECK(handler.last().query_value("q") == "a b");
  CHECK(server->counts().connections_total == 1);
  CHECK(server->counts().requests == 5);
}

TEST_CASE("an agent's certificate reaches the handler") {
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler, true)));
  const auto agent = house.issue_agent();
  const auto client = house.client(&agent);
  REQUIRE(client->send({.url = url(*server, "/agent/v1/x"), .headers = {}, .body = ""}).value().status ==
          200);
  const auto certificate = handler.last().certificate;
  REQUIRE(certificate);
  CHECK(certificate->agent == AgentIdentity{TenantId{3}, MachineId{5}});
  CHECK(certificate->sha256 == certificate_sha256(agent.certificate_pem).value());
  CHECK(certificate->not_after == certificate_not_after(agent.certificate_pem).value());
}

}  // namespace
}  // namespace khien::net
