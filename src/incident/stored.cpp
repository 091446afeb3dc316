#include "stored.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"
#include "sweep.hpp"

namespace khien::incident {
namespace {

Result<Stored> stored_from(const store::Row& row) {
  Stored stored{.id = {row.integer(0)}, .tenant = {row.integer(1)}, .unit = {row.integer(2)}, .title = std::string(row.text(3))};
  TRY(stored.kind, kind_from_string(row.text(4)));
  stored.severity = static_cast<Severity>(row.integer(5));
  TRY(stored.state, state_from_string(row.text(6)));
  stored.detected_at = row.time(7);
  TRY(stored.said, texts_of(row.text(8)));
  if (!row.is_null(9)) stored.first_seen = row.time(9);
  stored.cause = row.text(10);
  return stored;
}

}  // namespace

Result<Stored> load_any(store::Connection& connection, const store::TenantScope& scope, IncidentId id, Timestamp now) {
  std::optional<Stored> found;
  TRY_VOID(connection.query(
      "SELECT i.id, i.tenant_id, i.unit_id, i.title, i.kind, i.severity, i.state, i.detected_at, i.said, i.first_seen, i.cause FROM incident i "
      "WHERE i.tenant_id = ?1 AND i.id = ?3 AND " KHIEN_IN_SCOPE("i.unit_id"),
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        TRY(found, stored_from(row));
        return {};
      }));
  if (!found) return Error(Code::not_found, "there is no such incident");
  TRY_VOID(escalate(connection, found->tenant, found->id, now));
  return *std::move(found);
}

Result<Stored> load_living(store::Connection& connection, const store::TenantScope& scope, IncidentId id, Timestamp now) {
  TRY(auto stored, load_any(connection, scope, id, now));
  if (stored.state == State::closed) return refuse(refusals::kClosed);
  return stored;
}

