#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// Is this tenant a made-up province, to look at and to try?
Result<bool> is_sample(store::Connection& connection, TenantId tenant);

// From now on the tenant is a sample and is called `name`, its topmost unit too:
// nothing made up stands under the name of a real province. There is no way back.
// Code::conflict unless the tenant is empty: no unit below the topmost, no device
// of a list. Machines whose agents enrolled stay, and stay real.
Result<void> mark_as_sample(store::Connection& connection, const store::TenantScope& scope,
                            std::string_view name, Timestamp now);

// Machines that an agent enrolled: real ones.
Result<std::int64_t> count_real_machines(store::Connection& connection, TenantId tenant);

// A made-up machine: marked from its first moment, without a token and without a
// certificate, and none is ever bound to it, so no agent can speak as it. What it
// "said" comes by the road like everything else; its health is that of
// `told_at`, for nobody goes on speaking for it.
// Code::conflict if the tenant is no sample; not_found if the unit is not in scope.
struct NewSampleMachine {
  UnitId unit;
  std::string hostname;
  Timestamp enrolled_at;
  Timestamp told_at;
};
Result<AgentIdentity> add_sample_machine(store::Connection& connection, const store::TenantScope& scope,
                                         const NewSampleMachine& machine);

}  // namespace khien::estate
