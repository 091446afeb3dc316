#pragma once

#include <optional>
#include <string>

#include "commands/advisory_table.hpp"
#include "khien/advisory/book.hpp"
#include "khien/advisory/distribution.hpp"
#include "khien/hub/console.hpp"
#include "packed_book.hpp"

namespace khien::hub {

// An inventory against a book, for `khien advisory match` and for khien-match. Nothing here
// wants more than the two rooms that judge and read.

// What is used in attacks first, then the worst, then the likeliest.
void sort_by_urgency(MatchReport& report);

// The report's inventory against the packed book, and what the book was made of.
Result<void> match_packed(const PackedBook& packed, MatchReport& report);

// Prints it, and what could not be judged. 0 nothing, 1 found, 3 nothing but what cannot be
// told; 2 nothing found where packages could not be judged.
int tell(const MatchReport& report, bool as_json, Console& console);

// "debian:12". Nothing: none that is known.
std::optional<advisory::Distribution> distribution_named(const std::string& os);
// A distribution's package, of another distribution or release.
bool is_of_another_distribution(const advisory::PackageKey& key, const advisory::Distribution& of);

}  // namespace khien::hub
