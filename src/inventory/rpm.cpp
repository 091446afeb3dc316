#include <array>

#include "collecting.hpp"

namespace khien::inventory {
namespace {

struct Row {
  std::string where;
  std::string name, epoch, version, release, source;
  bool has_epoch = true;  // told, and be it that there is none
};

bool is_number(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == text.npos; }

// "bash-4.2.46-33.el7.x86_64", as rpm -qa writes without a format: its epoch is not told.
std::optional<Row> plain_row(std::string_view line) {
  Row row;
  if (take_last(line, '.').empty()) return std::nullopt;  // the architecture
  row.release = take_last(line, '-');
  std::string_view version = take_last(line, '-');
  row.has_epoch = version.find(':') != version.npos;
  if (const auto colon = version.find(':'); colon != version.npos) {
    row.epoch = version.substr(0, colon);
    version.remove_prefix(colon + 1);
  }
  row.version = version;
  row.name = line;
  if (row.name.empty() || row.version.empty() || row.release.empty()) return std::nullopt;
  return row;
}

// %{NAME}\t%{EPOCHNUM}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SOURCERPM}
std::optional<Row> row_of(std::string_view line) {
  if (line.find('\t') == line.npos) return plain_row(trim(line));
  std::array<std::string_view, 6> cells;
  for (auto& cell : cells) cell = trim(take_until(line, "\t"));
  if (!line.empty() || cells[0].empty() || cells[2].empty() || cells[3].empty()) return std::nullopt;
  if (!is_number(cells[1]) && cells[1] != "(none)" && !cells[1].empty()) return std::nullopt;
  Row row;
  row.name = cells[0];
  if (is_number(cells[1])) row.epoch = cells[1];
  row.version = cells[2];
  row.release = cells[3];
  row.source = source_of_rpm(cells[5]);
  return row;
}

// Each distribution's own package of its release names it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kReleases = {{{"redhat-release", "redhat"},
                                                                                      {"redhat-release-server", "redhat"},
                                                                                      {"redhat-release-workstation", "redhat"},
                                                                                      {"centos-release", "centos"},
                                                                                      {"centos-linux-release", "centos"},
                                                                                      {"centos-stream-release", "centos"},
                                                                                      {"rocky-release", "rocky"},
                                                                                      {"almalinux-release", "almalinux"},
                                                                                      {"oraclelinux-release", "oracle"},
                                                                                      {"system-release", "amazon"},
                                                                                      {"fedora-release-common", "fedora"},
                                                                                      {"photon-release", "photon"},
                                                                                      {"openSUSE-release", "opensuse"},
                                                                                      {"sles-release", "sles"},
                                                                                      {"azurelinux-release", "azurelinux"},
                                                                                      {"mariner-release", "mariner"},
                                                                                      {"openEuler-release", "openeuler"},
                                                                                      {"SLE-Micro-release", "slemicro"},
                                                                                      {"SL-Micro-release", "slemicro"},
                                                                                      {"Leap-release", "opensuse"}}};

void learn_release(const Row& row, Collecting& into) {
  for (const auto& [package, id] : kReleases) {
    if (row.name != package) continue;
    // Fedora and Amazon both have a "system-release"; only Amazon's says amzn.
    if (id == "amazon" && row.release.find("amzn") == row.release.npos) continue;
    // Tumbleweed's version is its day: "20240607".
    const bool rolling = row.name == "openSUSE-release" && row.version.size() == 8 && is_number(row.version);
    into.set_os(rolling ? "opensuse-tumbleweed" : id, "", row.version);
  }
}

}  // namespace

Result<void> read_rpm(std::string_view text, Collecting& into) {
  std::vector<Row> rows;
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    ++line_number;
    if (trim(line).empty()) continue;
    auto row = row_of(line);
    if (!row) {
      into.pass_over(line_name(line_number), "neither the six columns nor name-version-release.arch");
      continue;
    }
    row->where = line_name(line_number);
    learn_release(*row, into);
    rows.push_back(*std::move(row));
  }
  const auto found = into.distribution();
  const advisory::Distribution distribution = found && found->type == "rpm" ? *found : advisory::Distribution{"rpm", "", ""};
  for (Row& row : rows) {
    if (row.name == "gpg-pubkey") {
      into.pass_over(row.where, "a key, not a package");
      continue;
    }
    if (!row.has_epoch) {
      // Taken as 0 it would be older than every fix that has an epoch, mended or not.
      into.pass_over(row.where, "its epoch is not told; list with rpm -qa --qf '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n'");
      continue;
    }
    advisory::Installed one;
    one.key = {"rpm", distribution.space, row.name, distribution.release};
    one.version = (row.epoch.empty() || row.epoch == "0" ? "" : row.epoch + ":") + row.version + "-" + row.release;
    one.source = std::move(row.source);
    TRY_VOID(into.add(row.where, std::move(one), row.name));
  }
  return {};
}

}  // namespace khien::inventory
