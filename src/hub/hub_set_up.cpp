#include "hub_set_up.hpp"

#include "khien/api/accounts.hpp"
#include "khien/estate/units.hpp"

namespace khien::hub {

Result<SetUp> set_up_first_time(store::Store& hub, const Config& config, const Env& env) {
  SetUp set_up;
  TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto tenants, estate::all_tenants(connection));
    if (!tenants.empty()) {
      set_up.tenant = tenants.front();
      return {};
    }
    const Timestamp now = env.clock.now();
    TRY(const auto made, estate::create_tenant(connection, config.province, now));
    set_up.tenant = made.tenant;
    const api::NewAccount account{.tenant = made.tenant,
                                  .username = "admin",
                                  .name = "Quản trị hệ thống",
                                  .role = Role::province_admin,
                                  .scope = {made.root}};
    TRY(auto administrator, api::create_account(connection, account, {}, now, env.random));
    set_up.administrator = MadeAdministrator{account.username, std::move(administrator.one_time_password)};
    return {};
  }));
  return set_up;
}

}  // namespace khien::hub
