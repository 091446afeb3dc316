#include "khien/rollout/view.hpp"

#include <utility>

#include "khien/estate/scope_sql.hpp"

namespace khien::rollout {
namespace {

constexpr Duration kSilent = minutes(5);  // as step.cpp judges it

#define KHIEN_MACHINES_IN_SCOPE                                                                        \
  "machine m WHERE m.tenant_id = ?1 AND m.revoked_at IS NULL AND m.sample_at IS NULL AND m.unit_id IN " \
  KHIEN_UNITS_IN_SCOPE

// Ring and fare of each machine in scope: 0 something else, 1 failed, 2 given,
// 3 probation, 4 good. ?3 release, ?4 its hash, ?5 silent before. A critical machine is
// so by its mark, whatever was drawn; Ring::rest is 3, Ring::critical 4.
#define KHIEN_FARES                                                                                              \
  "SELECT CASE WHEN k.mark = 'critical' THEN 4 ELSE ifnull(b.ring, 3) END AS ring, "                             \
  "CASE WHEN f.failures > 0 THEN 1 WHEN c.sha256 = ?4 AND c.state = 'probation' THEN 3 "                         \
  "WHEN c.sha256 = ?4 THEN 4 WHEN c.offered = ?4 THEN 2 ELSE 0 END AS fare, m.last_seen < ?5 AS silent "         \
  "FROM (SELECT m.tenant_id, m.id, m.last_seen FROM " KHIEN_MACHINES_IN_SCOPE ") m "                             \
  "LEFT JOIN content_member b ON b.release_id = ?3 AND b.tenant_id = m.tenant_id AND b.machine_id = m.id "       \
  "LEFT JOIN content_mark k ON k.tenant_id = m.tenant_id AND k.machine_id = m.id "                               \
  "LEFT JOIN content_machine c ON c.tenant_id = m.tenant_id AND c.machine_id = m.id "                            \
  "LEFT JOIN content_failure f ON f.sha256 = ?4 AND f.tenant_id = m.tenant_id AND f.machine_id = m.id"

Result<NamedMachine> named(const store::Row& row) {
  return NamedMachine{.machine = {row.integer(0)},
                      .name = std::string(row.text(1)),
                      .unit = {row.integer(2)},
                      .unit_name = std::string(row.text(3)),
                      .at = row.time(4)};
}

}  // namespace

Result<std::array<RingFare, kRings>> ring_fares(store::Connection& connection, const store::TenantScope& scope,
                                                const Release& release, Timestamp now) {
  std::array<RingFare, kRings> rings{};
  TRY_VOID(connection.query(
      "SELECT ring, count(*), sum(fare = 1), sum(fare = 2), sum(fare = 3), sum(fare = 4), sum(fare > 1 AND silent) "
      "FROM (" KHIEN_FARES ") GROUP BY ring",
      {scope.tenant(), scope.roots_json(), release.id, release.sha256.view(), now - kSilent},
      [&rings](const store::Row& row) -> Result<void> {
        rings.at(static_cast<std::size_t>(row.integer(0))) = {.members = row.integer(1),
                                                              .failed = row.integer(2),
                                                              .given = row.integer(3),
                                                              .probation = row.integer(4),
                                                              .good = row.integer(5),
                                                              .silent = row.integer(6)};
        return {};
      }));
  return rings;
}

Result<Holding> holding(store::Connection& connection, const store::TenantScope& scope) {
  Holding all;
  TRY_VOID(connection.query(
      "SELECT ifnull(c.state, ''), count(*) FROM (SELECT m.tenant_id, m.id FROM " KHIEN_MACHINES_IN_SCOPE
      ") m LEFT JOIN content_machine c ON c.tenant_id = m.tenant_id AND c.machine_id = m.id GROUP BY 1",
      {scope.tenant(), scope.roots_json()}, [&all](const store::Row& row) -> Result<void> {
        all.machines += row.integer(1);
        if (row.text(0).empty()) {
          all.unheard = row.integer(1);
          return {};
        }
        TRY(const auto state, content_state_from_string(row.text(0)));
        all.by_state.at(static_cast<std::size_t>(state)) = row.integer(1);
        return {};
      }));
  return all;
}

Result<std::vector<Carried>> carried(store::Connection& connection, const store::TenantScope& scope) {
  std::vector<Carried> all;
  TRY_VOID(connection.query(
      "SELECT c.sha256, count(*) FROM (SELECT m.tenant_id, m.id FROM " KHIEN_MACHINES_IN_SCOPE
      ") m JOIN content_machine c ON c.tenant_id = m.tenant_id AND c.machine_id = m.id "
      "WHERE c.sha256 IS NOT NULL GROUP BY c.sha256",
      {scope.tenant(), scope.roots_json()}, [&all](const store::Row& row) -> Result<void> {
        TRY(const auto hash, Sha256::from_bytes(row.bytes(0)));
        all.push_back({hash, row.integer(1)});
        return {};
      }));
  return all;
}

Result<std::vector<NamedMachine>> in_safe_mode(store::Connection& connection, const store::TenantScope& scope,
                                               std::size_t limit) {
  std::vector<NamedMachine> all;
  TRY_VOID(connection.query(
      "SELECT m.id, m.hostname, m.unit_id, u.name, c.reported_at FROM content_machine c "
      "JOIN machine m ON m.tenant_id = c.tenant_id AND m.id = c.machine_id "
      "JOIN unit u ON u.tenant_id = m.tenant_id AND u.id = m.unit_id "
      "WHERE c.tenant_id = ?1 AND c.state = 'safe' AND m.revoked_at IS NULL AND " KHIEN_IN_SCOPE("m.unit_id")
      " ORDER BY c.reported_at DESC, m.id LIMIT ?3",
      {scope.tenant(), scope.roots_json(), static_cast<std::int64_t>(limit)}, [&all](const store::Row& row) -> Result<void> {
        TRY(auto machine, named(row));
        all.push_back(std::move(machine));
        return {};
      }));
  return all;
}

Result<std::vector<NamedFailure>> failures_in(store::Connection& connection, const store::TenantScope& scope,
                                              const Sha256& sha256, std::size_t limit) {
  std::vector<NamedFailure> all;
  TRY_VOID(connection.query(
      "SELECT m.id, m.hostname, m.unit_id, u.name, f.at, f.failures, f.reason, f.detail FROM content_failure f "
      "JOIN machine m ON m.tenant_id = f.tenant_id AND m.id = f.machine_id "
      "JOIN unit u ON u.tenant_id = m.tenant_id AND u.id = m.unit_id "
      "WHERE f.sha256 = ?3 AND f.tenant_id = ?1 AND " KHIEN_IN_SCOPE("m.unit_id") " ORDER BY f.at DESC, m.id LIMIT ?4",
      {scope.tenant(), scope.roots_json(), sha256.view(), static_cast<std::int64_t>(limit)},
      [&all](const store::Row& row) -> Result<void> {
        TRY(auto where, named(row));
        all.push_back({std::move(where), row.integer(5), std::string(row.text(6)), std::string(row.text(7))});
        return {};
      }));
  return all;
}

Result<Sha256> pulse(store::Connection& connection) {
  std::string seen;
  const auto add = [&seen](const store::Row& row) -> Result<void> {
    for (int i = 0; i < 4; ++i) (seen += row.text(i)) += '/';
    return {};
  };
  TRY_VOID(connection.query("SELECT hex(ifnull(sha256, '')), state, hex(ifnull(offered, '')), cast(count(*) AS TEXT) "
                            "FROM content_machine GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
                            {}, add));
  TRY_VOID(connection.query("SELECT hex(sha256), cast(count(*) AS TEXT), cast(sum(failures) AS TEXT), '' "
                            "FROM content_failure GROUP BY 1 ORDER BY 1",
                            {}, add));
  TRY_VOID(connection.query("SELECT cast(version AS TEXT), standing, cast(ring AS TEXT), cast(changed_at AS TEXT) "
                            "FROM content_release ORDER BY version",
                            {}, add));
  return sha256(seen);
}

}  // namespace khien::rollout
