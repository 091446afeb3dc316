#pragma once

#include <vector>

#include "khien/model/observation.hpp"

namespace khien::flow {

// What a site shows that it was made with, as packages that a book can be asked about.
// A version that is not told, or of which only the first number is ("Drupal 7"), is
// empty: unknown. Empty if it showed nothing that anybody speaks of.
std::vector<Package> software_of(const SiteSeen& seen);

// What was known and is not shown stays, its version not told, for a name that is hidden is no
// patch; unless something is shown that was not known: then it took the other's place.
void keep_hidden(std::vector<Package>& shown, std::vector<Package> known);

// The same package, its version not told any more: what hides its name is not mended.
Package untold(Package package);

}  // namespace khien::flow
