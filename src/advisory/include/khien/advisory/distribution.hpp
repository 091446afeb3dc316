#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "khien/advisory/package.hpp"

namespace khien::advisory {

// A distribution in the normal form that PackageKey has for its packages.
struct Distribution {
  std::string type;     // "deb", "rpm", "apk"
  std::string space;    // "debian", "ubuntu", "redhat", "oracle", "amazon", "photon", "alpine" …
  std::string release;  // "12", "22.04", "8", "2", "3.0", "3.19"; empty: not known

  bool operator==(const Distribution&) const = default;
};

// By what os-release, OSV, Trivy, package URLs or people call it, and a version with as many
// parts as they give: ("debian", "12.5") and ("Debian", "bookworm") are deb debian 12;
// ("AMI", "AMI release 2018.03") is amazon 1. CentOS takes Red Hat's word, for it is
// built from the same packages: its space is "redhat". Nothing: none that is known.
std::optional<Distribution> find_distribution(std::string_view name, std::string_view version);

// Whether it is a package of a distribution whose releases have advisories of their own, and
// its release is not told: nothing can be said of it. Those that roll have no releases.
bool lacks_release(const PackageKey& key);

// A product that is no package: an appliance, Windows, a server's software, by the maker's
// name or without it and by whatever name it is known: ("Fortinet", "FortiOS") and
// ("", "FortiGate") are {"appliance", "fortinet", "fortios"}. Nothing: none that is known.
struct Product {
  PackageKey key;
  std::string_view cpe;  // "o:fortinet:fortios"; empty: none
};
std::optional<Product> find_product(std::string_view vendor, std::string_view name);
// The product that has this key, or this vendor and name.
std::optional<Product> product_of(const PackageKey& key);

// "cpe:2.3:o:fortinet:fortios:7.4.3:*:*:*:*:*:*:*" of such a name and a version; empty where
// either is, or the version is none that a CPE can hold.
std::string cpe_of_version(std::string_view cpe, std::string_view version);
// A product as people write it: ("Fortinet", "FortiGate", "v7.4.3 build2573 (GA)") is FortiOS
// 7.4.3, with its CPE, and so is ("", "FortiOS 7.4.3", ""). Nothing: none that is known.
// Without a version it is not known.
std::optional<Installed> written_product(std::string_view vendor, std::string_view name, std::string_view version);

// {"cpe", vendor, product, ""}: the key of what only a CPE names. Empty parts where the
// text is no CPE name, 2.2 or 2.3.
PackageKey key_of_cpe(std::string_view cpe);
// A CPE 2.2 URI as a 2.3 name; a 2.3 name as it is. Empty if it is neither.
std::string as_cpe23(std::string_view cpe);

}  // namespace khien::advisory
