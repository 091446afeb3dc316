#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "khien/advisory/version.hpp"
#include "khien/core/result.hpp"

namespace khien::advisory {

// What a package is, apart from its version. Normal form, so that equal keys are one package:
// `type` is purl's ("deb", "rpm", "apk", "npm", "pypi", "maven", "golang", "nuget", "gem",
// "composer", "cargo", "generic" …), and ours for what purl has no type for: "windows"
// (programs and hotfixes), "appliance" (FortiOS, BIG-IP, ESXi), "cms".
struct PackageKey {
  std::string type;
  std::string space;    // purl's namespace: "debian", "redhat", "@angular", "org.apache.logging.log4j"
  std::string name;     // lower case where the type says so; PyPI by PEP 503
  std::string release;  // of the distribution: "12", "3.19", "8"; empty where there is none, or for any

  auto operator<=>(const PackageKey&) const = default;
};

// A package URL in parts (purl-spec), decoded and in normal form.
struct PackageUrl {
  PackageKey key;       // its release from the qualifier `distro`: "debian-12.4" is "12"
  std::string version;  // empty if it has none
  std::string arch;
  std::string cpe;      // the qualifier of that name, a CPE 2.3 name; empty if it is none
  std::string upstream; // the qualifier of that name: "openssl@1.1.1n-0+deb11u3" or "openssl"
};
// Code::invalid names the part that is wrong.
Result<PackageUrl> parse_package_url(std::string_view text);

// The package URL that parse_package_url() reads back: its parts encoded, the epoch of an RPM
// as its qualifier, the release as `distro`. Empty for types that purl has not ("appliance").
std::string package_url_of(const PackageKey& key, std::string_view version);

// By type, then by space: a deb is compared by dpkg's rule …
VersionOrder order_of(const PackageKey& key);

// A package that is installed somewhere. Advisories of a distribution speak of source
// packages: where `source` is known it is asked for too, with its own version.
struct Installed {
  PackageKey key;
  std::string version;
  std::string source = {};          // name; empty: as the package's
  std::string source_version = {};  // empty: as the package's
  std::string cpe = {};             // CPE 2.3 name, where the inventory has one

  bool operator==(const Installed&) const = default;
};

// How an installed package stands in a list of packages: package_url_of(), of our own types
// in the same form, with its CPE as a qualifier. parse_package_url() reads it back.
std::string observed_url_of(const Installed& installed);

}  // namespace khien::advisory
