#include <utility>

#include "agent_api_impl.hpp"
#include "khien/core/assert.hpp"
#include "khien/model/policy.hpp"
#include "khien/model/signed_envelope.hpp"

namespace khien::api {

// Signed when it is asked for, so that it lives from then on; the version and the
// bytes of what is signed are the same until something changes.
net::Response AgentApi::Impl::signed_policy(const AgentIdentity& identity, const policy::Desired& desired,
                                            Timestamp now) const {
  const std::string text =
      to_json(PolicyDocument{.machine = identity, .version = desired.version, .settings = desired.settings});
  SignedEnvelope envelope{.statement = statement_about(SignedType::policy, policy_name(identity), desired.version, now,
                                                       kPolicyLives, as_bytes(text))};
  const auto done = sign(envelope, options.policy_secret_key);
  khien_assert(done.has_value());
  return agent_answer(200, signed_file(envelope, text));
}

net::Response AgentApi::Impl::give_policy(const net::Request& request) {
  const auto identity = trust.check(request);
  if (!identity) return refusal(identity.error());
  if (request.body->size() > kMostOrdersRequest) return agent_refused(413, "exhausted", "the request is too large");
  const auto known = policy_request_from_json(*request.body);
  if (!known) return refusal(known.error());
  if (policy_key.empty()) return agent_answer(204, {});
  const auto wait = take(policies, identity->uri());
  if (wait.ms > 0) return agent_wait_a_while(429, "exhausted", wait);
  const auto now = env.clock.now();
  std::optional<policy::Desired> desired;
  const auto written = hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(policy::refresh_machine_policy(connection, *identity, now));
    TRY_VOID(policy::outnumber(connection, *identity, *known, now));
    TRY(desired, policy::desired_policy(connection, *identity));
    return {};
  });
  if (!written) return refusal(written.error());
  return desired ? signed_policy(*identity, *desired, now) : agent_answer(204, {});
}

}  // namespace khien::api
