#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "call.hpp"
#include "khien/core/date.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/duty/record_state.hpp"

namespace khien::api {

// What handlers of law and duty read out of a call.

duty::Actor actor_of(const Call& call);
// What binds the caller's tenant, as of this snapshot.
Result<std::shared_ptr<const duty::TenantLaw>> law_of(const Call& call, store::Connection& connection);

// `as_of` of the query, today where absent; none if there is no such day.
std::optional<Date> day_in_query(const Call& call);

std::vector<EvidenceId> evidence_in_body(const Call& call);
duty::Decision decision_in_body(const Call& call);

}  // namespace khien::api
