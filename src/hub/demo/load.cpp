#include "load.hpp"

#include "khien/api/accounts.hpp"
#include "khien/estate/sample.hpp"
#include "khien/store/audit_log.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

struct Step {
  LocalText done;
  Result<void> (*make)(Ground& ground);
};

const std::vector<Step>& steps() {
  static const std::vector<Step> all = {
      {{"Cơ quan, đơn vị, kể cả trước khi sắp xếp", "units, also those before the reorganisation"},
       make_units},
      {{"Vai trò của đơn vị", "roles of units"}, make_roles},
      {{"Hệ thống thông tin", "information systems"}, make_systems},
      {{"Trang web", "websites"}, make_sites},
      {{"Dải địa chỉ", "address ranges"}, make_address_ranges},
      {{"Đầu mối liên hệ", "contacts"}, make_contacts},
      {{"Thiết bị", "devices"}, make_devices},
  };
  return all;
}

Result<void> note(Ground& ground) {
  TRY_VOID(store::append_audit(ground.connection, ground.scope.tenant(),
                               {.at = ground.now,
                                .who = "system",
                                .action = "sample.load",
                                .object = "unit:" + std::to_string(ground.root().id.value),
                                .detail = std::string(kProvince),
                                .address = {}}));
  return {};
}

Result<std::vector<SampleAccount>> fill(store::Connection& connection, TenantId tenant, const Env& env,
                                        const Options& options) {
  const Timestamp now = env.clock.now();
  const Date today = vietnam_day(now);
  if (today < earliest_today()) {
    return Error(Code::invalid, "the clock says " + to_string(today) + "; the sample begins on " +
                                    to_string(earliest_today()));
  }
  TRY(const auto scope, api::owner_scope(connection, tenant));
  TRY_VOID(estate::mark_as_sample(connection, scope, kProvince, now));
  Ground ground{.connection = connection, .scope = scope, .now = now, .today = today, .units = {}};
  for (const Step& step : steps()) {
    TRY_VOID(step.make(ground));
    if (options.tell) options.tell(step.done);
  }
  std::vector<SampleAccount> accounts;
  if (options.with_users) {
    TRY(accounts, make_accounts(ground, env.random));
  }
  TRY_VOID(note(ground));
  return accounts;
}

}  // namespace

Result<std::vector<SampleAccount>> load(store::Store& hub, TenantId tenant, const Env& env,
                                        const Options& options) {
  std::vector<SampleAccount> accounts;
  TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(accounts, fill(connection, tenant, env, options));
    return {};
  }));
  return accounts;
}

}  // namespace khien::hub::demo
