#pragma once

#include <compare>
#include <cstdint>

namespace khien {

// The number of a stored thing; 0 is "none". Tagged, so that a unit's id cannot
// be handed over where a machine's is wanted.
template <class Tag>
struct Id {
  std::int64_t value = 0;

  explicit operator bool() const { return value != 0; }
  auto operator<=>(const Id&) const = default;
};

}  // namespace khien
