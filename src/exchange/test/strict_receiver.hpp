#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/exchange/avreport.hpp"
#include "khien/exchange/key_sealer.hpp"
#include "khien/net/certificate.hpp"
#include "khien/net/server.hpp"
#include "sample_report.hpp"

namespace khien::exchange {

// A receiver as strict as the centre is known to be: element names, their order and number, and
// a signature that libxmlsec verifies. It takes each message once; one that comes again is a duplicate.
// TLS on loopback. What it does next is a list of modes; after these it is good.
class StrictReceiver final : public net::Handler {
 public:
  enum class Mode : unsigned char {
    good,
    error,              // 500, and nothing was taken
    taken_then_error,   // 500, though it was taken
    taken_then_silent,  // taken, and no answer ever comes
    silent,
    lie,                // 200 "OK", and nothing was taken
    refuse,
  };

  StrictReceiver(Scheme scheme, std::string sender_certificate_pem)
      : scheme_(std::move(scheme)), trusted_(std::move(sender_certificate_pem)) {
    auto authority = net::CertificateAuthority::create("Bên nhận", system_clock().now(), system_random()).value();
    ca_pem_ = authority.certificate_pem();
    auto own = authority.issue_server({"127.0.0.1"}, system_clock().now(), days(1), system_random()).value();
    certificate_pem_ = own.certificate_pem;
    std::vector<net::Listener> listeners(1);
    listeners[0].handler = this;
    listeners[0].certificate_pem = std::move(own.certificate_pem);
    listeners[0].key_pem = std::move(own.key_pem);
    listeners[0].max_body_bytes = kMostMessageBytes;
    server_ = net::Server::create(std::move(listeners), {}, system_clock()).value();
    if (!server_->start()) throw std::runtime_error("the receiver does not start");
  }
  ~StrictReceiver() override {
    held_.clear();
    server_.reset();
  }

  std::string url() const { return "https://127.0.0.1:" + std::to_string(server_->port(0)) + "/AVReport/server.php"; }
  const std::string& ca_pem() const { return ca_pem_; }
  const std::string& certificate_pem() const { return certificate_pem_; }

  void next(std::vector<Mode> modes) {
    const std::lock_guard lock(mutex_);
    modes_.insert(modes_.end(), modes.begin(), modes.end());
  }
  // Asked where the list is empty.
  void otherwise(std::function<Mode()> choose) {
    const std::lock_guard lock(mutex_);
    choose_ = std::move(choose);
  }

  std::map<std::string, AvReport> taken() {  // by subject
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  std::vector<std::string> bodies() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  std::string last_refusal() {
    const std::lock_guard lock(mutex_);
    return last_refusal_;
  }
  std::int64_t duplicates() {
    const std::lock_guard lock(mutex_);
    return duplicates_;
  }

  void handle(net::Request request, net::Responder respond) override {
    const std::lock_guard lock(mutex_);
    if (keep_bodies) bodies_.push_back(*request.body);
    const Mode mode = next_mode();
    switch (mode) {
      case Mode::error: return respond({.status = 500, .headers = {}, .body = "Internal Server Error"});
      case Mode::lie: return respond({.status = 200, .headers = {}, .body = "OK"});
      case Mode::refuse: return respond({.status = 400, .headers = {}, .body = "<Status>error</Status><Message>from elsewhere</Message>"});
      case Mode::silent: return held_.push_back(std::move(respond));
      case Mode::good:
      case Mode::taken_then_error:
      case Mode::taken_then_silent: break;
    }
    auto answer = take(request);
    if (mode == Mode::taken_then_error) answer = {.status = 500, .headers = {}, .body = "<Status>success</Status>"};
    if (mode == Mode::taken_then_silent) return held_.push_back(std::move(respond));
    respond(std::move(answer));
  }

  bool keep_bodies = true;

 private:
  Mode next_mode() {
    if (modes_.empty()) return choose_ ? choose_() : Mode::good;
    const Mode mode = modes_.front();
    modes_.pop_front();
    return mode;
  }

  net::Response refused(std::string why) {
    last_refusal_ = why;
    return {.status = 400, .headers = {}, .body = "<Response><Status>error</Status><Message>" + why + "</Message></Response>"};
  }

  net::Response take(const net::Request& request) {
    const auto type = request.headers.get("content-type");
    if (request.method != net::Method::post || !type || *type != scheme_.content_type()) return refused("no POST of " + scheme_.content_type());
    if (!scheme_.soap_action().empty() && request.headers.get("soapaction") != std::optional<std::string_view>(scheme_.soap_action())) {
      return refused("no SOAPAction");
    }
    Budget budget = plenty();
    auto read = scheme_.read(*request.body, budget);
    if (!read) return refused(read.error().what());
    if (auto good = check_seal(*request.body, trusted_); !good) return refused(good.error().what());
    if (taken_.contains(read->subject)) {
      ++duplicates_;
      return {.status = 200, .headers = {}, .body = "<Response><Status>duplicate</Status></Response>"};
    }
    taken_.emplace(read->subject, *read);
    return {.status = 200, .headers = {}, .body = "<Response><Status>success</Status></Response>"};
  }

  Scheme scheme_;
  std::string trusted_;
  std::string ca_pem_;
  std::string certificate_pem_;
  std::mutex mutex_;
  std::deque<Mode> modes_;
  std::function<Mode()> choose_;
  std::map<std::string, AvReport> taken_;
  std::vector<std::string> bodies_;
  std::string last_refusal_;
  std::int64_t duplicates_ = 0;
  std::vector<net::Responder> held_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace khien::exchange
