#include "khien/core/random.hpp"

#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "khien/core/assert.hpp"

namespace khien {
namespace {

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override {
    while (!out.empty()) {
      const ssize_t got = getrandom(out.data(), out.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      // A kernel without randomness is no place to make keys.
      khien_assert(got > 0);
      out = out.subspan(static_cast<std::size_t>(got));
    }
  }
};

// splitmix64 (Steele, Lea, Flood 2014). Its state is a mere counter, so that
// one atomic addition makes it thread-safe.
std::uint64_t next_of(std::uint64_t& state) {
  constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;
  std::uint64_t z = std::atomic_ref(state).fetch_add(kStep, std::memory_order_relaxed) + kStep;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Bytes Random::bytes(std::size_t count) {
  Bytes out(count);
  fill(out);
  return out;
}

std::uint64_t Random::number() {
  std::uint64_t value = 0;
  fill(std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  khien_assert(bound > 0);
  // Numbers under 2^64 mod bound would make small results more likely.
  const std::uint64_t least = (0 - bound) % bound;
  std::uint64_t value = number();
  while (value < least) value = number();
  return value % bound;
}

Random& system_random() {
  static SystemRandom random;
  return random;
}

void SeededRandom::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const std::uint64_t word = next_of(state_);
    const std::size_t count = std::min(out.size(), sizeof word);
    std::memcpy(out.data(), &word, count);
    out = out.subspan(count);
  }
}

}  // namespace khien
