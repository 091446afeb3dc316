#pragma once

#include <optional>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/model/ids.hpp"

namespace khien::fleet {

// Who judged a file clean, as fleet_file keeps it: 8 bytes a voter, at most one a
// branch of the province, and no machine twice.
struct Voter {
  UnitId branch;
  MachineId machine;
};
inline constexpr std::size_t kVoterBytes = 8;
inline constexpr std::size_t kMaxVoters = 8;

// Whether both numbers fit.
bool can_vote(const Voter& voter);
std::vector<Voter> voters_from(ByteView bytes);
// None if the branch or the machine has voted already, or there is no room.
std::optional<Bytes> with_voter(ByteView bytes, const Voter& voter);

}  // namespace khien::fleet
