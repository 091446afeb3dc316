#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace khien::site {

// One run of lines that are the same in both texts, or only in one of them.
struct DiffRun {
  enum class Kind : unsigned char { same, removed, added };
  Kind kind = Kind::same;
  std::vector<std::string_view> lines;  // views into the texts
  bool operator==(const DiffRun&) const = default;
};
struct Diff {
  std::vector<DiffRun> runs;
  // The texts differ in more than is compared: what follows is all of the first
  // removed and all of the second added.
  bool gave_up = false;
};

// How `second` differs from `first`, line by line: as few lines as there can be
// (Myers 1986), as long as they differ in at most kMostDifferences. Pages are often one
// line: a long one ends before each start tag, and at kLineBytes. What lies behind
// kMostLines is one line more.
inline constexpr std::size_t kMostDifferences = 2'000;
inline constexpr std::size_t kMostLines = 40'000;
inline constexpr std::size_t kLineBytes = 2'000;
Diff diff_lines(std::string_view first, std::string_view second);

}  // namespace khien::site
