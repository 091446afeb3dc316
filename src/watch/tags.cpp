#include "tags.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "letters.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kShortestName = 4;    // "gopy"
constexpr std::size_t kMaxRegions = 4'000;  // kept; a page with more names is made by somebody who counts on it

Kind kind_of(std::string_view name) {
  constexpr std::array<std::string_view, 7> kHeadings{"h1", "h2", "h3", "h4", "h5", "h6", "title"};
  constexpr std::array<std::string_view, 42> kBlocks{
      "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
      "fieldset", "figure", "figcaption", "footer", "form", "header", "hr", "html", "head", "iframe", "li", "main", "marquee", "menu",
      "nav", "ol", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "td", "textarea", "th", "tr", "ul"};
  if (name == "br") return Kind::line_break;
  if (name == "script" || name == "style") return Kind::skipped;
  if (std::ranges::find(kHeadings, name) != kHeadings.end()) return Kind::heading;
  return std::ranges::find(kBlocks, name) != kBlocks.end() ? Kind::block : Kind::inlined;
}

// What libxml2's table calls empty, and what it does not know.
bool is_void(std::string_view name) {
  constexpr std::array<std::string_view, 14> kVoid{"area", "base", "br", "col", "embed", "frame", "hr",
                                                   "img", "input", "link", "meta", "param", "source", "wbr"};
  return std::ranges::find(kVoid, name) != kVoid.end();
}

Region region_of_tag(std::string_view name) {
  if (name == "header") return Region::header;
  if (name == "nav") return Region::navigation;
  return name == "footer" ? Region::footer : Region::body;
}

}  // namespace

Tag tag_of(std::string_view name) { return {name, kind_of(name), region_of_tag(name), is_void(name)}; }

namespace {

constexpr std::array<std::pair<std::string_view, Region>, 17> kRegions{{
    {"comment", Region::comments}, {"binh-luan", Region::comments}, {"binhluan", Region::comments},
    {"hoi-dap", Region::comments}, {"hoidap", Region::comments}, {"gop-y", Region::comments}, {"gopy", Region::comments},
    {"guestbook", Region::comments}, {"feedback", Region::comments}, {"forum", Region::comments},
    {"post-reply", Region::comments}, {"y-kien", Region::comments}, {"search-result", Region::search},
    {"ket-qua-tim", Region::search}, {"footer", Region::footer}, {"navbar", Region::navigation}, {"sitemap", Region::navigation},
}};

// Which of them begin with a letter: a bit each.
constexpr std::array<std::uint32_t, 256> kBeginnings = [] {
  std::array<std::uint32_t, 256> all{};
  for (std::size_t i = 0; i < kRegions.size(); ++i) {
    const auto letter = static_cast<unsigned char>(kRegions[i].first.front());
    all[letter] |= 1u << i;
    all[letter - 32u] |= 1u << i;
  }
  return all;
}();

}  // namespace

// The first of the list that stands in them.
Region region_of_names(std::string_view names) {
  std::uint32_t still = (1u << kRegions.size()) - 1;
  std::size_t first = kRegions.size();
  for (std::size_t at = 0; at + kShortestName <= names.size(); ++at) {
    for (auto left = kBeginnings[static_cast<unsigned char>(names[at])] & still; left != 0; left &= left - 1) {
      const auto index = static_cast<std::size_t>(std::countr_zero(left));
      if (!begins_small(names, at, kRegions[index].first)) continue;
      first = index;
      still = (1u << index) - 1;
      break;
    }
  }
  return first == kRegions.size() ? Region::body : kRegions[first].second;
}

const Tag& Tags::of(const char* name) {
  const auto place = reinterpret_cast<std::uintptr_t>(name);
  Slot& slot = slots_[(place ^ place >> 8) % slots_.size()];
  if (slot.name != name) slot = {name, tag_of(name)};
  return slot.tag;
}

Region Tags::region(std::string_view names) {
  if (names.empty()) return Region::body;
  if (const auto known = regions_.find(names); known != regions_.end()) return known->second;
  const Region region = region_of_names(names);
  if (regions_.size() < kMaxRegions) regions_.emplace(names, region);
  return region;
}

}  // namespace khien::watch
