#include "khien/flow/quarantine.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"
#include "quarantine_writer.hpp"

namespace khien::flow {
namespace {

constexpr std::size_t kMaxPage = 500;
constexpr std::string_view kList = "quarantine";
// An agent that makes up more is not believed.
constexpr std::int64_t kMostAMachine = 20'000;

#define KHIEN_ITEM_COLUMNS                                                                                     \
  "q.id, q.name, q.state, q.machine_id, m.hostname, q.unit_id, u.name, q.path, q.sha256, q.size, q.owner_uid, " \
  "q.rule, q.order_id, q.emptied, q.running, q.held_at, q.restored_at FROM quarantine_item q "                  \
  "JOIN machine m ON m.tenant_id = q.tenant_id AND m.id = q.machine_id "                                        \
  "JOIN unit u ON u.tenant_id = q.tenant_id AND u.id = q.unit_id "
#define KHIEN_ITEM_WORD(word)                                                            \
  " AND (" word " = '' OR instr(q.search_key, " word ") > 0 OR instr(m.search_key, " word \
  ") > 0 OR instr(u.name_folded, " word ") > 0)"
// ?1 tenant, ?2 roots, ?3 machine or 0, ?4 held only, ?5 to ?8 words.
#define KHIEN_ITEM_MATCHES                                                                     \
  "WHERE q.tenant_id = ?1 AND " KHIEN_IN_SCOPE("q.unit_id")                                    \
  " AND (?3 = 0 OR q.machine_id = ?3) AND (?4 = 0 OR q.state = 'held')" KHIEN_ITEM_WORD("?5") \
      KHIEN_ITEM_WORD("?6") KHIEN_ITEM_WORD("?7") KHIEN_ITEM_WORD("?8")

Result<QuarantineItem> item_from(const store::Row& row) {
  QuarantineItem item;
  item.id = {row.integer(0)};
  item.name = row.text(1);
  item.held = row.text(2) == "held";
  item.machine = {row.integer(3)};
  item.machine_name = row.text(4);
  item.unit = {row.integer(5)};
  item.unit_name = row.text(6);
  item.path = row.text(7);
  TRY(item.sha256, Sha256::from_bytes(row.bytes(8)));
  item.size = static_cast<std::uint64_t>(row.integer(9));
  item.owner_uid = static_cast<std::uint32_t>(row.integer(10));
  item.rule = row.text(11);
  if (!row.is_null(12)) item.order = OrderId{row.integer(12)};
  item.emptied = row.integer(13) != 0;
  item.running = row.integer(14) != 0;
  item.held_at = row.time(15);
  if (!row.is_null(16)) item.restored_at = row.time(16);
  return item;
}

Result<std::int64_t> place_of_cursor(std::string_view cursor) {
  if (cursor.empty()) return std::int64_t{INT64_MAX};
  TRY(const auto fields, estate::from_cursor(cursor, kList, {std::int64_t{}}));
  return std::get<std::int64_t>(fields[0]);
}

Result<bool> has_room(store::Connection& connection, const Sighting& sighting) {
  bool room = false;
  TRY_VOID(connection.query_one("SELECT count(*) < ?3 FROM quarantine_item WHERE tenant_id = ?1 AND machine_id = ?2",
                                {sighting.tenant, *sighting.asset.machine(), kMostAMachine}, [&](const store::Row& row) -> Result<void> {
                                  room = row.integer(0) != 0;
                                  return {};
                                }));
  return room;
}

// What the person said who ordered the file back. None if nobody did: the agent's
// word alone closes nothing.
Result<std::optional<Allowance>> allowance_of(store::Connection& connection, const Sighting& sighting,
                                              const QuarantineSeen& seen) {
  std::optional<Allowance> allowance;
  TRY_VOID(connection.query(
      "SELECT q.path, q.sha256, o.allow_until, o.created_by, o.reason FROM agent_order o JOIN quarantine_item q "
      "ON q.tenant_id = o.tenant_id AND q.id = o.item_id WHERE o.tenant_id = ?1 AND o.id = ?2 AND o.machine_id = ?3 "
      "AND o.verb = 'restore' AND o.state IN ('waiting', 'done') AND q.name = ?4 AND q.state = 'restored'",
      {sighting.tenant, seen.order, *sighting.asset.machine(), seen.quarantine}, [&](const store::Row& row) -> Result<void> {
        TRY(const auto sha256, Sha256::from_bytes(row.bytes(1)));
        allowance = {std::string(row.text(0)), sha256, row.time(2), UserId{row.integer(3)}, std::string(row.text(4))};
        return {};
      }));
  return allowance;
}

}  // namespace

Result<QuarantinePage> list_quarantine(store::Connection& connection, const store::TenantScope& scope,
                                       const QuarantineQuery& query) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  TRY(const auto behind, place_of_cursor(query.cursor));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const auto machine = query.machine.value_or(MachineId{});
  const auto words = estate::search_words(query.words);
  QuarantinePage page;
  TRY_VOID(connection.query_one(
      "SELECT count(*) FROM quarantine_item q JOIN machine m ON m.tenant_id = q.tenant_id AND m.id = q.machine_id "
      "JOIN unit u ON u.tenant_id = q.tenant_id AND u.id = q.unit_id " KHIEN_ITEM_MATCHES,
      {scope.tenant(), roots, machine, query.held_only, words.each[0], words.each[1], words.each[2], words.each[3]},
      [&](const store::Row& row) -> Result<void> {
        page.total = row.integer(0);
        return {};
      }));
  TRY_VOID(connection.query(
      "SELECT " KHIEN_ITEM_COLUMNS KHIEN_ITEM_MATCHES " AND q.id < ?9 ORDER BY q.id DESC LIMIT ?10",
      {scope.tenant(), roots, machine, query.held_only, words.each[0], words.each[1], words.each[2], words.each[3], behind,
       std::uint64_t{limit + 1}},
      [&](const store::Row& row) -> Result<void> {
        TRY(auto item, item_from(row));
        page.items.push_back(std::move(item));
        return {};
      }));
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next = estate::to_cursor(kList, {page.items.back().id.value});
  }
  return page;
}

