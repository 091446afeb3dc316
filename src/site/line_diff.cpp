#include "khien/site/line_diff.hpp"

#include <algorithm>
#include <cstddef>

#include "khien/core/assert.hpp"

namespace khien::site {
namespace {

using Lines = std::vector<std::string_view>;
using Kind = DiffRun::Kind;

// Markup has few line ends: a line that is too long to read ends before each start tag
// as well. By what is there and not by where, so that what was put in moves no other end.
constexpr std::size_t kLongEnough = 200;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t line_end(std::string_view text) {
  const auto newline = std::min(text.find('\n'), text.size());
  if (newline <= kLongEnough) return newline;
  auto end = std::min(newline, kLineBytes);
  for (auto tag = text.find('<', 1); tag < end; tag = text.find('<', tag + 1)) {
    if (tag + 1 < text.size() && is_letter(text[tag + 1])) return tag;
  }
  // Never inside a character.
  while (end > 1 && end < newline && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  return end;
}

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty() && lines.size() + 1 < kMostLines) {
    const auto end = line_end(text);
    lines.push_back(text.substr(0, end));
    const bool at_newline = end < text.size() && text[end] == '\n';
    text.remove_prefix(at_newline ? end + 1 : end);
  }
  if (!text.empty()) lines.push_back(text);  // the rest as one
  return lines;
}

void add(Diff& diff, Kind kind, std::string_view line) {
  if (diff.runs.empty() || diff.runs.back().kind != kind) diff.runs.push_back({kind, {}});
  diff.runs.back().lines.push_back(line);
}

// The furthest points by diagonal, one snapshot a round; empty if the texts differ in
// more than is compared.
std::vector<std::vector<std::ptrdiff_t>> rounds_of(const Lines& a, const Lines& b) {
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  const auto m = static_cast<std::ptrdiff_t>(b.size());
  const auto most = std::min<std::ptrdiff_t>(n + m, kMostDifferences);
  const auto middle = most + 1;
  std::vector<std::ptrdiff_t> furthest(static_cast<std::size_t>(2 * most + 3), 0);
  const auto at = [&](std::ptrdiff_t k) -> std::ptrdiff_t& { return furthest[static_cast<std::size_t>(middle + k)]; };
  std::vector<std::vector<std::ptrdiff_t>> rounds;
  for (std::ptrdiff_t d = 0; d <= most; ++d) {
    // Only what the way back will ask for: diagonals -d to d of the round before.
    rounds.emplace_back(furthest.begin() + (middle - d), furthest.begin() + (middle + d + 1));
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      std::ptrdiff_t x = k == -d || (k != d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
      while (x < n && x - k < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)]) ++x;
      at(k) = x;
      if (x >= n && x - k >= m) return rounds;
    }
  }
  return {};
}

struct Edit {
  Kind kind;
  std::string_view line;
};

// From the end to the beginning.
std::vector<Edit> way_back(const Lines& a, const Lines& b, const std::vector<std::vector<std::ptrdiff_t>>& rounds) {
  std::vector<Edit> edits;
  auto x = static_cast<std::ptrdiff_t>(a.size());
  auto y = static_cast<std::ptrdiff_t>(b.size());
  const auto same_down_to = [&](std::ptrdiff_t x_low, std::ptrdiff_t y_low) {
    while (x > x_low && y > y_low) {
      --x;
      --y;
      edits.push_back({Kind::same, a[static_cast<std::size_t>(x)]});
    }
  };
  for (auto d = static_cast<std::ptrdiff_t>(rounds.size()) - 1; d > 0; --d) {
    const auto& furthest = rounds[static_cast<std::size_t>(d)];
    const auto at = [&](std::ptrdiff_t k) { return furthest[static_cast<std::size_t>(d + k)]; };
    const std::ptrdiff_t k = x - y;
    const bool adds = k == -d || (k != d && at(k - 1) < at(k + 1));
    const std::ptrdiff_t before = adds ? k + 1 : k - 1;
    const std::ptrdiff_t x_before = at(before);
    same_down_to(adds ? x_before : x_before + 1, adds ? x_before - before + 1 : x_before - before);
    if (adds) {
      --y;
      edits.push_back({Kind::added, b[static_cast<std::size_t>(y)]});
    } else {
      --x;
      edits.push_back({Kind::removed, a[static_cast<std::size_t>(x)]});
    }
  }
  same_down_to(0, 0);
  khien_assert(x == 0 && y == 0);
  return edits;
}

}  // namespace

Diff diff_lines(std::string_view first, std::string_view second) {
  Diff diff;
  const Lines a = lines_of(first);
  const Lines b = lines_of(second);
  const auto rounds = rounds_of(a, b);
  if (rounds.empty() && !(a.empty() && b.empty())) {
    diff.gave_up = true;
    for (const auto line : a) add(diff, Kind::removed, line);
    for (const auto line : b) add(diff, Kind::added, line);
    return diff;
  }
  const auto edits = way_back(a, b, rounds);
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) add(diff, edit->kind, edit->line);
  return diff;
}

}  // namespace khien::site
