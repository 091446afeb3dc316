#pragma once

#include <vector>

#include "khien/inventory/inventory.hpp"
#include "khien/model/observation.hpp"

namespace khien::inventory {

// The packages as the road is told them: each by its package URL.
std::vector<Package> packages_of(const Inventory& inventory);

// One product typed by hand; nothing where nobody speaks of such a product.
std::optional<Package> typed_package(std::string_view vendor, std::string_view product, std::string_view version);

// Of how many the distribution's release is not known, without which nothing of them can
// be judged.
std::size_t without_release(const Inventory& inventory);

}  // namespace khien::inventory
