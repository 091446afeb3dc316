#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"

namespace khien {

// What is watched and what a finding is about: a machine with an agent, or a
// website. Both belong to a unit and take their findings along when they move.
struct AssetId {
  enum class Kind : unsigned char { machine, site };

  Kind kind = Kind::machine;
  std::int64_t value = 0;  // of that kind; 0 is "none"

  AssetId() = default;
  // Either is an asset wherever one is wanted.
  AssetId(MachineId machine) : kind(Kind::machine), value(machine.value) {}
  AssetId(SiteId site) : kind(Kind::site), value(site.value) {}

  std::optional<MachineId> machine() const {
    return kind == Kind::machine ? std::optional(MachineId{value}) : std::nullopt;
  }
  std::optional<SiteId> site() const { return kind == Kind::site ? std::optional(SiteId{value}) : std::nullopt; }

  explicit operator bool() const { return value != 0; }
  auto operator<=>(const AssetId&) const = default;
};
std::string_view to_string(AssetId::Kind kind);
Result<AssetId::Kind> asset_kind_from_string(std::string_view text);

}  // namespace khien
