#include <algorithm>
#include <array>

#include "collecting.hpp"

namespace khien::inventory {
namespace {

using Row = std::vector<std::pair<std::string, std::string>>;

std::string_view cell(const Row& row, std::string_view name) {
  const auto found = std::ranges::find(row, name, &std::pair<std::string, std::string>::first);
  return found == row.end() ? std::string_view() : trim(found->second);
}
bool has(const Row& row, std::string_view name) {
  return std::ranges::find(row, name, &std::pair<std::string, std::string>::first) != row.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "7-Zip 22.01 (x64 edition)" is 7-Zip: brackets and versions at the end are taken off.
std::string_view bare_name(std::string_view name, std::string_view version) {
  for (;;) {
    name = trim(name);
    if (name.ends_with(')') && name.rfind('(') != name.npos && name.rfind('(') > 0) {
      name = name.substr(0, name.rfind('('));
      continue;
    }
    const auto blank = name.rfind(' ');
    if (blank == name.npos) return name;
    std::string_view last = name.substr(blank + 1);
    const bool told = !version.empty() && version.starts_with(last.starts_with('v') ? last.substr(1) : last) && last.find('.') != last.npos;
    const bool dotted = !last.empty() && is_digit(last.front()) && last.find('.') != last.npos && last.find_first_not_of("0123456789.") == last.npos;
    if (!told && !dotted && last != "-" && last != "version") return name;
    name = name.substr(0, blank);
  }
}

Result<void> add_program(const Row& row, const std::string& where, Collecting& into) {
  const auto name = cell(row, "name"), version = cell(row, "version"), publisher = cell(row, "publisher");
  const auto bare = bare_name(name, version);
  advisory::Installed one;
  one.version = version;
  auto known = advisory::find_product(publisher, bare);
  if (!known) known = advisory::find_product("", bare);
  if (known) {
    one.key = std::move(known->key);
    one.cpe = advisory::cpe_of_version(known->cpe, version);
  } else {
    one.key = {"windows", "", small(bare), ""};
  }
  return into.add(where, std::move(one), name);
}

Result<void> add_hotfix(const Row& row, const std::string& where, Collecting& into) {
  const std::string id = small(cell(row, "hotfix_id"));
  const bool right = id.starts_with("kb") && id.size() > 4 && id.size() < 12 && std::all_of(id.begin() + 2, id.end(), is_digit);
  if (!right) {
    into.pass_over(where, "hotfix_id is no KB number");
    return {};
  }
  advisory::Installed one;
  one.key = {"windows", "microsoft", id, ""};
  one.version = "KB" + id.substr(2);
  return into.add(where, std::move(one), "KB" + id.substr(2));
}

// What a build is sold as.
struct Build {
  std::string_view number, client, server;
};
constexpr std::array kBuilds = {
    Build{"7601", "windows 7", "windows server 2008 r2"},   Build{"9200", "windows 8", "windows server 2012"},
    Build{"9600", "windows 8.1", "windows server 2012 r2"}, Build{"14393", "windows 10 version 1607", "windows server 2016"},
    Build{"17763", "windows 10 version 1809", "windows server 2019"}, Build{"19041", "windows 10 version 2004", ""},
    Build{"19042", "windows 10 version 20h2", ""},          Build{"19043", "windows 10 version 21h1", ""},
    Build{"19044", "windows 10 version 21h2", ""},          Build{"19045", "windows 10 version 22h2", ""},
    Build{"20348", "", "windows server 2022"},              Build{"22000", "windows 11 version 21h2", ""},
    Build{"22621", "windows 11 version 22h2", ""},          Build{"22631", "windows 11 version 23h2", ""},
    Build{"26100", "windows 11 version 24h2", "windows server 2025"}, Build{"26200", "windows 11 version 25h2", ""}};

Result<void> add_system(const Row& row, const std::string& where, Collecting& into) {
  const auto name = cell(row, "name"), build = cell(row, "build"), revision = cell(row, "revision");
  std::string version(cell(row, "version"));
  if (cell(row, "platform") != "windows" && small(name).find("windows") == std::string::npos) {
    into.set_os(cell(row, "platform"), name, version);
    return {};
  }
  if (!revision.empty() && std::ranges::all_of(revision, is_digit)) version += "." + std::string(revision);
  into.set_os("windows", name, version);
  const auto known = std::ranges::find(kBuilds, build, &Build::number);
  if (known == kBuilds.end()) {
    into.pass_over(where, "a build of Windows that is not known: " + std::string(build));
    return {};
  }
  const bool server = small(name).find("server") != std::string::npos;
  const std::string_view product = server ? known->server : known->client;
  if (product.empty()) {
    into.pass_over(where, "a build of Windows that is not known: " + std::string(build));
    return {};
  }
  advisory::Installed one;
  one.key = {"windows", "microsoft", std::string(product), ""};
  // Without its revision a build says nothing of what is mended.
  if (!revision.empty()) one.version = version;
  return into.add(where, std::move(one), name);
}

// Headings as people write them, small and without marks.
enum class Column : unsigned char { none, label, vendor, product, version };
Column column_of(std::string_view heading) {
  const auto is = [&](std::initializer_list<std::string_view> words) { return std::ranges::find(words, heading) != words.end(); };
  if (is({"hang", "hang san xuat", "nha san xuat", "nha cung cap", "vendor", "maker", "manufacturer"})) return Column::vendor;
  if (is({"san pham", "he dieu hanh", "phan mem", "product", "software", "os", "firmware name", "loai"})) return Column::product;
  if (is({"phien ban", "version", "firmware", "ban", "phien ban phan mem", "firmware version", "software version"})) return Column::version;
  if (is({"ten", "ten thiet bi", "thiet bi", "device", "device name", "hostname", "may", "ten may"})) return Column::label;
  return Column::none;
}

Result<void> add_appliance(const Row& row, const std::string& where, Collecting& into) {
  std::string_view label, vendor, product, version;
  for (const auto& [heading, value] : row) {
    switch (column_of(heading)) {
      case Column::label: label = trim(value); break;
      case Column::vendor: vendor = trim(value); break;
      case Column::product: product = trim(value); break;
      case Column::version: version = trim(value); break;
      case Column::none: break;
    }
  }
  if (product.empty()) product = label;
  auto one = advisory::written_product(vendor, product, version);
  if (!one) {
    into.pass_over(where, "a product that is not known: " + std::string(product));
    return {};
  }
  return into.add(where, *std::move(one), label.empty() ? product : label);
}

// The table is told by its columns.
Result<void> add_any(const Row& row, const std::string& where, Collecting& into) {
  if (has(row, "hotfix_id")) return add_hotfix(row, where, into);
  if (has(row, "build") && has(row, "platform")) return add_system(row, where, into);
  const bool program = has(row, "publisher") || has(row, "install_location") || has(row, "identifying_number");
  if (has(row, "name") && has(row, "version") && program) return add_program(row, where, into);
  const auto is_version = [](const auto& one) { return column_of(one.first) == Column::version; };
  if (std::ranges::any_of(row, is_version)) return add_appliance(row, where, into);
  into.pass_over(where, "columns of no table that is known");
  return {};
}

}  // namespace

Result<void> read_osquery(const std::vector<Row>& rows, Collecting& into) {
  std::size_t number = 0;
  for (const Row& row : rows) {
    const std::string where = "row " + std::to_string(++number);
    TRY_VOID(add_any(row, where, into));
  }
  return {};
}

}  // namespace khien::inventory
