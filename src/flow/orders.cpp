#include "khien/flow/orders.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/findings.hpp"
#include "khien/flow/quarantine.hpp"
#include "khien/model/observation.hpp"
#include "finding_states.hpp"
#include "quarantine_writer.hpp"

namespace khien::flow {
namespace {

constexpr std::size_t kMaxPage = 500;
constexpr std::string_view kList = "orders";
constexpr std::size_t kEvidenceLookedAt = 10;
constexpr Duration kOrderLives = hours(72);
constexpr Duration kScanLives = hours(24);
constexpr Duration kLongestAllowance = days(366);
constexpr std::array<std::string_view, 6> kStates{"waiting_second", "waiting", "done", "refused", "declined", "expired"};

#define KHIEN_ORDER_COLUMNS                                                                                         \
  "o.id, o.verb, o.state, o.refusal, o.machine_id, m.hostname, o.unit_id, u.name, o.finding_id, o.item_id, "        \
  "o.subject, o.insist, o.two_persons, o.reason, o.allow_until, o.created_at, o.created_by, o.expires_at, "         \
  "o.decided_at, o.decided_by, o.note, o.answered_at FROM agent_order o "                                           \
  "JOIN machine m ON m.tenant_id = o.tenant_id AND m.id = o.machine_id "                                            \
  "JOIN unit u ON u.tenant_id = o.tenant_id AND u.id = o.unit_id "
// ?1 tenant, ?2 roots, ?3 only what waits for a second person, ?4 now.
#define KHIEN_ORDER_MATCHES                                    \
  "WHERE o.tenant_id = ?1 AND " KHIEN_IN_SCOPE("o.unit_id") \
  " AND (?3 = 0 OR (o.state = 'waiting_second' AND o.expires_at > ?4))"

std::optional<Timestamp> time_or_none(const store::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.time(column);
}

Result<OrderRecord> record_from(const store::Row& row, Timestamp now) {
  OrderRecord record;
  record.id = {row.integer(0)};
  TRY(record.verb, verb_from_string(row.text(1)));
  const auto* const state = std::ranges::find(kStates, row.text(2));
  if (state == kStates.end()) return Error(Code::corrupt, "an order's state is not one that is known");
  record.state = static_cast<OrderState>(state - kStates.begin());
  TRY(record.refusal, refusal_from_string(row.text(3)));
  record.machine = {row.integer(4)};
  record.machine_name = row.text(5);
  record.unit = {row.integer(6)};
  record.unit_name = row.text(7);
  if (!row.is_null(8)) record.finding = FindingId{row.integer(8)};
  if (!row.is_null(9)) record.item = QuarantineItemId{row.integer(9)};
  record.subject = row.text(10);
  record.insist = row.integer(11) != 0;
  record.two_persons = row.integer(12) != 0;
  record.reason = row.text(13);
  record.allow_until = time_or_none(row, 14);
  record.created_at = row.time(15);
  record.created_by = {row.integer(16)};
  record.expires_at = row.time(17);
  record.decided_at = time_or_none(row, 18);
  if (!row.is_null(19)) record.decided_by = UserId{row.integer(19)};
  record.note = row.text(20);
  record.answered_at = time_or_none(row, 21);
  const bool open = record.state == OrderState::waiting || record.state == OrderState::waiting_second;
  if (open && record.expires_at <= now) record.state = OrderState::expired;
  return record;
}

Result<std::string> checked_text(std::string_view text, bool required) {
  auto normal = nfc(text);
  if (!normal) return std::move(normal).error().within("reason");
  if (normal->size() > kMaxReasonBytes) return Error(Code::invalid, "the reason is too long");
  const bool blank = normal->find_first_not_of(" \t\r\n") == normal->npos;
  if (blank && required) return Error(Code::invalid, "say why");
  return blank ? std::string() : std::move(normal).value();
}

// What is to be written, in the order of the columns.
struct NewOrder {
  TenantId tenant;
  MachineId machine;
  UnitId unit;
  Verb verb = Verb::scan;
  FindingId finding;
  QuarantineItemId item;
  std::string subject;
  std::optional<Sha256> sha256;
  bool insist = false;
  bool two_persons = false;
  std::string reason;
  std::optional<Timestamp> allow_until;
  UserId who;
  Duration lives = kOrderLives;
  Timestamp begins_at = {};  // not given out before
};

Result<bool> asked_already(store::Connection& connection, const NewOrder& order, Timestamp now) {
  bool asked = false;
  TRY_VOID(connection.query(
      "SELECT 1 FROM agent_order WHERE tenant_id = ?1 AND machine_id = ?2 AND verb = ?3 AND expires_at > ?4 AND "
      "state IN ('waiting', 'waiting_second') AND ifnull(finding_id, 0) = ?5 AND ifnull(item_id, 0) = ?6 LIMIT 1",
      {order.tenant, order.machine, to_string(order.verb), now, order.finding, order.item},
      [&asked](const store::Row&) -> Result<void> {
        asked = true;
        return {};
      }));
  return asked;
}

template <class T>
store::Value or_null(const std::optional<T>& value) {
  return value ? store::Value(*value) : store::Value(nullptr);
}
template <class Tag>
store::Value or_null(Id<Tag> id) {
  return id ? store::Value(id) : store::Value(nullptr);
}

// Agents remember the numbers that they carried out, and a hub that was restored
// from an older copy has forgotten some. So a number begins with the millisecond,
// in the upper 41 of 53 bits (until 2095), and ends with 12 random ones; within one
// database each is larger than those before, for the lists.
constexpr std::int64_t kMaxNumber = (std::int64_t{1} << 53) - 1;  // what JSON carries everywhere
constexpr Timestamp kNumbersBegin{1'767'225'600'000};             // 2026-01-01
std::int64_t first_number_of(Timestamp now) {
  const std::int64_t since = std::clamp<std::int64_t>((now - kNumbersBegin).ms, 0, (std::int64_t{1} << 41) - 1);
  return since << 12;
}

Result<OrderId> add(store::Connection& connection, const NewOrder& order, Timestamp now) {
  khien_assert(order.who);
  TRY(const bool asked, asked_already(connection, order, now));
  if (asked) return Error(Code::conflict, "the same was asked already");
  const store::Value hash = order.sha256 ? store::Value(order.sha256->view()) : store::Value(nullptr);
  TRY_VOID(connection.run(
      "INSERT INTO agent_order (id, tenant_id, machine_id, unit_id, verb, state, finding_id, item_id, subject, sha256, "
      "insist, two_persons, reason, allow_until, created_at, created_by, expires_at, begins_at) "
      "SELECT max(?17, 1 + (SELECT coalesce(max(id), 0) FROM agent_order)) + (random() & 4095), "
      "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?18",
      {order.tenant, order.machine, order.unit, to_string(order.verb), order.two_persons ? "waiting_second" : "waiting",
       or_null(order.finding), or_null(order.item), order.subject, hash, order.insist, order.two_persons, order.reason,
       or_null(order.allow_until), now, order.who, std::max(now, order.begins_at) + order.lives, first_number_of(now), order.begins_at}));
  const OrderId id{connection.last_insert_id()};
  khien_assert(id.value > 0 && id.value <= kMaxNumber);
  return id;
}

// The hash of the newest evidence that has one, if that evidence is of the file.
Result<Sha256> hash_of(store::Connection& connection, const store::Ledger& ledger, const store::TenantScope& scope,
                       const FindingRecord& finding) {
  TRY(const auto evidence, evidence_of(connection, scope, finding.id, kEvidenceLookedAt));
  JsonDocument memory;
  for (const ObservationId id : evidence) {
    const auto event = get_observation(connection, ledger, scope, id);
    if (!event) continue;
    Budget budget({});
    const auto observation = observation_from_json(event->event.text, memory, budget);
    const auto* file = observation ? std::get_if<FileSeen>(&observation->body) : nullptr;
    if (file != nullptr && file->sha256 && file->path == finding.subject) return *file->sha256;
  }
  return Error(Code::conflict, "no evidence of the finding names the file's bytes");
}

Result<Order> order_from(const store::Row& row) {
  Order order;
  order.id = {row.integer(0)};
  TRY(order.verb, verb_from_string(row.text(1)));
  order.expires_at = row.time(2);
  order.reason = row.text(3);
  order.path_sha256 = sha256(row.text(4));
  if (!row.is_null(5)) {
    TRY(order.sha256, Sha256::from_bytes(row.bytes(5)));
  }
  order.insist = row.integer(6) != 0;
  order.two_persons = row.integer(7) != 0;
  if (!row.is_null(8)) order.allow_until = row.time(8);
  if (!row.is_null(9)) order.quarantine = row.text(9);
  return order;
}

// One unit is scanned once an hour, and one person asks it of so many.
Result<void> check_unit_scans(store::Connection& connection, TenantId tenant, UserId who, UnitId unit, Timestamp now) {
  return connection.query_one(
      "SELECT (SELECT count(*) FROM unit_scan WHERE tenant_id = ?1 AND unit_id = ?2 AND created_at > ?4), "
      "(SELECT count(*) FROM unit_scan WHERE tenant_id = ?1 AND created_by = ?3 AND created_at > ?4)",
      {tenant, unit, who, now - hours(1)}, [](const store::Row& row) -> Result<void> {
        if (row.integer(0) > 0) return Error(Code::conflict, "the unit was scanned within the hour");
        if (row.integer(1) >= kMostUnitScans) return Error(Code::exhausted, "too many scans of units in an hour");
        return {};
      });
}

struct Target {
  MachineId machine;
  UnitId unit;
};

// Not one unit after the other: a turn takes a few machines of each building.
Result<std::vector<Target>> scan_targets(store::Connection& connection, const store::TenantScope& scope, UnitId unit) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  std::vector<Target> targets;
  TRY_VOID(connection.query(
      "SELECT m.id, m.unit_id FROM machine m WHERE m.tenant_id = ?1 AND m.revoked_at IS NULL AND m.sample_at IS NULL AND "
      "m.unit_id IN " KHIEN_UNITS_IN_SCOPE " ORDER BY m.id % ?3, m.unit_id, m.id LIMIT ?4",
      {scope.tenant(), roots, kUnitScanPace, kMostUnitMachines + 1}, [&targets](const store::Row& row) -> Result<void> {
        targets.push_back({{row.integer(0)}, {row.integer(1)}});
        return {};
      }));
  if (std::ssize(targets) > kMostUnitMachines) return Error(Code::exhausted, "too many machines for one order");
  return targets;
}

}  // namespace

