#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/watch/desk.hpp"

namespace khien::watch {

// One made-up page of a file: "=== name | classes that are right | address", then the page. What another visitor
// gets of it may follow, begun by "--- visitor | status | address it was sent to", which may be empty.
struct MadeUp {
  std::string name, right, address, page;
};

inline std::vector<MadeUp> made_up_cases(const std::string& file) {
  const std::string all = system_files().read(std::string(KHIEN_TEST_DATA) + "/" + file, 8u << 20).value();
  std::vector<MadeUp> cases;
  for (std::size_t at = all.find("=== "); at != all.npos;) {
    const auto line = all.find('\n', at);
    auto next = all.find("\n=== ", line - 1);
    if (next != all.npos) ++next;
    const std::string head = all.substr(at + 4, line - at - 4);
    const auto first = head.find(" | "), second = head.find(" |", first + 3);
    MadeUp one{head.substr(0, first), head.substr(first + 3, second - first - 3), second + 3 <= head.size() ? head.substr(second + 3) : "", {}};
    one.page = line + 1 < std::min(next, all.size()) ? all.substr(line + 1, std::min(next, all.size()) - line - 1) : "";
    cases.push_back(std::move(one));
    at = next;
  }
  return cases;
}

// The parts of "a | b | c", as many as are wanted.
inline std::vector<std::string> parts_of(const std::string& line, std::size_t wanted) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; parts.size() < wanted;) {
    const auto end = std::min(line.find(" |", at), line.size());
    parts.push_back(line.substr(std::min(at, end), end - std::min(at, end)));
    at = std::min(end + 3, line.size());
  }
  return parts;
}

inline Case as_case(const MadeUp& one) {
  Case result{.id = one.name, .views = {}, .baseline = {}};
  std::size_t at = one.page.starts_with("--- ") ? 0 : std::min(one.page.find("\n--- "), one.page.size());
  PageView view;
  view.url = view.final_url = one.address;
  view.status = 200;
  view.body = one.page.substr(0, at);
  result.views.push_back(view);
  while (at < one.page.size()) {
    const auto begin = one.page.find("--- ", at) + 4, line = std::min(one.page.find('\n', begin), one.page.size());
    const auto parts = parts_of(one.page.substr(begin, line - begin), 3);
    at = std::min(one.page.find("\n--- ", line), one.page.size());
    PageView other;
    other.visitor = visitor_from_string(parts[0]).value();
    other.url = one.address;
    other.final_url = parts[2].empty() ? one.address : parts[2];
    other.status = std::stoi(parts[1]);
    if (!parts[2].empty()) other.steps.push_back({one.address, 302, RedirectStep::How::location});
    other.body = line < at ? one.page.substr(line + 1, at - line - 1) : std::string();
    result.views.push_back(std::move(other));
  }
  return result;
}

}  // namespace khien::watch
