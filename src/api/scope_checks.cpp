#include "scope_checks.hpp"

#include <algorithm>

#include "khien/estate/units.hpp"

namespace khien::api {

Result<std::optional<UnitId>> unit_in_query(const Call& call, store::Connection& connection) {
  const auto id = call.query_integer("unit");
  if (!id) return std::optional<UnitId>();
  TRY(const auto unit, estate::get_unit(connection, call.scope(), {*id}));
  return std::optional<UnitId>(unit.id);
}

Result<bool> answers_for_all(const Call& call, store::Connection& connection) {
  TRY(const auto root, estate::root_unit(connection, call.who->tenant()));
  return std::ranges::find(call.scope().roots(), root) != call.scope().roots().end();
}

}  // namespace khien::api
