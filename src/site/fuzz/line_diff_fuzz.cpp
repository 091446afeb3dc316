// Input: two sources that a site sent, a NUL between them.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/site/line_diff.hpp"

using namespace khien;

namespace {

std::string without_ends(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != '\n') plain += c;
  }
  return plain;
}

// What one side of the difference says, without ends of lines.
std::string side(const site::Diff& diff, site::DiffRun::Kind other) {
  std::string text;
  for (const auto& run : diff.runs) {
    if (run.kind == other) continue;
    for (const auto line : run.lines) text += without_ends(line);
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto cut = input.find('\0');
  if (cut == input.npos) return 0;
  const auto first = input.substr(0, cut);
  const auto second = input.substr(cut + 1);

  // Beyond "no crash": each side is the text it was made of, and runs alternate.
  const auto diff = site::diff_lines(first, second);
  if (side(diff, site::DiffRun::Kind::added) != without_ends(first)) std::abort();
  if (side(diff, site::DiffRun::Kind::removed) != without_ends(second)) std::abort();
  for (std::size_t i = 1; i < diff.runs.size(); ++i) {
    if (diff.runs[i].kind == diff.runs[i - 1].kind) std::abort();
  }
  return 0;
}
