#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <doctest/doctest.h>

#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/net/certificate.hpp"
#include "khien/net/client.hpp"
#include "khien/net/server.hpp"

namespace khien::net {

// A hub's certificates, as tests need them. Its moment is the real one: libcurl
// and OpenSSL's clients check dates against the system's clock.
struct House {
  Timestamp now = system_clock().now();
  SeededRandom random{7};
  CertificateAuthority authority = CertificateAuthority::create("Khiên test", now, random).value();
  KeyAndCertificate server = issue_server();

  KeyAndCertificate issue_server() {
    return authority.issue_server({"localhost", "127.0.0.1", "::1"}, now, days(1), random).value();
  }

  struct Agent {
    Secret key_pem;
    std::string certificate_pem;
  };
  // Of machine 5 of tenant 3 unless told otherwise.
  Agent issue_agent(AgentIdentity identity = {TenantId{3}, MachineId{5}}, Duration valid = days(30)) {
    auto made = make_key_and_request("agent").value();
    auto pem = authority.issue_agent(made.csr_pem, identity, now, valid, random).value();
    return {std::move(made.key_pem), std::move(pem)};
  }

  // TLS; with `client_ca` the listener of agents.
  Listener listener(Handler& handler, bool client_ca = false) const {
    Listener listener;
    listener.handler = &handler;
    listener.certificate_pem = server.certificate_pem;
    listener.key_pem = Secret(std::string(server.key_pem.reveal()));
    if (client_ca) listener.client_ca_pem = authority.certificate_pem();
    return listener;
  }

  std::unique_ptr<Client> client(const Agent* agent = nullptr) const {
    ClientOptions options;
    options.ca_pem = authority.certificate_pem();
    if (agent != nullptr) {
      options.certificate_pem = agent->certificate_pem;
      options.key_pem = Secret(std::string(agent->key_pem.reveal()));
    }
    options.timeout = seconds(20);
    return make_client(std::move(options)).value();
  }
};

inline Listener plain_listener(Handler& handler) {
  Listener listener;
  listener.handler = &handler;
  return listener;
}

// Answers with what it is told to; keeps what it was asked.
class Answering final : public Handler {
 public:
  using Answer = std::function<void(const Request&, const Responder&)>;

  Answering() = default;
  explicit Answering(Answer answer) : answer_(std::move(answer)) {}

  void handle(Request request, Responder respond) override {
    {
      const std::lock_guard lock(mutex_);
      last_ = request;
      ++count_;
    }
    if (answer_) return answer_(request, respond);
    Response response;
    response.body = "xin chào " + request.path;
    respond(std::move(response));
  }

  Request last() {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  Answer answer_;
  std::mutex mutex_;
  Request last_;
  int count_ = 0;
};

inline std::unique_ptr<Server> started(std::vector<Listener> listeners, const ServerLimits& limits = {},
                                       const Clock& clock = system_clock()) {
  auto server = Server::create(std::move(listeners), limits, clock).value();
  server->start().value();
  return server;
}

template <class Item>
std::vector<Item> one(Item item) {
  std::vector<Item> items;
  items.push_back(std::move(item));
  return items;
}

inline std::string url(const Server& server, const std::string& path, const std::string& scheme = "https") {
  return scheme + "://127.0.0.1:" + std::to_string(server.port(0)) + path;
}

}  // namespace khien::net
