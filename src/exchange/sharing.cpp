#include "khien/exchange/sharing.hpp"

#include <map>

#include "khien/core/text.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/sharing.hpp"
#include "packing.hpp"

namespace khien::exchange {
namespace {

constexpr std::size_t kMostPage = 500;
constexpr std::size_t kMostNote = 500;  // bytes

std::optional<Timestamp> time_or_none(const store::Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.time(column));
}

Result<bool> sees_all(store::Connection& connection, const store::TenantScope& scope) {
  bool all = false;
  TRY_VOID(connection.query("SELECT 1 FROM unit WHERE tenant_id = ?1 AND parent_id IS NULL AND id IN (SELECT value FROM json_each(?2))",
                            {scope.tenant(), scope.roots_json()}, [&](const store::Row&) -> Result<void> {
                              all = true;
                              return {};
                            }));
  return all;
}

Result<void> ask_all(store::Connection& connection, const store::TenantScope& scope, std::string_view what) {
  TRY(const bool all, sees_all(connection, scope));
  return all ? Result<void>() : Result<void>(Error(Code::not_found, "there is no such " + std::string(what)));
}

void add(RowCounts& counts, std::string_view state, std::int64_t rows) {
  if (state == "unshared") counts.unshared += rows;
  else if (state == "queued") counts.queued += rows;
  else if (state == "shared") counts.shared += rows;
  else counts.failed += rows;
}

Partner partner_of(const store::Row& row) {
  Partner partner{.id = row.id<SharePartnerTag>(0), .name = std::string(row.text(1)), .scheme = std::string(row.text(2)),
                  .url = std::string(row.text(3)), .paused_at = time_or_none(row, 4), .paused_by = {},
                  .pause_note = std::string(row.text(6)), .last_success_at = time_or_none(row, 7), .last_try_at = time_or_none(row, 8),
                  .next_try_at = time_or_none(row, 10), .last_error = std::string(row.text(9)), .rows = {},
                  .messages_waiting = row.integer(11), .messages_failed = row.integer(12)};
  if (!row.is_null(5)) partner.paused_by = row.id<UserTag>(5);
  return partner;
}

Message message_of(const store::Row& row) {
  Message message{.id = row.id<ShareMessageTag>(0), .partner = row.id<SharePartnerTag>(1), .name = std::string(row.text(2)),
                  .state = message_state_from_string(row.text(3)).value(), .rows = row.integer(4), .bytes = row.integer(5),
                  .digest = Sha256::from_bytes(row.bytes(6)).value(), .composed_at = row.time(7), .attempts = row.integer(8),
                  .next_try_at = time_or_none(row, 9), .settled_at = time_or_none(row, 10), .last_error = std::string(row.text(11))};
  return message;
}

}  // namespace

Result<std::vector<Partner>> list_partners(store::Connection& connection, const store::TenantScope& scope) {
  std::vector<Partner> partners;
  TRY_VOID(connection.query(
      "SELECT p.id, p.name, p.scheme, p.url, p.paused_at, p.paused_by, p.pause_note, p.last_success_at, p.last_try_at, p.last_error, "
      "(SELECT max(p.next_try_at, min(m.next_try_at)) FROM share_message m WHERE m.tenant_id = p.tenant_id AND m.partner_id = p.id AND "
      "m.state = 'queued'), "
      "(SELECT count(*) FROM share_message m WHERE m.tenant_id = p.tenant_id AND m.partner_id = p.id AND m.state = 'queued'), "
      "(SELECT count(*) FROM share_message m WHERE m.tenant_id = p.tenant_id AND m.partner_id = p.id AND m.state = 'failed') "
      "FROM share_partner p WHERE p.tenant_id = ?1 ORDER BY p.name",
      {scope.tenant()}, [&](const store::Row& row) -> Result<void> {
        partners.push_back(partner_of(row));
        return {};
      }));
  TRY_VOID(connection.query(
      "SELECT r.partner_id, r.state, count(*) FROM share_row r INDEXED BY share_row_by_unit WHERE r.tenant_id = ?1 AND r.unit_id IN "
      KHIEN_UNITS_IN_SCOPE " GROUP BY r.partner_id, r.state",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        for (Partner& partner : partners) {
          if (partner.id == row.id<SharePartnerTag>(0)) add(partner.rows, row.text(1), row.integer(2));
        }
        return {};
      }));
  return partners;
}

