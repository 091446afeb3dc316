#include "finding_writer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "finding_states.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/machines.hpp"

namespace khien::flow {
namespace {

// Evidence kept: the first and the last sightings; the rest is counted.
constexpr std::int64_t kFirstEvidence = 10;
constexpr std::int64_t kLastEvidence = 10;
// The road's transitions kept.
constexpr std::int64_t kFirstHistory = 10;
constexpr std::int64_t kLastHistory = 90;

struct Stored {
  FindingId id;
  FindingState state = FindingState::new_;
  std::int64_t sightings = 0;
  std::int64_t history = 0;
  ObservationId settled_through;
  bool withdrawn = false;
  Severity severity = Severity::info;
};

// Columns id, state, sightings, history, settled_through, withdrawn, severity.
Result<Stored> stored_from(const store::Row& row) {
  Stored stored;
  stored.id = {row.integer(0)};
  TRY(stored.state, finding_state_from_string(row.text(1)));
  stored.sightings = row.integer(2);
  stored.history = row.integer(3);
  stored.settled_through = {row.integer(4)};
  stored.withdrawn = row.integer(5) != 0;
  stored.severity = static_cast<Severity>(row.integer(6));
  return stored;
}

Result<std::optional<Stored>> find_by_fingerprint(store::Connection& connection, TenantId tenant,
                                                  const Sha256& fingerprint) {
  std::optional<Stored> found;
  TRY_VOID(connection.query(
      "SELECT id, state, sightings, history, settled_through, withdrawn, severity FROM finding "
      "WHERE tenant_id = ?1 AND fingerprint = ?2",
      {tenant, fingerprint.view()}, [&](const store::Row& row) -> Result<void> {
        TRY(found, stored_from(row));
        return {};
      }));
  return found;
}

Result<void> put_evidence(store::Connection& connection, TenantId tenant, FindingId finding,
                          ObservationId observation, std::int64_t sighting) {
  TRY_VOID(connection.run(
      "INSERT INTO finding_evidence (tenant_id, finding_id, observation_id, sighting) VALUES (?1, ?2, ?3, ?4)",
      {tenant, finding, observation, sighting}));
  const std::int64_t too_old = sighting - kLastEvidence;
  if (too_old <= kFirstEvidence) return {};
  TRY_VOID(connection.run(
      "DELETE FROM finding_evidence WHERE tenant_id = ?1 AND finding_id = ?2 AND sighting = ?3",
      {tenant, finding, too_old}));
  return {};
}

Result<Seen> add_finding(store::Connection& connection, const Sighting& sighting, const Claim& claim,
                         const Sha256& fingerprint) {
  TRY_VOID(connection.run(
      "INSERT INTO finding (tenant_id, machine_id, unit_id, fingerprint, judge, rule, subject, search_key, severity, "
      "state, first_seen, last_seen, opened_at, sightings, history, settled_through) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'new', ?10, ?10, ?10, 1, 1, ?11)",
      {sighting.tenant, sighting.machine, sighting.unit, fingerprint.view(), to_string(claim.judge), claim.rule,
       claim.subject, fold(claim.rule + "\n" + claim.subject), static_cast<int>(claim.severity), sighting.at,
       sighting.observation}));
  const FindingId id{connection.last_insert_id()};
  TRY_VOID(put_evidence(connection, sighting.tenant, id, sighting.observation, 1));
  TRY_VOID(put_history(connection, {.tenant = sighting.tenant,
                                    .finding = id,
                                    .number = 1,
                                    .at = sighting.at,
                                    .who = {},
                                    .state = FindingState::new_,
                                    .effect = "opened",
                                    .note = {}}));
  return Seen{.touched = Touched{id, true}, .is_new = true};
}

// Moves the finding by the road's hand, if the state changes at all.
Result<Touched> move(store::Connection& connection, TenantId tenant, const Stored& stored, FindingState to,
                     Timestamp at, std::string_view note) {
  if (to == stored.state) return Touched{stored.id, false};
  TRY_VOID(connection.run(
      "UPDATE finding SET state = ?3, history = ?4, opened_at = CASE WHEN ?5 THEN max(first_seen, ?6) "
      "ELSE opened_at END, withdrawn = ?7 WHERE tenant_id = ?1 AND id = ?2",
      {tenant, stored.id, to_string(to), stored.history + 1, is_open(to), at, note == "withdrawn"}));
  TRY_VOID(put_history(connection, {.tenant = tenant,
                                    .finding = stored.id,
                                    .number = stored.history + 1,
                                    .at = at,
                                    .who = {},
                                    .state = to,
                                    .effect = effect_of(stored.state, to),
                                    .note = note}));
  return Touched{stored.id, is_open(stored.state) != is_open(to)};
}

Result<void> count_sighting(store::Connection& connection, const Sighting& sighting, const Stored& stored,
                            Severity severity) {
  TRY_VOID(connection.run(
      "UPDATE finding SET sightings = sightings + 1, last_seen = max(last_seen, ?3), severity = ?4, "
      "settled_through = ?5 WHERE tenant_id = ?1 AND id = ?2",
      {sighting.tenant, stored.id, sighting.at, static_cast<int>(severity), sighting.observation}));
  return put_evidence(connection, sighting.tenant, stored.id, sighting.observation, stored.sightings + 1);
}

}  // namespace

Result<void> put_history(store::Connection& connection, const Transition& t) {
  khien_assert(t.tenant && t.finding && t.number >= 1);
  TRY_VOID(connection.run(
      "INSERT INTO finding_history (tenant_id, finding_id, number, at, user_id, state, effect, note) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      {t.tenant, t.finding, t.number, t.at, t.who ? store::Value(t.who) : store::Value(nullptr), to_string(t.state),
       t.effect, t.note}));
  const std::int64_t too_old = t.number - kLastHistory;
  if (too_old <= kFirstHistory) return {};
  TRY_VOID(connection.run(
      "DELETE FROM finding_history WHERE tenant_id = ?1 AND finding_id = ?2 AND number = ?3 AND user_id IS NULL",
      {t.tenant, t.finding, too_old}));
  return {};
}

