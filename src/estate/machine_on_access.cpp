#include "machine_on_access.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"

namespace khien::estate {
namespace {

// More than any machine has; sums stay in 64 bits.
constexpr std::uint64_t kMostCounted = 1'000'000'000'000;
constexpr std::size_t kMaxTextBytes = 1'024;

std::uint64_t bounded(std::uint64_t count) { return std::min(count, kMostCounted); }

std::string short_text(std::string_view text) { return std::string(truncate(text, kMaxTextBytes)); }

}  // namespace

Result<void> put_on_access(store::Connection& connection, const AgentIdentity& agent,
                           const std::optional<AccessState>& on_access) {
  TRY_VOID(connection.run("DELETE FROM machine_on_access WHERE tenant_id = ?1 AND machine_id = ?2",
                          {agent.tenant, agent.machine}));
  if (!on_access) return {};
  TRY_VOID(connection.run(
      "INSERT INTO machine_on_access (tenant_id, machine_id, mode, wanted, why, denied, late) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      {agent.tenant, agent.machine, to_string(on_access->mode), to_string(on_access->wanted), on_access->why,
       bounded(on_access->denied), bounded(on_access->late)}));
  return {};
}

Result<std::optional<AccessState>> load_on_access(store::Connection& connection, TenantId tenant, MachineId machine) {
  std::optional<AccessState> found;
  TRY_VOID(connection.query(
      "SELECT mode, wanted, why, denied, late FROM machine_on_access WHERE tenant_id = ?1 AND machine_id = ?2",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        AccessState on_access;
        TRY(on_access.mode, access_mode_from_string(row.text(0)));
        TRY(on_access.wanted, access_mode_from_string(row.text(1)));
        on_access.why = row.text(2);
        on_access.denied = static_cast<std::uint64_t>(row.integer(3));
        on_access.late = static_cast<std::uint64_t>(row.integer(4));
        found = std::move(on_access);
        return {};
      }));
  return found;
}

Result<void> put_medium(store::Connection& connection, const AgentIdentity& agent, const ScanSeen& seen) {
  khien_assert(seen.medium.has_value());
  const bool complete = seen.state == ScanSeen::State::complete;
  const store::Value finished = seen.finished_at ? store::Value(*seen.finished_at) : store::Value(nullptr);
  // Progress of one that is known to be complete is an old fact.
  TRY_VOID(connection.run(
      "INSERT INTO machine_medium (tenant_id, machine_id, scan, state, mount_point, file_system, source, cut_short, "
      "started_at, finished_at, files_seen, files_scanned, files_skipped) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "
      "ON CONFLICT (tenant_id, machine_id, scan) DO UPDATE SET state = excluded.state, cut_short = excluded.cut_short, "
      "finished_at = excluded.finished_at, files_seen = excluded.files_seen, files_scanned = excluded.files_scanned, "
      "files_skipped = excluded.files_skipped WHERE state = 'running'",
      {agent.tenant, agent.machine, seen.scan, complete ? "complete" : "running", short_text(seen.medium->mount_point),
       seen.medium->file_system, short_text(seen.medium->source), seen.medium->cut_short, seen.started_at, finished,
       bounded(seen.files_seen), bounded(seen.files_scanned), bounded(seen.files_skipped)}));
  TRY_VOID(connection.run(
      "DELETE FROM machine_medium WHERE tenant_id = ?1 AND machine_id = ?2 AND scan NOT IN "
      "(SELECT scan FROM machine_medium WHERE tenant_id = ?1 AND machine_id = ?2 ORDER BY scan DESC LIMIT ?3)",
      {agent.tenant, agent.machine, kMostMedia}));
  return {};
}

Result<std::vector<ScanSeen>> load_media(store::Connection& connection, TenantId tenant, MachineId machine) {
  std::vector<ScanSeen> media;
  TRY_VOID(connection.query(
      "SELECT scan, state, mount_point, file_system, source, cut_short, started_at, finished_at, files_seen, "
      "files_scanned, files_skipped FROM machine_medium WHERE tenant_id = ?1 AND machine_id = ?2 ORDER BY scan DESC",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        ScanSeen seen{.scan = row.integer(0),
                      .state = row.text(1) == "complete" ? ScanSeen::State::complete : ScanSeen::State::running,
                      .started_at = row.time(6),
                      .finished_at = {},
                      .files_seen = static_cast<std::uint64_t>(row.integer(8)),
                      .files_scanned = static_cast<std::uint64_t>(row.integer(9)),
                      .files_skipped = static_cast<std::uint64_t>(row.integer(10))};
        if (!row.is_null(7)) seen.finished_at = row.time(7);
        seen.medium = Medium{.mount_point = std::string(row.text(2)), .file_system = std::string(row.text(3)),
                             .source = std::string(row.text(4)), .cut_short = row.integer(5) != 0};
        media.push_back(std::move(seen));
        return {};
      }));
  return media;
}

}  // namespace khien::estate
