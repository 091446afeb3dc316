#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"

namespace khien::report {

// A piece of a sentence: words, or the name that stood in braces.
struct Piece {
  bool is_name = false;
  std::string text;

  bool operator==(const Piece&) const = default;
};

// Code::invalid for a brace without its partner and for empty braces.
Result<std::vector<Piece>> pieces_of(std::string_view text);

// A field's name behind "words."; empty for other names.
std::string_view field_named(std::string_view name);

// Of the names that need no figure: "period", "index_caution".
bool is_of_document(std::string_view name);
bool is_of_index(std::string_view name);

}  // namespace khien::report
