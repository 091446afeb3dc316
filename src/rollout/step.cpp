#include <algorithm>
#include <utility>

#include "row.hpp"

namespace khien::rollout {
namespace {

constexpr Duration kSilent = minutes(5);

// Who carries it: has it at work, or was given it and may be on trial with it, or dead of it.
#define KHIEN_CARRIES "(c.sha256 = ?1 OR c.offered = ?1)"

Result<void> count_machines(store::Connection& connection, const Release& release, Timestamp now, Vitals& vitals) {
  return connection.query_one(
      "SELECT ifnull(sum(" KHIEN_CARRIES "), 0), "
      "ifnull(sum(" KHIEN_CARRIES " AND m.last_seen < ?2), 0), "
      "ifnull(sum(NOT ifnull(" KHIEN_CARRIES ", 0)), 0), "
      "ifnull(sum(NOT ifnull(" KHIEN_CARRIES ", 0) AND m.last_seen < ?2), 0), "
      "ifnull(sum(CASE WHEN c.sha256 = ?1 THEN c.alerts ELSE 0 END), 0), "
      "ifnull(sum(CASE WHEN c.sha256 = ?1 THEN 0 ELSE c.alerts END), 0) "
      "FROM content_machine c JOIN machine m ON m.tenant_id = c.tenant_id AND m.id = c.machine_id "
      "WHERE m.revoked_at IS NULL",
      {release.sha256.view(), now - kSilent}, [&vitals](const store::Row& row) -> Result<void> {
        vitals.carrying = row.integer(0);
        vitals.silent = row.integer(1);
        vitals.others = row.integer(2);
        vitals.others_silent = row.integer(3);
        vitals.alerts = row.integer(4);
        vitals.others_alerts = row.integer(5);
        return {};
      });
}

Result<std::int64_t> p95(store::Connection& connection, const Sha256& sha256, bool carrying) {
  std::int64_t value = 0;
  TRY_VOID(connection.query(
      "WITH chosen AS (SELECT cpu_per_mille AS cpu FROM content_machine WHERE ifnull(sha256 = ?1, 0) = ?2) "
      "SELECT cpu FROM chosen ORDER BY cpu LIMIT 1 OFFSET (SELECT count(*) * 95 / 100 FROM chosen)",
      {sha256.view(), carrying}, [&value](const store::Row& row) -> Result<void> {
        value = row.integer(0);
        return {};
      }));
  return value;
}

Result<std::int64_t> number(store::Connection& connection, store::Sql sql, store::Connection::Values values) {
  std::int64_t value = 0;
  TRY_VOID(connection.query_one(sql, values, [&value](const store::Row& row) -> Result<void> {
    value = row.integer(0);
    return {};
  }));
  return value;
}

std::string why_of(Halt halt, const Vitals& v) {
  const auto both = [](std::int64_t a, std::int64_t b) { return std::to_string(a) + " : " + std::to_string(b); };
  switch (halt) {
    case Halt::none: return "";
    case Halt::failures: return "failures " + std::to_string(v.failures);
    case Halt::silence: return "silence " + both(v.silent, v.carrying) + ", others " + both(v.others_silent, v.others);
    case Halt::processor: return "processor " + both(v.cpu_p95, v.others_cpu_p95);
    case Halt::alerts: return "alerts " + both(v.alerts, v.carrying) + ", others " + both(v.others_alerts, v.others);
  }
  return "";
}

}  // namespace

Result<Vitals> vitals_of(store::Connection& connection, const Release& release, Timestamp now) {
  Vitals vitals;
  TRY_VOID(count_machines(connection, release, now, vitals));
  TRY(vitals.cpu_p95, p95(connection, release.sha256, true));
  TRY(vitals.others_cpu_p95, p95(connection, release.sha256, false));
  TRY(vitals.members, number(connection, "SELECT count(*) FROM content_member WHERE release_id = ?1 AND ring <= ?2",
                             {release.id, static_cast<int>(release.rollout.ring)}));
  TRY(vitals.failures, number(connection, "SELECT ifnull(sum(failures), 0) FROM content_failure WHERE sha256 = ?1",
                              {release.sha256.view()}));
  return vitals;
}

Result<std::vector<Change>> step(store::Connection& connection, Duration passed, Timestamp now) {
  std::vector<Change> changes;
  TRY(const auto all, releases(connection));
  bool done_seen = false;
  for (Release one : all) {
    const Standing before = one.rollout.standing;
    if (before == Standing::halted || before == Standing::rolled_back) continue;
    // Of those that everybody had, only the newest is still at work.
    if (before == Standing::done && std::exchange(done_seen, true)) continue;
    if (before == Standing::rolling) {
      one.rollout.baked.ms += std::clamp<std::int64_t>(passed.ms, 0, kLongestStep.ms);
      TRY_VOID(connection.run("UPDATE content_release SET baked_ms = ?2 WHERE id = ?1", {one.id, one.rollout.baked.ms}));
    }
    TRY(const Vitals vitals, vitals_of(connection, one, now));
    const Decision decision = decide(one.rollout, vitals);
    if (decision.ring == one.rollout.ring && decision.standing == before) continue;
    const std::string why = decision.halt == Halt::none ? one.why : why_of(decision.halt, vitals);
    TRY_VOID(write_standing(connection, one, decision.ring, decision.standing, why, now));
    changes.push_back({one.version, decision});
  }
  return changes;
}

Result<std::array<RingCount, kRings>> ring_counts(store::Connection& connection, const Release& release) {
  std::array<RingCount, kRings> counts{};
  TRY_VOID(connection.query(
      "SELECT b.ring, count(*), ifnull(sum(c.sha256 = ?2 AND c.state = 'probation'), 0), "
      "ifnull(sum(c.sha256 = ?2 AND c.state = 'good'), 0) FROM content_member b LEFT JOIN content_machine c "
      "ON c.tenant_id = b.tenant_id AND c.machine_id = b.machine_id WHERE b.release_id = ?1 GROUP BY b.ring",
      {release.id, release.sha256.view()}, [&counts](const store::Row& row) -> Result<void> {
        counts.at(static_cast<std::size_t>(row.integer(0))) = {row.integer(1), row.integer(2), row.integer(3)};
        return {};
      }));
  return counts;
}

Result<std::vector<Failure>> failures_of(store::Connection& connection, const Sha256& sha256, std::size_t limit) {
  std::vector<Failure> all;
  TRY_VOID(connection.query(
      "SELECT tenant_id, machine_id, failures, reason, detail, at FROM content_failure WHERE sha256 = ?1 ORDER BY at LIMIT ?2",
      {sha256.view(), static_cast<std::int64_t>(limit)}, [&all](const store::Row& row) -> Result<void> {
        all.push_back({{row.integer(0)}, {row.integer(1)}, row.integer(2), std::string(row.text(3)), std::string(row.text(4)), row.time(5)});
        return {};
      }));
  return all;
}

}  // namespace khien::rollout
