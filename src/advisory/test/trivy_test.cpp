// The cases of another scanner's integration tests: its advisories, its inventories, and what
// it found in them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "khien/advisory/book.hpp"
#include "khien/advisory/distribution.hpp"
#include "khien/advisory/ecosystem.hpp"
#include "khien/core/json.hpp"

using namespace khien;
using namespace khien::advisory;
using Standing = Affected::Standing;

namespace {

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string text_at(const Json& json, std::string_view name) {
  const auto value = json.string_at(name);
  return value ? std::string(*value) : std::string();
}

std::vector<Json> items_at(const Json& json, std::string_view name) {
  std::vector<Json> items;
  if (const auto field = json.field(name)) (void)field->each([&](Json item) -> Result<void> { return items.push_back(item), Result<void>(); });
  return items;
}

// ">= 2.0.0, < 2.9", "[2.9.0,2.9.10.7)" and "<8.44".
VersionRange range_of(std::string text) {
  VersionRange range;
  if (text.starts_with('[')) {
    const auto comma = text.find(',');
    return {.introduced = text.substr(1, comma - 1), .fixed = text.substr(comma + 1, text.size() - comma - 2)};
  }
  std::erase(text, ' ');
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    if (part.starts_with(">=")) range.introduced = part.substr(2);
    else if (part.starts_with("<=")) range.last_affected = part.substr(2);
    else if (part.starts_with('<')) range.fixed = part.substr(1);
  }
  return range;
}

// Patched ">= 3.1.0" and ">= 2.1.3, < 3.0.0" leave what lies before each.
void leave(const std::vector<Json>& patched, Affected& affected) {
  std::vector<VersionRange> sound;
  for (const Json& one : patched) sound.push_back(range_of(std::string(one.string().value())));
  std::ranges::sort(sound, [](const auto& a, const auto& b) { return compare_versions(VersionOrder::semver, a.introduced, b.introduced).value() < 0; });
  std::string from;
  for (const VersionRange& range : sound) {
    affected.ranges.push_back({.introduced = from, .fixed = range.introduced});
    from = range.fixed;
  }
}

Affected of_distribution(const Json& value, PackageKey key) {
  Affected affected = {.package = std::move(key), .basis = Basis::distribution};
  const auto status = value.integer_at("Status");
  if (!text_at(value, "State").empty() || (status && *status >= 5)) affected.standing = Standing::unfixed_by_choice;
  if (const std::string fixed = text_at(value, "FixedVersion"); !fixed.empty()) affected.ranges = {{.fixed = fixed}};
  return affected;
}

// "debian 10", "openSUSE Leap 15.1".
std::optional<Distribution> distribution_of(const std::string& source) {
  const auto blank = source.rfind(' ');
  auto found = find_distribution(source.substr(0, blank), source.substr(blank + 1));
  return found ? found : find_distribution(source, "");
}

class Advisories {
 public:
  void take(const Json& row) {
    const std::string source = text_at(row, "source"), package = text_at(row, "package"), id = text_at(row, "id");
    const auto value = row.field("value");
    if (!value || !value->is_object() || source == "Red Hat CPE") return;
    if (source == "Red Hat") return take_red_hat(package, id, *value);
    if (const auto colons = source.find("::"); colons != source.npos) return take_ecosystem(source.substr(0, colons), package, id, *value);
    const auto distribution = distribution_of(source);
    REQUIRE_MESSAGE(distribution, source);
    add(id, of_distribution(*value, {distribution->type, distribution->space, package, distribution->release}), {});
  }

  std::vector<Advisory> records() const {
    std::vector<Advisory> all;
    for (const auto& [id, record] : records_) all.push_back(record);
    return all;
  }

 private:
  // The two releases that its list of names has.
  void take_red_hat(const std::string& package, const std::string& id, const Json& value) {
    for (const Json& entry : items_at(value, "Entries")) {
      std::vector<std::string> cves;
      for (const Json& cve : items_at(entry, "Cves")) {
        if (const std::string name = text_at(cve, "ID"); !name.empty()) cves.push_back(name);
      }
      for (const Json& number : items_at(entry, "Affected")) {
        const auto place = number.integer().value();
        const std::string release = place == 857 ? "6" : place == 869 ? "7" : "";
        if (!release.empty()) add(id, of_distribution(entry, {"rpm", "redhat", package, release}), cves);
      }
    }
  }

  void take_ecosystem(const std::string& name, const std::string& package, const std::string& id, const Json& value) {
    const auto type = purl_type_of(name);
    REQUIRE_MESSAGE(type, name);
    Affected affected = {.package = package_key(*type, package)};
    for (const Json& one : items_at(value, "VulnerableVersions")) affected.ranges.push_back(range_of(std::string(one.string().value())));
    if (affected.ranges.empty()) leave(items_at(value, "PatchedVersions"), affected);
    add(id, std::move(affected), {});
  }

