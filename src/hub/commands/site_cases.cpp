#include "commands/site_cases.hpp"

#include <optional>
#include <utility>

#include "khien/core/file.hpp"
#include "khien/core/json.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxIndexBytes = 256u << 20;
constexpr std::size_t kMaxPageFileBytes = 256u << 20;

std::string beside(const std::string& index, const std::string& path) {
  if (path.empty() || path.starts_with('/')) return path;
  const auto slash = index.rfind('/');
  return slash == index.npos ? path : index.substr(0, slash + 1) + path;
}

Result<std::string> text_of(const Json& map, std::string_view name) {
  const auto value = map.field(name);
  if (!value || value->is_null()) return std::string();
  TRY(const auto text, value->string());
  return std::string(text);
}

Result<PageRow> row_of(std::string_view line, const std::string& index) {
  Budget budget({.bytes_in = 1u << 20, .depth = 8, .entries = 1'000});
  JsonDocument document;
  TRY(const Json map, document.parse(line, budget));
  PageRow row;
  TRY(row.id, map.string_at("id"));
  TRY(row.file, map.string_at("file"));
  TRY(row.url, text_of(map, "url"));
  TRY(row.baseline, text_of(map, "baseline"));
  TRY(row.label, text_of(map, "label"));
  TRY(row.kind, text_of(map, "kind"));
  row.file = beside(index, row.file);
  row.baseline = beside(index, row.baseline);
  return row;
}

Result<PageView> view_of_file(Visitor visitor, const std::string& file, const std::string& url) {
  PageView view;
  view.visitor = visitor;
  view.url = view.final_url = url;
  view.status = 200;
  TRY(view.body, system_files().read(file, kMaxPageFileBytes));
  return view;
}

}  // namespace

Result<std::vector<PageRow>> read_page_index(const std::string& path) {
  TRY(const auto text, system_files().read(path, kMaxIndexBytes));
  std::vector<PageRow> rows;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    auto row = row_of(line, path);
    if (!row) return std::move(row).error().within(path + ":" + std::to_string(number));
    rows.push_back(std::move(row).value());
  }
  return rows;
}

Result<watch::Case> case_of_row(const PageRow& row) {
  watch::Case one;
  one.id = row.id;
  TRY(auto view, view_of_file(Visitor::desktop, row.file, row.url));
  one.views.push_back(std::move(view));
  if (!row.baseline.empty()) {
    TRY(one.baseline, system_files().read(row.baseline, kMaxPageFileBytes));
  }
  return one;
}

Result<watch::Case> case_of_arguments(const Arguments& arguments) {
  watch::Case one;
  const std::string url = arguments.value_or("url", "");
  for (const std::string& word : arguments.values("view")) {
    const auto equals = word.find('=');
    if (equals == word.npos) return Error(Code::invalid, "--view: VISITOR=FILE wanted, not '" + word + "'");
    TRY(const auto visitor, visitor_from_string(word.substr(0, equals)));
    TRY(auto view, view_of_file(visitor, word.substr(equals + 1), url));
    one.views.push_back(std::move(view));
  }
  if (const auto baseline = arguments.value("baseline")) {
    TRY(one.baseline, system_files().read(*baseline, kMaxPageFileBytes));
  }
  return one;
}

}  // namespace khien::hub
