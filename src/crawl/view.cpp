#include "view.hpp"

#include <algorithm>
#include <array>

namespace khien::crawl {
namespace {

constexpr std::array<int, 5> kSendsOn{301, 302, 303, 307, 308};
constexpr std::array<std::string_view, 4> kPages{"html", "xml", "text/plain", "unknown"};

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

std::string_view unquoted(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\'' || text.front() == '"')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\'' || text.back() == '"')) text.remove_suffix(1);
  return text;
}

// "5; url=http://a.vn/": only one that names an address sends on.
std::string refresh_target(std::string_view value) {
  const std::string lowered = small(value);
  const auto at = lowered.find("url");
  if (at == lowered.npos) return {};
  const auto equals = lowered.find_first_not_of(' ', at + 3);
  if (equals == lowered.npos || lowered[equals] != '=') return {};
  return std::string(unquoted(value.substr(equals + 1)));
}

}  // namespace

Onward onward_by_headers(const Answer& answer) {
  if (std::ranges::find(kSendsOn, answer.status) != kSendsOn.end()) {
    const auto location = answer.header("location");
    if (!location.empty()) return {std::string(location), RedirectStep::How::location};
  }
  return {refresh_target(answer.header("refresh")), RedirectStep::How::refresh};
}

bool is_page(const Answer& answer) {
  const std::string type = small(answer.header("content-type"));
  if (type.empty()) return true;
  return std::ranges::any_of(kPages, [&](std::string_view part) { return type.find(part) != type.npos; });
}

}  // namespace khien::crawl
