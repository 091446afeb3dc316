#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "khien/advisory/package.hpp"

namespace khien::advisory {

// purl's type of an ecosystem, by the name that purl, OSV, Trivy or a registry has for it:
// "PyPI", "pip" and "https://pypi.org" are "pypi". Nothing: none that is known.
std::optional<std::string> purl_type_of(std::string_view ecosystem);

// The key in normal form of what an ecosystem writes as one name: ("maven", "a.b:c") is
// {"maven", "a.b", "c"}, ("golang", "github.com/A/b") is {"golang", "github.com/a", "b"}.
// `type` is purl's. Distributions' packages have their space from find_distribution().
PackageKey package_key(std::string_view type, std::string_view full_name);

// The same key again, in normal form: distributions by the name that find_distribution()
// has for them, names as package_key() writes them. Twice is once.
PackageKey normal_key(PackageKey key);

}  // namespace khien::advisory
