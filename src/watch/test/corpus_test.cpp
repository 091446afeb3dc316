// The pages that stand beside the project, judged one by one; left out where they are not.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "khien/core/json.hpp"
#include "khien/watch/desk.hpp"
#include "shipped_rules.hpp"

namespace khien::watch {
namespace {

struct Row {
  std::string id, file, label;
};

std::string shared_folder() {
  const char* folder = std::getenv("KHIEN_SHARED");
  return folder == nullptr ? std::string() : std::string(folder) + "/data/web/";
}

std::vector<Row> rows_of(const std::string& folder) {
  std::vector<Row> rows;
  const std::string index = system_files().read(folder + "index.jsonl", 8u << 20).value();
  for (std::size_t at = 0; at < index.size();) {
    const auto end = std::min(index.find('\n', at), index.size());
    JsonDocument document;
    Budget budget({});
    const Json map = document.parse(std::string_view(index).substr(at, end - at), budget).value();
    rows.push_back({std::string(map.string_at("id").value()), std::string(map.string_at("file").value()), std::string(map.string_at("label").value())});
    at = end + 1;
  }
  return rows;
}

bool is_gambling(PageClass judged) {
  return judged == PageClass::compromised || judged == PageClass::reflected || judged == PageClass::user_content || judged == PageClass::redirected || judged == PageClass::cloaked;
}

}  // namespace

TEST_CASE("the pages beside the project get their class") {
  const std::string folder = shared_folder();
  if (folder.empty()) {
    MESSAGE("KHIEN_SHARED is not set: left out");
    return;
  }
  std::map<std::string, std::pair<int, int>> counts;  // label: right, all
  for (const Row& row : rows_of(folder)) {
    Case one{.id = row.id, .views = {}, .baseline = {}};
    PageView view;
    view.body = system_files().read(folder + row.file, 8u << 20).value();
    one.views.push_back(view);
    const Judgement judgement = judge_case(one, shipped_rules(), nullptr);
    const bool right = row.label == "defaced" ? judgement.judged == PageClass::defaced
                       : row.label == "gambling-injected" ? is_gambling(judgement.judged) : is_mended(judgement.judged);
    auto& [good, all] = counts[row.label];
    ++all;
    good += right ? 1 : 0;
    if (!right || std::getenv("KHIEN_SHOW") != nullptr) std::printf("%s %s %s\n", right ? "right" : "WRONG", row.label.c_str(), to_json(judgement, row.id).c_str());
  }
  for (const auto& [label, count] : counts) {
    MESSAGE(label, ": ", count.first, " of ", count.second);
    CHECK_MESSAGE(count.first == count.second, label);
  }
}

}  // namespace khien::watch
