#include "agent_api_impl.hpp"

#include <exception>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/core/signature.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/flow/orders.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostEnrolBytes = 32u << 10;
constexpr std::size_t kMostKeys = 20'000;
constexpr Duration kEnrolmentWindow = minutes(15);
constexpr Duration kRenewalWindow = hours(1);
constexpr Duration kPolicyWindow = hours(1);
// Spread, so that a thousand agents that were told to wait do not come back at once.
constexpr std::int64_t kRetryLeastMs = 1'000;
constexpr std::uint64_t kRetrySpreadMs = 9'000;

net::Response denied() { return agent_refused(403, "denied", "this certificate or token is not accepted"); }

std::string machine_object(const AgentIdentity& identity) {
  return "machine:" + std::to_string(identity.machine.value);
}

}  // namespace

net::Response agent_answer(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.body = std::move(body);
  return response;
}

net::Response agent_refused(int status, std::string_view code, std::string_view message) {
  JsonWriter json;
  json.begin_object().field("code", code).field("message", message).end_object();
  return agent_answer(status, json.take());
}

net::Response agent_wait_a_while(int status, std::string_view code, Duration wait) {
  auto response = agent_refused(status, code, "the hub asks to come back later");
  response.headers.add("Retry-After", std::to_string((wait.ms + 999) / 1000));
  return response;
}

AgentApi::Impl::Impl(store::Store& hub_store, store::Ledger& hub_ledger, flow::Flow& road,
                     const net::CertificateAuthority& ca, const Env& environment, AgentApiOptions given)
    : hub(hub_store),
      ledger(hub_ledger),
      flow(road),
      authority(ca),
      env(environment),
      options(std::move(given)),
      trust(hub_store, env.clock, options.trust_cached),
      desk(hub_store, environment, options.sharing),
      enrolments(options.refused_enrolments_per_address, kEnrolmentWindow, kMostKeys),
      renewals(options.renewals_per_machine, kRenewalWindow, kMostKeys),
      policies(options.policies_per_machine, kPolicyWindow, kMostKeys) {
  if (options.policy_secret_key.empty()) return;
  auto key = ed25519_public_key(options.policy_secret_key);
  khien_assert(key.has_value());
  policy_key = std::move(key).value();
}

AgentApi::AgentApi(store::Store& hub, store::Ledger& ledger, flow::Flow& flow,
                   const net::CertificateAuthority& authority, const Env& env, AgentApiOptions options)
    : impl_(std::make_unique<Impl>(hub, ledger, flow, authority, env, std::move(options))) {}
AgentApi::~AgentApi() { khien_assert(impl_->unanswered == 0); }

void AgentApi::handle(net::Request request, net::Responder respond) {
  try {
    const bool posts = request.method == net::Method::post;
    if (request.method == net::Method::get && request.path == "/agent/v1/ca") return respond(impl_->ca());
    if (posts && request.path == "/agent/v1/enrol") return respond(impl_->enrol(request));
    if (posts && request.path == "/agent/v1/renew") return respond(impl_->renew(request));
    if (posts && request.path == "/agent/v1/fleet") return respond(impl_->ask_fleet(request));
    if (posts && request.path == "/agent/v1/orders") return respond(impl_->orders(request));
    if (posts && request.path == "/agent/v1/content") return respond(impl_->content(request));
    if (posts && request.path == "/agent/v1/content/piece") return respond(impl_->content_piece(request));
    if (posts && request.path == "/agent/v1/policy") return respond(impl_->give_policy(request));
    if (posts && request.path == "/agent/v1/batch") return impl_->batch(request, std::move(respond));
    respond(agent_refused(404, "not_found", "no such operation"));
  } catch (const std::exception& fault) {
    log_error("agent_api.exception", {{"error", std::string_view(fault.what())}});
    if (respond) respond(agent_refused(500, "internal", "something went wrong"));
  }
}

void AgentApi::forget(const AgentIdentity& identity) { impl_->trust.forget(identity); }

void AgentApi::tick() {
  impl_->desk.tick();
  impl_->judge_rollouts();
}

fleet::Desk::Counts AgentApi::fleet_counts() const { return impl_->desk.counts(); }

AgentApi::Counts AgentApi::counts() const {
  return {.batches = impl_->batches,
          .events = impl_->events,
          .refused = impl_->refusals,
          .enrolled = impl_->enrolled,
          .renewed = impl_->renewed};
}

net::Response AgentApi::Impl::ca() const {
  net::Response response;
  response.headers.add("Content-Type", "application/x-pem-file");
  response.headers.add("Cache-Control", "no-store");
  response.body = authority.certificate_pem();
  return response;
}

