#pragma once

#include <array>
#include <string>
#include <string_view>

#include "khien/core/assert.hpp"
#include "khien/core/result.hpp"

namespace khien::exchange {

// The names of an enum's values, in their order, both ways.
template <class Enum, std::size_t size>
std::string_view name_in(const std::array<std::string_view, size>& names, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  khien_assert(index < size);
  return names[index];
}

template <class Enum, std::size_t size>
Result<Enum> value_in(const std::array<std::string_view, size>& names, std::string_view text, std::string_view what) {
  for (std::size_t i = 0; i < size; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return Error(Code::invalid, "unknown " + std::string(what) + " '" + std::string(text.substr(0, 40)) + "'");
}

}  // namespace khien::exchange
