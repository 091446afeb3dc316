// The agent's side of the protocol over the real network code: mutual TLS on
// loopback, the hub behind it the strict fake.
#include <doctest/doctest.h>

#include <mutex>
#include <string>

#include "fixture.hpp"
#include "khien/net/server.hpp"

namespace khien::agent {
namespace {

class HubDoor final : public net::Handler {
 public:
  explicit HubDoor(FakeHub& hub) : hub_(hub) {}

  void handle(net::Request request, net::Responder respond) override {
    const std::lock_guard lock(mutex_);
    if (request.path == "/agent/v1/ca") {
      net::Response answer{.status = 200, .headers = {}, .body = hub_.ca().certificate_pem(), .static_body = {}, .stream = {}};
      answer.headers.add("Content-Type", "application/x-pem-file");
      return respond(std::move(answer));
    }
    if (request.path != "/agent/v1/enrol") {
      // doctest's checks are for the test's thread; here a wrong one is a refusal.
      if (!request.certificate || request.certificate->agent != AgentIdentity{TenantId{1}, MachineId{7}}) {
        return respond({.status = 403, .headers = {}, .body = "{}", .static_body = {}, .stream = {}});
      }
      seen_.push_back(request.certificate->sha256);
    }
    auto answer = hub_.serve(request.path, request.headers, *request.body);
    respond({.status = answer.status, .headers = {}, .body = std::move(answer.body), .static_body = {}, .stream = {}});
  }
  std::vector<Sha256> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  FakeHub& hub_;
  std::mutex mutex_;
  std::vector<Sha256> seen_;
};

struct NetHouse {
  // TLS checks dates against the system's clock.
  ManualClock clock{system_clock().now()};
  SeededRandom random{1};
  FakeHub hub{clock};
  HubDoor door{hub};
  std::unique_ptr<net::Server> server;
  std::string url;
  SpoolHouse house;
  Env env{clock, random, system_files()};

  NetHouse() {
    auto certificate = hub.ca().issue_server({"127.0.0.1", "localhost"}, clock.now(), days(1), random).value();
    net::Listener listener;
    listener.handler = &door;
    listener.certificate_pem = certificate.certificate_pem;
    listener.key_pem = std::move(certificate.key_pem);
    listener.client_ca_pem = hub.ca().certificate_pem();
    listener.max_body_bytes = 16u << 20;
    std::vector<net::Listener> listeners;
    listeners.push_back(std::move(listener));
    server = net::Server::create(std::move(listeners), {}, system_clock()).value();
    REQUIRE(server->start());
    url = "https://127.0.0.1:" + std::to_string(server->port(0));
  }
  Result<void> enrol_here(const std::string& token) {
    return enrol({.hub_url = url, .token = token, .folder = house.folder / "agent", .hostname = "mx1", .agent_version = "test"},
                 env, net::fetch_ca, net::make_client);
  }
};

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
