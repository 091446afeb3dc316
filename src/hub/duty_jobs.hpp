#pragma once

#include "khien/core/result.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/incident/content.hpp"
#include "khien/store/store.hpp"

namespace khien::hub {

// What the hub does by itself, for every tenant.

// At each start: directives that the product ships and a tenant does not know yet.
Result<void> adopt_directives(store::Store& hub, const duty::Catalogues& law, Timestamp now);
// Every hour: the readings of the day.
Result<void> store_all_readings(store::Store& hub, const duty::Catalogues& law, Timestamp now);
// Every minute: incidents that rules open by themselves, and clocks of incidents that nobody met.
Result<void> watch_all_incidents(store::Store& hub, const duty::Catalogues& law, const incident::Content& content, Timestamp now);
// Every ten minutes: what each machine is to do, as of today.
Result<void> refresh_all_policies(store::Store& hub, Timestamp now);

}  // namespace khien::hub
