#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "khien/agent/identity.hpp"
#include "khien/core/clock.hpp"
#include "khien/ingest/upload.hpp"
#include "khien/model/batch.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/fleet.hpp"
#include "khien/core/signature.hpp"
#include "khien/model/order.hpp"
#include "khien/model/policy.hpp"
#include "khien/model/signed_envelope.hpp"
#include "khien/net/certificate.hpp"
#include "khien/net/client.hpp"

namespace khien::agent {

// A hub that takes nothing that is not exactly as the protocol says, and keeps
// what it acknowledged. Faults are ordered in advance, one a request.
class FakeHub {
 public:
  enum class Fault {
    none,
    unreachable,   // nothing arrives
    lost_answer,   // stored, but the answer does not arrive
    twice,         // the network delivers it twice
    busy,          // 429
    down,          // 500
    garbage,       // 200 with nonsense
    other_hash,    // acknowledges a batch that is not ours
    less,          // acknowledges less than the batch
    denied,        // 403
  };

  explicit FakeHub(const Clock& clock)
      : clock_(clock),
        ca_(net::CertificateAuthority::create("Khiên test CA", clock.now(), system_random()).value()) {}

  ClientFactory factory() {
    return [this](net::ClientOptions options) -> Result<std::unique_ptr<net::Client>> {
      ++connections;
      return std::unique_ptr<net::Client>(std::make_unique<Link>(*this, std::move(options)));
    };
  }
  FetchCa fetch_ca() {
    return [this](const std::string&, const Sha256& expected) -> Result<std::string> {
      if (ca_.sha256() != expected) return Error(Code::denied, "another CA");
      return ca_.certificate_pem();
    };
  }
  std::string token() {
    return EnrolmentToken{std::string(43, 'A'), ca_.sha256()}.text();
  }
  net::CertificateAuthority& ca() { return ca_; }

  // What is stored, by number; a hub that forgets is set by the tests.
  struct Stream {
    std::uint32_t epoch = 0;
    std::uint64_t seq = 0;
  };
  Stream stream;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> events;
  std::map<std::pair<std::uint32_t, std::uint64_t>, DropRecord> drops;

  std::deque<Fault> faults;
  std::function<bool(std::string_view)> unfit;  // events that the hub cannot take
  std::vector<Order> orders;                    // given out until a test takes them away
  int order_fetches = 0;
  Bytes policy_seed;                            // empty: a hub without policies
  std::string policy_file;                      // what it answers; empty: 204
  std::int64_t policy_version = 0;              // what it says of it
  int policy_fetches = 0;
  Duration certificate_life = days(30);
  std::vector<std::string> revoked;             // certificates
  int connections = 0;
  int requests = 0;
  int batches = 0;
  int renewals = 0;
  int fleet_questions = 0;
  bool has_desk = true;
  // Of the content's desk: path and body; none: a hub older than it.
  std::function<net::ClientResponse(const std::string&, const std::string&)> content;
  bool fleet_has_faults = false;  // the faults in advance are for questions too
  FleetWord fleet_word = FleetWord::judge;
  std::string last_certificate;
  std::string last_body;
  std::optional<Duration> last_timeout;

  // The hub behind its doors: what a request with a good certificate gets.
  net::ClientResponse serve(const std::string& path, const net::Headers& headers, const std::string& body) {
    if (path == "/agent/v1/enrol") return enrol(body);
    if (path == "/agent/v1/renew") return renew(body);
    if (path == "/agent/v1/fleet") return fleet(body);
    if (path == "/agent/v1/orders") {
      CHECK(orders_request_from_json(body));
      ++order_fetches;
      return {200, {}, to_json(orders)};
    }
    if (path.starts_with("/agent/v1/content")) return content ? content(path, body) : refusal(404, "no such operation");
    if (path == "/agent/v1/policy") {
      CHECK(policy_request_from_json(body));
      ++policy_fetches;
      return {policy_file.empty() ? 204 : 200, {}, policy_file};
    }
    REQUIRE(path == "/agent/v1/batch");
    return batch(headers, body);
  }

