#pragma once

#include <optional>
#include <string>

#include "khien/core/env.hpp"
#include "khien/core/secret.hpp"
#include "khien/hub/config.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/store.hpp"

namespace khien::hub {

struct MadeAdministrator {
  std::string username;
  Secret one_time_password;
};
struct SetUp {
  TenantId tenant;
  std::optional<MadeAdministrator> administrator;  // only if there was no tenant yet
};

// The tenant of this hub; at the first start it is made, with its root unit and
// its administrator, in one transaction.
Result<SetUp> set_up_first_time(store::Store& hub, const Config& config, const Env& env);

}  // namespace khien::hub
