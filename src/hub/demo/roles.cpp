#include "parts.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"
#include "khien/estate/unit_roles.hpp"

namespace khien::hub::demo {
namespace {

// Of a unit that may have ended since.
Result<UnitId> unit_then(Ground& ground, std::string_view name, Date on) {
  TRY(const auto units, estate::list_units(ground.connection, ground.scope, on));
  const auto found = std::ranges::find(units, name, &estate::Unit::name);
  khien_assert(found != units.end());
  return found->id;
}

Result<void> assign(Ground& ground, UnitId unit, std::string_view role, Date from, std::optional<Date> to,
                    std::string_view decision) {
  TRY_VOID(estate::assign_unit_role(ground.connection, ground.scope,
                                    {.unit = unit,
                                     .role = std::string(role),
                                     .valid_from = from,
                                     .valid_to = to,
                                     .decision = std::string(decision) + std::string(kMadeUp)}));
  return {};
}

}  // namespace

Result<void> make_roles(Ground& ground) {
  const Date first = day(2015, 1, 1);
  const Date handed_over = day(2025, 3, 1);
  TRY(const auto before, unit_then(ground, "Sở Thông tin và Truyền thông", handed_over - 1));
  TRY_VOID(
      assign(ground, before, "standing_security_body", first, handed_over - 1, "05/QĐ-UBND ngày 05/01/2015"));
  TRY_VOID(assign(ground, ground.unit("congan").id, "standing_security_body", handed_over, std::nullopt,
                  "312/QĐ-UBND ngày 28/02/2025"));
  return assign(ground, ground.unit("stc").id, "finance_department", first, std::nullopt,
                "06/QĐ-UBND ngày 05/01/2015");
}

}  // namespace khien::hub::demo
