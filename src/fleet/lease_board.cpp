#include "lease_board.hpp"

#include <algorithm>
#include <cstring>

#include "khien/core/assert.hpp"

namespace khien::fleet {

bool LeaseBoard::may_wait(TenantId tenant, std::uint64_t content, const Sha256& sha256, const Asker& asker,
                          std::size_t wanted, Duration now) {
  khien_assert(wanted >= 1 && wanted <= kMaxBranches);
  std::uint64_t key = 0;
  std::memcpy(&key, sha256.bytes.data(), sizeof key);
  key ^= content * 0x9e37'79b9'7f4a'7c15u;
  key ^= static_cast<std::uint64_t>(tenant.value) * 0xc2b2'ae3d'27d4'eb4fu;
  key |= 1;  // never the empty one

  if (places_.empty()) places_.resize(kPlaces);
  Place& place = places_[(key >> 1) % kPlaces];
  const auto second = static_cast<std::uint32_t>(now.ms / 1'000);
  const bool over = place.key == 0 || second - place.since >= static_cast<std::uint32_t>(kLease.ms / 1'000);
  if (place.key != key && !over) return false;
  if (over && !asker.votes) return false;
  if (over) place = Place{.key = key, .since = second, .count = 0, .lookers = {}};

  const Looker here{static_cast<std::uint32_t>(asker.branch.value), static_cast<std::uint32_t>(asker.machine.value)};
  const auto begin = place.lookers.begin();
  const auto end = begin + place.count;
  if (place.count >= wanted) {
    return std::none_of(begin, end, [&](const Looker& one) { return one.machine == here.machine; });
  }
  const bool noted = std::any_of(begin, end, [&](const Looker& one) { return one.branch == here.branch; });
  if (!noted && asker.votes) place.lookers[place.count++] = here;
  return false;
}

}  // namespace khien::fleet
