#include "khien/policy/machine_policies.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "layers.hpp"

namespace khien::policy {
namespace {

// Far above what a tenant reaches, far below where a number loses digits.
constexpr std::int64_t kHighestVersion = 1'000'000'000'000;

std::string settings_text(const PolicySettings& settings) { return to_json(Policy{.settings = settings, .locked = 0}); }

Result<PolicySettings> settings_from(std::string_view text) {
  auto policy = policy_from_json(text);
  if (!policy) return Error(Code::corrupt, "a machine's stored policy: " + policy.error().what());
  return std::move(policy->settings);
}

struct Kept {
  std::int64_t version = 0;
  std::string settings;
};

Result<std::map<MachineId, Kept>> kept_of(store::Connection& connection, TenantId tenant) {
  std::map<MachineId, Kept> kept;
  TRY_VOID(connection.query("SELECT machine_id, version, settings FROM machine_policy WHERE tenant_id = ?1", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              kept[MachineId{row.integer(0)}] = {row.integer(1), std::string(row.text(2))};
                              return {};
                            }));
  return kept;
}

// True if that is another one than is kept.
Result<bool> keep(store::Connection& connection, const AgentIdentity& machine, const Kept* kept, const std::string& settings,
                  Timestamp now) {
  static const std::string kNothing = settings_text({});
  if (kept == nullptr ? settings == kNothing : kept->settings == settings) return false;
  const std::int64_t version = kept == nullptr ? 1 : kept->version + 1;
  TRY_VOID(connection.run("INSERT INTO machine_policy (tenant_id, machine_id, version, settings, since) "
                          "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_id, machine_id) DO UPDATE SET "
                          "version = excluded.version, settings = excluded.settings, since = excluded.since",
                          {machine.tenant, machine.machine, version, settings, now}));
  return true;
}

struct Wanted {
  MachineId machine;
  std::string settings;
};

Result<std::optional<std::pair<UnitId, std::optional<MachineRole>>>> place_of(store::Connection& connection,
                                                                              const AgentIdentity& machine) {
  std::optional<std::pair<UnitId, std::optional<MachineRole>>> place;
  TRY_VOID(connection.query("SELECT m.unit_id, ifnull(d.kind, '') FROM machine m LEFT JOIN device d "
                            "ON d.tenant_id = m.tenant_id AND d.machine_id = m.id WHERE m.tenant_id = ?1 AND m.id = ?2",
                            {machine.tenant, machine.machine}, [&](const store::Row& row) -> Result<void> {
                              std::optional<MachineRole> role;
                              if (!row.text(1).empty()) role = role_from(row.text(1)).value_or(MachineRole::other);
                              place.emplace(UnitId{row.integer(0)}, role);
                              return {};
                            }));
  return place;
}

Result<std::optional<SeenRecord>> seen_of(store::Connection& connection, const AgentIdentity& machine) {
  std::optional<SeenRecord> found;
  TRY_VOID(connection.query(
      "SELECT s.state, s.version, s.expires_at, s.refusal, s.received_at, s.differences FROM machine_policy_seen s "
      "WHERE s.tenant_id = ?1 AND s.machine_id = ?2",
      {machine.tenant, machine.machine}, [&](const store::Row& row) -> Result<void> {
        SeenRecord record;
        TRY(record.seen.state, policy_state_from_string(row.text(0)));
        record.seen.version = row.integer(1);
        if (!row.is_null(2)) record.seen.expires_at = row.time(2);
        TRY(record.seen.refusal, policy_refusal_from_string(row.text(3)));
        record.received_at = row.time(4);
        Budget budget({.bytes_in = 4'096, .depth = 3});
        JsonDocument memory;
        TRY(const auto differences, memory.parse(row.text(5), budget));
        TRY_VOID(differences.each_field([&](std::string_view name, Json why) -> Result<void> {
          PolicySeen::Difference difference;
          TRY(difference.setting, policy_setting_from_string(name));
          TRY(const auto word, why.string());
          TRY(difference.why, policy_deviation_from_string(word));
          record.seen.differences.push_back(difference);
          return {};
        }));
        found = std::move(record);
        return {};
      }));
  return found;
}

}  // namespace

Result<std::int64_t> refresh_machine_policies(store::Connection& connection, TenantId tenant, Timestamp now) {
  TRY(const auto layers, Layers::read(connection, tenant));
  TRY(const auto kept, kept_of(connection, tenant));
  if (layers.empty() && kept.empty()) return 0;
  // Written behind the read: a statement that runs over machines must not see them change.
  std::vector<Wanted> changed;
  std::map<std::pair<UnitId, std::optional<MachineRole>>, std::string> of_place;
  TRY_VOID(each_machine(connection, tenant, std::nullopt, [&](const MachineRow& machine) -> Result<void> {
    const auto [place, is_new] = of_place.try_emplace({machine.unit, machine.role});
    if (is_new) place->second = settings_text(layers.effective(machine.unit, machine.role, vietnam_day(now)).settings);
    const auto known = kept.find(machine.id);
    if (known == kept.end() || known->second.settings != place->second) changed.push_back({machine.id, place->second});
    return {};
  }));
  std::int64_t count = 0;
  for (const Wanted& one : changed) {
    const auto known = kept.find(one.machine);
    TRY(const bool is_other, keep(connection, {tenant, one.machine}, known == kept.end() ? nullptr : &known->second, one.settings, now));
    count += is_other ? 1 : 0;
  }
  return count;
}

Result<void> refresh_machine_policy(store::Connection& connection, const AgentIdentity& machine, Timestamp now) {
  TRY(const auto place, place_of(connection, machine));
  if (!place) return Error(Code::not_found, "there is no such machine");
  TRY(const auto layers, Layers::read(connection, machine.tenant));
  std::optional<Kept> kept;
  TRY_VOID(connection.query("SELECT version, settings FROM machine_policy WHERE tenant_id = ?1 AND machine_id = ?2",
                            {machine.tenant, machine.machine}, [&](const store::Row& row) -> Result<void> {
                              kept = Kept{row.integer(0), std::string(row.text(1))};
                              return {};
                            }));
  const auto settings = settings_text(layers.effective(place->first, place->second, vietnam_day(now)).settings);
  TRY_VOID(keep(connection, machine, kept ? &*kept : nullptr, settings, now));
  return {};
}

Result<std::optional<Desired>> desired_policy(store::Connection& connection, const AgentIdentity& machine) {
  std::optional<Desired> found;
  TRY_VOID(connection.query("SELECT version, since, settings FROM machine_policy WHERE tenant_id = ?1 AND machine_id = ?2",
                            {machine.tenant, machine.machine}, [&](const store::Row& row) -> Result<void> {
                              Desired desired{.version = row.integer(0), .since = row.time(1), .settings = {}};
                              TRY(desired.settings, settings_from(row.text(2)));
                              found = std::move(desired);
                              return {};
                            }));
  return found;
}

Result<std::int64_t> desired_version(store::Connection& connection, const AgentIdentity& machine) {
  std::int64_t version = 0;
  TRY_VOID(connection.query("SELECT version FROM machine_policy WHERE tenant_id = ?1 AND machine_id = ?2",
                            {machine.tenant, machine.machine}, [&version](const store::Row& row) -> Result<void> {
                              version = row.integer(0);
                              return {};
                            }));
  return version;
}

Result<void> outnumber(store::Connection& connection, const AgentIdentity& machine, std::int64_t version, Timestamp now) {
  if (version < 0 || version >= kHighestVersion) return Error(Code::invalid, "there is no such version");
  TRY_VOID(connection.run("UPDATE machine_policy SET version = ?3 + 1, since = ?4 WHERE tenant_id = ?1 AND machine_id = ?2 "
                          "AND version < ?3",
                          {machine.tenant, machine.machine, version, now}));
  return {};
}

Result<void> apply_policy_seen(store::Connection& connection, const AgentIdentity& machine, const PolicySeen& seen,
                               ObservationId observation, Timestamp received) {
  JsonWriter differences;
  differences.begin_object();
  for (const auto& one : seen.differences) differences.field(to_string(one.setting), to_string(one.why));
  differences.end_object();
  const auto expires = seen.expires_at ? store::Value(*seen.expires_at) : store::Value(nullptr);
  const std::string text = differences.take();
  TRY_VOID(connection.run(
      "INSERT INTO machine_policy_seen (tenant_id, machine_id, state, version, expires_at, refusal, differences, received_at, "
      "observation_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (tenant_id, machine_id) DO UPDATE SET "
      "state = excluded.state, version = excluded.version, expires_at = excluded.expires_at, refusal = excluded.refusal, "
      "differences = excluded.differences, received_at = excluded.received_at, observation_id = excluded.observation_id "
      "WHERE excluded.observation_id > observation_id",
      {machine.tenant, machine.machine, to_string(seen.state), seen.version, expires, to_string(seen.refusal), text, received,
       observation}));
  return {};
}

Result<MachinePolicyRecord> machine_policy(store::Connection& connection, const store::TenantScope& scope, MachineId id,
                                           Timestamp now) {
  TRY(const auto machine, estate::get_machine(connection, scope, id, now));
  const AgentIdentity identity{scope.tenant(), machine.id};
  TRY(const auto place, place_of(connection, identity));
  khien_assert(place.has_value());
  TRY(const auto layers, Layers::read(connection, scope.tenant()));
  MachinePolicyRecord record;
  record.role = place->second;
  record.effective = layers.effective(place->first, place->second, vietnam_day(now));
  for (const auto& origin : record.effective.origins) {
    if (!origin || record.units.contains(origin->unit)) continue;
    const auto unit = estate::get_unit(connection, scope, origin->unit);
    if (unit) record.units[origin->unit] = unit->name;
    if (!unit && unit.error().code() != Code::not_found) return unit.error();
  }
  TRY(record.desired, desired_policy(connection, identity));
  TRY(record.seen, seen_of(connection, identity));
  if (record.seen) {
    record.drift = drift(record.seen->seen, record.desired, now);
    std::erase_if(record.drift, [](const Claim& claim) { return claim.standing == Claim::Standing::gone; });
  }
  return record;
}

Result<PolicyCounts> count_policies(store::Connection& connection, const store::TenantScope& scope,
                                    std::optional<UnitId> unit) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  PolicyCounts counts;
  TRY_VOID(connection.query_one(
      "SELECT count(*), ifnull(sum(ifnull(s.version, 0) < p.version), 0), "
      "ifnull(sum(ifnull(s.version, 0) >= p.version AND (s.differences <> '{}' OR s.refusal <> 'none' OR s.state = 'expired')), 0) "
      "FROM machine_policy p JOIN machine m ON m.tenant_id = p.tenant_id AND m.id = p.machine_id "
      "LEFT JOIN machine_policy_seen s ON s.tenant_id = p.tenant_id AND s.machine_id = p.machine_id "
      "WHERE p.tenant_id = ?1 AND m.revoked_at IS NULL AND " KHIEN_IN_SCOPE("m.unit_id"),
      {scope.tenant(), roots}, [&counts](const store::Row& row) -> Result<void> {
        counts.machines = row.integer(0);
        counts.waiting = row.integer(1);
        counts.differing = row.integer(2);
        counts.in_line = counts.machines - counts.waiting - counts.differing;
        return {};
      }));
  return counts;
}

}  // namespace khien::policy
