#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/package.hpp"
#include "khien/model/observation.hpp"

namespace khien::flow {

// A row of table `package`, as the book is asked about it.
struct KnownPackage {
  std::int64_t id = 0;
  advisory::Installed installed;     // key.type empty: its URL says nothing that can be judged
  std::string subject;               // of its findings: "deb/debian/openssl"
  std::string kernel;                // of a kernel's image, as uname -r has it; empty: it is none
  std::vector<std::string> lookups;  // by which a book's keys find it
};
struct PackageText {
  std::string_view purl, name, version, source, source_version;
};
KnownPackage known_package(std::int64_t id, const PackageText& text);

// An agent's package URLs do not say of which release they are, and advisories of a
// distribution do: what the machine says of its system is added where a URL has none.
void name_release(std::vector<Package>& packages, std::string_view os_id, std::string_view os_version);

// "deb/debian/openssl": without release, for a book's key may leave it out.
std::string lookup_of(const advisory::PackageKey& key);

}  // namespace khien::flow
