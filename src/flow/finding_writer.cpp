#include "finding_writer.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "finding_states.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/sites.hpp"
#include "khien/flow/findings.hpp"

namespace khien::flow {
namespace {

// Evidence kept: the first and the last sightings; the rest is counted.
constexpr std::int64_t kFirstEvidence = 10;
constexpr std::int64_t kLastEvidence = 10;
// The road's transitions kept.
constexpr std::int64_t kFirstHistory = 10;
constexpr std::int64_t kLastHistory = 90;

#define KHIEN_STORED                                                                                      \
  "SELECT id, state, sightings, history, settled_through, withdrawn, severity, allowed_sha256, allowed_until " \
  "FROM finding "

struct Stored {
  FindingId id;
  FindingState state = FindingState::new_;
  std::int64_t sightings = 0;
  std::int64_t history = 0;
  ObservationId settled_through;
  bool withdrawn = false;
  Severity severity = Severity::info;
  std::optional<Sha256> allowed;
  Timestamp allowed_until;
};

// Of KHIEN_STORED's columns.
Result<Stored> stored_from(const store::Row& row) {
  Stored stored;
  stored.id = {row.integer(0)};
  TRY(stored.state, finding_state_from_string(row.text(1)));
  stored.sightings = row.integer(2);
  stored.history = row.integer(3);
  stored.settled_through = {row.integer(4)};
  stored.withdrawn = row.integer(5) != 0;
  stored.severity = static_cast<Severity>(row.integer(6));
  if (row.is_null(7)) return stored;
  TRY(stored.allowed, Sha256::from_bytes(row.bytes(7)));
  stored.allowed_until = row.time(8);
  return stored;
}

Result<std::optional<Stored>> find_by_fingerprint(store::Connection& connection, TenantId tenant,
                                                  const Sha256& fingerprint) {
  std::optional<Stored> found;
  TRY_VOID(connection.query(
      KHIEN_STORED
      "WHERE tenant_id = ?1 AND fingerprint = ?2",
      {tenant, fingerprint.view()}, [&](const store::Row& row) -> Result<void> {
        TRY(found, stored_from(row));
        return {};
      }));
  return found;
}

Result<std::optional<Stored>> find_by_id(store::Connection& connection, TenantId tenant, FindingId id) {
  std::optional<Stored> found;
  TRY_VOID(connection.query(KHIEN_STORED "WHERE tenant_id = ?1 AND id = ?2", {tenant, id},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(found, stored_from(row));
                              return {};
                            }));
  return found;
}

store::Value bytes_or_null(const std::optional<Sha256>& sha256) {
  return sha256 ? store::Value(sha256->view()) : store::Value(nullptr);
}

template <class Tag>
store::Value id_or_null(const std::optional<Id<Tag>>& id) {
  return id ? store::Value(*id) : store::Value(nullptr);
}

// Bytes that nobody read are not those that were let back.
bool breaks_allowance(const Stored& stored, const std::optional<Sha256>& bytes, Timestamp at) {
  return stored.allowed && (bytes != stored.allowed || at >= stored.allowed_until);
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
                         const Sha256& fingerprint, const std::optional<Sha256>& bytes) {
  TRY_VOID(connection.run(
      "INSERT INTO finding (tenant_id, machine_id, site_id, unit_id, fingerprint, judge, rule, subject, search_key, "
      "severity, state, first_seen, last_seen, opened_at, sightings, history, settled_through, sha256) "
      "VALUES (?1, ?2, ?13, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'new', ?10, ?10, ?10, 1, 1, ?11, ?12)",
      {sighting.tenant, id_or_null(sighting.asset.machine()), sighting.unit, fingerprint.view(), to_string(claim.judge), claim.rule,
       claim.subject, fold(claim.rule + "\n" + claim.subject), static_cast<int>(claim.severity), sighting.at,
       sighting.observation, bytes_or_null(bytes), id_or_null(sighting.asset.site())}));
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
      "ELSE opened_at END, withdrawn = ?7, allowed_sha256 = NULL, allowed_until = NULL WHERE tenant_id = ?1 AND id = ?2",
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
                            Severity severity, const std::optional<Sha256>& bytes) {
  TRY_VOID(connection.run(
      "UPDATE finding SET sightings = sightings + 1, last_seen = max(last_seen, ?3), severity = ?4, "
      "settled_through = ?5, sha256 = ?6 WHERE tenant_id = ?1 AND id = ?2",
      {sighting.tenant, stored.id, sighting.at, static_cast<int>(severity), sighting.observation, bytes_or_null(bytes)}));
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
  const Sha256 key = fingerprint(sighting.tenant, sighting.asset, claim);
  TRY(const auto stored, find_by_fingerprint(connection, sighting.tenant, key));
  if (!stored && !circumstances.has_room) return Seen{.no_room = true};
  if (!stored) return add_finding(connection, sighting, claim, key, circumstances.bytes);

  const bool counts = sighting.observation > stored->settled_through;
  // A machine is weighed by what it has now, so its old inventory speaks anew as well.
  const bool weighed = circumstances.fact == Fact::again && claim.judge == JudgeId::advisory;
  const bool comes_back = (circumstances.fact == Fact::again && stored->withdrawn) ||
                          (weighed && stored->state == FindingState::resolved);
  const bool rated = weighed && claim.severity != stored->severity;
  if (!counts && !comes_back && !rated) return Seen{};
  if (!counts && rated) {
    TRY_VOID(connection.run("UPDATE finding SET severity = ?3 WHERE tenant_id = ?1 AND id = ?2",
                            {sighting.tenant, stored->id, static_cast<int>(claim.severity)}));
  }
  if (counts) TRY_VOID(count_sighting(connection, sighting, *stored, claim.severity, circumstances.bytes));
  const bool breaks = breaks_allowance(*stored, circumstances.bytes, sighting.at);
  const FindingState next = breaks ? after_allowance(true) : after_present(stored->state);
  TRY(auto touched, move(connection, sighting.tenant, *stored, next, sighting.at, {}));
  if ((counts || rated) && claim.severity != stored->severity) touched.counts_changed = true;
  return Seen{.touched = touched};
}

Result<std::vector<Touched>> settle_gone(store::Connection& connection, const Sighting& sighting,
                                         const Claim& claim, std::string_view note) {
  khien_assert(note != "withdrawn");
  khien_assert(claim.standing == Claim::Standing::gone && sighting.observation);
  constexpr store::Sql of_machine =
      KHIEN_STORED "WHERE tenant_id = ?1 AND machine_id = ?2 AND judge = ?3 AND subject = ?4 AND settled_through < ?5";
  constexpr store::Sql of_site =
      KHIEN_STORED "WHERE tenant_id = ?1 AND site_id = ?2 AND judge = ?3 AND subject = ?4 AND settled_through < ?5";
  std::vector<Stored> older;
  TRY_VOID(connection.query(
      sighting.asset.site() ? of_site : of_machine,
      {sighting.tenant, sighting.asset.value, to_string(claim.judge), claim.subject, sighting.observation},
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
      KHIEN_STORED
      "WHERE tenant_id = ?1 AND id = ?2 AND settled_through = ?3",
      {tenant, id, settled_through}, [&](const store::Row& row) -> Result<void> {
        TRY(stored, stored_from(row));
        return {};
      }));
  if (!stored || !is_open(stored->state)) return std::optional<Touched>();
  TRY(const auto touched, move(connection, tenant, *stored, after_gone(stored->state), at, "withdrawn"));
  return std::optional(touched);
}

Result<Touched> end_match(store::Connection& connection, const Sighting& sighting, FindingId id, bool mended) {
  TRY(const auto stored, find_by_id(connection, sighting.tenant, id));
  if (!stored) return Error(Code::not_found, "there is no such finding");
  if (mended) {
    TRY_VOID(connection.run("UPDATE finding SET settled_through = max(settled_through, ?3) WHERE tenant_id = ?1 AND id = ?2",
                            {sighting.tenant, id, sighting.observation}));
  }
  return move(connection, sighting.tenant, *stored, after_end(stored->state), sighting.at, mended ? "" : "withdrawn");
}

Result<std::optional<Touched>> close(store::Connection& connection, TenantId tenant, FindingId id, Timestamp at) {
  TRY(const auto stored, find_by_id(connection, tenant, id));
  if (!stored || !is_open(stored->state)) return std::optional<Touched>();
  TRY(const auto touched, move(connection, tenant, *stored, after_gone(stored->state), at, {}));
  return std::optional(touched);
}

Result<std::vector<Touched>> allow(store::Connection& connection, const Sighting& sighting,
                                   const Allowance& allowance) {
  khien_assert(allowance.who && sighting.observation && sighting.asset.machine());
  std::vector<Stored> let_back;
  TRY_VOID(connection.query(
      KHIEN_STORED
      "WHERE tenant_id = ?1 AND machine_id = ?2 AND judge = 'scan' AND subject = ?3 AND sha256 = ?4 "
      "AND state <> 'suppressed' AND settled_through < ?5",
      {sighting.tenant, sighting.asset.value, allowance.path, allowance.sha256.view(), sighting.observation},
      [&](const store::Row& row) -> Result<void> {
        TRY(auto stored, stored_from(row));
        let_back.push_back(stored);
        return {};
      }));
  std::vector<Touched> touched;
  for (const Stored& stored : let_back) {
    // It is there again: that is a sighting, and what end_allowance() looks for.
    TRY_VOID(count_sighting(connection, sighting, stored, stored.severity, allowance.sha256));
    TRY_VOID(connection.run(
        "UPDATE finding SET state = 'suppressed', history = ?3, withdrawn = 0, allowed_sha256 = ?4, allowed_until = ?5 "
        "WHERE tenant_id = ?1 AND id = ?2",
        {sighting.tenant, stored.id, stored.history + 1, allowance.sha256.view(), allowance.until}));
    TRY_VOID(put_history(connection, {.tenant = sighting.tenant,
                                      .finding = stored.id,
                                      .number = stored.history + 1,
                                      .at = sighting.at,
                                      .who = allowance.who,
                                      .state = FindingState::suppressed,
                                      .effect = effect_of(stored.state, FindingState::suppressed),
                                      .note = allowance.reason}));
    touched.push_back({stored.id, is_open(stored.state)});
  }
  return touched;
}

Result<std::optional<Touched>> end_allowance(store::Connection& connection, TenantId tenant, FindingId id,
                                             Timestamp at) {
  TRY(const auto stored, find_by_id(connection, tenant, id));
  if (!stored || !stored->allowed) return std::optional<Touched>();
  bool there = false;
  TRY_VOID(connection.query(
      "SELECT 1 FROM finding_evidence WHERE tenant_id = ?1 AND finding_id = ?2 AND observation_id = ?3",
      {tenant, id, stored->settled_through}, [&](const store::Row&) -> Result<void> {
        there = true;
        return {};
      }));
  TRY(const auto touched, move(connection, tenant, *stored, after_allowance(there), at, {}));
  return std::optional(touched);
}

namespace {

Result<std::optional<std::pair<Stored, MachineId>>> advisory_finding(store::Connection& connection, TenantId tenant, FindingId id) {
  std::optional<MachineId> machine;
  TRY_VOID(connection.query("SELECT machine_id FROM finding WHERE tenant_id = ?1 AND id = ?2 AND judge = 'advisory'", {tenant, id},
                            [&](const store::Row& row) -> Result<void> {
                              machine = MachineId{row.integer(0)};
                              return {};
                            }));
  if (!machine) return std::optional<std::pair<Stored, MachineId>>();
  TRY(const auto stored, find_by_id(connection, tenant, id));
  khien_assert(stored.has_value());
  return std::optional(std::pair(*stored, *machine));
}

}  // namespace

Result<void> hold_findings(store::Connection& connection, TenantId tenant, std::span<const FindingId> ids, UserId who,
                           std::string_view note, Timestamp now) {
  khien_assert(who && !note.empty());
  std::set<MachineId> changed;
  for (const FindingId id : ids) {
    TRY(const auto found, advisory_finding(connection, tenant, id));
    if (!found || !is_open(found->first.state)) continue;
    const auto& stored = found->first;
    TRY_VOID(connection.run("UPDATE finding SET state = 'suppressed', history = ?3, withdrawn = 0 WHERE tenant_id = ?1 AND id = ?2",
                            {tenant, id, stored.history + 1}));
    TRY_VOID(put_history(connection, {.tenant = tenant,
                                      .finding = id,
                                      .number = stored.history + 1,
                                      .at = now,
                                      .who = who,
                                      .state = FindingState::suppressed,
                                      .effect = effect_of(stored.state, FindingState::suppressed),
                                      .note = note}));
    changed.insert(found->second);
  }
  for (const MachineId machine : changed) TRY_VOID(recount(connection, tenant, machine));
  return {};
}

Result<void> let_go_findings(store::Connection& connection, TenantId tenant, std::span<const FindingId> ids, Timestamp now) {
  std::set<MachineId> changed;
  for (const FindingId id : ids) {
    TRY(const auto found, advisory_finding(connection, tenant, id));
    if (!found || found->first.state != FindingState::suppressed) continue;
    TRY_VOID(move(connection, tenant, found->first, FindingState::new_, now, {}));
    changed.insert(found->second);
  }
  for (const MachineId machine : changed) TRY_VOID(recount(connection, tenant, machine));
  return {};
}

Result<void> recount(store::Connection& connection, TenantId tenant, AssetId asset) {
  constexpr store::Sql of_machine =
      "SELECT count(*), count(*) FILTER (WHERE judge = 'scan' AND severity >= 3) FROM finding "
      "WHERE tenant_id = ?1 AND machine_id = ?2 AND state IN ('new', 'in_progress')";
  constexpr store::Sql of_site =
      "SELECT count(*), 0 FROM finding WHERE tenant_id = ?1 AND site_id = ?2 AND state IN ('new', 'in_progress')";
  std::int64_t open = 0;
  std::int64_t malware = 0;
  TRY_VOID(connection.query_one(asset.site() ? of_site : of_machine, {tenant, asset.value},
                                [&](const store::Row& row) -> Result<void> {
                                  open = row.integer(0);
                                  malware = row.integer(1);
                                  return {};
                                }));
  if (const auto site = asset.site()) return estate::set_open_site_findings(connection, tenant, *site, open);
  return estate::set_open_findings(connection, {tenant, *asset.machine()}, open, malware);
}

}  // namespace khien::flow
