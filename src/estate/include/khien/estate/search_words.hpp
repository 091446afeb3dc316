#pragma once

#include <string>
#include <string_view>

namespace khien::estate {

// The folded words of a search box as a JSON array for json_each; "[]" for none.
// At most 8 words are looked for: each costs a pass over the row's text.
std::string search_words_json(std::string_view words);

}  // namespace khien::estate
