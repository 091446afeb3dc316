#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "khien/check/facts.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/machines.hpp"
#include "device_keys.hpp"
#include "device_matching.hpp"
#include "machine_identity.hpp"
#include "machine_name.hpp"
#include "machine_on_access.hpp"

// What the road writes about a machine. Every number and text here is an agent's
// word: bounded before it is stored, so that no machine can spoil a sum or a
// list that others are in.

namespace khien::estate {
namespace {

// More files than any machine has; sums over a nation's machines stay in 64 bits.
constexpr std::uint64_t kMostFiles = 1'000'000'000'000;

std::uint64_t bounded(std::uint64_t files) { return std::min(files, kMostFiles); }

store::Value optional_time(const std::optional<Timestamp>& time) {
  return time ? store::Value(*time) : store::Value(nullptr);
}

std::string json_array(const std::vector<std::string>& texts) {
  JsonWriter json;
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
  return json.take();
}

// Those that are addresses, spelled alike.
std::vector<std::string> card_addresses(const std::vector<std::string>& macs) {
  constexpr std::size_t kMostCards = 64;
  std::vector<std::string> cards;
  for (const std::string& text : macs) {
    auto mac = mac_from_text(text);
    if (mac && !mac->empty() && cards.size() < kMostCards) cards.push_back(std::move(mac).value());
  }
  return cards;
}

bool is_trouble(const EngineState& engine) {
  // Watching for changes works in part on purpose (too many folders): a scan on
  // schedule makes up for it. A degraded engine that judges does not.
  if (engine.engine == Engine::watch) return engine.state == EngineState::State::absent;
  return engine.state != EngineState::State::running;
}

Result<void> put_engine(store::Connection& connection, const AgentIdentity& agent, const EngineState& engine) {
  TRY_VOID(connection.run(
      "INSERT INTO machine_engine (tenant_id, machine_id, engine, state, signatures, updated_at, detail) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, machine_id, engine) DO UPDATE SET "
      "state = excluded.state, signatures = excluded.signatures, updated_at = excluded.updated_at, "
      "detail = excluded.detail",
      {agent.tenant, agent.machine, to_string(engine.engine), to_string(engine.state), engine.signatures,
       optional_time(engine.updated_at), engine.detail}));
  return {};
}

Result<void> put_product(store::Connection& connection, const AgentIdentity& agent, const ProductState& product) {
  TRY_VOID(connection.run(
      "INSERT INTO machine_product (tenant_id, machine_id, product, name, is_on, updated_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant_id, machine_id, product) DO UPDATE SET "
      "name = excluded.name, is_on = excluded.is_on, updated_at = excluded.updated_at",
      {agent.tenant, agent.machine, product.id, product.name, product.on, optional_time(product.updated_at)}));
  return {};
}

// Another maker's protection that is on stands in for ClamAV, which is then not missed.
bool falls_short(const ProtectionSeen& seen) {
  const bool others = std::ranges::any_of(seen.products, &ProductState::on);
  return seen.engines.empty() || std::ranges::any_of(seen.engines, [&](const EngineState& engine) {
    return is_trouble(engine) && !(others && engine.engine == Engine::clamav);
  });
}

}  // namespace

MachineName MachineName::from_text(std::string_view hostname, const std::vector<std::string>& addresses) {
  MachineName name;
  name.text = truncate(to_valid_utf8(hostname), kMaxHostnameBytes);
  name.order = collation_key(name.text);
  name.search_key = fold(name.text);
  for (const std::string& address : addresses) (name.search_key += '\n') += fold(address);
  return name;
}

// By what is stored: the unit is the hub's word, the rest the agent's.
Result<void> identify_machine(store::Connection& connection, TenantId tenant, MachineId machine) {
  std::vector<Key> keys;
  TRY_VOID(connection.query(
      "SELECT m.unit_id, m.hostname, m.serial, j.value FROM machine m LEFT JOIN json_each(m.macs) j "
      "WHERE m.tenant_id = ?1 AND m.id = ?2 AND m.revoked_at IS NULL",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        const auto more = keys_of(UnitId{row.integer(0)}, row.text(1), row.text(2), {std::string(row.text(3))});
        keys.insert(keys.end(), more.begin(), more.end());
        return {};
      }));
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  return put_machine_keys(connection, tenant, machine, keys);
}

