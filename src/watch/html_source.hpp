#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace khien::watch {

// Deeper tags and longer lists cost libxml2 the square of them.
inline constexpr std::size_t kMaxAttributes = 300;  // of one tag: it compares each with each

// The source as libxml2 can read it, its length unchanged: a tag with very many attributes is
// blanked from there on, and so is the slash of "<a/href=…>", which browsers pass over.
struct Blanked {
  std::string text;  // empty: nothing had to be blanked
  bool cut = false;  // attributes were lost
};
Blanked blanked(const std::string& source);

// Where "</html" stands that ends the page: scripts and comments may write it without meaning
// it. The largest value there is if it does not stand anywhere.
std::size_t end_of_html(std::string_view text);

}  // namespace khien::watch
