#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/policy.hpp"
#include "khien/store/connection.hpp"

namespace khien::policy {

std::optional<MachineRole> role_from(std::string_view text);
std::string_view role_text(std::optional<MachineRole> role);

// What holds for a machine of a unit and role: all published policies of a tenant,
// read once, and the units above each unit.
class Layers {
 public:
  static Result<Layers> read(store::Connection& connection, TenantId tenant);

  // As if that were published too. A version of the same policy that is not above
  // `number` stays; `number` 0 takes the next.
  void add(UnitId unit, std::optional<MachineRole> role, const Policy& policy, Date from, std::optional<Date> until);

  EffectivePolicy effective(UnitId unit, std::optional<MachineRole> role, Date day) const;
  bool empty() const { return layers_.empty(); }

 private:
  std::vector<PolicyLayer> layers_;                     // depth is filled by effective()
  std::map<UnitId, std::vector<std::pair<UnitId, std::size_t>>> above_;  // unit → each unit above and itself, depth
};

// One machine, as policies see it.
struct MachineRow {
  MachineId id;
  UnitId unit;
  std::optional<MachineRole> role;
  std::string_view name;       // until the visit returns
  std::string_view unit_name;
};
// Those with a certificate that is not revoked, below `unit` if it is given, by unit
// name and host name. By tenant: who asks is checked before.
Result<void> each_machine(store::Connection& connection, TenantId tenant, std::optional<UnitId> unit,
                          const std::function<Result<void>(const MachineRow&)>& visit);

}  // namespace khien::policy
