#include "html_source.hpp"

#include <algorithm>

#include "letters.hpp"

namespace khien::watch {
namespace {

// Steps over one attribute as libxml2 does.
std::size_t attribute_end(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_space(text[at]) && text[at] != '>' && text[at] != '=') ++at;
  std::size_t next = at;
  while (next < text.size() && is_space(text[next])) ++next;
  if (next >= text.size() || text[next] != '=') return std::max(at, next);
  ++next;
  while (next < text.size() && is_space(text[next])) ++next;
  if (next < text.size() && (text[next] == '"' || text[next] == '\'')) {
    const auto close = text.find(text[next], next + 1);
    return close == text.npos ? text.size() : close + 1;
  }
  while (next < text.size() && !is_space(text[next]) && text[next] != '>') ++next;
  return next;
}

void blank(Blanked& out, const std::string& source, std::size_t from, std::size_t to) {
  if (out.text.empty()) out.text = source;
  std::fill(out.text.begin() + static_cast<std::ptrdiff_t>(from), out.text.begin() + static_cast<std::ptrdiff_t>(to), ' ');
}

bool is_slash_within(std::string_view text, std::size_t at) { return text[at] == '/' && at + 1 < text.size() && text[at + 1] != '>'; }

std::size_t after_end_tag(std::string_view text, std::size_t at, std::string_view small) {
  for (at = text.find('<', at + 1); at != text.npos; at = text.find('<', at + 1)) {
    if (begins_small(text, at, small)) return at;
  }
  return text.size();
}

}  // namespace

Blanked blanked(const std::string& source) {
  Blanked out;
  const std::string_view text = source;
  for (auto at = text.find('<'); at != text.npos; at = text.find('<', at)) {
    ++at;
    if (at >= text.size() || !((text[at] | 0x20) >= 'a' && (text[at] | 0x20) <= 'z')) continue;
    while (at < text.size() && !is_space(text[at]) && text[at] != '>' && text[at] != '/') ++at;
    std::size_t count = 0;
    std::size_t cut = 0;
    while (at < text.size() && text[at] != '>') {
      if (is_space(text[at]) || text[at] == '/' || text[at] == '=') {
        if (is_slash_within(text, at)) blank(out, source, at, at + 1);
        ++at;
        continue;
      }
      if (++count == kMaxAttributes) cut = at;
      at = attribute_end(text, at);
    }
    if (count < kMaxAttributes) continue;
    out.cut = true;
    blank(out, source, cut, at);
  }
  return out;
}

std::size_t end_of_html(std::string_view text) {
  for (auto at = text.find('<'); at < text.size(); at = text.find('<', at + 1)) {
    if (begins_small(text, at, "</html")) return at;
    if (begins_small(text, at, "<script")) at = after_end_tag(text, at, "</script");
    else if (text.substr(at, 4) == "<!--") at = std::min(text.find("-->", at + 2), text.size());
  }
  return static_cast<std::size_t>(-1);
}

}  // namespace khien::watch
