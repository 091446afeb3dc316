#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/watch/desk.hpp"

namespace khien::watch {

// One made-up page of cases*.txt: "=== name | classes that are right | address", then the page.
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

inline Case as_case(const MadeUp& one) {
  PageView view;
  view.url = view.final_url = one.address;
  view.status = 200;
  view.body = one.page;
  return {.id = one.name, .views = {view}, .baseline = {}};
}

}  // namespace khien::watch
