#include "gathering.hpp"

#include <algorithm>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"

namespace khien::exchange {
namespace {

// "yara:khien_eicar" → "khien_eicar", "advisory:CVE-2024-3094" → "CVE-2024-3094".
std::string_view without_engine(std::string_view rule) {
  const auto colon = rule.find(':');
  return colon == rule.npos || colon + 1 == rule.size() ? rule : rule.substr(colon + 1);
}

// The first that others could reach: no loopback, no link-local one.
std::string first_address(std::string_view addresses_json) {
  JsonDocument memory;
  Budget budget({.bytes_in = 1u << 16, .entries = 1'000});
  auto list = memory.parse(addresses_json, budget);
  std::string first;
  if (!list || !list->is_array()) return first;
  static_cast<void>(list->each([&](Json value) -> Result<void> {
    const auto text = value.string();
    if (!text || !first.empty()) return {};
    const bool is_local = text->starts_with("127.") || *text == "::1" || text->starts_with("fe80") || text->starts_with("169.254.");
    if (!is_local) first = std::string(*text);
    return {};
  }));
  return first;
}

// The columns hostname, addresses and id at `from`.
Facts machine_facts(const store::Row& row, int from, const PartnerSettings& settings) {
  std::string name(row.text(from));
  if (name.empty()) name = "may-" + std::to_string(row.integer(from + 2));
  return {{"name", std::move(name)}, {"ip", first_address(row.text(from + 1))}, {"ip_public", settings.public_address}};
}

std::string behaviour_of(std::string_view state, bool is_held) {
  if (is_held) return "quarantined";
  return state == "resolved" ? "removed" : "found";
}

NewRow malware_row(const store::Row& row, const PartnerSettings& settings) {
  const auto name = std::string(without_engine(row.text(3)));
  NewRow made{.key = "m/" + std::to_string(row.integer(0)) + "/" + std::to_string(row.integer(6)),
              .row = {RowKind::malware, machine_facts(row, 8, settings)}};
  Facts& facts = made.row.facts;
  facts["malware_name"] = name;
  facts["malware_type"] = settings.scheme.malware_type(name);
  facts["behaviour"] = behaviour_of(row.text(5), row.integer(13) != 0);
  facts["device_type"] = row.text(12).empty() ? "unknown" : std::string(row.text(12));
  facts["files"] = "1";
  facts["path"] = without_names(row.text(4), settings.privacy);
  if (!row.is_null(7)) facts["sha256"] = to_hex(row.bytes(7));
  return made;
}

NewRow vulnerability_row(const store::Row& row, const PartnerSettings& settings) {
  NewRow made{.key = "v/" + std::to_string(row.integer(0)) + "/" + std::to_string(row.integer(6)),
              .row = {RowKind::vulnerability, machine_facts(row, 8, settings)}};
  made.row.facts["vulnerability"] = std::string(without_engine(row.text(3)));
  made.row.facts["os"] = std::string(row.text(11));
  return made;
}

// A firewall's log knows no program: which one it was stays empty.
NewRow connection_row(const store::Row& row, const PartnerSettings& settings) {
  NewRow made{.key = std::string(row.text(0)), .row = {RowKind::connection, machine_facts(row, 4, settings)}};
  made.machine = row.id<MachineTag>(6);
  made.unit = row.id<UnitTag>(1);
  made.row.facts["target_ip"] = std::string(row.text(2));
  if (!row.is_null(3)) made.row.facts["target_port"] = std::to_string(row.integer(3));
  return made;
}

std::string_view on_or_off(bool is_on) { return is_on ? "on" : "off"; }

NewRow machine_row(const store::Row& row, const PartnerSettings& settings, Date day, Timestamp now) {
  NewRow made{.key = "o/" + std::to_string(row.integer(2)) + "/" + std::to_string(day.days()),
              .row = {RowKind::machine, machine_facts(row, 0, settings)}};
  Facts& facts = made.row.facts;
  facts["os"] = std::string(row.text(4));
  facts["last_update"] = row.is_null(5) ? "" : std::to_string(std::max<std::int64_t>(row.integer(5), 0) / 1000);
  facts["auto_protect"] = row.is_null(6) ? "unknown" : std::string(on_or_off(row.integer(6) != 0));
  facts["firewall"] = std::string(row.text(7));
  const Timestamp judged = row.is_null(8) ? now : row.time(8);
  made.not_updated = row.is_null(5) || judged - row.time(5) >= estate::kContentOld;
  made.machine = row.id<MachineTag>(2);
  made.unit = row.id<UnitTag>(3);
  return made;
}

}  // namespace

Result<std::vector<NewRow>> finding_rows(store::Connection& connection, const PartnerSettings& settings, const RowQuery& query,
                                         const FindingPosition& after, Timestamp until) {
  std::vector<NewRow> rows;
  TRY_VOID(connection.query(
      "SELECT f.id, f.machine_id, f.unit_id, f.rule, f.subject, f.state, f.opened_at, f.sha256, m.hostname, m.addresses, m.id, "
      "m.os_name, coalesce((SELECT d.kind FROM device d WHERE d.tenant_id = f.tenant_id AND d.machine_id = m.id), ''), "
      "EXISTS (SELECT 1 FROM quarantine_item q WHERE q.tenant_id = f.tenant_id AND q.machine_id = f.machine_id AND q.state = 'held' "
      "AND q.path = f.subject), f.judge "
      "FROM finding f INDEXED BY finding_newest CROSS JOIN machine m ON m.tenant_id = f.tenant_id AND m.id = f.machine_id "
      "WHERE f.tenant_id = ?1 AND f.opened_at >= ?3 AND (f.opened_at > ?3 OR f.id > ?4) AND f.opened_at <= ?5 "
      "AND f.judge IN ('scan', 'advisory') AND f.rule NOT LIKE 'fleet:%' AND f.state <> 'suppressed' AND f.withdrawn = 0 "
      "AND m.revoked_at IS NULL AND (m.sample_at IS NOT NULL) = ?6 AND " KHIEN_IN_SCOPE("f.unit_id")
      " ORDER BY f.opened_at, f.id LIMIT ?7",
      {query.tenant, query.roots_json, after.opened_at, after.id, until, query.sample, static_cast<std::int64_t>(query.limit)},
      [&](const store::Row& row) -> Result<void> {
        NewRow made = row.text(14) == "scan" ? malware_row(row, settings) : vulnerability_row(row, settings);
        made.finding = row.id<FindingTag>(0);
        made.machine = row.id<MachineTag>(1);
        made.unit = row.id<UnitTag>(2);
        made.opened_at = row.time(6);
        rows.push_back(std::move(made));
        return {};
      }));
  return rows;
}

Result<std::vector<NewRow>> connection_rows(store::Connection& connection, const PartnerSettings& settings, const RowQuery& query,
                                            SharePartnerId partner, Timestamp since) {
  std::vector<NewRow> rows;
  TRY_VOID(connection.query(
      "WITH line AS (SELECT 'c/' || b.case_id || '/' || b.log_id || '/' || b.number AS key, b.* FROM botnet_connection b "
      "WHERE b.tenant_id = ?1 AND b.matched = 'controller' AND b.machine_id IS NOT NULL "
      "AND b.log_id IN (SELECT l.id FROM botnet_log l WHERE l.tenant_id = ?1 AND l.uploaded_at >= ?4)) "
      "SELECT line.key, m.unit_id, line.outside, line.port, m.hostname, m.addresses, m.id FROM line "
      "JOIN machine m ON m.tenant_id = line.tenant_id AND m.id = line.machine_id "
      "WHERE m.revoked_at IS NULL AND (m.sample_at IS NOT NULL) = ?5 AND " KHIEN_IN_SCOPE("m.unit_id")
      " AND NOT EXISTS (SELECT 1 FROM share_row r WHERE r.tenant_id = ?1 AND r.partner_id = ?3 AND r.key = line.key) "
      "ORDER BY line.log_id, line.case_id, line.number LIMIT ?6",
      {query.tenant, query.roots_json, partner, since, query.sample, static_cast<std::int64_t>(query.limit)},
      [&](const store::Row& row) -> Result<void> {
        rows.push_back(connection_row(row, settings));
        return {};
      }));
  return rows;
}

Result<std::vector<NewRow>> machine_rows(store::Connection& connection, const PartnerSettings& settings, const RowQuery& query,
                                         Date day, MachineId after) {
  std::vector<NewRow> rows;
  TRY_VOID(connection.query(
      "SELECT m.hostname, m.addresses, m.id, m.unit_id, m.os_name, m.content_updated_at, m.protection_on, m.firewall, m.sample_at "
      "FROM machine m WHERE m.tenant_id = ?1 AND m.id > ?3 AND m.revoked_at IS NULL AND (m.sample_at IS NOT NULL) = ?4 AND "
      KHIEN_IN_SCOPE("m.unit_id") " ORDER BY m.tenant_id, m.id LIMIT ?5",
      {query.tenant, query.roots_json, after, query.sample, static_cast<std::int64_t>(query.limit)},
      [&](const store::Row& row) -> Result<void> {
        rows.push_back(machine_row(row, settings, day, query.now));
        return {};
      }));
  return rows;
}

Result<Gathered> gather(store::Connection& connection, const PartnerSettings& settings, const GatherQuery& query) {
  UnitId top;
  if (query.unit) {
    top = *query.unit;
  } else {
    TRY(top, estate::root_unit(connection, query.tenant));
  }
  const RowQuery rows{.tenant = query.tenant, .roots_json = "[" + std::to_string(top.value) + "]", .now = query.now,
                      .sample = query.sample, .limit = query.limit};
  Gathered gathered;
  TRY(auto findings, finding_rows(connection, settings, rows, {query.since, {}}, query.now));
  for (NewRow& row : findings) gathered.rows.push_back(std::move(row.row));
  RowQuery rest = rows;
  rest.limit = query.limit - gathered.rows.size();
  TRY(auto connections, connection_rows(connection, settings, rest, {}, query.since));
  for (NewRow& row : connections) gathered.rows.push_back(std::move(row.row));
  rest.limit = query.limit - gathered.rows.size();
  TRY(auto machines, machine_rows(connection, settings, rest, vietnam_day(query.now), {}));
  for (NewRow& row : machines) {
    gathered.not_updated += row.not_updated ? 1 : 0;
    gathered.rows.push_back(std::move(row.row));
  }
  return gathered;
}

std::string to_json(const Facts& facts) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : facts) json.field(name, value);
  json.end_object();
  return json.take();
}

Result<Facts> facts_from_json(std::string_view text) {
  JsonDocument memory;
  Budget budget({.bytes_in = 1u << 20, .entries = 1'000});
  TRY(const auto json, memory.parse(text, budget));
  Facts facts;
  TRY_VOID(json.each_field([&](std::string_view name, Json value) -> Result<void> {
    TRY(const auto said, value.string());
    facts.emplace(std::string(name), std::string(said));
    return {};
  }));
  return facts;
}

}  // namespace khien::exchange
