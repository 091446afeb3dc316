#include "khien/model/page_seen.hpp"

#include <algorithm>
#include <array>

namespace khien {
namespace {

constexpr std::array<std::string_view, 10> kClasses{"clean",   "compromised", "reflected", "user_content",       "dead_link",
                                                    "defaced", "redirected",  "cloaked",   "legitimate_mention", "unknown"};

}  // namespace

std::string_view to_string(PageClass page_class) { return kClasses.at(static_cast<std::size_t>(page_class)); }

Result<PageClass> page_class_from_string(std::string_view text) {
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    if (kClasses[i] == text) return static_cast<PageClass>(i);
  }
  return Error(Code::invalid, "class of a page is not one that is known");
}

bool is_harmful(PageClass page_class) { return !is_mended(page_class) && page_class != PageClass::unknown; }

bool is_mended(PageClass page_class) {
  return page_class == PageClass::clean || page_class == PageClass::legitimate_mention;
}

bool seen_whole(const PageSeen& page) {
  constexpr std::ptrdiff_t kVisitors = 4;  // that always come
  const auto whole = [](const SeenView& view) { return view.limit.empty() && view.status != 0; };
  const auto always = std::ranges::count_if(page.views, [](const SeenView& view) { return view.visitor != Visitor::rendered; });
  return always == kVisitors && std::ranges::all_of(page.views, whole);
}

}  // namespace khien
