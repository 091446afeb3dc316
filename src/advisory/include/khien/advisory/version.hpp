#pragma once

#include <compare>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::advisory {

// Whose order two versions are compared by. Stored and in compiled books: never renumber.
enum class VersionOrder : unsigned char {
  dpkg = 0,       // deb-version(7): Debian, Ubuntu
  rpm = 1,        // rpmvercmp with epoch and release: Red Hat and kin, SUSE, Amazon, Oracle, Photon
  apk = 2,        // apk-tools: Alpine, Wolfi
  semver = 3,     // Semantic Versioning 2.0.0, padded as OSV does: npm, Go, crates.io, Hex, Pub, Swift
  maven = 4,      // ComparableVersion of Maven 3
  pypi = 5,       // PEP 440
  nuget = 6,      // NuGet: four numbers, labels without case
  gem = 7,        // Gem::Version
  packagist = 8,  // Composer
  kb = 9,         // Windows: build numbers "10.0.19045.3570", hotfixes "KB5031356"
  generic = 10,   // anything else: runs of digits as numbers, runs of letters as text
  cran = 11,      // R's package_version: numbers between "." or "-"
  hackage = 12    // Haskell's Package Versioning Policy: numbers between "."
};
std::string_view to_string(VersionOrder order);

// An ecosystem by the name that purl, OSV or Trivy has for it, without its release and
// whatever its case: "deb", "debian", "Debian:12", "rpm", "redhat", "gem", "RubyGems",
// "npm" … Code::not_found names those that there are.
Result<VersionOrder> order_of_ecosystem(std::string_view name);

// Total and exact by the ecosystem's own rule. Code::invalid with the place where a text
// is no version of that order; empty, "unknown", "*", "-" and "n/a" never are one.
Result<std::strong_ordering> compare_versions(VersionOrder order, std::string_view a, std::string_view b);

// Whether the text may be compared at all.
Result<void> check_version(VersionOrder order, std::string_view text);

}  // namespace khien::advisory
