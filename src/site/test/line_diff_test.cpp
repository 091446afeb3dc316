#include "khien/site/line_diff.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "khien/core/random.hpp"

namespace khien::site {
namespace {

using Kind = DiffRun::Kind;

// "=a -b +c"
std::string told(const Diff& diff) {
  std::string text;
  for (const DiffRun& run : diff.runs) {
    for (const auto line : run.lines) text += std::string(run.kind == Kind::same ? "=" : run.kind == Kind::added ? "+" : "-") + std::string(line) + " ";
  }
  return text;
}

// What one side of the diff says, line by line.
std::string side(const Diff& diff, Kind other) {
  std::string text;
  for (const DiffRun& run : diff.runs) {
    if (run.kind == other) continue;
    for (const auto line : run.lines) text += std::string(line) + "\n";
  }
  return text;
}

TEST_CASE("what is the same, what went and what came") {
  CHECK(told(diff_lines("a\nb\nc\n", "a\nc\n")) == "=a -b =c ");
  CHECK(told(diff_lines("a\nc\n", "a\nb\nc\n")) == "=a +b =c ");
  CHECK(told(diff_lines("a\nb\n", "a\nx\n")) == "=a -b +x ");
  CHECK(told(diff_lines("", "a\n")) == "+a ");
  CHECK(told(diff_lines("a\n", "")) == "-a ");
  CHECK(told(diff_lines("", "")).empty());
  CHECK(told(diff_lines("a", "a")) == "=a ");
}

TEST_CASE("a page of one line is compared tag by tag, and no character is cut") {
  std::string page;
  for (int i = 0; i < 300; ++i) page += "<p>đoạn " + std::to_string(i) + "</p>";
  std::string injected = page;
  injected.insert(page.find("<p>đoạn 150"), "<a href=x>" + std::string(700, 'x') + "</a>");
  const auto diff = diff_lines(page, injected);
  CHECK_FALSE(diff.gave_up);
  std::size_t added = 0;
  for (const auto& run : diff.runs) {
    for (const auto line : run.lines) {
      CHECK((static_cast<unsigned char>(line.front()) & 0xC0u) != 0x80u);
      if (run.kind == Kind::added) added += line.size();
    }
  }
  CHECK(added < 900);  // the block, and no more than its neighbours
}

TEST_CASE("what lies behind the last line that is compared is one line more, and nothing is lost") {
  std::string first;
  for (std::size_t i = 0; i < kMostLines + 50; ++i) first += "a\n";
  const auto diff = diff_lines(first, first);
  REQUIRE(diff.runs.size() == 1);
  CHECK(diff.runs[0].lines.size() == kMostLines);
  CHECK(diff.runs[0].lines.back().size() == 2 * 51);
}

TEST_CASE("texts that differ in everything are told so, and end") {
  std::string first;
  std::string second;
  for (int i = 0; i < 3'000; ++i) {
    first += "a" + std::to_string(i) + "\n";
    second += "b" + std::to_string(i) + "\n";
  }
  const auto diff = diff_lines(first, second);
  CHECK(diff.gave_up);
  CHECK(diff.runs.size() == 2);
}

TEST_CASE("each side of any diff is the text it was made of, and no shorter script exists for small ones") {
  SeededRandom random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string texts[2];
    for (auto& text : texts) {
      for (auto lines = random.below(9); lines > 0; --lines) text += std::string(1, static_cast<char>('a' + random.below(3))) + "\n";
    }
    const auto diff = diff_lines(texts[0], texts[1]);
    CHECK(side(diff, Kind::added) == texts[0]);
    CHECK(side(diff, Kind::removed) == texts[1]);
    // The longest common subsequence by the book.
    const auto n = texts[0].size() / 2;
    const auto m = texts[1].size() / 2;
    std::vector<std::vector<std::size_t>> length(n + 1, std::vector<std::size_t>(m + 1, 0));
    for (std::size_t i = 1; i <= n; ++i) {
      for (std::size_t j = 1; j <= m; ++j) {
        length[i][j] = texts[0][2 * i - 2] == texts[1][2 * j - 2] ? length[i - 1][j - 1] + 1 : std::max(length[i - 1][j], length[i][j - 1]);
      }
    }
    std::size_t same = 0;
    for (const auto& run : diff.runs) same += run.kind == Kind::same ? run.lines.size() : 0;
    CHECK(same == length[n][m]);
  }
}

}  // namespace
}  // namespace khien::site
