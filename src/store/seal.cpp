#include "seal.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace khien::store {
namespace {

// The finaliser of SplitMix64, chained: every bit of every word reaches every
// bit of the result.
class Mixer {
 public:
  Mixer& add(std::uint64_t word) {
    state_ = (state_ + 0x9e3779b97f4a7c15u) ^ word;
    state_ = (state_ ^ (state_ >> 30)) * 0xbf58476d1ce4e5b9u;
    state_ = (state_ ^ (state_ >> 27)) * 0x94d049bb133111ebu;
    state_ ^= state_ >> 31;
    return *this;
  }
  Mixer& add(std::int64_t word) { return add(static_cast<std::uint64_t>(word)); }
  Mixer& add(const Sha256& digest) {
    static_assert(std::endian::native == std::endian::little, "a seal is stored: its byte order is fixed");
    std::array<std::uint64_t, 4> words;
    std::memcpy(words.data(), digest.bytes.data(), sizeof(words));
    for (const std::uint64_t word : words) add(word);
    return *this;
  }
  std::int64_t seal() const { return static_cast<std::int64_t>(state_); }

 private:
  std::uint64_t state_ = 0x6b686965'6e000001u;  // "khien", version 1
};

}  // namespace

std::int64_t seal_of(const EventFrame& frame) {
  return Mixer()
      .add(frame.id.value)
      .add(frame.stream.tenant.value)
      .add(frame.stream.id)
      .add(frame.machine.value)
      .add(std::uint64_t{frame.epoch})
      .add(frame.seq)
      .add(frame.received_at.ms)
      .add(frame.sha256)
      .seal();
}

std::int64_t seal_of(const StreamId& stream, MachineId machine, Ledger::Watermark watermark) {
  return Mixer()
      .add(stream.tenant.value)
      .add(stream.id)
      .add(machine.value)
      .add(std::uint64_t{watermark.epoch})
      .add(watermark.seq)
      .seal();
}

Result<Ledger::Watermark> watermark_of(const Row& row, const StreamId& stream) {
  const Ledger::Watermark watermark{static_cast<std::uint32_t>(row.integer(0)),
                                    static_cast<std::uint64_t>(row.integer(1))};
  if (seal_of(stream, row.id<MachineTag>(2), watermark) != row.integer(3)) {
    return Error(Code::corrupt, "the watermark of stream " + stream.id.hex() + " is damaged");
  }
  return watermark;
}

}  // namespace khien::store
