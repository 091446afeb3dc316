#include "layers.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"

namespace khien::policy {

std::optional<MachineRole> role_from(std::string_view text) {
  const auto role = machine_role_from_string(text);
  return role ? std::optional(*role) : std::nullopt;
}

std::string_view role_text(std::optional<MachineRole> role) { return role ? to_string(*role) : ""; }

Result<Layers> Layers::read(store::Connection& connection, TenantId tenant) {
  Layers layers;
  TRY_VOID(connection.query(
      "SELECT p.id, p.unit_id, p.role, v.number, v.valid_from, v.valid_until, v.text FROM policy_version v "
      "JOIN policy p ON p.tenant_id = v.tenant_id AND p.id = v.policy_id "
      "WHERE v.tenant_id = ?1 AND v.state = 'published'",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        PolicyLayer layer;
        layer.id = {row.integer(0)};
        layer.unit = {row.integer(1)};
        layer.role = role_from(row.text(2));
        layer.number = static_cast<std::uint32_t>(row.integer(3));
        layer.valid_from = Date::from_days(row.integer(4));
        if (!row.is_null(5)) layer.valid_until = Date::from_days(row.integer(5));
        auto policy = policy_from_json(row.text(6));
        if (!policy) return Error(Code::corrupt, "a stored policy: " + policy.error().what());
        layer.policy = std::move(policy).value();
        layers.layers_.push_back(std::move(layer));
        return {};
      }));
  // The depth of a unit is how many are above it.
  TRY_VOID(connection.query(
      "SELECT a.unit_id, a.ancestor_id, (SELECT count(*) FROM unit_ancestor b WHERE b.tenant_id = a.tenant_id "
      "AND b.unit_id = a.ancestor_id) FROM unit_ancestor a WHERE a.tenant_id = ?1",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        layers.above_[UnitId{row.integer(0)}].emplace_back(UnitId{row.integer(1)},
                                                          static_cast<std::size_t>(row.integer(2)));
        return {};
      }));
  return layers;
}

void Layers::add(UnitId unit, std::optional<MachineRole> role, const Policy& policy, Date from, std::optional<Date> until) {
  PolicyLayer layer;
  layer.unit = unit;
  layer.role = role;
  layer.valid_from = from;
  layer.valid_until = until;
  layer.policy = policy;
  for (const PolicyLayer& other : layers_) {
    if (other.unit != unit || other.role != role) continue;
    layer.id = other.id;
    layer.number = std::max(layer.number, other.number + 1);
  }
  layers_.push_back(std::move(layer));
}

EffectivePolicy Layers::effective(UnitId unit, std::optional<MachineRole> role, Date day) const {
  const auto above = above_.find(unit);
  if (above == above_.end()) return {};
  std::vector<PolicyLayer> chain;
  for (const PolicyLayer& layer : layers_) {
    const auto found = std::ranges::find(above->second, layer.unit, &std::pair<UnitId, std::size_t>::first);
    if (found == above->second.end()) continue;
    chain.push_back(layer);
    chain.back().depth = found->second;
  }
  return effective_policy(chain, role, day);
}

Result<void> each_machine(store::Connection& connection, TenantId tenant, std::optional<UnitId> unit,
                          const std::function<Result<void>(const MachineRow&)>& visit) {
  return connection.query(
      "SELECT m.id, m.unit_id, ifnull(d.kind, ''), m.hostname, u.name FROM machine m "
      "JOIN unit u ON u.tenant_id = m.tenant_id AND u.id = m.unit_id "
      "LEFT JOIN device d ON d.tenant_id = m.tenant_id AND d.machine_id = m.id "
      "WHERE m.tenant_id = ?1 AND m.revoked_at IS NULL AND (?2 = 0 OR EXISTS (SELECT 1 FROM unit_ancestor a "
      "WHERE a.tenant_id = ?1 AND a.unit_id = m.unit_id AND a.ancestor_id = ?2)) "
      "ORDER BY u.name_order, m.unit_id, m.hostname_order, m.id",
      {tenant, unit.value_or(UnitId{})}, [&](const store::Row& row) -> Result<void> {
        const std::string_view kind = row.text(2);
        MachineRow machine{.id = {row.integer(0)}, .unit = {row.integer(1)}, .role = {}, .name = row.text(3), .unit_name = row.text(4)};
        // A list of devices has kinds that no agent runs on; those are other machines here.
        if (!kind.empty()) machine.role = role_from(kind).value_or(MachineRole::other);
        return visit(machine);
      });
}

}  // namespace khien::policy
