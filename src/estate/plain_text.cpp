#include "plain_text.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/text.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kMaxDecisionCharacters = 200;

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

Result<std::string> line_from_text(std::string_view text, std::size_t max_characters) {
  TRY(auto line, lines_from_text(text, max_characters));
  if (std::ranges::any_of(line, is_control)) return refuse(refusals::kNotALine);
  return line;
}

Result<std::string> lines_from_text(std::string_view text, std::size_t max_characters) {
  auto composed = nfc(without_blanks(text));
  if (!composed) return refuse(refusals::kNotALine);
  if (count_characters(*composed) > max_characters) return refuse(refusals::kTextTooLong);
  const auto odd = [](char c) { return is_control(c) && c != '\n' && c != '\t'; };
  if (std::ranges::any_of(*composed, odd)) return refuse(refusals::kNotALine);
  return std::move(composed).value();
}

Result<std::string> decision_from_text(std::string_view text) {
  auto line = line_from_text(text, kMaxDecisionCharacters);
  if (!line || line->empty()) return refuse(refusals::kNeedsDecision);
  return std::move(line).value();
}

}  // namespace khien::estate
