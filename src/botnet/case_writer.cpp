#include "case_writer.hpp"

#include "khien/core/assert.hpp"
#include "khien/estate/botnet.hpp"

namespace khien::botnet {

Result<void> put_line(store::Connection& connection, TenantId tenant, CaseId id, const Line& line) {
  TRY(const auto moved, connection.run("UPDATE botnet_case SET events = events + 1, "
                                       "entered_at = CASE WHEN state <> ?3 OR ?5 THEN ?4 ELSE entered_at END, state = ?3 "
                                       "WHERE tenant_id = ?1 AND id = ?2",
                                       {tenant, id, to_string(line.state), line.at, line.event == Event::attributed}));
  khien_assert(moved == 1);
  const auto who = line.who ? store::Value(*line.who) : store::Value(nullptr);
  const auto list = line.list ? store::Value(line.list) : store::Value(nullptr);
  TRY_VOID(connection.run("INSERT INTO botnet_case_event (tenant_id, case_id, number, at, user_id, event, state, round, step, list_id, note) "
                          "SELECT ?1, ?2, events, ?3, ?4, ?5, ?6, recurrences, ?7, ?8, ?9 FROM botnet_case WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, id, line.at, who, to_string(line.event), to_string(line.state), line.step, list, line.note}));
  return {};
}

Result<void> count_open(store::Connection& connection, TenantId tenant, const std::set<UnitId>& units) {
  for (const UnitId unit : units) {
    std::int64_t open = 0;
    TRY_VOID(connection.query_one("SELECT count(*) FROM botnet_case WHERE tenant_id = ?1 AND unit_id = ?2 AND state <> 'delisted'",
                                  {tenant, unit}, [&](const store::Row& row) -> Result<void> {
                                    open = row.integer(0);
                                    return {};
                                  }));
    TRY_VOID(estate::set_botnet_open(connection, tenant, unit, open));
  }
  return {};
}

}  // namespace khien::botnet
