#include "agent_trust.hpp"

#include "khien/estate/machines.hpp"

namespace khien::api {

bool AgentTrust::is_believed(const Key& key, Duration now, std::uint64_t& generation) {
  const std::lock_guard lock(mutex_);
  generation = generation_;
  const auto found = until_.find(key);
  return found != until_.end() && now < found->second;
}

void AgentTrust::believe(const Key& key, Duration until, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return;
  // Full of machines that went away: begin anew, it is only a cache.
  if (until_.size() >= kMostKept) until_.clear();
  until_[key] = until;
}

Result<AgentIdentity> AgentTrust::check(const net::Request& request) {
  if (!request.certificate || !request.certificate->agent) return Error(Code::denied, "no agent certificate");
  const auto& certificate = *request.certificate;
  if (clock_.now() >= certificate.not_after) return Error(Code::denied, "the certificate is over");
  const auto identity = *certificate.agent;
  const Key key{identity.tenant, identity.machine, certificate.sha256};
  std::uint64_t generation = 0;
  const auto now = clock_.monotonic();
  if (is_believed(key, now, generation)) return identity;
  auto good = hub_.read([&](store::Connection& connection) {
    return estate::check_agent(connection, identity, certificate.sha256);
  });
  // Unknown and revoked are one answer: a certificate that we do not take.
  if (!good && good.error().code() == Code::not_found) return Error(Code::denied, "not this machine's certificate");
  if (!good) return std::move(good).error();
  believe(key, {now.ms + believed_.ms}, generation);
  return identity;
}

void AgentTrust::forget(const AgentIdentity& identity) {
  const std::lock_guard lock(mutex_);
  ++generation_;
  const Key first{identity.tenant, identity.machine, {}};
  auto entry = until_.lower_bound(first);
  while (entry != until_.end() && entry->first.tenant == identity.tenant && entry->first.machine == identity.machine) {
    entry = until_.erase(entry);
  }
}

}  // namespace khien::api
