#include "scope_checks.hpp"

#include "khien/estate/units.hpp"

namespace khien::api {

Result<std::optional<UnitId>> unit_in_query(const Call& call, store::Connection& connection) {
  const auto id = call.query_integer("unit");
  if (!id) return std::optional<UnitId>();
  TRY(const auto unit, estate::get_unit(connection, call.scope(), {*id}));
  return std::optional<UnitId>(unit.id);
}

}  // namespace khien::api
