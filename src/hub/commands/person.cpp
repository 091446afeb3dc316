#include "commands/person.hpp"

#include "khien/api/accounts.hpp"

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

}  // namespace khien::hub
