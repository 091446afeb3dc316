#pragma once

#include <span>
#include <string_view>

namespace khien::hub::demo {

struct SystemRow {
  std::string_view owner;  // slug
  std::string_view name;
  std::string_view purpose;
  int level;  // 0: not set
};
// Those of the province's own bodies.
std::span<const SystemRow> provincial_systems();

}  // namespace khien::hub::demo
