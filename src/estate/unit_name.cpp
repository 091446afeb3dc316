#include "unit_name.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/text.hpp"

namespace khien::estate {
namespace {

constexpr std::size_t kMaxNameCharacters = 200;

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

Result<UnitName> UnitName::from_text(std::string_view text) {
  auto composed = nfc(without_blanks(text));
  if (!composed) return std::move(composed).error().within("name");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (composed->empty()) return Error(Code::invalid, "a unit needs a name");
  if (std::ranges::any_of(*composed, is_control)) return Error(Code::invalid, "a name is one line of text");
  if (count_characters(*composed) > kMaxNameCharacters) {
    return Error(Code::invalid, "a name has " + std::to_string(kMaxNameCharacters) + " characters at most");
  }
  UnitName name;
  name.text = std::move(composed).value();
  name.folded = fold(name.text);
  name.order = collation_key(name.text);
  return name;
}

}  // namespace khien::estate
