#pragma once

#include "khien/duty/record_state.hpp"
#include "khien/store/connection.hpp"

namespace khien::duty {

// Code::conflict if it does not wait or the same person recorded it, denied by
// role, invalid if a refusal lacks its reason.
Result<void> check_decision(const Handling& handling, const Actor& actor, const Decision& decision);
Result<void> check_withdrawal(const Handling& handling, const Actor& actor);

// Eight columns: state, recorded_by, recorded_at, decided_by, decided_at,
// decision_note, and who and when it ended.
Handling handling_from(const store::Row& row, int first);

}  // namespace khien::duty
