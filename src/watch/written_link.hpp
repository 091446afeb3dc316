#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace khien::watch {

// A link as those write it who do not know what the page they write on understands.
struct WrittenLink {
  std::string url;   // with its scheme
  std::string text;  // what would be clicked
};

// Of "[url=http://…]words[/url]", "[link=…]…", "<a href=…>words</a>", "[words](http://…)" in a text, in their order; 50 at
// most. Linear in the text.
std::vector<WrittenLink> links_in_text(std::string_view text);

}  // namespace khien::watch