  // For machine 7 of tenant 1, which every agent of this hub is.
  void give_policy(std::int64_t version, std::string_view policy, Duration lives = kPolicyLives) {
    const PolicyDocument document{
        .machine = {TenantId{1}, MachineId{7}}, .version = version, .settings = policy_from_json(policy).value().settings};
    const std::string text = khien::to_json(document);
    SignedEnvelope envelope{
        .statement = statement_about(SignedType::policy, policy_name(document.machine), version, clock_.now(), lives, as_bytes(text))};
    REQUIRE(sign(envelope, policy_seed));
    policy_file = signed_file(envelope, text);
    policy_version = version;
  }

  std::uint64_t dropped() const {
    std::uint64_t sum = 0;
    for (const auto& [key, drop] : drops) sum += drop.seq_hi - drop.seq_lo + 1;
    return sum;
  }

 private:
  class Link final : public net::Client {
   public:
    Link(FakeHub& hub, net::ClientOptions options) : hub_(hub), options_(std::move(options)) {}
    Result<net::ClientResponse> send(const net::ClientRequest& request) override {
      return hub_.take(request, options_);
    }

   private:
    FakeHub& hub_;
    net::ClientOptions options_;
  };

  Result<net::ClientResponse> take(const net::ClientRequest& request, const net::ClientOptions& options) {
    const bool about_files = request.url.ends_with("/agent/v1/fleet");
    if (!about_files || fleet_has_faults) ++requests;
    Fault fault = Fault::none;
    if (!faults.empty() && (!about_files || fleet_has_faults)) {
      fault = faults.front();
      faults.pop_front();
    }
    last_certificate = options.certificate_pem;
    last_timeout = request.timeout;
    last_body = request.body;
    for (const std::string& bad : revoked) {
      if (bad == options.certificate_pem) return refusal(403, "denied");
    }
    switch (fault) {
      case Fault::unreachable: return Error(Code::unavailable, "no route");
      case Fault::busy: {
        auto answer = refusal(429, "busy");
        answer.headers.add("Retry-After", "7");
        return answer;
      }
      case Fault::down: return refusal(500, "internal");
      case Fault::denied: return refusal(403, "denied");
      case Fault::garbage: return net::ClientResponse{200, {}, "<html>"};
      default: break;
    }
    auto answer = handle(request, options);
    if (fault == Fault::twice) answer = handle(request, options);
    if (fault == Fault::lost_answer) return Error(Code::unavailable, "timed out");
    if (answer.status == 200 && (fault == Fault::other_hash || fault == Fault::less)) {
      auto said = acknowledgement_from_json(answer.body).value();
      if (fault == Fault::other_hash) said.batch_sha256 = sha256("another");
      else --said.seq_hi;
      answer.body = to_json(said);
    }
    return answer;
  }

  net::ClientResponse handle(const net::ClientRequest& request, const net::ClientOptions& options) {
    CHECK(request.method == net::Method::post);
    CHECK(options.ca_pem == ca_.certificate_pem());
    constexpr std::string_view kHub = "https://hub:8444";
    REQUIRE(request.url.starts_with(kHub));
    const std::string path = request.url.substr(kHub.size());
    CHECK(options.certificate_pem.empty() == (path == "/agent/v1/enrol"));
    CHECK(options.key_pem.empty() == options.certificate_pem.empty());
    return serve(path, request.headers, request.body);
  }

  net::ClientResponse issue(const std::string& csr) {
    const auto certificate =
        ca_.issue_agent(csr, {TenantId{1}, MachineId{7}}, clock_.now(), certificate_life, system_random());
    if (!certificate) return refusal(422, certificate.error().what());
    IssuedCertificate issued{*certificate, ca_.certificate_pem()};
    if (!policy_seed.empty()) issued.policy_key = ed25519_public_key(policy_seed).value();
    return {200, {}, to_json(issued)};
  }

