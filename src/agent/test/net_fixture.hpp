#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fixture.hpp"
#include "khien/net/server.hpp"

namespace khien::agent {

// The fake hub behind a real server.
class HubDoor final : public net::Handler {
 public:
  explicit HubDoor(FakeHub& hub) : hub_(hub) {}

  void handle(net::Request request, net::Responder respond) override {
    const std::lock_guard lock(mutex);
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
    const std::lock_guard lock(mutex);
    return seen_;
  }
  // How many stored events have these words in them. From any thread.
  int stored(std::string_view words) {
    const std::lock_guard lock(mutex);
    int count = 0;
    for (const auto& [key, text] : hub_.events) count += text.find(words) != text.npos ? 1 : 0;
    return count;
  }

  std::mutex mutex;  // guards the hub, for the server has its own threads

 private:
  FakeHub& hub_;
  std::vector<Sha256> seen_;
};

// All on loopback, each with a port of its own.
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

}  // namespace khien::agent
