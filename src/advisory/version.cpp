#include "khien/advisory/version.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "khien/core/assert.hpp"
#include "range.hpp"
#include "versions/orders.hpp"

namespace khien::advisory {
namespace {

using versions::Rule;

constexpr std::size_t kLongest = 4096;

struct Named {
  std::string_view name;
  VersionOrder order;
};

// The names of package URLs, of OSV and of Trivy, in small letters and without blanks.
constexpr auto kNames = std::to_array<Named>({
    {"deb", VersionOrder::dpkg}, {"debian", VersionOrder::dpkg}, {"ubuntu", VersionOrder::dpkg}, {"dpkg", VersionOrder::dpkg},
    {"echo", VersionOrder::dpkg}, {"raspbian", VersionOrder::dpkg}, {"kali", VersionOrder::dpkg},
    {"centosstream", VersionOrder::rpm}, {"slem", VersionOrder::rpm}, {"slemicro", VersionOrder::rpm}, {"sle-micro", VersionOrder::rpm},
    {"sl-micro", VersionOrder::rpm}, {"suselinuxmicro", VersionOrder::rpm}, {"opensuse.leap", VersionOrder::rpm},
    {"opensuse.tumbleweed", VersionOrder::rpm},
    {"rpm", VersionOrder::rpm}, {"redhat", VersionOrder::rpm}, {"rhel", VersionOrder::rpm}, {"centos", VersionOrder::rpm},
    {"fedora", VersionOrder::rpm}, {"rocky", VersionOrder::rpm}, {"rockylinux", VersionOrder::rpm}, {"alma", VersionOrder::rpm},
    {"almalinux", VersionOrder::rpm}, {"amazon", VersionOrder::rpm}, {"amazonlinux", VersionOrder::rpm}, {"amzn", VersionOrder::rpm},
    {"oracle", VersionOrder::rpm}, {"oraclelinux", VersionOrder::rpm}, {"ol", VersionOrder::rpm}, {"photon", VersionOrder::rpm},
    {"photonos", VersionOrder::rpm}, {"suse", VersionOrder::rpm}, {"sles", VersionOrder::rpm}, {"suselinuxenterprise", VersionOrder::rpm},
    {"suselinuxenterprisemicro", VersionOrder::rpm}, {"opensuse", VersionOrder::rpm}, {"opensuseleap", VersionOrder::rpm},
    {"opensuse-leap", VersionOrder::rpm}, {"opensusetumbleweed", VersionOrder::rpm}, {"opensuse-tumbleweed", VersionOrder::rpm},
    {"mageia", VersionOrder::rpm}, {"openeuler", VersionOrder::rpm}, {"azurelinux", VersionOrder::rpm}, {"azure", VersionOrder::rpm},
    {"mariner", VersionOrder::rpm}, {"cbl-mariner", VersionOrder::rpm},
    {"apk", VersionOrder::apk}, {"alpine", VersionOrder::apk}, {"alpinelinux", VersionOrder::apk}, {"wolfi", VersionOrder::apk},
    {"chainguard", VersionOrder::apk}, {"minimos", VersionOrder::apk}, {"alpaquita", VersionOrder::apk},
    {"semver", VersionOrder::semver}, {"npm", VersionOrder::semver}, {"node", VersionOrder::semver}, {"yarn", VersionOrder::semver},
    {"pnpm", VersionOrder::semver}, {"bun", VersionOrder::semver}, {"go", VersionOrder::semver}, {"golang", VersionOrder::semver},
    {"gomod", VersionOrder::semver}, {"cargo", VersionOrder::semver}, {"crates.io", VersionOrder::semver}, {"rust", VersionOrder::semver},
    {"hex", VersionOrder::semver}, {"erlang", VersionOrder::semver}, {"elixir", VersionOrder::semver}, {"pub", VersionOrder::semver},
    {"dart", VersionOrder::semver}, {"swift", VersionOrder::semver}, {"swifturl", VersionOrder::semver}, {"cocoapods", VersionOrder::gem},
    {"github", VersionOrder::semver}, {"githubactions", VersionOrder::semver}, {"bitnami", VersionOrder::semver},
    {"conan", VersionOrder::semver}, {"conancenter", VersionOrder::semver}, {"k8s", VersionOrder::semver}, {"kubernetes", VersionOrder::semver},
    {"maven", VersionOrder::maven}, {"gradle", VersionOrder::maven}, {"jar", VersionOrder::maven}, {"pom", VersionOrder::maven},
    {"sbt", VersionOrder::maven}, {"gobinary", VersionOrder::semver}, {"gemspec", VersionOrder::gem}, {"rustbinary", VersionOrder::semver},
    {"node-pkg", VersionOrder::semver}, {"cran", VersionOrder::cran}, {"r", VersionOrder::cran}, {"hackage", VersionOrder::hackage},
    {"haskell", VersionOrder::hackage},
    {"pypi", VersionOrder::pypi}, {"pip", VersionOrder::pypi}, {"python", VersionOrder::pypi}, {"python-pkg", VersionOrder::pypi},
    {"poetry", VersionOrder::pypi}, {"pipenv", VersionOrder::pypi}, {"pylock", VersionOrder::pypi}, {"uv", VersionOrder::pypi},
    {"nuget", VersionOrder::nuget}, {"dotnet", VersionOrder::nuget}, {"dotnet-core", VersionOrder::nuget},
    {"packages-props", VersionOrder::nuget},
    {"gem", VersionOrder::gem}, {"gems", VersionOrder::gem}, {"rubygems", VersionOrder::gem}, {"bundler", VersionOrder::gem},
    {"ruby", VersionOrder::gem},
    {"packagist", VersionOrder::packagist}, {"composer", VersionOrder::packagist}, {"php", VersionOrder::packagist},
    {"kb", VersionOrder::kb}, {"windows", VersionOrder::kb}, {"microsoft", VersionOrder::kb},
    {"linux", VersionOrder::semver}, {"ghc", VersionOrder::semver}, {"julia", VersionOrder::semver}, {"vscode", VersionOrder::semver},
    {"bioconductor", VersionOrder::semver}, {"mix", VersionOrder::semver}, {"opam", VersionOrder::dpkg}, {"clojars", VersionOrder::maven},
    {"bellsofthardenedcontainers", VersionOrder::apk}, {"cleanstart", VersionOrder::apk}, {"wordpress", VersionOrder::packagist},
    {"android", VersionOrder::generic}, {"oss-fuzz", VersionOrder::generic},
    {"generic", VersionOrder::generic}, {"appliance", VersionOrder::generic}, {"cms", VersionOrder::generic}, {"cpe", VersionOrder::generic},
});

// "Red Hat:8" is "redhat".
std::string bare(std::string_view name) {
  std::string small;
  for (const char c : name.substr(0, name.find(':'))) {
    if (c != ' ' && c != '_') small += versions::small(c);
  }
  return small;
}

std::string all_names() {
  std::string names;
  for (const Named& known : kNames) names += (names.empty() ? "" : ", ") + std::string(known.name);
  return names;
}

const Rule& rule_of(VersionOrder order) {
  using namespace versions;
  switch (order) {
    case VersionOrder::dpkg: return kDpkg;
    case VersionOrder::rpm: return kRpm;
    case VersionOrder::apk: return kApk;
    case VersionOrder::semver: return kSemver;
    case VersionOrder::maven: return kMaven;
    case VersionOrder::pypi: return kPypi;
    case VersionOrder::nuget: return kNuget;
    case VersionOrder::gem: return kGem;
    case VersionOrder::packagist: return kPackagist;
    case VersionOrder::kb: return kKb;
    case VersionOrder::generic: return kGeneric;
    case VersionOrder::cran: return kCran;
    case VersionOrder::hackage: return kHackage;
  }
  return kGeneric;
}

bool stands_for_none(std::string_view text) {
  constexpr std::array<std::string_view, 5> kNone = {"unknown", "*", "-", "n/a", "(none)"};
  return std::ranges::any_of(kNone, [&](std::string_view none) { return versions::compare_small(text, none) == 0; });
}

Result<void> check_trimmed(VersionOrder order, std::string_view text) {
  if (text.empty()) return Error(Code::invalid, "a version is empty");
  if (text.size() > kLongest) return Error(Code::invalid, "a version has more than " + std::to_string(kLongest) + " bytes");
  const auto named = [&](std::string_view why) { return Error(Code::invalid, "'" + std::string(text.substr(0, 80)) + "' is no version: " + std::string(why)); };
  if (stands_for_none(text)) return named("it says that there is none");
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; })) {
    // Names of appliances have blanks ("7.0 U3"); nothing else.
    const bool blanks = std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
    if (!blanks || order != VersionOrder::generic) return named("it has a blank or a control character");
  }
  const auto checked = rule_of(order).check(text);
  return checked ? Result<void>() : Result<void>(named(checked.error().what()));
}