Result<std::vector<UnitSharing>> list_unit_sharing(store::Connection& connection, const store::TenantScope& scope,
                                                   std::optional<SharePartnerId> partner, Timestamp now) {
  std::vector<UnitSharing> units;
  std::map<UnitId, std::size_t> places;
  TRY_VOID(connection.query(
      "SELECT u.id, u.name, (SELECT count(*) FROM machine m WHERE m.tenant_id = u.tenant_id AND m.unit_id = u.id AND m.revoked_at IS NULL) "
      "AS machines FROM unit u WHERE u.tenant_id = ?1 AND u.id IN " KHIEN_UNITS_IN_SCOPE " ORDER BY u.name_order, u.id",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        if (row.integer(2) == 0) return {};
        places.emplace(row.id<UnitTag>(0), units.size());
        units.push_back({.unit = row.id<UnitTag>(0), .name = std::string(row.text(1)), .machines = row.integer(2)});
        return {};
      }));
  TRY_VOID(connection.query(
      "SELECT r.unit_id, r.state, count(*) FROM share_row r INDEXED BY share_row_by_unit WHERE r.tenant_id = ?1 AND r.unit_id IN "
      KHIEN_UNITS_IN_SCOPE " AND (?3 IS NULL OR r.partner_id = ?3) GROUP BY r.unit_id, r.state",
      {scope.tenant(), scope.roots_json(), partner ? store::Value(*partner) : store::Value(nullptr)},
      [&](const store::Row& row) -> Result<void> {
        const auto place = places.find(row.id<UnitTag>(0));
        if (place != places.end()) add(units[place->second].rows, row.text(1), row.integer(2));
        return {};
      }));
  TRY(const auto sharing, estate::sharing_by_unit(connection, scope));
  for (UnitSharing& unit : units) {
    const auto found = sharing.find(unit.unit);
    if (found == sharing.end()) continue;
    unit.connected_since = found->second.connected_since;
    unit.last_accepted_at = found->second.last_accepted_at;
    unit.regular = found->second.is_regular(now);
  }
  return units;
}

namespace {

#define KHIEN_MESSAGE_COLUMNS                                                                                             \
  "m.id, m.partner_id, m.name, m.state, m.rows, m.bytes, m.digest, m.composed_at, m.attempts, m.next_try_at, m.settled_at, " \
  "m.last_error"
#define KHIEN_MESSAGE_WANTED                                                                                             \
  "m.tenant_id = ?1 AND (?3 OR EXISTS (SELECT 1 FROM share_row r INDEXED BY share_row_by_message WHERE r.tenant_id = ?1 " \
  "AND r.message_id = m.id AND r.message_id IS NOT NULL AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE "))"                     \
  " AND (?4 IS NULL OR m.partner_id = ?4) AND (?5 = '' OR m.state = ?5)"

}  // namespace

