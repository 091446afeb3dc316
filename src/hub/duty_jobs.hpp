#pragma once

#include "khien/core/result.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/store/store.hpp"

namespace khien::hub {

// What the hub does for duties by itself, for every tenant.

// At each start: directives that the product ships and a tenant does not know yet.
Result<void> adopt_directives(store::Store& hub, const duty::Catalogues& law, Timestamp now);
// Every hour: the readings of the day.
Result<void> store_all_readings(store::Store& hub, const duty::Catalogues& law, Timestamp now);

}  // namespace khien::hub
