#pragma once

#include <atomic>

#include "khien/core/random.hpp"
#include "khien/net/client.hpp"
#include "khien/net/server.hpp"
#include "khien/seal/time_stamp.hpp"
#include "lab.hpp"

namespace khien::token {

// `openssl ts -reply` behind a real HTTP server on loopback.
class LabStampServer final : private net::Handler {
 public:
  enum class Mood : unsigned char {
    stamps,
    refuses,  // says no, as RFC 3161 has it
    breaks,   // 500
    repeats,  // gives the stamp of the request before
    other_key  // by a certificate that no authority of ours has issued
  };
  std::atomic<Mood> mood = Mood::stamps;

  explicit LabStampServer(const Lab& at) : lab_(at) {
    const std::string config = "[tsa]\ndefault_tsa = t\n[t]\nserial = serial\ncrypto_device = builtin\nsigner_digest = sha256\n"
                               "default_policy = 1.2.3.4\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\ndigests = ";
    lab_.write("ts.cnf", config + "sha256\n");
    lab_.write("refuse.cnf", config + "sha512\n");
    std::vector<net::Listener> listeners(1);
    listeners[0].handler = this;
    auto created = net::Server::create(std::move(listeners), {}, system_clock());
    REQUIRE(created);
    server_ = std::move(created).value();
    REQUIRE(server_->start());
    auto client = net::make_client({.timeout = seconds(20), .allow_plain = true});
    REQUIRE(client);
    client_ = std::move(client).value();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port(0)) + "/tsa"; }
  // As hub and command line make it.
  std::unique_ptr<seal::TimeStamper> stamper(const std::string& trusted = "ca.pem") {
    return seal::make_time_stamper(*client_, url(), lab_.read(trusted), system_random());
  }
  void stop() { server_.reset(); }

 private:
  void handle(net::Request request, net::Responder respond) override {
    const Mood now = mood;
    net::Response response;
    response.headers.add("Content-Type", "application/timestamp-reply");
    const bool right = request.method == net::Method::post && request.headers.get("content-type") == "application/timestamp-query";
    if (!right || now == Mood::breaks) {
      response.status = right ? 500 : 400;
      return respond(std::move(response));
    }
    if (now != Mood::repeats) {
      lab_.write("query", *request.body);
      const std::string key = now == Mood::other_key ? "stranger" : "tsa";
      lab_.run("openssl ts -reply -config " + std::string(now == Mood::refuses ? "refuse.cnf" : "ts.cnf") + " -section t -queryfile query -signer " + key +
               ".pem -inkey " + key + ".key -out reply");
    }
    response.body = lab_.read("reply");
    respond(std::move(response));
  }

  const Lab& lab_;
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<net::Client> client_;
};

}  // namespace khien::token
