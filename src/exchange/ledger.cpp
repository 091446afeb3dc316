#include "ledger.hpp"

#include <algorithm>
#include <set>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/sharing.hpp"
#include "packing.hpp"

namespace khien::exchange {
namespace {

constexpr std::int64_t kFirstAnswersKept = kMostAnswersKept / 2;
constexpr std::size_t kMostErrorBytes = 500;

}  // namespace

Result<void> set_up_partner(store::Connection& connection, TenantId tenant, const PartnerSettings& settings, Timestamp now) {
  const Timestamp since = settings.since.value_or(now);
  TRY_VOID(connection.run(
      "INSERT INTO share_partner (tenant_id, name, scheme, url, since, noted_through) VALUES (?1, ?2, ?3, ?4, ?5, ?5) "
      "ON CONFLICT (tenant_id, name) DO UPDATE SET scheme = excluded.scheme, url = excluded.url "
      "WHERE (scheme, url) IS NOT (excluded.scheme, excluded.url)",
      {tenant, settings.name, settings.scheme.id(), settings.url, since}));
  return {};
}

Result<PartnerState> partner_state(store::Connection& connection, TenantId tenant, const std::string& name) {
  PartnerState state;
  TRY_VOID(connection.query_one(
      "SELECT p.id, p.since, p.noted_through, p.noted_day, p.paused_at IS NOT NULL, p.failures, p.next_try_at, "
      "(SELECT count(*) FROM share_message m WHERE m.tenant_id = p.tenant_id AND m.partner_id = p.id AND m.state = 'queued') "
      "FROM share_partner p WHERE p.tenant_id = ?1 AND p.name = ?2",
      {tenant, name}, [&](const store::Row& row) -> Result<void> {
        state = {.id = row.id<SharePartnerTag>(0), .since = row.time(1), .noted_through = row.time(2), .noted_day = {},
                 .is_paused = row.integer(4) != 0, .failures = row.integer(5), .next_try_at = row.time(6), .waiting = row.integer(7)};
        if (!row.is_null(3)) state.noted_day = Date::from_days(row.integer(3));
        return {};
      }));
  return state;
}

Result<void> end_partners_besides(store::Connection& connection, TenantId tenant, std::span<const PartnerSettings> settings) {
  std::vector<SharePartnerId> ended;
  TRY_VOID(connection.query("SELECT id, name FROM share_partner WHERE tenant_id = ?1 AND url <> ''", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              const auto named = [&](const PartnerSettings& one) { return one.name == row.text(1); };
                              if (std::ranges::none_of(settings, named)) ended.push_back(row.id<SharePartnerTag>(0));
                              return {};
                            }));
  for (const SharePartnerId id : ended) {
    TRY_VOID(connection.run("UPDATE share_partner SET url = '' WHERE tenant_id = ?1 AND id = ?2", {tenant, id}));
  }
  return {};
}

Result<std::int64_t> note_rows(store::Connection& connection, TenantId tenant, SharePartnerId partner, std::span<const NewRow> rows, Timestamp now) {
  std::int64_t noted = 0;
  for (const NewRow& row : rows) {
    const std::string facts = to_json(row.row.facts);
    const store::Value finding = row.finding ? store::Value(*row.finding) : store::Value(nullptr);
    TRY(const auto changed,
        connection.run("INSERT INTO share_row (tenant_id, partner_id, key, kind, machine_id, unit_id, finding_id, noted_at, not_updated, "
                       "facts, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'unshared') "
                       "ON CONFLICT (tenant_id, partner_id, key) DO NOTHING",
                       {tenant, partner, row.key, to_string(row.row.kind), row.machine, row.unit, finding, now, row.not_updated, facts}));
    noted += changed;
  }
  return noted;
}

Result<void> set_noted(store::Connection& connection, TenantId tenant, SharePartnerId partner, Timestamp through, std::optional<Date> day) {
  TRY_VOID(connection.run(
      "UPDATE share_partner SET noted_through = max(noted_through, ?3), noted_day = coalesce(?4, noted_day) WHERE tenant_id = ?1 AND id = ?2",
      {tenant, partner, through, day ? store::Value(std::int64_t{day->days()}) : store::Value(nullptr)}));
  return {};
}

