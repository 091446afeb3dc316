#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "khien/report/kind.hpp"

namespace khien::report {

// How enumerations are written in files. In snapshots for ever: DO NOT CHANGE.
template <class Enum>
using Word = std::pair<std::string_view, Enum>;

inline constexpr std::array<Word<ColumnType>, 5> kColumnTypes{{{"text", ColumnType::text},
                                                               {"number", ColumnType::number},
                                                               {"ratio", ColumnType::ratio},
                                                               {"day", ColumnType::day},
                                                               {"moment", ColumnType::moment}}};

inline constexpr std::array<Word<Every>, 4> kEverys{
    {{"quarter", Every::quarter}, {"half_year", Every::half_year}, {"year", Every::year}, {"once", Every::once}}};

template <class Enum, std::size_t N>
std::string_view word_of(const std::array<Word<Enum>, N>& words, Enum value) {
  for (const auto& [word, one] : words) {
    if (one == value) return word;
  }
  return {};
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<Word<Enum>, N>& words, std::string_view wanted) {
  for (const auto& [word, one] : words) {
    if (word == wanted) return one;
  }
  return {};
}

// "text, number, ratio": for whoever wrote another.
template <class Enum, std::size_t N>
std::string all_of(const std::array<Word<Enum>, N>& words) {
  std::string all;
  for (const auto& [word, one] : words) all += (all.empty() ? "" : ", ") + std::string(word);
  return all;
}

// Whether a step tells the index; then the snapshot must define it.
bool tells_index(const Kind& kind);

// 7 as "07".
inline std::string padded(std::int64_t number, std::size_t digits) {
  std::string written = std::to_string(number);
  if (written.size() < digits) written.insert(0, digits - written.size(), '0');
  return written;
}

}  // namespace khien::report
