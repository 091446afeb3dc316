#include "range.hpp"

#include <algorithm>
#include <optional>

namespace khien::advisory {

bool is_known_version(VersionOrder order, std::string_view version) {
  const bool digit = std::ranges::any_of(version, [](char c) { return c >= '0' && c <= '9'; });
  return digit && check_version(order, version).has_value();
}

bool is_checked_version(VersionOrder order, std::string_view version) {
  // A hotfix and a build number are both versions, and cannot be compared.
  return order != VersionOrder::kb && trimmed(version) == version && check_version(order, version).has_value();
}

Position position_in(VersionOrder order, std::string_view introduced, bool introduced_excluded, std::string_view fixed,
                     std::string_view last_affected, std::string_view version, bool checked) {
  const auto compare = [&](std::string_view bound) -> std::optional<std::strong_ordering> {
    if (checked) return compare_checked(order, version, bound);
    const auto compared = compare_versions(order, version, bound);
    return compared ? std::optional(*compared) : std::nullopt;
  };
  if (!introduced.empty() && introduced != "0") {
    const auto from = compare(introduced);
    if (!from) return Position::unknown;
    if (*from < 0 || (introduced_excluded && *from == 0)) return Position::outside;
  }
  const std::string_view end = fixed.empty() ? last_affected : fixed;
  if (end.empty()) return Position::within;
  const auto until = compare(end);
  if (!until) return Position::unknown;
  return *until < 0 || (fixed.empty() && *until == 0) ? Position::within : Position::outside;
}

}  // namespace khien::advisory