Duration AgentApi::Impl::retry_after() const {
  return {kRetryLeastMs + static_cast<std::int64_t>(env.random.below(kRetrySpreadMs))};
}

net::Response AgentApi::Impl::refusal(const Error& error) {
  ++refusals;
  switch (error.code()) {
    case Code::invalid: return agent_refused(422, "invalid", printable(error.what()));
    case Code::denied:
    case Code::not_found: return denied();
    case Code::conflict: return agent_refused(409, "conflict", "changed meanwhile");
    case Code::exhausted: return agent_wait_a_while(429, "exhausted", retry_after());
    case Code::unavailable: return agent_wait_a_while(503, "unavailable", retry_after());
    case Code::corrupt:
    case Code::internal: break;
  }
  log_error("agent_api.internal", {{"error", error.what()}});
  return agent_refused(500, "internal", "something went wrong");
}

Duration AgentApi::Impl::look(Window& window, const std::string& key) {
  const std::lock_guard lock(windows_mutex);
  return window.wait(key, env.clock.monotonic());
}

Duration AgentApi::Impl::take(Window& window, const std::string& key) {
  const auto now = env.clock.monotonic();
  const std::lock_guard lock(windows_mutex);
  const auto wait = window.wait(key, now);
  if (wait.ms == 0) window.note(key, now);
  return wait;
}

// The certificate and what estate keeps of it, in the caller's transaction.
Result<std::string> AgentApi::Impl::issue(store::Connection& connection, const AgentIdentity& identity,
                                          std::string_view csr, Timestamp now) {
  TRY(auto pem, authority.issue_agent(csr, identity, now, options.certificate_valid, env.random));
  TRY(const auto digest, net::certificate_sha256(pem));
  TRY(const auto not_after, net::certificate_not_after(pem));
  TRY_VOID(estate::bind_certificate(connection, identity, digest, not_after, now + options.renewal_overlap));
  return pem;
}

Result<void> AgentApi::Impl::audit(store::Connection& connection, const AgentIdentity& identity,
                                   std::string_view action, const net::Request& request, Timestamp now) {
  TRY_VOID(store::append_audit(connection, identity.tenant,
                               {.at = now,
                                .who = identity.uri(),
                                .action = std::string(action),
                                .object = machine_object(identity),
                                .detail = {},
                                .address = request.peer_address}));
  return {};
}

net::Response AgentApi::Impl::enrol(const net::Request& request) {
  const auto network = network_of(request.peer_address);
  const auto wait = look(enrolments, network);
  if (wait.ms > 0) return agent_wait_a_while(429, "exhausted", wait);
  if (request.body->size() > kMostEnrolBytes) return agent_refused(413, "exhausted", "the request is too large");
  const auto wanted = enrol_request_from_json(*request.body);
  if (!wanted) return refusal(wanted.error());
  const auto now = env.clock.now();
  IssuedCertificate issued{.certificate_pem = {}, .ca_pem = authority.certificate_pem(), .policy_key = policy_key};
  // One transaction: a token is used up only by a machine that got its certificate.
  const auto written = hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto identity, estate::redeem_token(connection, *wanted, now));
    TRY(issued.certificate_pem, issue(connection, identity, wanted->csr_pem, now));
    return audit(connection, identity, "agent.enrol", request, now);
  });
  if (!written) {
    // Only what was refused is counted: a building's machines join in one morning.
    take(enrolments, network);
    return refusal(written.error());
  }
  ++enrolled;
  return agent_answer(200, to_json(issued));
}

net::Response AgentApi::Impl::renew(const net::Request& request) {
  const auto identity = trust.check(request);
  if (!identity) return refusal(identity.error());
  const auto wait = take(renewals, identity->uri());
  if (wait.ms > 0) return agent_wait_a_while(429, "exhausted", wait);
  if (request.body->size() > kMostEnrolBytes) return agent_refused(413, "exhausted", "the request is too large");
  const auto wanted = renew_request_from_json(*request.body);
  if (!wanted) return refusal(wanted.error());
  const auto now = env.clock.now();
  IssuedCertificate issued{.certificate_pem = {}, .ca_pem = authority.certificate_pem(), .policy_key = policy_key};
  const auto written = hub.write([&](store::Connection& connection) -> Result<void> {
    // Asked again here: a revocation may have been committed since.
    TRY_VOID(estate::check_agent(connection, *identity, request.certificate->sha256));
    TRY(issued.certificate_pem, issue(connection, *identity, wanted->csr_pem, now));
    return audit(connection, *identity, "agent.renew", request, now);
  });
  if (!written) return refusal(written.error());
  trust.forget(*identity);
  ++renewed;
  return agent_answer(200, to_json(issued));
}