Result<Seen> see(store::Connection& connection, const Sighting& sighting, const Claim& claim,
                 const Circumstances& circumstances) {
  khien_assert(claim.standing == Claim::Standing::present && sighting.observation);
  const Sha256 key = fingerprint(sighting.tenant, sighting.machine, claim);
  TRY(const auto stored, find_by_fingerprint(connection, sighting.tenant, key));
  if (!stored && !circumstances.has_room) return Seen{.no_room = true};
  if (!stored) return add_finding(connection, sighting, claim, key);

  const bool counts = sighting.observation > stored->settled_through;
  const bool comes_back = circumstances.fact == Fact::again && stored->withdrawn;
  if (!counts && !comes_back) return Seen{};
  if (counts) TRY_VOID(count_sighting(connection, sighting, *stored, claim.severity));
  TRY(auto touched, move(connection, sighting.tenant, *stored, after_present(stored->state), sighting.at, {}));
  if (counts && claim.severity != stored->severity) touched.counts_changed = true;
  return Seen{.touched = touched};
}

Result<std::vector<Touched>> settle_gone(store::Connection& connection, const Sighting& sighting,
                                         const Claim& claim, std::string_view note) {
  khien_assert(note != "withdrawn");
  khien_assert(claim.standing == Claim::Standing::gone && sighting.observation);
  std::vector<Stored> older;
  TRY_VOID(connection.query(
      "SELECT id, state, sightings, history, settled_through, withdrawn, severity FROM finding "
      "WHERE tenant_id = ?1 AND machine_id = ?2 AND judge = ?3 AND subject = ?4 AND settled_through < ?5",
      {sighting.tenant, sighting.machine, to_string(claim.judge), claim.subject, sighting.observation},
      [&](const store::Row& row) -> Result<void> {
        TRY(auto stored, stored_from(row));
        older.push_back(stored);
        return {};
      }));
  std::vector<Touched> touched;
  for (const Stored& stored : older) {
    // Closed ones too: the same observation must not speak again when they are
    // open once more.
    TRY_VOID(connection.run(
        "UPDATE finding SET settled_through = ?3, withdrawn = 0 WHERE tenant_id = ?1 AND id = ?2",
        {sighting.tenant, stored.id, sighting.observation}));
    TRY(const auto moved,
        move(connection, sighting.tenant, stored, after_gone(stored.state), sighting.at, note));
    if (moved.counts_changed) touched.push_back(moved);
  }
  return touched;
}

Result<std::optional<Touched>> withdraw(store::Connection& connection, TenantId tenant, FindingId id,
                                        ObservationId settled_through, Timestamp at) {
  std::optional<Stored> stored;
  TRY_VOID(connection.query(
      "SELECT id, state, sightings, history, settled_through, withdrawn, severity FROM finding "
      "WHERE tenant_id = ?1 AND id = ?2 AND settled_through = ?3",
      {tenant, id, settled_through}, [&](const store::Row& row) -> Result<void> {
        TRY(stored, stored_from(row));
        return {};
      }));
  if (!stored || !is_open(stored->state)) return std::optional<Touched>();
  TRY(const auto touched, move(connection, tenant, *stored, after_gone(stored->state), at, "withdrawn"));
  return std::optional(touched);
}

Result<void> recount(store::Connection& connection, TenantId tenant, MachineId machine) {
  std::int64_t open = 0;
  std::int64_t malware = 0;
  TRY_VOID(connection.query_one(
      "SELECT count(*), count(*) FILTER (WHERE judge = 'scan' AND severity >= 3) FROM finding "
      "WHERE tenant_id = ?1 AND machine_id = ?2 AND state IN ('new', 'in_progress')",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        open = row.integer(0);
        malware = row.integer(1);
        return {};
      }));
  return estate::set_open_findings(connection, {tenant, machine}, open, malware);
}

}  // namespace khien::flow
