#include <algorithm>
#include <set>
#include <tuple>

#include "khien/core/assert.hpp"
#include "causes.hpp"
#include "telling.hpp"
#include "words.hpp"

namespace khien::notice {
namespace {

// Of the urgent ones, and of the others.
constexpr std::int64_t kMostPending = 2'500;

std::string urgent_kinds(const Rules& rules) {
  std::string json;
  for (int i = 0; i <= static_cast<int>(CauseKind::test); ++i) {
    const auto kind = static_cast<CauseKind>(i);
    const Rule* rule = rules.rule(kind);
    if (rule != nullptr && rule->urgent) json += (json.empty() ? "[\"" : ",\"") + std::string(to_string(kind)) + "\"";
  }
  return json.empty() ? "[]" : json + "]";
}

store::Value or_null(const std::optional<Timestamp>& time) { return time ? store::Value(*time) : store::Value(nullptr); }
store::Value or_null(const std::optional<UserId>& user) { return user ? store::Value(*user) : store::Value(nullptr); }

struct Part {
  bool urgent = false;
  const std::string& kinds;
  std::int64_t behind = 0;
};
Result<void> read_causes(store::Connection& connection, TenantId tenant, const Part& part, Pending& pending) {
  return connection.query(
      "SELECT c.id, c.key, c.kind, c.bundle, c.level, c.at, c.count, c.owner_id, c.due_at, c.link_id, u.name, a.ancestor_id "
      "FROM (SELECT * FROM notice_cause INDEXED BY notice_cause_pending WHERE tenant_id = ?1 AND settled = 0 AND id > ?3 "
      "AND (kind IN (SELECT value FROM json_each(?4))) = ?5 ORDER BY id LIMIT ?2) c "
      "CROSS JOIN unit u ON u.tenant_id = c.tenant_id AND u.id = c.unit_id "
      "CROSS JOIN unit_ancestor a INDEXED BY unit_ancestor_by_unit ON a.tenant_id = c.tenant_id AND a.unit_id = c.unit_id ORDER BY c.id, a.distance",
      {tenant, kMostPending, part.behind, part.kinds, part.urgent}, [&](const store::Row& row) -> Result<void> {
        const auto id = row.integer(0);
        if (pending.causes.empty() || pending.causes.back().id != id) {
          Cause cause{.key = std::string(row.text(1)), .kind = CauseKind::test, .bundle = std::string(row.text(3)),
                      .level = static_cast<int>(row.integer(4)), .path = {}, .at = row.time(5), .count = row.integer(6), .owner = {}, .due = {},
                      .link = row.integer(9)};
          TRY(cause.kind, cause_kind_from_string(row.text(2)));
          if (!row.is_null(7)) cause.owner = UserId{row.integer(7)};
          if (!row.is_null(8)) cause.due = row.time(8);
          pending.causes.push_back({id, std::move(cause), std::string(row.text(10))});
        }
        pending.causes.back().cause.path.push_back({row.integer(11)});
        return {};
      });
}

// Page by page, so that what waits for an answer hides nothing. True: there may be more behind it.
Result<bool> read_part(store::Connection& connection, TenantId tenant, std::string_view mark, const std::string& kinds, bool urgent, Pending& pending) {
  TRY(const auto behind, mark_of(connection, tenant, mark));
  const auto before = pending.causes.size();
  TRY_VOID(read_causes(connection, tenant, {urgent, kinds, behind.value_or(0)}, pending));
  const auto read = pending.causes.size() - before;
  if (read > 0) TRY_VOID(set_mark(connection, tenant, mark, pending.causes.back().id));
  return static_cast<std::int64_t>(read) == kMostPending;
}

Result<void> read_told(store::Connection& connection, TenantId tenant, Pending& pending) {
  std::string ids;
  for (const Noted& one : pending.causes) ids += (ids.empty() ? "[" : ",") + std::to_string(one.id);
  ids += "]";
  return connection.query(
      "SELECT c.key, t.account_id, t.channel, m.told_at, m.acknowledged_at FROM notice_cause c INDEXED BY notice_cause_first "
      "CROSS JOIN notice_told t ON t.tenant_id = c.tenant_id AND t.cause_id = c.id "
      "CROSS JOIN notice_message m ON m.tenant_id = t.tenant_id AND m.id = t.message_id "
      "WHERE c.tenant_id = ?1 AND c.first_key IN (SELECT p.first_key FROM json_each(?2) j "
      "CROSS JOIN notice_cause p ON p.id = j.value)",
      {tenant, ids}, [&](const store::Row& row) -> Result<void> {
        Told told{.cause = std::string(row.text(0)), .person = {row.integer(1)}, .channel = {}, .at = row.time(3), .acknowledged_at = {}};
        TRY(told.channel, channel_from_string(row.text(2)));
        if (!row.is_null(4)) told.acknowledged_at = row.time(4);
        pending.told.push_back(std::move(told));
        return {};
      });
}

std::string units_of(const Pending& pending) {
  std::set<UnitId> units;
  for (const Noted& one : pending.causes) units.insert(one.cause.path.begin(), one.cause.path.end());
  std::string json;
  for (const UnitId unit : units) json += (json.empty() ? "[" : ",") + std::to_string(unit.value);
  return json.empty() ? "[]" : json + "]";
}

// In the units that causes are about and above: those of the last day and of now, of people who
// sign in. A shift has 31 days at most.
Result<std::map<UserId, std::vector<OnDuty>>> read_shifts(store::Connection& connection, TenantId tenant, const Pending& pending, Timestamp now) {
  std::map<UserId, std::vector<OnDuty>> shifts;
  const auto units = units_of(pending);
  TRY_VOID(connection.query(
      "SELECT s.user_id, s.unit_id, s.from_at, s.to_at, s.part = 'deputy' FROM json_each(?2) u CROSS JOIN duty_shift s "
      "INDEXED BY duty_shift_by_unit ON s.tenant_id = ?1 AND s.unit_id = u.value AND s.removed = 0 AND s.from_at > ?3 AND s.from_at <= ?4 "
      "WHERE s.to_at > ?5 AND s.user_id IS NOT NULL",
      {tenant, units, now - days(33), now, now - days(1)}, [&](const store::Row& row) -> Result<void> {
        shifts[{row.integer(0)}].push_back({.unit = row.id<UnitTag>(1), .from = row.time(2), .to = row.time(3), .deputy = row.integer(4) != 0});
        return {};
      }));
  return shifts;
}

// What the message says of all its causes together.
struct Sum {
  const Noted* first = nullptr;
  std::set<UnitId> units;
  std::int64_t count = 0;
  std::optional<Timestamp> due;
  bool one_link = true;
};
Sum sum_of(const DueMessage& message, const std::map<std::string, const Noted*, std::less<>>& causes) {
  Sum sum;
  for (const std::string& key : message.causes) {
    const Noted* one = causes.at(key);
    if (sum.first != nullptr && one->cause.link != sum.first->cause.link) sum.one_link = false;
    if (sum.first == nullptr || std::tie(one->cause.at, one->id) < std::tie(sum.first->cause.at, sum.first->id)) sum.first = one;
    sum.units.insert(one->cause.path.front());
    sum.count += one->cause.count;
    if (one->cause.due && (!sum.due || *one->cause.due < *sum.due)) sum.due = one->cause.due;
  }
  khien_assert(sum.first != nullptr);
  return sum;
}

}  // namespace

Result<Pending> read_pending(store::Connection& connection, TenantId tenant, const Rules& rules) {
  Pending pending;
  const auto kinds = urgent_kinds(rules);
  TRY(const bool more_urgent, read_part(connection, tenant, "pending_urgent", kinds, true, pending));
  TRY(const bool more_others, read_part(connection, tenant, "pending_others", kinds, false, pending));
  pending.more = more_urgent || more_others;
  if (!pending.more) {
    // All were looked at: from the beginning the next time.
    TRY_VOID(set_mark(connection, tenant, "pending_urgent", 0));
    TRY_VOID(set_mark(connection, tenant, "pending_others", 0));
  }
  if (!pending.causes.empty()) TRY_VOID(read_told(connection, tenant, pending));
  return pending;
}

Result<People> read_people(store::Connection& connection, TenantId tenant, const Pending& pending, bool has_mail, Timestamp now) {
  People people;
  TRY(auto shifts, read_shifts(connection, tenant, pending, now));
  TRY_VOID(connection.query(
      "SELECT a.id, a.role, s.unit_id, n.language, n.mail, n.by_mail, n.quiet_from, n.quiet_to FROM account a "
      "JOIN account_scope s ON s.tenant_id = a.tenant_id AND s.account_id = a.id "
      "LEFT JOIN notice_setting n ON n.tenant_id = a.tenant_id AND n.account_id = a.id "
      "WHERE a.tenant_id = ?1 AND a.disabled = 0 ORDER BY a.id, s.unit_id",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        const UserId id{row.integer(0)};
        if (people.all.empty() || people.all.back().id != id) {
          Person person{.id = id, .role = {}, .roots = {}, .by_mail = false, .quiet = {}, .shifts = {}};
          TRY(person.role, role_from_string(row.text(1)));
          person.quiet = default_settings(person.role).quiet;
          if (!row.is_null(3)) {
            person.by_mail = has_mail && row.integer(5) != 0;
            person.quiet = {static_cast<int>(row.integer(6)), static_cast<int>(row.integer(7))};
            people.addresses[id] = {std::string(row.text(4)), row.text(3) == "vi"};
          }
          if (const auto mine = shifts.find(id); mine != shifts.end()) person.shifts = std::move(mine->second);
          people.all.push_back(std::move(person));
        }
        people.all.back().roots.push_back({row.integer(2)});
        return {};
      }));
  return people;
}

