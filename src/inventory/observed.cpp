#include "khien/inventory/observed.hpp"

#include <algorithm>
#include <utility>

#include "collecting.hpp"
#include "khien/advisory/distribution.hpp"

namespace khien::inventory {
namespace {

Package package_of(const advisory::Installed& one, std::string_view name) {
  return {.purl = advisory::observed_url_of(one), .name = std::string(name), .version = one.version, .source = one.source,
          .source_version = one.source_version};
}

}  // namespace

std::vector<Package> packages_of(const Inventory& inventory) {
  std::vector<Package> packages;
  packages.reserve(inventory.packages.size());
  // By its key's name, so that the same package in another list is the same package.
  for (const advisory::Installed& one : inventory.packages) packages.push_back(package_of(one, one.key.name));
  return packages;
}

std::size_t without_release(const Inventory& inventory) {
  return static_cast<std::size_t>(std::ranges::count_if(inventory.packages, [](const auto& one) { return advisory::lacks_release(one.key); }));
}

std::optional<Package> typed_package(std::string_view vendor, std::string_view product, std::string_view version) {
  const auto one = advisory::written_product(trim(vendor), trim(product), trim(version));
  if (!one) return std::nullopt;
  return package_of(*one, one->key.name);
}

}  // namespace khien::inventory
