#include "shipped_units.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxBytes = 4u << 20;
// The day from which the 3,321 communes are.
constexpr const char* kSince = "2025-07-01";

// Our own files: no quotes, no blanks.
std::vector<std::vector<std::string>> rows_of(std::string_view text, std::size_t columns) {
  std::vector<std::vector<std::string>> rows;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < columns; ++i) {
      const auto comma = i + 1 < columns ? std::min(line.find(','), line.size()) : line.size();
      cells.emplace_back(line.substr(0, comma));
      line.remove_prefix(std::min(comma + 1, line.size()));
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

std::string bare(std::string_view name) {
  std::string folded = fold(name);
  for (const std::string_view before : {"tinh ", "thanh pho "}) {
    if (folded.starts_with(before)) return folded.substr(before.size());
  }
  return folded;
}

}  // namespace

Result<Table> shipped_communes(std::string_view province) {
  TRY(const auto installation, find_installation());
  const std::string folder = installation.content + "/../units";
  TRY(const auto provinces, system_files().read(folder + "/provinces.csv", kMaxBytes));
  TRY(const auto communes, system_files().read(folder + "/communes.csv", kMaxBytes));
  std::string code;
  for (const auto& row : rows_of(provinces, 2)) {
    if (row[0] == province || bare(row[1]) == bare(province)) code = row[0];
  }
  if (code.empty() || code == "code") {
    return Error(Code::not_found, "there is no such province: " + printable(province));
  }
  Table table;
  TableSheet& sheet = table.sheets.emplace_back();
  sheet.rows.push_back({1, {"code", "name", "valid_from"}});
  std::int64_t number = 0;
  for (const auto& row : rows_of(communes, 3)) {
    ++number;
    if (row[0] == code) sheet.rows.push_back({number, {row[1], row[2], kSince}});
  }
  return table;
}

}  // namespace khien::hub