Result<std::vector<PendingRow>> unshared_rows(store::Connection& connection, TenantId tenant, SharePartnerId partner, std::size_t most) {
  khien_assert(most >= 1 && most <= kMostRows);
  std::vector<PendingRow> rows;
  TRY_VOID(connection.query(
      "SELECT r.key, r.machine_id, r.not_updated, r.kind, r.facts FROM share_row r INDEXED BY share_row_unshared "
      "WHERE r.tenant_id = ?1 AND r.partner_id = ?2 AND r.state = 'unshared' ORDER BY r.noted_at, r.unit_id, r.machine_id, r.key LIMIT ?3",
      {tenant, partner, static_cast<std::int64_t>(most + 1)}, [&](const store::Row& row) -> Result<void> {
        PendingRow one{.key = std::string(row.text(0)), .machine = row.id<MachineTag>(1), .not_updated = row.integer(2) != 0, .row = {}};
        TRY(one.row.kind, row_kind_from_string(row.text(3)));
        TRY(one.row.facts, facts_from_json(row.text(4)));
        rows.push_back(std::move(one));
        return {};
      }));
  if (rows.size() <= most) return rows;
  const MachineId cut = rows.back().machine;
  rows.pop_back();
  const auto first = std::ranges::find(rows, cut, &PendingRow::machine);
  if (first != rows.begin()) rows.erase(first, rows.end());
  return rows;
}

std::string message_name(const std::string& partner, std::span<const PendingRow> rows) {
  std::set<std::string_view> keys;
  for (const PendingRow& row : rows) keys.insert(row.key);
  khien_assert(keys.size() == rows.size());
  std::string text = "avreport\n" + partner + "\n";
  for (const std::string_view key : keys) text += std::string(key) + "\n";
  return sha256(text).hex();
}

Result<ShareMessageId> put_message(store::Connection& connection, TenantId tenant, SharePartnerId partner, const std::string& name,
                                   std::span<const PendingRow> rows, std::string_view xml, Timestamp now) {
  const Bytes packed = pack(xml);
  TRY_VOID(connection.run(
      "INSERT INTO share_message (tenant_id, partner_id, name, state, rows, bytes, digest, xml, composed_at, next_try_at) "
      "VALUES (?1, ?2, ?3, 'queued', ?4, ?5, ?6, ?7, ?8, ?8)",
      {tenant, partner, name, static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(xml.size()), sha256(xml).view(),
       ByteView(packed), now}));
  const ShareMessageId id{connection.last_insert_id()};
  for (const PendingRow& row : rows) {
    TRY(const auto changed, connection.run("UPDATE share_row SET state = 'queued', message_id = ?4, facts = '' WHERE tenant_id = ?1 AND "
                                           "partner_id = ?2 AND key = ?3 AND state = 'unshared'",
                                           {tenant, partner, row.key, id}));
    if (changed != 1) return Error(Code::conflict, "row " + row.key + " is in a message already");
  }
  return id;
}

Result<std::optional<WaitingMessage>> due_message(store::Connection& connection, TenantId tenant, SharePartnerId partner, Timestamp now) {
  std::optional<WaitingMessage> due;
  TRY_VOID(connection.query(
      "SELECT id, name, bytes, digest, xml, attempts, unclear FROM share_message INDEXED BY share_message_waiting "
      "WHERE tenant_id = ?1 AND partner_id = ?2 AND state = 'queued' AND next_try_at <= ?3 ORDER BY next_try_at, id LIMIT 1",
      {tenant, partner, now}, [&](const store::Row& row) -> Result<void> {
        WaitingMessage one{.id = row.id<ShareMessageTag>(0), .name = std::string(row.text(1)), .xml = {},
                           .attempts = row.integer(5), .unclear = row.integer(6)};
        TRY(one.xml, unpack(row.bytes(4), static_cast<std::size_t>(row.integer(2))));
        TRY(const auto digest, Sha256::from_bytes(row.bytes(3)));
        if (sha256(one.xml) != digest) return Error(Code::corrupt, "a kept message is not the one that was signed");
        due = std::move(one);
        return {};
      }));
  return due;
}

namespace {

Result<void> keep_answer(store::Connection& connection, TenantId tenant, ShareMessageId message, const Answer& answer) {
  std::int64_t number = 0;
  TRY_VOID(connection.query_one("SELECT attempts FROM share_message WHERE tenant_id = ?1 AND id = ?2", {tenant, message},
                                [&](const store::Row& row) -> Result<void> {
                                  number = row.integer(0) + 1;
                                  return {};
                                }));
  const std::string error = to_valid_utf8(truncate(answer.error, kMostErrorBytes));
  TRY_VOID(connection.run(
      "INSERT INTO share_answer (tenant_id, message_id, number, at, took, status, outcome, error, body, cut) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      {tenant, message, number, answer.at, answer.took.ms, answer.status, to_string(answer.outcome), error, as_bytes(answer.body),
       answer.cut}));
  // The first and the last ones tell the story.
  TRY_VOID(connection.run("DELETE FROM share_answer WHERE tenant_id = ?1 AND message_id = ?2 AND number > ?3 AND number <= ?4",
                          {tenant, message, kFirstAnswersKept, number - kFirstAnswersKept}));
  return {};
}

