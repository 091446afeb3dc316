#pragma once

#include <compare>
#include <string_view>

#include "khien/advisory/version.hpp"

namespace khien::advisory {

// unknown: the version or a bound is none that can be compared.
enum class Position : unsigned char { within, outside, unknown };

// Without blanks at its ends.
std::string_view trimmed(std::string_view text);

// Of two texts that check_version() took and that are trimmed; safe for any.
std::strong_ordering compare_checked(VersionOrder order, std::string_view a, std::string_view b);

// Whether compare_checked() says of it what compare_versions() would.
bool is_checked_version(VersionOrder order, std::string_view version);

// The rule of VersionRange. `checked`: the version and all bounds are checked versions.
Position position_in(VersionOrder order, std::string_view introduced, bool introduced_excluded, std::string_view fixed,
                     std::string_view last_affected, std::string_view version, bool checked = false);

// Whether a version can be judged by: that of its order, and with a digit, for "latest" is
// older than all others to some orders.
bool is_known_version(VersionOrder order, std::string_view version);

}  // namespace khien::advisory
