#include "commands/person.hpp"

#include "khien/api/accounts.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"

namespace khien::hub {

Result<UserId> person_named(store::Connection& connection, TenantId tenant, const std::optional<std::string>& name) {
  if (!name) return Error(Code::invalid, "say on whose word: --as USER");
  TRY(const auto accounts, api::list_accounts(connection, tenant));
  for (const auto& account : accounts) {
    if (account.username != *name) continue;
    const bool may = account.role == Role::province_admin || account.role == Role::soc_operator;
    if (account.disabled || !may) return Error(Code::denied, "that person may not order it");
    return account.id;
  }
  return Error(Code::not_found, "there is no such person");
}

Result<UnitId> unit_named(store::Connection& connection, const store::TenantScope& scope, std::string_view words) {
  TRY(const auto units, estate::list_units(connection, scope));
  for (const auto& unit : units) {
    if (!words.empty() && unit.code == words) return unit.id;
  }
  for (const auto& unit : units) {
    if (std::to_string(unit.id.value) == words || fold(unit.name) == fold(words)) return unit.id;
  }
  return Error(Code::not_found, "there is no such unit: " + printable(words));
}

}  // namespace khien::hub