  void add(const std::string& id, Affected affected, const std::vector<std::string>& cves) {
    Advisory& record = records_[id];
    record.id = id;
    record.feed = "trivy";
    for (const std::string& cve : cves) {
      if (std::ranges::find(record.cves, cve) == record.cves.end()) record.cves.push_back(cve);
    }
    if (cves.empty() && id.starts_with("CVE-")) record.cves = {id};
    record.affected.push_back(std::move(affected));
  }

  std::map<std::string, Advisory> records_;
};

// What a source is called where only the binary's name is told.
std::string source_of(const std::string& package) {
  const std::map<std::string, std::string> known = {{"libcrypto1.1", "openssl"}, {"libssl1.1", "openssl"}, {"musl-utils", "musl"}, {"libidn2-0", "libidn2"},
                                                    {"e2fslibs", "e2fsprogs"}, {"libcomerr2", "e2fsprogs"}, {"libss2", "e2fsprogs"}, {"curl-libs", "curl"}};
  const auto found = known.find(package);
  return found == known.end() ? std::string() : found->second;
}

PackageKey key_of(const std::string& type, const std::string& name, const std::optional<Json>& os) {
  const std::map<std::string, std::string> kinds = {{"bun", "npm"}, {"yarn", "npm"}, {"packages-props", "nuget"}, {"pylock", "pypi"}, {"uv", "pypi"},
                                                    {"python-pkg", "pypi"}, {"pip", "pypi"}};
  if (const auto found = kinds.find(type); found != kinds.end()) return package_key(found->second, name);
  if (const auto purl = purl_type_of(type); purl && type != "kubernetes") return package_key(*purl, name);
  if (type == "kubernetes") return package_key("k8s", name);
  std::string release = text_at(*os, "Name");
  release = release.substr(0, release.find(" ("));
  const auto distribution = find_distribution(type, release);
  REQUIRE_MESSAGE(distribution, type);
  return {distribution->type, distribution->space, name, distribution->release};
}

// "CVE-2019-1549 libssl1.1 1.1.1d-r0".
std::set<std::string> expected_of(const Json& result) {
  std::set<std::string> all;
  for (const Json& one : items_at(result, "expected")) all.insert(text_at(one, "id") + " " + text_at(one, "pkg"));
  return all;
}

struct Inventory {
  std::vector<Installed> packages;
  std::vector<std::string> names;
};

Inventory inventory_of(const Json& result, const std::optional<Json>& os) {
  Inventory inventory;
  std::set<std::string> seen;
  const auto add = [&](const std::string& name, const std::string& version) {
    if (!seen.insert(name + "@" + version).second) return;
    inventory.names.push_back(name);
    inventory.packages.push_back({.key = key_of(text_at(result, "type"), name, os), .version = version, .source = source_of(name)});
  };
  for (const Json& one : items_at(result, "packages")) add(text_at(one, "name"), text_at(one, "version"));
  for (const Json& one : items_at(result, "expected")) add(text_at(one, "pkg"), text_at(one, "installed"));
  return inventory;
}

}  // namespace

TEST_CASE("book: 34 inventories, 64 vulnerabilities, and none besides") {
  const char* shared = std::getenv("KHIEN_SHARED");
  const auto folder = std::filesystem::path(shared == nullptr ? "" : shared) / "data/vuln/trivy";
  if (shared == nullptr || !std::filesystem::exists(folder)) {
    MESSAGE("KHIEN_SHARED is not set: skipped");
    return;
  }
  Budget budget({});
  JsonDocument document;
  const std::string text = read(folder / "advisories.json");
  const Json root = document.parse(text, budget).value();
  Advisories advisories;
  REQUIRE(root.each([&](Json row) -> Result<void> { return advisories.take(row), Result<void>(); }));
  const auto bytes = Book::compile(advisories.records(), {}, {}, budget).value();
  const Book book = Book::open(bytes).value();

  std::size_t cases = 0, wanted = 0, found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json" || entry.path().filename() == "advisories.json") continue;
    ++cases;
    JsonDocument inside;
    const std::string case_text = read(entry.path());
    const Json one = inside.parse(case_text, budget).value();
    std::optional<Json> os;
    if (const auto told = one.field("os"); told && told->is_object()) os = *told;
    for (const Json& result : items_at(one, "results")) {
      const Inventory inventory = inventory_of(result, os);
      std::set<std::string> matched;
      for (const Match& match : book.match(inventory.packages)) matched.insert(match.id + " " + inventory.names[match.package]);
      const auto expected = expected_of(result);
      wanted += expected.size();
      for (const std::string& name : expected) {
        found += matched.count(name);
        CHECK_MESSAGE(matched.contains(name), entry.path().filename().string() << ": missed " << name);
      }
      const bool full = !items_at(result, "packages").empty();
      if (full) CHECK_MESSAGE(matched == expected, entry.path().filename().string());
    }
  }
  CHECK(cases == 34);
  CHECK(wanted == 64);
  CHECK(wanted == found);
  MESSAGE(cases, " cases, ", found, " of ", wanted, " found");
}
