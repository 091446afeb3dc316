#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"

namespace khien::fleet {

// Who is looking at what, so that a changed signature does not have every machine
// of a province look at the same file in the same hour. Only ever costs or saves
// scans: forgetting all of it is harmless.
//
// In fixed memory; a file whose place is taken by another gets no lease, and
// everybody may look.
//
// Not thread-safe.
class LeaseBoard {
 public:
  static constexpr std::size_t kPlaces = 1u << 18;  // 16 MiB
  static constexpr std::size_t kMaxBranches = 6;
  static constexpr Duration kLease = minutes(20);

  struct Asker {
    UnitId branch;
    MachineId machine;
    bool votes = true;  // no: nobody waits for it, as its verdict counts for nobody
  };
  // May this machine wait? False, and it is noted, while machines of fewer than
  // `wanted` different branches are looking; true for all others once there are so
  // many, until the lease is over. So the word says nothing of a file that fewer
  // branches have.
  bool may_wait(TenantId tenant, std::uint64_t content, const Sha256& sha256, const Asker& asker, std::size_t wanted,
                Duration now);

 private:
  struct Looker {
    std::uint32_t branch = 0;
    std::uint32_t machine = 0;
  };
  struct Place {
    std::uint64_t key = 0;  // 0: empty
    std::uint32_t since = 0;  // seconds
    std::uint32_t count = 0;
    std::array<Looker, kMaxBranches> lookers{};
  };
  std::vector<Place> places_;  // none until the first question
};

}  // namespace khien::fleet
