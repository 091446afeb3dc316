#include "parts.hpp"

#include "khien/core/assert.hpp"

namespace khien::hub::demo {

Result<void> make_units(Ground& ground) {
  TRY(const auto root, estate::root_unit(ground.connection, ground.scope.tenant()));
  ground.units.push_back({.id = root,
                          .name = std::string(kProvince),
                          .slug = "tinh",
                          .kind = estate::UnitKind::province,
                          .weight = 0,
                          .has_site = true});
  TRY_VOID(make_provincial_units(ground));
  TRY_VOID(make_communes(ground));
  khien_assert(ground.units.size() == kUnits);
  return {};
}

}  // namespace khien::hub::demo