namespace {

// What it had before ends, what is new begins.
Result<void> note_addresses(store::Connection& connection, const AgentIdentity& agent, const MachineSeen& seen, Timestamp received) {
  constexpr std::size_t kMostAddresses = 64;
  std::set<std::string> told;
  for (const std::string& address : seen.addresses) {
    if (told.size() < kMostAddresses) told.emplace(truncate(to_valid_utf8(address), kMaxHostnameBytes));
  }
  const auto json = json_array({told.begin(), told.end()});
  // One that was known before such rows were kept.
  TRY_VOID(connection.run("INSERT INTO machine_address (tenant_id, machine_id, address, since, is_first) SELECT m.tenant_id, m.id, j.value, m.enrolled_at, 1 "
                          "FROM machine m, json_each(m.addresses) j WHERE m.tenant_id = ?1 AND m.id = ?2 AND j.type = 'text' AND NOT EXISTS "
                          "(SELECT 1 FROM machine_address h WHERE h.tenant_id = m.tenant_id AND h.machine_id = m.id) ON CONFLICT DO NOTHING",
                          {agent.tenant, agent.machine}));
  TRY_VOID(connection.run("UPDATE machine_address SET until = max(?4, since) WHERE tenant_id = ?1 AND machine_id = ?2 AND until IS NULL "
                          "AND address NOT IN (SELECT value FROM json_each(?3))",
                          {agent.tenant, agent.machine, json, received}));
  TRY_VOID(connection.run("INSERT INTO machine_address (tenant_id, machine_id, address, since, is_first) SELECT ?1, ?2, j.value, ?4, NOT EXISTS (SELECT 1 FROM "
                          "machine_address h WHERE h.tenant_id = ?1 AND h.machine_id = ?2 AND h.since < ?4) FROM json_each(?3) j WHERE NOT EXISTS (SELECT 1 FROM "
                          "machine_address h WHERE h.tenant_id = ?1 AND h.machine_id = ?2 AND h.address = j.value AND h.until IS NULL) ON CONFLICT DO NOTHING",
                          {agent.tenant, agent.machine, json, received}));
  // A machine goes from net to net all day: the last year of it is enough.
  TRY_VOID(connection.run("DELETE FROM machine_address WHERE tenant_id = ?1 AND machine_id = ?2 AND until < ?3",
                          {agent.tenant, agent.machine, received - days(400)}));
  return {};
}

}  // namespace

Result<void> apply_machine_seen(store::Connection& connection, const AgentIdentity& agent, const MachineSeen& seen,
                                Timestamp received) {
  const auto name = MachineName::from_text(seen.hostname, seen.addresses);
  bool is_newest = false;
  TRY_VOID(connection.query("SELECT described_at <= ?3 FROM machine WHERE tenant_id = ?1 AND id = ?2", {agent.tenant, agent.machine, received},
                            [&](const store::Row& row) -> Result<void> {
                              is_newest = row.integer(0) != 0;
                              return {};
                            }));
  if (is_newest) TRY_VOID(note_addresses(connection, agent, seen, received));
  TRY_VOID(connection.run(
      "UPDATE machine SET hostname = ?3, hostname_order = ?4, search_key = ?5, os_id = ?6, os_name = ?7, "
      "os_version = ?8, kernel_running = ?9, kernel_installed = ?10, addresses = ?11, agent_version = ?12, "
      "described_at = ?13, serial = ?14, macs = ?15 WHERE tenant_id = ?1 AND id = ?2 AND described_at <= ?13",
      {agent.tenant, agent.machine, name.text, as_bytes(name.order), name.search_key, seen.os_id, seen.os_name,
       seen.os_version, seen.kernel_running, seen.kernel_installed, json_array(seen.addresses), seen.agent_version,
       received, serial_from_text(seen.serial), json_array(card_addresses(seen.macs))}));
  TRY_VOID(identify_machine(connection, agent.tenant, agent.machine));
  return apply_heard_from(connection, agent, received);
}

