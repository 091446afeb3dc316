#pragma once

#include <array>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::incident {

// The enumerator whose name stands at its place.
template <class Enum, std::size_t N>
Result<Enum> value_of(const std::array<std::string_view, N>& names, std::string_view what, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return Error(Code::invalid, std::string(what) + " is not one that is known");
}

}  // namespace khien::incident