Result<std::string> checked_text(std::string_view text, std::size_t most, const Refusal* empty) {
  TRY(const auto normal, nfc(text));
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = normal.find_first_not_of(kBlanks);
  if (first == normal.npos) {
    if (empty != nullptr) return refuse(*empty);
    return std::string();
  }
  const auto last = normal.find_last_not_of(kBlanks);
  std::string kept = normal.substr(first, last - first + 1);
  const auto points = std::ranges::count_if(kept, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  if (static_cast<std::size_t>(points) > most) return refuse(refusals::kTooLong);
  return kept;
}

Result<bool> sees_unit(store::Connection& connection, TenantId tenant, UserId user, UnitId unit) {
  bool sees = false;
  TRY_VOID(connection.query(
      "SELECT 1 FROM account p JOIN account_scope s ON s.tenant_id = p.tenant_id AND s.account_id = p.id "
      "JOIN unit_ancestor a ON a.tenant_id = p.tenant_id AND a.ancestor_id = s.unit_id AND a.unit_id = ?3 "
      "WHERE p.tenant_id = ?1 AND p.id = ?2 AND p.disabled = 0 LIMIT 1",
      {tenant, user, unit}, [&](const store::Row&) -> Result<void> {
        sees = true;
        return {};
      }));
  return sees;
}

Result<IncidentEntryId> put_line(store::Connection& connection, const Stored& incident, const Line& line, Timestamp now) {
  khien_assert(line.happened_at <= now);
  khien_assert(!line.words.empty() || !line.told.vi.empty());
  const auto who = line.who ? store::Value(*line.who) : store::Value(nullptr);
  TRY_VOID(connection.run(
      "INSERT INTO incident_entry (tenant_id, incident_id, what, happened_at, recorded_at, user_id, words, told_vi, told_en) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      {incident.tenant, incident.id, to_string(line.what), line.happened_at, now, who, line.words, line.told.vi, line.told.en}));
  return IncidentEntryId{connection.last_insert_id()};
}

Result<void> put_evidence(store::Connection& connection, const store::TenantScope& scope, const Stored& incident, IncidentEntryId entry,
                          const std::vector<EvidenceId>& evidence, UserId who, Timestamp now) {
  auto each = evidence;
  std::ranges::sort(each);
  each.erase(std::ranges::unique(each).begin(), each.end());
  for (const EvidenceId id : each) {
    TRY(const auto written,
        connection.run("INSERT INTO incident_evidence (tenant_id, incident_id, evidence_id, unit_id, entry_id, sha256, added_by, added_at) "
                       "SELECT e.tenant_id, ?4, e.id, e.unit_id, ?5, e.sha256, ?6, ?7 FROM evidence e "
                       "WHERE e.tenant_id = ?1 AND e.id = ?3 AND e.unit_id = ?8 AND " KHIEN_IN_SCOPE("e.unit_id"),
                       {scope.tenant(), scope.roots_json(), id, incident.id, entry, who, now, incident.unit}));
    if (written != 1) return refuse(refusals::kNoSuchEvidence);
  }
  return {};
}

Result<void> refresh_next_clock(store::Connection& connection, TenantId tenant, IncidentId id) {
  constexpr std::int64_t kFarAhead = 9'007'199'254'740'991;  // the column's default
  std::string clock;
  Timestamp soon{kFarAhead};
  Timestamp late{kFarAhead};
  TRY_VOID(connection.query("SELECT clock, soon_at, late_at FROM incident_clock WHERE tenant_id = ?1 AND incident_id = ?2 AND applies = 1 "
                            "AND met_at IS NULL ORDER BY late_at IS NULL, late_at, place LIMIT 1",
                            {tenant, id}, [&](const store::Row& row) -> Result<void> {
                              clock = row.text(0);
                              if (!row.is_null(1)) soon = row.time(1);
                              if (!row.is_null(2)) late = row.time(2);
                              return {};
                            }));
  TRY_VOID(connection.run("UPDATE incident SET next_clock = ?3, next_soon_at = ?4, next_late_at = ?5 WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, id, clock, soon, late}));
  return {};
}

std::string local_words(Timestamp time) {
  const std::string text = to_rfc3339(time + hours(7));
  return text.substr(11, 5) + " " + text.substr(8, 2) + "/" + text.substr(5, 2) + "/" + text.substr(0, 4);
}

std::string to_json(const std::vector<std::string>& texts) {
  JsonWriter json;
  json.begin_array();
  for (const auto& text : texts) json.string(text);
  json.end_array();
  return json.take();
}

Result<std::vector<std::string>> texts_of(std::string_view text) {
  Budget budget({.bytes_in = 1u << 20, .depth = 4, .entries = 10'000});
  JsonDocument document;
  TRY(const Json list, document.parse(text, budget));
  std::vector<std::string> texts;
  TRY_VOID(list.each([&](Json item) -> Result<void> {
    TRY(const auto one, item.string());
    texts.emplace_back(one);
    return {};
  }));
  return texts;
}

Clock clock_from(const store::Row& row, int first) {
  Clock clock;
  clock.words = {.id = std::string(row.text(first)),
                 .name = {std::string(row.text(first + 1)), std::string(row.text(first + 2))},
                 .due = {},
                 .receiver = {std::string(row.text(first + 4)), std::string(row.text(first + 5))},
                 .receiver_words = {},
                 .content = {std::string(row.text(first + 6)), std::string(row.text(first + 7))},
                 .basis = std::string(row.text(first + 8)),
                 .rule = std::string(row.text(first + 9))};
  if (!row.is_null(first + 3)) {
    clock.words.due = clock.times.due = row.time(first + 3);
    clock.times.soon = row.time(first + 10);
    clock.times.late = row.time(first + 11);
  }
  if (!row.is_null(first + 12)) clock.times.met = row.time(first + 12);
  if (!row.is_null(first + 13)) clock.times.quiet_until = row.time(first + 13);
  // Of a board's row nobody asks for them.
  if (row.text(first + 14) != "[]") clock.words.receiver_words = texts_of(row.text(first + 14)).value();
  return clock;
}

}  // namespace khien::incident
