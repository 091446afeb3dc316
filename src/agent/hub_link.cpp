#include "hub_link.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "khien/core/log.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/net/certificate.hpp"

#include "hub_answers.hpp"

namespace khien::agent {
namespace {

constexpr Duration kLongestLife = days(30);
constexpr Duration kLookAgain = minutes(10);
constexpr Duration kTryAgain = minutes(30);

bool refused(const Result<net::ClientResponse>& answer) {
  if (!answer) return answer.error().code() == Code::denied;
  return answer->status == 401 || answer->status == 403;
}

// The hub looked at the certificate and did what was asked, or said what is
// wrong with the request itself. A hub that is busy has not looked yet.
bool took(const Result<net::ClientResponse>& answer) {
  return answer && (answer->status == 200 || answer->status == 409 || answer->status == 413 || answer->status == 422);
}

}  // namespace

HubLink::HubLink(Identity& identity, ClientFactory make_client, const Clock& clock, Random& random)
    : identity_(identity), make_client_(std::move(make_client)), clock_(clock), random_(random) {}

Result<net::ClientResponse> HubLink::post(Post post) {
  const std::lock_guard lock(mutex_);
  return send(std::move(post));
}

Result<net::ClientResponse> HubLink::post_soon(Post post, Duration patience) {
  const std::unique_lock lock(mutex_, std::chrono::milliseconds(patience.ms));
  if (!lock.owns_lock()) return Error(Code::unavailable, "another request is on its way");
  return send(std::move(post), patience);
}

Result<net::ClientResponse> HubLink::send(Post post, std::optional<Duration> timeout) {
  net::ClientRequest request{.method = net::Method::post,
                             .url = identity_.hub_url() + std::string(post.path),
                             .headers = {},
                             .body = {},
                             .timeout = timeout};
  request.headers.add("Content-Type", std::string(post.content_type));
  if (!post.content_encoding.empty()) request.headers.add("Content-Encoding", std::string(post.content_encoding));
  request.body = std::move(post.body);
  if (!client_) {
    net::ClientOptions options;
    options.ca_pem = identity_.ca_pem();
    options.certificate_pem = identity_.pair().certificate_pem;
    options.key_pem = Secret(std::string(identity_.pair().key_pem.reveal()));
    TRY(client_, make_client_(std::move(options)));
  }
  auto answer = client_->send(request);
  // A connection that failed may be half dead: the next try takes a new one.
  if (!answer) client_.reset();
  if (identity_.on_trial()) TRY_VOID(judge_trial(answer));
  return answer;
}

Result<void> HubLink::judge_trial(const Result<net::ClientResponse>& answer) {
  if (refused(answer)) {
    log_warning("agent.new_certificate_refused");
    client_.reset();
    return identity_.discard();
  }
  if (!took(answer)) return {};  // nothing is known yet
  log_info("agent.certificate_renewed");
  return identity_.accept(clock_.now());
}

Result<void> HubLink::renew_if_due() {
  const std::lock_guard lock(mutex_);
  if (clock_.monotonic() < next_look_ || identity_.on_trial()) return {};
  const auto wanted = due();
  if (wanted && !*wanted) {
    next_look_ = milliseconds(clock_.monotonic().ms + kLookAgain.ms);
    return {};
  }
  // Set before the attempt, so that every way out of it has a next time.
  const auto chance = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kTryAgain.ms)));
  next_look_ = milliseconds(clock_.monotonic().ms + kTryAgain.ms + chance);
  if (!wanted) return wanted.error();
  return ask_for_next();
}

Result<bool> HubLink::due() const {
  TRY(const auto ends, net::certificate_not_after(identity_.pair().certificate_pem));
  const Duration life = std::clamp(ends - identity_.issued_at(), seconds(1), kLongestLife);
  return (ends - clock_.now()).ms * 3 < life.ms;
}

Result<void> HubLink::ask_for_next() {
  TRY(auto key, net::make_key_and_request("khien-agent"));
  TRY(const auto answer, send({.path = "/agent/v1/renew",
                               .content_type = "application/json",
                               .content_encoding = {},
                               .body = to_json(RenewRequest{key.csr_pem})}));
  if (answer.status != 200) {
    return Error(answer.status == 403 ? Code::denied : Code::unavailable,
                 "the hub refused to renew (" + std::to_string(answer.status) + ") " + refusal_message(answer.body));
  }
  TRY(auto issued, issued_certificate_from_json(answer.body));
  TRY(const auto ca, net::certificate_sha256(identity_.ca_pem()));
  TRY_VOID(check_issued(issued, key.csr_pem, ca));
  TRY_VOID(identity_.pin_policy_key(issued.policy_key));
  TRY_VOID(identity_.propose({std::move(key.key_pem), std::move(issued.certificate_pem)}));
  client_.reset();
  return {};
}

}  // namespace khien::agent