std::string_view to_string(OrderState state) { return kStates.at(static_cast<std::size_t>(state)); }

Result<OrderId> order_quarantine(store::Connection& connection, const store::Ledger& ledger,
                                 const store::TenantScope& scope, UserId who, const QuarantineWish& wish, Timestamp now) {
  TRY(const auto finding, get_finding(connection, scope, wish.finding));
  TRY(auto reason, checked_text(wish.reason, true));
  if (finding.judge != JudgeId::scan || !finding.asset.machine() || !is_open(finding.state)) {
    return Error(Code::conflict, "there is no file to take");
  }
  TRY(const auto sha256, hash_of(connection, ledger, scope, finding));
  return add(connection,
             {.tenant = scope.tenant(),
              .machine = *finding.asset.machine(),
              .unit = finding.unit,
              .verb = Verb::quarantine,
              .finding = finding.id,
              .item = {},
              .subject = finding.subject,
              .sha256 = sha256,
              .insist = wish.insist,
              .two_persons = wish.insist,
              .reason = std::move(reason),
              .allow_until = {},
              .who = who},
             now);
}

Result<OrderId> order_restore(store::Connection& connection, const store::TenantScope& scope, UserId who,
                              const RestoreWish& wish, Timestamp now) {
  TRY(const auto item, get_quarantine_item(connection, scope, wish.item));
  TRY(auto reason, checked_text(wish.reason, true));
  if (!item.held) return Error(Code::conflict, "it was put back already");
  if (wish.allow_until <= now || wish.allow_until > now + kLongestAllowance) {
    return Error(Code::invalid, "say until when, at most a year ahead");
  }
  return add(connection,
             {.tenant = scope.tenant(),
              .machine = item.machine,
              .unit = item.unit,
              .verb = Verb::restore,
              .finding = {},
              .item = item.id,
              .subject = item.path,
              .sha256 = item.sha256,
              .insist = false,
              .two_persons = is_system_path(item.path),
              .reason = std::move(reason),
              .allow_until = wish.allow_until,
              .who = who},
             now);
}