  net::ClientResponse enrol(const std::string& body) {
    const auto asked = enrol_request_from_json(body);
    REQUIRE(asked);
    if (asked->secret != std::string(43, 'A')) return refusal(403, "no such token");
    return issue(asked->csr_pem);
  }

  net::ClientResponse renew(const std::string& body) {
    ++renewals;
    const auto asked = renew_request_from_json(body);
    REQUIRE(asked);
    return issue(asked->csr_pem);
  }

  net::ClientResponse fleet(const std::string& body) {
    ++fleet_questions;
    if (!has_desk) return refusal(404, "no such operation");
    const auto question = fleet_question_from_json(body);
    REQUIRE(question);
    return {200, {}, to_json(FleetAnswer{0, 10, std::vector<FleetWord>(question->asked.size(), fleet_word)})};
  }

  net::ClientResponse batch(const net::Headers& headers, const std::string& body) {
    CHECK(headers.get("content-type") == "application/x-ndjson");
    CHECK(headers.get("content-encoding") == "zstd");
    Budget budget({});
    const auto upload = ingest::decode_upload(std::make_shared<const std::string>(body), "zstd", budget);
    REQUIRE_MESSAGE(upload, upload.error().what());
    const Batch& said = upload->batch;
    CHECK(said.stream == "main");
    CHECK(said.last_seq() >= said.first_seq);
    ++batches;
    if (unfit) {
      for (const auto event : said.events) {
        if (unfit(event)) return refusal(422, "line 2: no");
      }
    }
    if (said.epoch < stream.epoch) return conflict();
    const std::uint64_t expected = said.epoch == stream.epoch ? stream.seq + 1 : 1;
    if (said.first_seq > expected) return conflict();
    if (!store(said)) return conflict();
    Acknowledgement acknowledgement{stream.epoch, stream.seq, sha256(*upload->text)};
    acknowledgement.orders_wait = !orders.empty();
    acknowledgement.policy_version = policy_version;
    return {200, {}, to_json(acknowledgement)};
  }

  // False if a number that is stored comes with other bytes.
  bool store(const Batch& said) {
    const std::uint64_t covered = said.epoch == stream.epoch ? stream.seq : 0;
    std::uint64_t seq = said.first_seq;
    auto drop = said.drops.begin();
    const auto skip_drops = [&](bool keep) {
      for (; drop != said.drops.end() && drop->seq_lo == seq; ++drop) {
        DropRecord part = *drop;
        part.seq_lo = std::max(part.seq_lo, covered + 1);
        if (keep && part.seq_lo <= part.seq_hi) drops[{said.epoch, part.seq_lo}] = part;
        seq = drop->seq_hi + 1;
      }
    };
    for (const auto event : said.events) {
      skip_drops(false);
      const auto known = events.find({said.epoch, seq});
      if (known != events.end() && known->second != event) return false;
      ++seq;
    }
    seq = said.first_seq;
    drop = said.drops.begin();
    for (const auto event : said.events) {
      skip_drops(true);
      if (seq > covered) events.emplace(std::pair{said.epoch, seq}, event);
      ++seq;
    }
    skip_drops(true);
    stream = {said.epoch, std::max(covered, said.last_seq())};
    return true;
  }

  net::ClientResponse conflict() const {
    return {409, {}, R"({"code":"conflict","message":"no","expected_seq":)" + std::to_string(stream.seq + 1) +
                         R"(,"epoch":)" + std::to_string(stream.epoch) + "}"};
  }

  static net::ClientResponse refusal(int status, const std::string& message) {
    return {status, {}, R"({"code":"refused","message":")" + message + "\"}"};
  }

  const Clock& clock_;
  net::CertificateAuthority ca_;
};

}  // namespace khien::agent