Result<QuarantineItem> get_quarantine_item(store::Connection& connection, const store::TenantScope& scope,
                                           QuarantineItemId id) {
  std::optional<QuarantineItem> found;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_ITEM_COLUMNS "WHERE q.tenant_id = ?1 AND q.id = ?3 AND " KHIEN_IN_SCOPE("q.unit_id"),
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        TRY(found, item_from(row));
        return {};
      }));
  if (!found) return Error(Code::not_found, "there is no such file in quarantine");
  return std::move(*found);
}

Result<std::vector<Touched>> apply_quarantine_seen(store::Connection& connection, const Sighting& sighting,
                                                   const QuarantineSeen& seen) {
  khien_assert(sighting.observation);
  if (!seen.sha256) return std::vector<Touched>();
  const bool held = seen.state == QuarantineSeen::State::held;
  TRY(const bool room, has_room(connection, sighting));
  const store::Value order = seen.order && held ? store::Value(seen.order) : store::Value(nullptr);
  const std::string key = fold(seen.path + "\n" + seen.rule);
  // What is known is corrected by newer words only; what is new needs room.
  TRY(const auto changed, connection.run(
      "INSERT INTO quarantine_item (tenant_id, machine_id, unit_id, name, state, path, search_key, sha256, size, "
      "owner_uid, rule, order_id, emptied, running, held_at, restored_at, observation_id) "
      "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, CASE WHEN ?5 = 'held' THEN NULL ELSE ?15 "
      "END, ?16 WHERE ?17 OR EXISTS (SELECT 1 FROM quarantine_item WHERE tenant_id = ?1 AND machine_id = ?2 AND name = ?4) "
      "ON CONFLICT (tenant_id, machine_id, name) DO UPDATE SET state = excluded.state, "
      "restored_at = excluded.restored_at, observation_id = excluded.observation_id "
      "WHERE excluded.observation_id > observation_id AND excluded.sha256 = sha256",
      {sighting.tenant, *sighting.asset.machine(), sighting.unit, seen.quarantine, held ? "held" : "restored", seen.path, key,
       seen.sha256->view(), seen.size, seen.owner_uid, seen.rule, order, seen.emptied, seen.running, sighting.at,
       sighting.observation, room}));
  if (changed == 0 || held || !seen.order) return std::vector<Touched>();
  TRY(const auto allowance, allowance_of(connection, sighting, seen));
  if (!allowance || sighting.at >= allowance->until) return std::vector<Touched>();
  return allow(connection, sighting, *allowance);
}

}  // namespace khien::flow