Result<void> note_causes(store::Connection& connection, TenantId tenant, std::span<const Cause> causes, Timestamp now) {
  for (const Cause& cause : causes) {
    khien_assert(!cause.path.empty());
    TRY_VOID(connection.run(
        "INSERT INTO notice_cause (tenant_id, key, first_key, kind, bundle, level, unit_id, at, count, owner_id, due_at, link_id, noted_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (tenant_id, key) DO NOTHING",
        {tenant, cause.key, first_key(cause.key), to_string(cause.kind), cause.bundle, cause.level, cause.path.front(), cause.at, cause.count,
         or_null(cause.owner), or_null(cause.due), cause.link, now}));
  }
  return {};
}

Result<void> settle(store::Connection& connection, TenantId tenant, std::span<const std::string> keys) {
  for (const std::string& key : keys) {
    TRY_VOID(connection.run("UPDATE notice_cause SET settled = 1 WHERE tenant_id = ?1 AND key = ?2", {tenant, key}));
  }
  return {};
}

Result<Note> keep_message(store::Connection& connection, TenantId tenant, const Rules& rules, const DueMessage& message,
                          const std::map<std::string, const Noted*, std::less<>>& causes, Timestamp now) {
  const Sum sum = sum_of(message, causes);
  const Said said{.kind = message.kind, .level = message.level, .count = sum.count, .units = static_cast<std::int64_t>(sum.units.size()),
                  .unit_name = sum.first->unit_name, .unit = sum.first->cause.path.front(), .link = sum.one_link ? sum.first->cause.link : 0};
  TRY_VOID(connection.run(
      "INSERT INTO notice_message (tenant_id, account_id, channel, kind, level, urgent, unit_id, units, count, due_at, link_id, since, told_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      {tenant, message.person ? store::Value(message.person) : store::Value(nullptr), to_string(message.channel), to_string(said.kind), said.level,
       message.urgent, said.unit, said.units, said.count, or_null(sum.due), said.link, message.since, now}));
  const MessageId id{connection.last_insert_id()};
  for (const std::string& key : message.causes) {
    // A second time is a conflict: nobody is told twice, whatever is wrong above.
    TRY_VOID(connection.run("INSERT INTO notice_told (tenant_id, cause_id, account_id, channel, message_id) VALUES (?1, ?2, ?3, ?4, ?5)",
                            {tenant, causes.at(key)->id, message.person, to_string(message.channel), id}));
  }
  return Note{.id = id, .kind = said.kind, .urgent = message.urgent, .level = said.level, .unit = said.unit, .title = title_of(rules, said),
              .path = path_of(said), .count = said.count, .due = sum.due, .told_at = now, .read_at = {}, .acknowledged_at = {}};
}

}  // namespace khien::notice