Result<MessagePage> list_messages(store::Connection& connection, const store::TenantScope& scope, const MessageQuery& query) {
  TRY(const bool all, sees_all(connection, scope));
  const std::size_t limit = std::min(std::max<std::size_t>(query.limit, 1), kMostPage);
  std::int64_t before = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, "share_messages", {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  const store::Value partner = query.partner ? store::Value(*query.partner) : store::Value(nullptr);
  const std::string_view state = query.state ? to_string(*query.state) : std::string_view();
  MessagePage page;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_MESSAGE_COLUMNS " FROM share_message m WHERE m.id < ?6 AND " KHIEN_MESSAGE_WANTED " ORDER BY m.id DESC LIMIT ?7",
      {scope.tenant(), scope.roots_json(), all, partner, state, before, static_cast<std::int64_t>(limit + 1)},
      [&](const store::Row& row) -> Result<void> {
        page.items.push_back(message_of(row));
        return {};
      }));
  TRY_VOID(connection.query_one("SELECT count(*) FROM share_message m WHERE " KHIEN_MESSAGE_WANTED,
                                {scope.tenant(), scope.roots_json(), all, partner, state}, [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  if (page.items.size() > limit) {
    page.items.resize(limit);
    page.next = estate::to_cursor("share_messages", {page.items.back().id.value});
  }
  return page;
}

Result<MessageDetail> get_message(store::Connection& connection, const store::TenantScope& scope, ShareMessageId id) {
  TRY_VOID(ask_all(connection, scope, "message"));
  MessageDetail detail;
  TRY_VOID(connection.query_one("SELECT " KHIEN_MESSAGE_COLUMNS ", m.xml FROM share_message m WHERE m.tenant_id = ?1 AND m.id = ?2",
                                {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
                                  detail.message = message_of(row);
                                  if (row.is_null(12)) return {};
                                  TRY(detail.xml, unpack(row.bytes(12), static_cast<std::size_t>(detail.message.bytes)));
                                  return {};
                                }));
  TRY_VOID(connection.query(
      "SELECT number, at, took, status, outcome, error, body, cut FROM share_answer WHERE tenant_id = ?1 AND message_id = ?2 ORDER BY number",
      {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
        TRY(const auto outcome, outcome_from_string(row.text(4)));
        detail.answers.push_back({.number = row.integer(0), .at = row.time(1), .took = {row.integer(2)},
                                  .status = static_cast<int>(row.integer(3)), .outcome = outcome, .error = std::string(row.text(5)),
                                  .body = std::string(as_text(row.bytes(6))), .cut = row.integer(7) != 0});
        return {};
      }));
  TRY_VOID(connection.query(
      "SELECT key, kind, machine_id, unit_id, finding_id, state FROM share_row INDEXED BY share_row_by_message "
      "WHERE tenant_id = ?1 AND message_id = ?2 AND message_id IS NOT NULL ORDER BY unit_id, machine_id, key",
      {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
        MessageRow one{.key = std::string(row.text(0)), .kind = {}, .machine = row.id<MachineTag>(2), .unit = row.id<UnitTag>(3),
                       .finding = {}, .state = {}};
        TRY(one.kind, row_kind_from_string(row.text(1)));
        TRY(one.state, row_state_from_string(row.text(5)));
        if (!row.is_null(4)) one.finding = row.id<FindingTag>(4);
        detail.rows.push_back(std::move(one));
        return {};
      }));
  return detail;
}

namespace {

// Is it there, and was it changed?
Result<void> changed_one(store::Connection& connection, const store::TenantScope& scope, SharePartnerId id, std::int64_t changed,
                         const char* why) {
  if (changed == 1) return {};
  bool is_there = false;
  TRY_VOID(connection.query("SELECT 1 FROM share_partner WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id},
                            [&](const store::Row&) -> Result<void> {
                              is_there = true;
                              return {};
                            }));
  if (!is_there) return Error(Code::not_found, "there is no such partner");
  return Error(Code::conflict, why);
}

}  // namespace

Result<void> pause_partner(store::Connection& connection, const store::TenantScope& scope, SharePartnerId id, UserId who,
                           std::string_view note, Timestamp now) {
  TRY_VOID(ask_all(connection, scope, "partner"));
  if (note.empty() || note.size() > kMostNote || !is_utf8(note)) return Error(Code::invalid, "a reason is needed, of at most 500 bytes");
  TRY(const auto changed, connection.run("UPDATE share_partner SET paused_at = ?3, paused_by = ?4, pause_note = ?5 WHERE tenant_id = ?1 AND "
                                         "id = ?2 AND paused_at IS NULL",
                                         {scope.tenant(), id, now, who, note}));
  return changed_one(connection, scope, id, changed, "it is paused already");
}

Result<void> resume_partner(store::Connection& connection, const store::TenantScope& scope, SharePartnerId id, Timestamp now) {
  TRY_VOID(ask_all(connection, scope, "partner"));
  TRY(const auto changed, connection.run("UPDATE share_partner SET paused_at = NULL, paused_by = NULL, pause_note = '', failures = 0, "
                                         "next_try_at = min(next_try_at, ?3) WHERE tenant_id = ?1 AND id = ?2 AND paused_at IS NOT NULL",
                                         {scope.tenant(), id, now}));
  return changed_one(connection, scope, id, changed, "it is not paused");
}

Result<void> share_since(store::Connection& connection, const store::TenantScope& scope, SharePartnerId id, Timestamp since) {
  TRY_VOID(ask_all(connection, scope, "partner"));
  TRY(const auto changed, connection.run("UPDATE share_partner SET since = min(since, ?3), noted_through = min(noted_through, ?3) WHERE "
                                         "tenant_id = ?1 AND id = ?2",
                                         {scope.tenant(), id, since}));
  return changed_one(connection, scope, id, changed, "");
}

Result<void> send_now(store::Connection& connection, const store::TenantScope& scope, SharePartnerId id, Timestamp now) {
  TRY_VOID(ask_all(connection, scope, "partner"));
  TRY(const auto changed, connection.run("UPDATE share_partner SET failures = 0, next_try_at = min(next_try_at, ?3) WHERE tenant_id = ?1 AND id = ?2",
                                         {scope.tenant(), id, now}));
  TRY_VOID(changed_one(connection, scope, id, changed, ""));
  TRY_VOID(connection.run("UPDATE share_message SET next_try_at = min(next_try_at, ?3) WHERE tenant_id = ?1 AND partner_id = ?2 AND state = 'queued'",
                          {scope.tenant(), id, now}));
  // What failed waits again.
  TRY_VOID(connection.run("UPDATE share_row SET state = 'queued' WHERE tenant_id = ?1 AND message_id IN (SELECT id FROM share_message "
                          "WHERE tenant_id = ?1 AND partner_id = ?2 AND state = 'failed') AND state = 'failed'",
                          {scope.tenant(), id}));
  TRY_VOID(connection.run("UPDATE share_message SET state = 'queued', next_try_at = ?3, settled_at = NULL, unclear = 0 WHERE tenant_id = ?1 AND "
                          "partner_id = ?2 AND state = 'failed' AND xml IS NOT NULL",
                          {scope.tenant(), id, now}));
  return {};
}

Result<void> retry_message(store::Connection& connection, const store::TenantScope& scope, ShareMessageId id, Timestamp now) {
  TRY_VOID(ask_all(connection, scope, "message"));
  std::string state;
  TRY_VOID(connection.query_one("SELECT state FROM share_message WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id},
                                [&](const store::Row& row) -> Result<void> {
                                  state = std::string(row.text(0));
                                  return {};
                                }));
  if (state == "shared") return Error(Code::conflict, "the message was accepted");
  TRY_VOID(connection.run("UPDATE share_message SET state = 'queued', next_try_at = ?3, settled_at = NULL, unclear = 0 WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, now}));
  TRY_VOID(connection.run("UPDATE share_row SET state = 'queued' WHERE tenant_id = ?1 AND message_id = ?2 AND state = 'failed'", {scope.tenant(), id}));
  return {};
}

}  // namespace khien::exchange
