#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/package.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::inventory {

// The system that packages are installed on, in the words of its own inventory.
struct OperatingSystem {
  std::string id;       // "debian", "redhat", "windows"
  std::string name;     // "Debian GNU/Linux 12 (bookworm)"; may be the id
  std::string version;  // "12.5", "10.0.19045.3570"
  std::string release;  // as PackageKey::release: "12"

  bool operator==(const OperatingSystem&) const = default;
};

// A row that gave no package.
struct PassedOver {
  std::string where;  // "line 17", "components[3]", "packages.node_modules/a"
  std::string why;

  bool operator==(const PassedOver&) const = default;
};

struct Inventory {
  static constexpr std::size_t kMostNamed = 20;

  std::string format;                           // "dpkg-status", "cyclonedx-json", "package-lock.json"
  std::optional<OperatingSystem> os;            // where it is told or certain
  std::vector<advisory::Installed> packages;    // each once, by key and version; sorted
  std::vector<std::string> labels;              // of each package, as the inventory writes its name
  std::uint64_t rows = 0;                       // that the file has
  std::uint64_t repeated = 0;                   // of them, what was there already
  std::uint64_t passed_over = 0;
  std::vector<PassedOver> named;                // the first of those

  bool operator==(const Inventory&) const = default;
};

// What is known beside the bytes.
struct Hint {
  std::string file_name;   // tells lock files apart, where their content cannot
  std::string os;          // "debian:12", for lists of dpkg and rpm, which do not tell; may be empty
};

// What one inventory may cost: 64 MiB in, depth 64, 8 million values.
Budget::Limits inventory_limits();

// Reads an inventory, whatever its format: docs/reference/inventories.md has them all.
// Pure; meant for the sandbox. Code::invalid if it is none, damaged or cut off (with the
// place), exhausted if it is over a bound. XML asks for nothing outside and has no DTD.
//
// A package without a version stays, with an empty one: it is "unknown" to the judge,
// never "fine".
Result<Inventory> read_inventory(ByteView bytes, const Hint& hint, Budget& budget);
// The same for a program that does without the libraries of XML and of Unicode: Code::invalid
// for XML, and for tables with a heading (CSV).
Result<Inventory> read_plain_inventory(ByteView bytes, const Hint& hint, Budget& budget);

// For the way out of the sandbox. What is written reads back equal; Code::corrupt for what
// to_json() could not have written.
std::string to_json(const Inventory& inventory);
Result<Inventory> inventory_from_json(std::string_view text, Budget& budget);

}  // namespace khien::inventory
