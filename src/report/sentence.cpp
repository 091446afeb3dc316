#include "sentence.hpp"

#include <algorithm>
#include <array>

namespace khien::report {
namespace {

constexpr std::array<std::string_view, 10> kOfDocument{"issuer",    "period",  "scope", "area",          "cut_off",
                                                       "data_from", "data_to", "index", "index_formula", "index_caution"};

}  // namespace

Result<std::vector<Piece>> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const std::size_t brace = text.find_first_of("{}");
    if (brace != 0) pieces.push_back({false, std::string(text.substr(0, brace))});
    if (brace == text.npos) break;
    const std::size_t end = text.find_first_of("{}", brace + 1);
    if (text[brace] == '}' || end == text.npos || text[end] == '{') return Error(Code::invalid, "a brace without its partner");
    if (end == brace + 1) return Error(Code::invalid, "nothing stands between the braces");
    pieces.push_back({true, std::string(text.substr(brace + 1, end - brace - 1))});
    text.remove_prefix(end + 1);
  }
  return pieces;
}

std::string_view field_named(std::string_view name) {
  constexpr std::string_view kWords = "words.";
  return name.starts_with(kWords) ? name.substr(kWords.size()) : std::string_view();
}

bool is_of_document(std::string_view name) { return std::ranges::find(kOfDocument, name) != kOfDocument.end(); }

bool is_of_index(std::string_view name) { return name.starts_with("index") && is_of_document(name); }

}  // namespace khien::report
