#pragma once

#include <string_view>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// Is this tenant a made-up province, to look at and to try?
Result<bool> is_sample(store::Connection& connection, TenantId tenant);

// From now on the tenant is a sample and is called `name`, its topmost unit too:
// nothing made up stands under the name of a real province. There is no way back.
// Code::conflict unless the tenant is empty: no unit below the topmost, no
// device, no machine.
Result<void> mark_as_sample(store::Connection& connection, const store::TenantScope& scope,
                            std::string_view name, Timestamp now);

}  // namespace khien::estate