Result<OrderId> order_scan(store::Connection& connection, const store::TenantScope& scope, UserId who, MachineId machine,
                           Timestamp now) {
  TRY(const auto found, estate::get_machine(connection, scope, machine, now));
  return add(connection,
             {.tenant = scope.tenant(),
              .machine = found.id,
              .unit = found.unit,
              .verb = Verb::scan,
              .finding = {},
              .item = {},
              .subject = {},
              .sha256 = {},
              .reason = {},
              .allow_until = {},
              .who = who,
              .lives = kScanLives},
             now);
}

Result<UnitScan> order_unit_scan(store::Connection& connection, const store::TenantScope& scope, UserId who, UnitId unit,
                                 Timestamp now) {
  khien_assert(who);
  TRY(const auto found, estate::get_unit(connection, scope, unit));
  TRY_VOID(check_unit_scans(connection, scope.tenant(), who, found.id, now));
  TRY(const auto targets, scan_targets(connection, scope, found.id));
  UnitScan scan{.machines = 0, .waiting = 0, .last_begins_at = now};
  for (const Target& target : targets) {
    const Timestamp turn = now + minutes(scan.machines / kUnitScanPace);
    const NewOrder order{.tenant = scope.tenant(), .machine = target.machine, .unit = target.unit, .verb = Verb::scan,
                         .who = who, .lives = kScanLives, .begins_at = turn};
    auto added = add(connection, order, now);
    if (!added && added.error().code() != Code::conflict) return std::move(added).error();
    if (!added) {
      ++scan.waiting;
      continue;
    }
    ++scan.machines;
    scan.last_begins_at = turn;
  }
  TRY_VOID(connection.run("INSERT INTO unit_scan (tenant_id, unit_id, machines, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5)",
                          {scope.tenant(), found.id, scan.machines, now, who}));
  return scan;
}

