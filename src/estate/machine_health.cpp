#include "machine_health.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "khien/core/assert.hpp"

namespace khien::estate {
namespace {

constexpr std::array<std::string_view, 5> kNames{"protected", "attention", "infected", "silent", "pending"};
constexpr std::array<MachineHealth, 5> kRanks{MachineHealth::infected, MachineHealth::attention, MachineHealth::silent,
                                              MachineHealth::pending, MachineHealth::protected_};

}  // namespace

std::string_view to_string(MachineHealth health) { return kNames.at(static_cast<std::size_t>(health)); }

Result<MachineHealth> machine_health_from_string(std::string_view text) {
  const auto* found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return Error(Code::invalid, "health is not one that is known");
  return static_cast<MachineHealth>(found - kNames.begin());
}

std::int64_t rank_of(MachineHealth health) { return std::ranges::find(kRanks, health) - kRanks.begin(); }

MachineHealth health_of_rank(std::int64_t rank) {
  khien_assert(rank >= 0 && rank < static_cast<std::int64_t>(kRanks.size()));
  return kRanks[static_cast<std::size_t>(rank)];
}

}  // namespace khien::estate