Result<void> apply_protection(store::Connection& connection, const AgentIdentity& agent, const ProtectionSeen& seen) {
  // An agent that names no engine is not protected by one.
  const bool trouble = falls_short(seen);
  TRY_VOID(connection.run("DELETE FROM machine_engine WHERE tenant_id = ?1 AND machine_id = ?2",
                          {agent.tenant, agent.machine}));
  for (const EngineState& engine : seen.engines) TRY_VOID(put_engine(connection, agent, engine));
  TRY_VOID(put_on_access(connection, agent, seen.on_access));
  TRY_VOID(connection.run("DELETE FROM machine_product WHERE tenant_id = ?1 AND machine_id = ?2",
                          {agent.tenant, agent.machine}));
  for (const ProductState& product : seen.products) TRY_VOID(put_product(connection, agent, product));
  // Content from the future, by a clock that is wrong or lies, must not stay fresh for ever.
  TRY_VOID(connection.run(
      "UPDATE machine SET engine_trouble = ?3, protection_on = ?4, firewall = ?5, content_updated_at = min(?6, last_seen) "
      "WHERE tenant_id = ?1 AND id = ?2",
      {agent.tenant, agent.machine, trouble, check::is_protected(seen), to_string(seen.firewall),
       optional_time(check::content_updated_at(seen))}));
  return {};
}

Result<void> apply_scan(store::Connection& connection, const AgentIdentity& agent, const ScanSeen& seen) {
  // A medium says nothing of how well the machine itself was looked at.
  if (seen.medium) return put_medium(connection, agent, seen);
  const bool complete = seen.state == ScanSeen::State::complete;
  // Progress of a scan that is known to be complete is an old fact.
  TRY(const auto changed,
      connection.run(
          "UPDATE machine SET scan = ?3, scan_state = ?4, scan_started_at = ?5, scan_finished_at = ?6, "
          "scan_files_seen = ?7, scan_files_scanned = ?8, scan_files_skipped = ?9, scan_files_total = ?10 "
          "WHERE tenant_id = ?1 AND id = ?2 AND NOT (scan IS ?3 AND scan_state IS 'complete' AND ?4 = 'running')",
          {agent.tenant, agent.machine, seen.scan, complete ? "complete" : "running", seen.started_at,
           optional_time(seen.finished_at), bounded(seen.files_seen), bounded(seen.files_scanned),
           bounded(seen.files_skipped), bounded(seen.files_total)}));
  if (!complete || changed == 0) return {};
  // By the hub's clock where the agent's is ahead: a wrong clock must not keep
  // a scan young for ever.
  TRY_VOID(connection.run(
      "UPDATE machine SET last_complete_scan_at = min(?3, last_seen), files_scanned = ?4, "
      "first_complete_scan_at = coalesce(first_complete_scan_at, min(?3, last_seen)) "
      "WHERE tenant_id = ?1 AND id = ?2",
      {agent.tenant, agent.machine, seen.finished_at.value_or(seen.started_at), bounded(seen.files_scanned)}));
  return {};
}

Result<void> apply_heard_from(store::Connection& connection, const AgentIdentity& agent, Timestamp received) {
  TRY_VOID(connection.run("UPDATE machine SET last_seen = ?3 WHERE tenant_id = ?1 AND id = ?2 AND last_seen < ?3",
                          {agent.tenant, agent.machine, received}));
  return {};
}

Result<void> set_open_findings(store::Connection& connection, const AgentIdentity& agent, std::int64_t open,
                               std::int64_t open_malware) {
  khien_assert(open_malware >= 0 && open_malware <= open);
  TRY_VOID(connection.run(
      "UPDATE machine SET open_findings = ?3, open_malware = ?4 WHERE tenant_id = ?1 AND id = ?2",
      {agent.tenant, agent.machine, open, open_malware}));
  return {};
}

}  // namespace khien::estate
