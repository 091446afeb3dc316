#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/advisory/distribution.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "khien/core/result.hpp"
#include "khien/inventory/inventory.hpp"

namespace khien::inventory {

// An inventory as it is gathered.
class Collecting {
 public:
  Collecting(const Hint& hint, Budget& budget) : hint_(hint), budget_(budget) {}

  // A package by its key in normal form; names and versions are bounded here: what is
  // longer than anything installed is passed over.
  Result<void> add(std::string_view where, advisory::Installed one, std::string_view label);
  // By purl's type and the ecosystem's own name for it.
  Result<void> add(std::string_view where, std::string_view type, std::string_view name, std::string_view version);
  void pass_over(std::string_view where, std::string_view why);
  void set_os(std::string_view id, std::string_view name, std::string_view version);

  // The distribution packages belong to: the hint's, or what set_os() found.
  std::optional<advisory::Distribution> distribution() const;

  Inventory finish(std::string format);

  const Hint& hint() const { return hint_; }
  Budget& budget() { return budget_; }

 private:
  const Hint& hint_;
  Budget& budget_;
  Inventory inventory_;
  std::optional<advisory::Distribution> distribution_;  // of its own operating system
  std::vector<std::pair<advisory::Installed, std::string>> all_;
};

// A reader: an error is the whole file's.
using Reader = Result<void> (*)(std::string_view text, Collecting& into);

// What is done with forms that want a library that not every program has.
using FormatReader = Result<void> (*)(std::string_view text, Collecting& into, std::string& format);
struct LargeReaders {
  FormatReader xml, table;
};
Result<Inventory> read_inventory_with(ByteView bytes, const Hint& hint, Budget& budget, const LargeReaders& large);

Result<void> read_dpkg_status(std::string_view text, Collecting& into);
Result<void> read_dpkg_query(std::string_view text, Collecting& into);
Result<void> read_rpm(std::string_view text, Collecting& into);
Result<void> read_spdx_text(std::string_view text, Collecting& into);
Result<void> read_xml_document(std::string_view text, Collecting& into, std::string& format);
Result<void> read_requirements(std::string_view text, Collecting& into);
Result<void> read_toml_lock(std::string_view text, Collecting& into, std::string_view type);
Result<void> read_yarn(std::string_view text, Collecting& into);
Result<void> read_pnpm(std::string_view text, Collecting& into);
Result<void> read_gemfile(std::string_view text, Collecting& into);
Result<void> read_go_sum(std::string_view text, Collecting& into);
Result<void> read_go_mod(std::string_view text, Collecting& into);
// A table with a heading: osquery's or appliances.
Result<void> read_csv_table(std::string_view text, Collecting& into, std::string& format);

Result<void> read_cyclonedx(const Json& root, Collecting& into);
Result<void> read_spdx_json(const Json& root, Collecting& into);
Result<void> read_package_lock(const Json& root, Collecting& into);
Result<void> read_pipfile_lock(const Json& root, Collecting& into);
Result<void> read_composer_lock(const Json& root, Collecting& into);
Result<void> read_nuget_lock(const Json& root, Collecting& into);
Result<void> read_trivy_case(const Json& root, Collecting& into);
// Rows of osquery: the table is told by its columns.
Result<void> read_osquery(const std::vector<std::vector<std::pair<std::string, std::string>>>& rows, Collecting& into);

// Helpers of the readers.
std::string_view trim(std::string_view text);
std::string small(std::string_view text);
std::string_view take_line(std::string_view& text);
std::string_view take_until(std::string_view& text, std::string_view mark);
std::string_view text_of(const Json& json, std::string_view name);
std::vector<Json> items_of(const Json& json, std::string_view name);
std::optional<Json> object_of(const Json& json, std::string_view name);
std::string line_name(std::size_t line);
// What stands behind the last `mark`, which comes off with it; nothing where there is none.
std::string_view take_last(std::string_view& text, char mark);
// "openssl-1.0.2k-19.el7.src.rpm" is of openssl. Empty if it is no file of an rpm.
std::string source_of_rpm(std::string_view file);
// A source as SBOMs tell it: "openssl@1.1.1n-0+deb11u3", "openssl", "curl-7.61-1.ph4.src.rpm".
void take_upstream(std::string_view upstream, advisory::Installed& one);
// An rpm's epoch is of the package; its source has the same, which SBOMs leave out.
void lend_epoch(advisory::Installed& one);

}  // namespace khien::inventory