net::Response AgentApi::Impl::ask_fleet(const net::Request& request) {
  const auto identity = trust.check(request);
  if (!identity) return refusal(identity.error());
  const auto question = fleet_question_from_json(*request.body);
  if (!question && question.error().code() == Code::exhausted) {
    ++refusals;
    return agent_refused(413, "exhausted", "the question is too large");
  }
  if (!question) return refusal(question.error());
  const auto said = desk.take(*identity, *question);
  return said ? agent_answer(200, to_json(*said)) : refusal(said.error());
}

// An agent gets its own orders and no other's. They are given out until it has
// answered; it remembers which it carried out.
net::Response AgentApi::Impl::orders(const net::Request& request) {
  const auto identity = trust.check(request);
  if (!identity) return refusal(identity.error());
  if (request.body->size() > kMostOrdersRequest) return agent_refused(413, "exhausted", "the request is too large");
  const auto wanted = orders_request_from_json(*request.body);
  if (!wanted) return refusal(wanted.error());
  std::vector<Order> given;
  const auto read = hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(given, flow::orders_for(connection, *identity, env.clock.now()));
    return {};
  });
  if (!read) return refusal(read.error());
  return agent_answer(200, to_json(given));
}

void AgentApi::Impl::batch(const net::Request& request, net::Responder respond) {
  const auto identity = trust.check(request);
  if (!identity) return respond(refusal(identity.error()));
  Budget budget({.bytes_in = kMaxBatchBytes, .bytes_out = kMaxBatchBytes, .depth = 16, .entries = 2'000'000},
                &env.clock);
  const auto encoding = request.headers.get("content-encoding").value_or("");
  auto upload = ingest::decode_upload(request.body, encoding, budget);
  if (!upload && upload.error().code() == Code::exhausted) {
    ++refusals;
    return respond(agent_refused(413, "exhausted", printable(upload.error().what())));
  }
  if (!upload) return respond(refusal(upload.error()));
  append(*identity, std::move(upload).value(), std::move(respond));
}

void AgentApi::Impl::append(const AgentIdentity& identity, ingest::Upload upload, net::Responder respond) {
  const auto stream = store::stream_id(identity.tenant, identity.machine, upload.batch.stream);
  store::Ledger::Append append{.stream = stream,
                               .machine = identity.machine,
                               .text = std::move(upload.text),
                               .batch = std::move(upload.batch),
                               .received_at = env.clock.now()};
  // Asked here and not when it is acknowledged: there the ledger's thread would wait.
  Word word;
  const auto asked = hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(word.orders_wait, flow::orders_wait(connection, identity, env.clock.now()));
    if (policy_key.empty()) return {};
    TRY(word.policy_version, policy::desired_version(connection, identity));
    return {};
  });
  if (!asked) log_warning("agent_api.orders_not_read", {{"error", asked.error().what()}});
  ++unanswered;
  flow.observe(std::move(append), [this, stream, word, respond = std::move(respond)](Result<store::AckToken> outcome) {
    respond(acknowledge(stream, outcome, word));
    --unanswered;
  });
}

net::Response AgentApi::Impl::acknowledge(const store::StreamId& stream, const Result<store::AckToken>& outcome,
                                          const Word& word) {
  if (!outcome && outcome.error().code() == Code::conflict) return conflict(stream);
  if (!outcome) return refusal(outcome.error());
  ++batches;
  events += static_cast<std::int64_t>(outcome->stored());
  Acknowledgement acknowledgement = outcome->acknowledgement();
  acknowledgement.orders_wait = word.orders_wait;
  acknowledgement.policy_version = word.policy_version;
  return agent_answer(200, to_json(acknowledgement));
}

// Tells the agent where to go on.
net::Response AgentApi::Impl::conflict(const store::StreamId& stream) {
  ++refusals;
  const auto watermark = ledger.watermark(stream);
  if (!watermark) return refusal(watermark.error());
  JsonWriter json;
  json.begin_object().field("code", "conflict").field("message", "the batch does not follow what is stored");
  json.field("expected_seq", static_cast<std::int64_t>(watermark->seq + 1));
  json.field("epoch", std::int64_t{watermark->epoch}).end_object();
  return agent_answer(409, json.take());
}

}  // namespace khien::api
