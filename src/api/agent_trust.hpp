#pragma once

#include <map>
#include <mutex>
#include <utility>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/net/http.hpp"
#include "khien/store/store.hpp"

namespace khien::api {

// Is this client certificate that of a machine we trust now? Asks the database,
// and believes its yes for a short while: a batch every second should not cost a
// query each. A no is never kept. Thread-safe.
class AgentTrust {
 public:
  AgentTrust(const store::Store& hub, const Clock& clock, Duration believed)
      : hub_(hub), clock_(clock), believed_(believed) {}

  // Code::denied if there is no certificate, it is over, revoked or not the
  // machine's any more.
  Result<AgentIdentity> check(const net::Request& request);
  void forget(const AgentIdentity& identity);

 private:
  static constexpr std::size_t kMostKept = 50'000;
  // Tenant, machine, certificate: a renewed certificate is asked about anew.
  struct Key {
    TenantId tenant;
    MachineId machine;
    Sha256 certificate;
    auto operator<=>(const Key&) const = default;
  };
  bool is_believed(const Key& key, Duration now, std::uint64_t& generation);
  void believe(const Key& key, Duration until, std::uint64_t generation);

  const store::Store& hub_;
  const Clock& clock_;
  const Duration believed_;
  std::mutex mutex_;
  std::map<Key, Duration> until_;
  // Grows with each forget(): an answer asked for before it is not kept.
  std::uint64_t generation_ = 0;
};

}  // namespace khien::api
