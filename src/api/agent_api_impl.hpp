#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "agent_trust.hpp"
#include "khien/api/agent_api.hpp"
#include "khien/core/hash.hpp"
#include "khien/ingest/upload.hpp"
#include "khien/policy/machine_policies.hpp"
#include "try_limits.hpp"

namespace khien::api {

inline constexpr std::size_t kMostOrdersRequest = 1u << 10;

// For a program, not a person: English, fixed words.
net::Response agent_answer(int status, std::string body);
net::Response agent_refused(int status, std::string_view code, std::string_view message);
net::Response agent_wait_a_while(int status, std::string_view code, Duration wait);

struct AgentApi::Impl {
  Impl(store::Store& hub_store, store::Ledger& hub_ledger, flow::Flow& road, const net::CertificateAuthority& ca,
       const Env& environment, AgentApiOptions given);

  net::Response ca() const;
  net::Response enrol(const net::Request& request);
  net::Response renew(const net::Request& request);
  net::Response ask_fleet(const net::Request& request);
  net::Response orders(const net::Request& request);
  // agent_content.cpp
  net::Response content(const net::Request& request);
  net::Response content_piece(const net::Request& request);
  void judge_rollouts();
  void tell_of_rollouts();
  // agent_policy.cpp
  net::Response give_policy(const net::Request& request);
  net::Response signed_policy(const AgentIdentity& identity, const policy::Desired& desired, Timestamp now) const;

  void batch(const net::Request& request, net::Responder respond);
  void append(const AgentIdentity& identity, ingest::Upload upload, net::Responder respond);
  // What an acknowledgement says besides.
  struct Word {
    bool orders_wait = false;
    std::int64_t policy_version = 0;
  };
  net::Response acknowledge(const store::StreamId& stream, const Result<store::AckToken>& outcome, const Word& word);
  net::Response conflict(const store::StreamId& stream);
  net::Response refusal(const Error& error);
  Duration retry_after() const;
  Duration look(Window& window, const std::string& key);  // 0: one more is allowed
  Duration take(Window& window, const std::string& key);  // the same, and if so it is noted
  Result<std::string> issue(store::Connection& connection, const AgentIdentity& identity, std::string_view csr,
                            Timestamp now);
  Result<void> audit(store::Connection& connection, const AgentIdentity& identity, std::string_view action,
                     const net::Request& request, Timestamp now);

  store::Store& hub;
  store::Ledger& ledger;
  flow::Flow& flow;
  const net::CertificateAuthority& authority;
  const Env env;
  const AgentApiOptions options;
  AgentTrust trust;
  fleet::Desk desk;
  std::optional<Duration> rollouts_judged;  // tick()'s thread, as is the next
  std::optional<Sha256> content_pulse;
  std::mutex windows_mutex;
  Window enrolments;
  Window renewals;
  Window policies;
  Bytes policy_key;  // the public part; empty: none
  std::atomic<std::int64_t> unanswered{0};  // batches that the ledger's thread will answer
  std::atomic<std::int64_t> batches{0};
  std::atomic<std::int64_t> events{0};
  std::atomic<std::int64_t> refusals{0};
  std::atomic<std::int64_t> enrolled{0};
  std::atomic<std::int64_t> renewed{0};
};

}  // namespace khien::api
