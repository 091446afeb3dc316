#include <algorithm>
#include <array>

#include "collecting.hpp"

namespace khien::inventory {
namespace {

// base-files carries the release that it was made for. Debian's version begins with it;
// Ubuntu's has Debian's number and its own, which are one release each.
struct BaseFiles {
  std::string_view beginning, release;
};
constexpr std::array kUbuntu = {BaseFiles{"7.2ubuntu5", "14.04"}, BaseFiles{"9.4ubuntu4", "16.04"}, BaseFiles{"10.1ubuntu2", "18.04"},
                                BaseFiles{"11ubuntu5", "20.04"},  BaseFiles{"12ubuntu4", "22.04"},  BaseFiles{"13ubuntu10", "24.04"}};

void learn_release(std::string_view package, std::string_view version, Collecting& into) {
  if (package != "base-files") return;
  if (version.find("ubuntu") == version.npos) {
    into.set_os("debian", "", version.substr(0, version.find('+')));
    return;
  }
  for (const BaseFiles& known : kUbuntu) {
    const bool whole = version.size() == known.beginning.size() || (version.size() > known.beginning.size() && version[known.beginning.size()] == '.');
    if (version.starts_with(known.beginning) && whole) return into.set_os("ubuntu", "", known.release);
  }
  into.set_os("ubuntu", "", "");
}

struct Row {
  std::string where;
  std::string_view package, version, source, source_version, status;
};

// "install ok installed", "ii ", "hi": are its files there?
bool is_present(std::string_view status) {
  if (const auto last = status.rfind(' '); last != status.npos && last + 1 < status.size() && status.size() > 4) {
    constexpr std::array<std::string_view, 5> kStates = {"installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending"};
    return std::ranges::find(kStates, status.substr(last + 1)) != kStates.end();
  }
  return status.size() >= 2 && std::string_view("iUFWt").find(status[1]) != std::string_view::npos;
}

Result<void> add_rows(const std::vector<Row>& rows, Collecting& into) {
  for (const Row& row : rows) learn_release(row.package, row.version, into);
  const auto found = into.distribution();
  // Debian's packages are of no distribution that is not told: no release would match.
  const advisory::Distribution distribution = found && found->type == "deb" ? *found : advisory::Distribution{"deb", "debian", ""};
  for (const Row& row : rows) {
    if (!row.status.empty() && !is_present(row.status)) {
      into.pass_over(row.where, "not installed: " + std::string(row.status));
      continue;
    }
    advisory::Installed one;
    // "libc6:amd64"
    one.key = {"deb", distribution.space, std::string(row.package.substr(0, row.package.find(':'))), distribution.release};
    one.version = row.version;
    one.source = row.source;
    one.source_version = row.source_version;
    TRY_VOID(into.add(row.where, std::move(one), row.package));
  }
  return {};
}

}  // namespace

Result<void> read_dpkg_status(std::string_view text, Collecting& into) {
  std::vector<Row> rows;
  std::size_t line_number = 0;
  Row row;
  const auto end_row = [&] {
    if (!row.package.empty()) rows.push_back(row);
    row = {};
  };
  while (!text.empty()) {
    std::string_view line = take_line(text);
    ++line_number;
    if (line.empty()) {
      end_row();
      continue;
    }
    if (line.front() == ' ' || line.front() == '\t') continue;
    const auto name = take_until(line, ":");
    const auto value = trim(line);
    if (name == "Package") {
      if (!row.package.empty()) return Error(Code::invalid, line_name(line_number) + ": a second Package in one paragraph");
      row.package = value;
      row.where = line_name(line_number);
    }
    if (name == "Status") row.status = value;
    if (name == "Version") row.version = value;
    if (name == "Source") {
      std::string_view rest = value;
      row.source = trim(take_until(rest, "("));
      row.source_version = trim(take_until(rest, ")"));
    }
  }
  end_row();
  return add_rows(rows, into);
}

// ${Package}\t${Version}\t${source:Package}\t${source:Version}\t${Architecture}\t${db:Status-Abbrev}:
// the first two must be there.
Result<void> read_dpkg_query(std::string_view text, Collecting& into) {
  std::vector<Row> rows;
  std::size_t line_number = 0;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    ++line_number;
    if (trim(line).empty()) continue;
    std::vector<std::string_view> cells;
    while (!line.empty() && cells.size() < 7) cells.push_back(take_until(line, "\t"));
    if (cells.size() < 2 || cells.size() > 6) {
      into.pass_over(line_name(line_number), "two to six columns are expected");
      continue;
    }
    const auto cell = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string_view(); };
    rows.push_back({line_name(line_number), trim(cell(0)), trim(cell(1)), trim(cell(2)), trim(cell(3)), cell(5)});
  }
  return add_rows(rows, into);
}

}  // namespace khien::inventory
