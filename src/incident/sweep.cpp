#include "sweep.hpp"

#include <vector>

#include "khien/core/assert.hpp"
#include "stored.hpp"

namespace khien::incident {
namespace {

constexpr std::size_t kClocksAtOnce = 500;

// A clock whose moment has come.
struct Due {
  TenantId tenant;
  IncidentId incident;
  Clock clock;
  std::size_t behind = 0;  // levels that were written
};

#define KHIEN_DUE_COLUMNS                                                                                                 \
  KHIEN_CLOCK_COLUMNS                                                                                                     \
  ", k.tenant_id, k.incident_id, (SELECT count(*) FROM incident_escalation e WHERE e.tenant_id = k.tenant_id "            \
  "AND e.incident_id = k.incident_id AND e.clock = k.clock) FROM incident_clock k "

Due due_from(const store::Row& row) {
  return {.tenant = {row.integer(kClockColumns)},
          .incident = {row.integer(kClockColumns + 1)},
          .clock = clock_from(row, 0),
          .behind = static_cast<std::size_t>(row.integer(kClockColumns + 2))};
}

LocalText told_of(const Clock& clock, const Escalation& escalation) {
  const std::string until = local_words(*clock.times.late);
  const auto& name = clock.words.name;
  switch (escalation.level) {
    case EscalationLevel::soon:
      return {name.vi + ": sắp hết hạn (" + until + "). Đơn vị cần báo cáo.", name.en + ": due soon (" + until + "). The unit is to report."};
    case EscalationLevel::late:
      return {name.vi + ": quá hạn từ " + until + ". Chuyển cơ quan thường trực.", name.en + ": late since " + until + ". Carried to the standing body."};
    case EscalationLevel::day_late: break;
  }
  return {name.vi + ": quá hạn hơn một ngày (từ " + until + "). Chuyển lãnh đạo tỉnh.",
          name.en + ": late by more than a day (since " + until + "). Carried to the province."};
}

Result<void> set_next(store::Connection& connection, const Due& due, std::optional<Timestamp> next) {
  TRY_VOID(connection.run("UPDATE incident_clock SET next_escalation_at = ?4 WHERE tenant_id = ?1 AND incident_id = ?2 AND clock = ?3",
                          {due.tenant, due.incident, due.clock.words.id, next ? store::Value(*next) : store::Value(nullptr)}));
  return {};
}

Result<std::int64_t> carry(store::Connection& connection, const Due& due, Timestamp now) {
  const auto all = escalations(due.clock.times, now);
  khien_assert(due.behind <= all.size());
  for (std::size_t i = due.behind; i < all.size(); ++i) {
    const Escalation& one = all[i];
    const Stored incident{.id = due.incident, .tenant = due.tenant};
    TRY(const auto entry, put_line(connection, incident, {.what = What::escalated, .happened_at = one.at, .who = {}, .told = told_of(due.clock, one)}, now));
    TRY_VOID(connection.run("INSERT INTO incident_escalation (tenant_id, incident_id, clock, level, step, at, entry_id) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                            {due.tenant, due.incident, due.clock.words.id, to_string(one.level), to_string(one.step), one.at, entry}));
  }
  TRY_VOID(set_next(connection, due, next_escalation(due.clock.times, all.size())));
  return static_cast<std::int64_t>(all.size() - due.behind);
}

Result<std::int64_t> carry_all(store::Connection& connection, const std::vector<Due>& all, Timestamp now) {
  std::int64_t written = 0;
  for (const Due& due : all) {
    TRY(const auto more, carry(connection, due, now));
    written += more;
  }
  return written;
}

}  // namespace

Result<std::int64_t> escalate(store::Connection& connection, TenantId tenant, IncidentId id, Timestamp now) {
  std::vector<Due> all;
  TRY_VOID(connection.query("SELECT " KHIEN_DUE_COLUMNS "WHERE k.tenant_id = ?1 AND k.incident_id = ?2 AND k.next_escalation_at <= ?3 "
                            "ORDER BY k.next_escalation_at, k.place",
                            {tenant, id, now}, [&](const store::Row& row) -> Result<void> {
                              all.push_back(due_from(row));
                              return {};
                            }));
  return carry_all(connection, all, now);
}

Result<void> plan_escalations(store::Connection& connection, TenantId tenant, IncidentId id) {
  std::vector<std::pair<Due, bool>> all;
  TRY_VOID(connection.query("SELECT " KHIEN_CLOCK_COLUMNS
                            ", k.tenant_id, k.incident_id, (SELECT count(*) FROM incident_escalation e WHERE e.tenant_id = k.tenant_id "
                            "AND e.incident_id = k.incident_id AND e.clock = k.clock), k.applies FROM incident_clock k "
                            "WHERE k.tenant_id = ?1 AND k.incident_id = ?2",
                            {tenant, id}, [&](const store::Row& row) -> Result<void> {
                              all.emplace_back(due_from(row), row.integer(kClockColumns + 3) != 0);
                              return {};
                            }));
  for (const auto& [due, applies] : all) {
    TRY_VOID(set_next(connection, due, applies ? next_escalation(due.clock.times, due.behind) : std::nullopt));
  }
  return {};
}

Result<std::int64_t> sweep(store::Connection& connection, Timestamp now, std::size_t most) {
  std::vector<Due> all;
  TRY_VOID(connection.query("SELECT " KHIEN_DUE_COLUMNS "WHERE k.next_escalation_at <= ?1 ORDER BY k.next_escalation_at LIMIT ?2",
                            {now, std::uint64_t{most}}, [&](const store::Row& row) -> Result<void> {
                              all.push_back(due_from(row));
                              return {};
                            }));
  return carry_all(connection, all, now);
}

Result<std::int64_t> sweep(store::Store& hub, Timestamp now) {
  bool any = false;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query("SELECT 1 FROM incident_clock WHERE next_escalation_at <= ?1 LIMIT 1", {now}, [&](const store::Row&) -> Result<void> {
      any = true;
      return {};
    });
  }));
  if (!any) return std::int64_t{0};
  std::int64_t written = 0;
  // In pieces, so that nobody waits for all of them; each piece leaves less that is due.
  while (true) {
    std::int64_t now_written = 0;
    TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
      TRY(now_written, sweep(connection, now, kClocksAtOnce));
      return {};
    }));
    if (now_written == 0) return written;
    written += now_written;
  }
}

}  // namespace khien::incident