bool is_hotfix(std::string_view text) { return versions::compare_small(text.substr(0, 2), "kb") == 0; }

}  // namespace

std::string_view to_string(VersionOrder order) {
  switch (order) {
    case VersionOrder::dpkg: return "dpkg";
    case VersionOrder::rpm: return "rpm";
    case VersionOrder::apk: return "apk";
    case VersionOrder::semver: return "semver";
    case VersionOrder::maven: return "maven";
    case VersionOrder::pypi: return "pypi";
    case VersionOrder::nuget: return "nuget";
    case VersionOrder::gem: return "gem";
    case VersionOrder::packagist: return "packagist";
    case VersionOrder::kb: return "kb";
    case VersionOrder::generic: return "generic";
    case VersionOrder::cran: return "cran";
    case VersionOrder::hackage: return "hackage";
  }
  return "generic";
}

Result<VersionOrder> order_of_ecosystem(std::string_view name) {
  const std::string wanted = bare(name);
  const auto found = std::ranges::find(kNames, wanted, &Named::name);
  if (found != kNames.end()) return found->order;
  return Error(Code::not_found, "there is no ecosystem '" + std::string(name.substr(0, 80)) + "'; there are " + all_names());
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::strong_ordering compare_checked(VersionOrder order, std::string_view a, std::string_view b) { return rule_of(order).compare(a, b); }

Result<void> check_version(VersionOrder order, std::string_view text) { return check_trimmed(order, trimmed(text)); }

Result<std::strong_ordering> compare_versions(VersionOrder order, std::string_view a, std::string_view b) {
  a = trimmed(a);
  b = trimmed(b);
  TRY_VOID(check_trimmed(order, a));
  TRY_VOID(check_trimmed(order, b));
  if (order == VersionOrder::kb && is_hotfix(a) != is_hotfix(b)) return Error(Code::invalid, "a hotfix and a build number cannot be compared");
  return rule_of(order).compare(a, b);
}

}  // namespace khien::advisory
