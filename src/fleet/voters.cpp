#include "voters.hpp"

#include <cstdint>

#include "khien/core/assert.hpp"

namespace khien::fleet {
namespace {

constexpr std::int64_t kMaxNumber = 0xffff'ffff;

std::uint32_t number_at(ByteView bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<std::uint32_t>(bytes[at + i]);
  return number;
}

void append(Bytes& bytes, std::int64_t number) {
  khien_assert(number > 0 && number <= kMaxNumber);
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::byte>(number >> shift & 0xff));
}

}  // namespace

bool can_vote(const Voter& voter) {
  return voter.branch.value > 0 && voter.branch.value <= kMaxNumber && voter.machine.value > 0 &&
         voter.machine.value <= kMaxNumber;
}

std::vector<Voter> voters_from(ByteView bytes) {
  std::vector<Voter> voters;
  for (std::size_t at = 0; at + kVoterBytes <= bytes.size(); at += kVoterBytes) {
    voters.push_back({UnitId{number_at(bytes, at)}, MachineId{number_at(bytes, at + 4)}});
  }
  return voters;
}

std::optional<Bytes> with_voter(ByteView bytes, const Voter& voter) {
  if (bytes.size() >= kMaxVoters * kVoterBytes) return std::nullopt;
  for (const Voter& before : voters_from(bytes)) {
    if (before.branch == voter.branch || before.machine == voter.machine) return std::nullopt;
  }
  Bytes more(bytes.begin(), bytes.end());
  append(more, voter.branch.value);
  append(more, voter.machine.value);
  return more;
}

}  // namespace khien::fleet