Result<void> decide_order(store::Connection& connection, const store::TenantScope& scope, UserId who, OrderId id,
                          bool approve, std::string_view note, Timestamp now) {
  khien_assert(who);
  TRY(const auto order, get_order(connection, scope, id, now));
  TRY(const auto words, checked_text(note, !approve));
  if (order.state != OrderState::waiting_second) return Error(Code::conflict, "it does not wait for a second person");
  if (order.created_by == who) return Error(Code::denied, "the second person must be another one");
  TRY_VOID(connection.run(
      "UPDATE agent_order SET state = ?3, decided_at = ?4, decided_by = ?5, note = ?6 WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, approve ? "waiting" : "declined", now, who, words}));
  return {};
}

Result<OrderPage> list_orders(store::Connection& connection, const store::TenantScope& scope, const OrderQuery& query,
                              Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  std::int64_t behind = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kList, {std::int64_t{}}));
    behind = std::get<std::int64_t>(fields[0]);
  }
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  OrderPage page;
  TRY_VOID(connection.query_one("SELECT count(*) FROM agent_order o " KHIEN_ORDER_MATCHES,
                                {scope.tenant(), roots, query.waiting_second, now}, [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  TRY_VOID(connection.query("SELECT " KHIEN_ORDER_COLUMNS KHIEN_ORDER_MATCHES " AND o.id < ?5 ORDER BY o.id DESC LIMIT ?6",
                            {scope.tenant(), roots, query.waiting_second, now, behind, std::uint64_t{limit + 1}},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto record, record_from(row, now));
                              page.items.push_back(std::move(record));
                              return {};
                            }));
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next = estate::to_cursor(kList, {page.items.back().id.value});
  }
  return page;
}

Result<OrderRecord> get_order(store::Connection& connection, const store::TenantScope& scope, OrderId id, Timestamp now) {
  std::optional<OrderRecord> found;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_ORDER_COLUMNS "WHERE o.tenant_id = ?1 AND o.id = ?3 AND " KHIEN_IN_SCOPE("o.unit_id"),
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        TRY(found, record_from(row, now));
        return {};
      }));
  if (!found) return Error(Code::not_found, "there is no such order");
  return std::move(*found);
}

Result<std::vector<Order>> orders_for(store::Connection& connection, const AgentIdentity& agent, Timestamp now) {
  std::vector<Order> orders;
  TRY_VOID(connection.query(
      "SELECT o.id, o.verb, o.expires_at, o.reason, o.subject, o.sha256, o.insist, o.two_persons, o.allow_until, q.name "
      "FROM agent_order o LEFT JOIN quarantine_item q ON q.tenant_id = o.tenant_id AND q.id = o.item_id "
      "WHERE o.tenant_id = ?1 AND o.machine_id = ?2 AND o.state = 'waiting' AND o.expires_at > ?3 AND o.begins_at <= ?3 "
      "ORDER BY o.id LIMIT ?4",
      {agent.tenant, agent.machine, now, std::uint64_t{kMaxOrders}}, [&](const store::Row& row) -> Result<void> {
        TRY(auto order, order_from(row));
        orders.push_back(std::move(order));
        return {};
      }));
  return orders;
}

Result<bool> orders_wait(store::Connection& connection, const AgentIdentity& agent, Timestamp now) {
  bool wait = false;
  TRY_VOID(connection.query(
      "SELECT 1 FROM agent_order WHERE tenant_id = ?1 AND machine_id = ?2 AND state = 'waiting' AND expires_at > ?3 "
      "AND begins_at <= ?3 LIMIT 1",
      {agent.tenant, agent.machine, now}, [&wait](const store::Row&) -> Result<void> {
        wait = true;
        return {};
      }));
  return wait;
}

Result<void> apply_order_seen(store::Connection& connection, const Sighting& sighting, const OrderSeen& seen) {
  const bool done = seen.refusal == Refusal::none;
  TRY_VOID(connection.run(
      "UPDATE agent_order SET state = ?4, refusal = ?5, answered_at = ?6, observation_id = ?7 "
      "WHERE tenant_id = ?1 AND id = ?2 AND machine_id = ?3 AND state = 'waiting'",
      {sighting.tenant, seen.order, *sighting.asset.machine(), done ? "done" : "refused", to_string(seen.refusal), sighting.at,
       sighting.observation}));
  return {};
}

}  // namespace khien::flow
