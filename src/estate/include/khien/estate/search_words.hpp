#pragma once

#include <array>
#include <string>
#include <string_view>

namespace khien::estate {

// What a person typed into a search box: folded words that must all be there.
// Four at most, for each costs a pass over a row's text; unused ones are empty,
// and the SQL of lists lets an empty word match.
struct SearchWords {
  std::array<std::string, 4> each;

  bool none() const { return each[0].empty(); }
};

SearchWords search_words(std::string_view text);

}  // namespace khien::estate