Result<void> accept_units(store::Connection& connection, TenantId tenant, ShareMessageId message, std::int64_t regular_days, Timestamp now) {
  std::vector<UnitId> units;
  TRY_VOID(connection.query(
      "SELECT DISTINCT unit_id FROM share_row INDEXED BY share_row_by_message WHERE tenant_id = ?1 AND message_id = ?2 AND message_id IS NOT NULL",
      {tenant, message}, [&](const store::Row& row) -> Result<void> {
        units.push_back(row.id<UnitTag>(0));
        return {};
      }));
  for (const UnitId unit : units) TRY_VOID(estate::set_sharing_accepted(connection, tenant, unit, regular_days, now));
  return {};
}

}  // namespace

Result<void> settle(store::Connection& connection, TenantId tenant, SharePartnerId partner, ShareMessageId message, const Settling& settling) {
  const Answer& answer = settling.answer;
  khien_assert((settling.state == MessageState::queued) == settling.next_try_at.has_value());
  TRY_VOID(keep_answer(connection, tenant, message, answer));
  const bool is_settled = settling.state != MessageState::queued;
  const std::string error = settling.state == MessageState::shared ? std::string() : to_valid_utf8(truncate(answer.error, kMostErrorBytes));
  TRY(const auto changed,
      connection.run("UPDATE share_message SET attempts = attempts + 1, unclear = unclear + ?3, state = ?4, next_try_at = ?5, "
                     "settled_at = ?6, last_error = ?7 WHERE tenant_id = ?1 AND id = ?2 AND state = 'queued'",
                     {tenant, message, answer.outcome == Outcome::unclear, to_string(settling.state),
                      settling.next_try_at ? store::Value(*settling.next_try_at) : store::Value(nullptr),
                      is_settled ? store::Value(answer.at) : store::Value(nullptr), error}));
  if (changed != 1) return Error(Code::conflict, "the message is settled already");
  if (!is_settled) return {};
  TRY_VOID(connection.run("UPDATE share_row SET state = ?3 WHERE tenant_id = ?1 AND message_id = ?2 AND state = 'queued'",
                          {tenant, message, to_string(settling.state)}));
  if (settling.state != MessageState::shared) return {};
  TRY_VOID(connection.run("UPDATE share_partner SET last_success_at = ?3 WHERE tenant_id = ?1 AND id = ?2", {tenant, partner, answer.at}));
  return accept_units(connection, tenant, message, settling.regular_days, answer.at);
}

Result<void> set_partner_error(store::Connection& connection, TenantId tenant, SharePartnerId partner, std::string_view error,
                               std::int64_t failures, Timestamp next_try_at, Timestamp now) {
  const std::string text = to_valid_utf8(truncate(error, kMostErrorBytes));
  TRY_VOID(connection.run(
      "UPDATE share_partner SET last_error = ?3, failures = ?4, next_try_at = ?5, last_try_at = ?6 WHERE tenant_id = ?1 AND id = ?2",
      {tenant, partner, text, failures, next_try_at, now}));
  return {};
}

Result<void> want_units(store::Connection& connection, TenantId tenant, std::int64_t regular_days, Timestamp now) {
  std::vector<UnitId> units;
  TRY_VOID(connection.query(
      "SELECT DISTINCT m.unit_id FROM machine m WHERE m.tenant_id = ?1 AND m.revoked_at IS NULL AND m.sample_at IS NULL AND NOT EXISTS "
      "(SELECT 1 FROM unit_sharing s WHERE s.tenant_id = m.tenant_id AND s.unit_id = m.unit_id AND s.regular_days = ?2)",
      {tenant, regular_days}, [&](const store::Row& row) -> Result<void> {
        units.push_back(row.id<UnitTag>(0));
        return {};
      }));
  for (const UnitId unit : units) TRY_VOID(estate::set_sharing_wanted(connection, tenant, unit, regular_days, now));
  return {};
}

Result<void> forget_old(store::Connection& connection, TenantId tenant, Timestamp kept_since, Timestamp machines_since) {
  TRY_VOID(connection.run(
      "DELETE FROM share_answer WHERE tenant_id = ?1 AND message_id IN (SELECT id FROM share_message INDEXED BY share_message_kept "
      "WHERE tenant_id = ?1 AND settled_at < ?2 AND xml IS NOT NULL AND state = 'shared')",
      {tenant, kept_since}));
  TRY_VOID(connection.run("UPDATE share_message INDEXED BY share_message_kept SET xml = NULL WHERE tenant_id = ?1 AND settled_at < ?2 AND "
                          "xml IS NOT NULL AND state = 'shared'",
                          {tenant, kept_since}));
  // A key holds its day: what is forgotten is never noted again.
  TRY_VOID(connection.run(
      "DELETE FROM share_row WHERE tenant_id = ?1 AND (partner_id, key) IN (SELECT r.partner_id, r.key FROM share_row r "
      "INDEXED BY share_row_of_machines WHERE r.tenant_id = ?1 AND r.noted_at < ?2 AND r.kind = 'machine' AND r.state = 'shared' LIMIT 2000)",
      {tenant, machines_since}));
  return {};
}

}  // namespace khien::exchange
