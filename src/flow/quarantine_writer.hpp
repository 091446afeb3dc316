#pragma once

#include <vector>

#include "finding_writer.hpp"
#include "khien/core/result.hpp"
#include "khien/model/observation.hpp"
#include "khien/store/connection.hpp"

namespace khien::flow {

// What the road writes of quarantine and orders. An observation that is not newer
// than what already spoke changes nothing.

// A file that went into quarantine, or came out of it. What a person ordered back
// and is back: the findings of these bytes are suppressed as the order says.
Result<std::vector<Touched>> apply_quarantine_seen(store::Connection& connection, const Sighting& sighting,
                                                   const QuarantineSeen& seen);

// The agent's answer. One to an order that is another machine's, or was never
// given out, is nothing.
Result<void> apply_order_seen(store::Connection& connection, const Sighting& sighting, const OrderSeen& seen);

}  // namespace khien::flow
