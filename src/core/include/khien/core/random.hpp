#pragma once

#include <cstdint>
#include <span>

#include "khien/core/bytes.hpp"

namespace khien {

// The only source of randomness, so that a simulation can own it. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;

  virtual void fill(std::span<std::byte> out) = 0;

  Bytes bytes(std::size_t count);
  std::uint64_t number();
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
};

// getrandom(2): fit for keys.
Random& system_random();

// The same bytes for the same seed, for tests and simulation only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::byte> out) override;

 private:
  std::uint64_t state_;
};

}  // namespace khien
