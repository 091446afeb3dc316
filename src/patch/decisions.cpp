#include "khien/patch/decisions.hpp"

#include <algorithm>
#include <utility>

#include "board.hpp"
#include "decision_rows.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/findings.hpp"

namespace khien::patch {
namespace {

constexpr std::size_t kMostReasonBytes = 8'000;  // 2,000 characters
constexpr std::int64_t kMostDecisions = 200;
constexpr Duration kRemindAgainAfter = hours(24);

Error invalid(std::string_view field) { return Error(Code::invalid, std::string(field)); }
Error no_decision() { return Error(Code::not_found, "there is no such decision"); }

template <class Tag>
store::Value id_or_null(const std::optional<Id<Tag>>& id) {
  return id ? store::Value(*id) : store::Value(nullptr);
}

#define KHIEN_DECISION                                                                                                     \
  "SELECT d.id, d.advisory_id, d.kind, d.machine_id, coalesce(m.hostname, ''), d.unit_id, coalesce(u.name, ''), d.package, " \
  "d.reason, d.until_day, d.decided_by, d.decided_at, d.ended_at, (SELECT count(DISTINCT f.machine_id) FROM advisory_held h " \
  "JOIN finding f ON f.tenant_id = h.tenant_id AND f.id = h.finding_id WHERE h.tenant_id = d.tenant_id AND h.decision_id = d.id " \
  "AND f.unit_id IN " KHIEN_UNITS_IN_SCOPE ") FROM advisory_decision d "                                                   \
  "LEFT JOIN machine m ON m.tenant_id = d.tenant_id AND m.id = d.machine_id "                                              \
  "LEFT JOIN unit u ON u.tenant_id = d.tenant_id AND u.id = d.unit_id "
// A package wherever it is concerns everybody who has it; a unit above ours speaks for ours.
#define KHIEN_DECISION_IN_SCOPE                                                                                       \
  "AND ((d.machine_id IS NULL AND d.unit_id IS NULL) OR m.unit_id IN " KHIEN_UNITS_IN_SCOPE " OR EXISTS (SELECT 1 FROM " \
  "unit_ancestor b WHERE b.tenant_id = ?1 AND b.ancestor_id = d.unit_id AND b.unit_id IN " KHIEN_UNITS_IN_SCOPE       \
  ") OR d.unit_id IN " KHIEN_UNITS_IN_SCOPE ") "

Result<AdvisoryDecision> decision_from(const store::Row& row) {
  AdvisoryDecision decision;
  decision.id = row.id<AdvisoryDecisionTag>(0);
  decision.advisory = row.id<AdvisoryTag>(1);
  TRY(decision.kind, decision_kind_from_string(row.text(2)));
  if (!row.is_null(3)) decision.machine = row.id<MachineTag>(3);
  decision.machine_name = row.text(4);
  if (!row.is_null(5)) decision.unit = row.id<UnitTag>(5);
  decision.unit_name = row.text(6);
  decision.package = row.text(7);
  decision.reason = row.text(8);
  decision.until = Date::from_days(row.integer(9));
  decision.decided_by = row.id<UserTag>(10);
  decision.decided_at = row.time(11);
  if (!row.is_null(12)) decision.ended_at = row.time(12);
  decision.covers = row.integer(13);
  return decision;
}

Result<std::string> checked_reason(const std::string& text) {
  auto reason = nfc(text);
  if (!reason || reason->size() > kMostReasonBytes) return invalid("reason");
  if (reason->find_first_not_of(" \t\r\n") == reason->npos) return invalid("reason");
  return reason;
}

Result<bool> sees_all(store::Connection& connection, const store::TenantScope& scope) {
  TRY(const auto root, estate::root_unit(connection, scope.tenant()));
  return std::ranges::find(scope.roots(), root) != scope.roots().end();
}

Result<void> check_about(store::Connection& connection, const store::TenantScope& scope, const NewDecision& decision, Timestamp now) {
  if (decision.machine && decision.unit) return invalid("unit");
  if (decision.machine) {
    if (auto machine = estate::get_machine(connection, scope, *decision.machine, now); !machine) return std::move(machine).error();
    return {};
  }
  if (decision.unit) {
    if (auto unit = estate::get_unit(connection, scope, *decision.unit); !unit) return std::move(unit).error();
    // "Not affected" takes a unit out of all figures: its own officer may not say that of it.
    if (decision.kind != DecisionKind::not_affected) return {};
  } else if (decision.package.empty()) {
    return invalid("machine");
  }
  TRY(const bool all, sees_all(connection, scope));
  if (!all) return Error(Code::denied, decision.unit ? "unit" : "package");
  return {};
}

// Whose history it is part of; none: of a package wherever it is, which concerns everybody.
Result<std::optional<UnitId>> unit_of_decision(store::Connection& connection, TenantId tenant, AdvisoryDecisionId id) {
  std::optional<UnitId> unit;
  TRY_VOID(connection.query_one(
      "SELECT coalesce(d.unit_id, m.unit_id) FROM advisory_decision d LEFT JOIN machine m ON m.tenant_id = d.tenant_id "
      "AND m.id = d.machine_id WHERE d.tenant_id = ?1 AND d.id = ?2",
      {tenant, id}, [&](const store::Row& row) -> Result<void> {
        if (!row.is_null(0)) unit = row.id<UnitTag>(0);
        return {};
      }));
  return unit;
}

std::string_view note_of(DecisionKind kind) { return to_string(kind); }

Result<std::vector<FindingId>> held_by(store::Connection& connection, TenantId tenant, AdvisoryDecisionId id) {
  std::vector<FindingId> findings;
  TRY_VOID(connection.query("SELECT finding_id FROM advisory_held WHERE tenant_id = ?1 AND decision_id = ?2", {tenant, id},
                            [&](const store::Row& row) -> Result<void> {
                              findings.push_back(row.id<FindingTag>(0));
                              return {};
                            }));
  return findings;
}

Result<void> close_decision(store::Connection& connection, TenantId tenant, AdvisoryDecisionId id, AdvisoryId advisory, UserId who,
                            Timestamp now) {
  TRY(const auto findings, held_by(connection, tenant, id));
  TRY_VOID(connection.run("UPDATE advisory_decision SET ended_at = ?3, ended_by = ?4 WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, id, now, who ? store::Value(who) : store::Value(nullptr)}));
  TRY_VOID(connection.run("DELETE FROM advisory_held WHERE tenant_id = ?1 AND decision_id = ?2", {tenant, id}));
  TRY_VOID(flow::let_go_findings(connection, tenant, findings, now));
  TRY(const auto unit, unit_of_decision(connection, tenant, id));
  TRY_VOID(put_event(connection, {.tenant = tenant, .advisory = advisory, .at = now, .who = who, .event = "ended", .unit = unit}));
  // Another one may be about the same.
  return hold_open(connection, tenant, {}, now);
}

Result<void> hold_by(store::Connection& connection, TenantId tenant, AdvisoryDecisionId id, UserId who, DecisionKind kind,
                     const std::vector<FindingId>& findings, Timestamp now) {
  TRY_VOID(flow::hold_findings(connection, tenant, findings, who, note_of(kind), now));
  for (const FindingId finding : findings) {
    TRY_VOID(connection.run("INSERT INTO advisory_held (tenant_id, finding_id, decision_id) VALUES (?1, ?2, ?3) "
                            "ON CONFLICT (tenant_id, finding_id) DO UPDATE SET decision_id = excluded.decision_id",
                            {tenant, finding, id}));
  }
  return {};
}

#define KHIEN_NOT_HELD_ANY_MORE                                                                            \
  " AND EXISTS (SELECT 1 FROM finding f WHERE f.tenant_id = advisory_held.tenant_id "                       \
  "AND f.id = advisory_held.finding_id AND f.state <> 'suppressed')"

struct InForce {
  AdvisoryDecisionId id;
  UserId who;
  DecisionKind kind = DecisionKind::accepted;
};
Result<std::vector<InForce>> in_force(store::Connection& connection, TenantId tenant, std::optional<AdvisoryDecisionId> only) {
  std::vector<InForce> decisions;
  TRY_VOID(connection.query(
      "SELECT id, decided_by, kind FROM advisory_decision WHERE tenant_id = ?1 AND ended_at IS NULL AND (?2 = 0 OR id = ?2) ORDER BY id DESC",
      {tenant, only.value_or(AdvisoryDecisionId{})}, [&](const store::Row& row) -> Result<void> {
        InForce one{.id = row.id<AdvisoryDecisionTag>(0), .who = row.id<UserTag>(1)};
        TRY(one.kind, decision_kind_from_string(row.text(2)));
        decisions.push_back(one);
        return {};
      }));
  return decisions;
}

// Findings that are open, and that the decision is about.
Result<std::vector<FindingId>> open_under(store::Connection& connection, TenantId tenant, AdvisoryDecisionId id) {
  std::vector<FindingId> open;
  TRY_VOID(connection.query(
      "SELECT f.id FROM advisory_decision d CROSS JOIN advisory_vulnerability av ON av.tenant_id = d.tenant_id "
      "AND av.advisory_id = d.advisory_id CROSS JOIN finding f INDEXED BY finding_of_advisory ON f.tenant_id = d.tenant_id "
      "AND f.judge = 'advisory' AND f.rule = 'advisory:' || av.name AND f.state IN ('new', 'in_progress') "
      "WHERE d.tenant_id = ?1 AND d.id = ?2 AND (d.machine_id IS NULL OR f.machine_id = d.machine_id) "
      "AND (d.package = '' OR f.subject = d.package) AND (d.unit_id IS NULL OR EXISTS (SELECT 1 FROM unit_ancestor b "
      "WHERE b.tenant_id = f.tenant_id AND b.unit_id = f.unit_id AND b.ancestor_id = d.unit_id))",
      {tenant, id}, [&](const store::Row& row) -> Result<void> {
        open.push_back(row.id<FindingTag>(0));
        return {};
      }));
  return open;
}

using Lapsed = std::vector<std::pair<AdvisoryDecisionId, AdvisoryId>>;
Result<Lapsed> lapsed_decisions(store::Connection& connection, TenantId tenant, Timestamp now) {
  Lapsed lapsed;
  TRY_VOID(connection.query(
      "SELECT id, advisory_id FROM advisory_decision WHERE tenant_id = ?1 AND ended_at IS NULL AND until_day < ?2",
      {tenant, std::int64_t{vietnam_day(now).days()}}, [&](const store::Row& row) -> Result<void> {
        lapsed.emplace_back(row.id<AdvisoryDecisionTag>(0), row.id<AdvisoryTag>(1));
        return {};
      }));
  return lapsed;
}

}  // namespace

Result<std::vector<AdvisoryDecision>> decisions_of(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id) {
  std::vector<AdvisoryDecision> decisions;
  TRY_VOID(connection.query(KHIEN_DECISION "WHERE d.tenant_id = ?1 AND d.advisory_id = ?3 " KHIEN_DECISION_IN_SCOPE
                                           "ORDER BY d.id DESC LIMIT ?4",
                            {scope.tenant(), scope.roots_json(), id, kMostDecisions}, [&](const store::Row& row) -> Result<void> {
                              TRY(auto decision, decision_from(row));
                              decisions.push_back(std::move(decision));
                              return {};
                            }));
  return decisions;
}

Result<AdvisoryDecision> get_decision(store::Connection& connection, const store::TenantScope& scope, AdvisoryDecisionId id) {
  std::optional<AdvisoryDecision> decision;
  TRY_VOID(connection.query(KHIEN_DECISION "WHERE d.tenant_id = ?1 AND d.id = ?3 " KHIEN_DECISION_IN_SCOPE,
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              TRY(decision, decision_from(row));
                              return {};
                            }));
  if (!decision) return no_decision();
  return *std::move(decision);
}

Result<void> put_event(store::Connection& connection, const NewEvent& event) {
  std::int64_t number = 0;
  TRY_VOID(connection.run("UPDATE advisory SET events = events + 1 WHERE tenant_id = ?1 AND id = ?2", {event.tenant, event.advisory}));
  TRY_VOID(connection.query_one("SELECT events FROM advisory WHERE tenant_id = ?1 AND id = ?2", {event.tenant, event.advisory},
                                [&](const store::Row& row) -> Result<void> {
                                  number = row.integer(0);
                                  return {};
                                }));
  TRY_VOID(connection.run(
      "INSERT INTO advisory_event (tenant_id, advisory_id, number, at, user_id, event, unit_id, note) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      {event.tenant, event.advisory, number, event.at, event.who ? store::Value(event.who) : store::Value(nullptr), event.event,
       id_or_null(event.unit), event.note}));
  return {};
}

Result<AdvisoryDecisionId> decide(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id, UserId who,
                                  const NewDecision& decision, Timestamp now) {
  khien_assert(who);
  TRY(const auto reason, checked_reason(decision.reason));
  const Date today = vietnam_day(now);
  if (decision.until < today || decision.until - today > kMostDecisionDays) return invalid("until");
  TRY_VOID(check_about(connection, scope, decision, now));
  const TenantId tenant = scope.tenant();
  TRY_VOID(connection.run(
      "INSERT INTO advisory_decision (tenant_id, advisory_id, kind, machine_id, unit_id, package, reason, until_day, decided_by, "
      "decided_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      {tenant, id, to_string(decision.kind), id_or_null(decision.machine), id_or_null(decision.unit), decision.package, reason,
       std::int64_t{decision.until.days()}, who, now}));
  const AdvisoryDecisionId made{connection.last_insert_id()};
  TRY_VOID(hold_open(connection, tenant, made, now));
  TRY(const auto unit, unit_of_decision(connection, tenant, made));
  TRY_VOID(put_event(connection, {.tenant = tenant, .advisory = id, .at = now, .who = who, .event = "decided", .unit = unit,
                                  .note = to_string(decision.kind)}));
  return made;
}

Result<AdvisoryId> end_decision(store::Connection& connection, const store::TenantScope& scope, AdvisoryDecisionId id, UserId who,
                                Timestamp now) {
  TRY(const auto decision, get_decision(connection, scope, id));
  if (decision.ended_at) return Error(Code::conflict, "the decision is over");
  // What a unit above decided, or the province of a package, is not a unit's to end.
  TRY_VOID(check_about(connection, scope,
                       {.kind = decision.kind, .machine = decision.machine, .unit = decision.unit, .package = decision.package,
                        .reason = {}, .until = decision.until}, now));
  TRY_VOID(close_decision(connection, scope.tenant(), id, decision.advisory, who, now));
  return decision.advisory;
}

Result<void> hold_open(store::Connection& connection, TenantId tenant, std::optional<AdvisoryDecisionId> only, Timestamp now) {
  // What the inventory ended, or the road opened anew, is held no longer.
  TRY_VOID(connection.run("DELETE FROM advisory_held WHERE tenant_id = ?1" KHIEN_NOT_HELD_ANY_MORE, {tenant}));
  TRY(const auto decisions, in_force(connection, tenant, only));
  for (const InForce& one : decisions) {
    TRY(const auto open, open_under(connection, tenant, one.id));
    if (!open.empty()) TRY_VOID(hold_by(connection, tenant, one.id, one.who, one.kind, open, now));
  }
  return {};
}

Result<void> end_lapsed(store::Connection& connection, TenantId tenant, Timestamp now) {
  TRY(const auto lapsed, lapsed_decisions(connection, tenant, now));
  for (const auto& [id, advisory] : lapsed) TRY_VOID(close_decision(connection, tenant, id, advisory, {}, now));
  return {};
}

Result<bool> decisions_are_applied(store::Connection& connection, TenantId tenant, Timestamp now) {
  TRY(const auto lapsed, lapsed_decisions(connection, tenant, now));
  bool applied = lapsed.empty();
  TRY_VOID(connection.query("SELECT 1 FROM advisory_held WHERE tenant_id = ?1" KHIEN_NOT_HELD_ANY_MORE " LIMIT 1", {tenant},
                            [&](const store::Row&) -> Result<void> {
                              applied = false;
                              return {};
                            }));
  if (!applied) return false;
  TRY(const auto decisions, in_force(connection, tenant, {}));
  for (const InForce& one : decisions) {
    TRY(const auto open, open_under(connection, tenant, one.id));
    if (!open.empty()) return false;
  }
  return true;
}

Result<void> acknowledge(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id, UnitId unit, UserId who,
                         const std::string& note, Timestamp now) {
  khien_assert(who);
  if (auto known = estate::get_unit(connection, scope, unit); !known) return std::move(known).error();
  TRY(const auto changed, connection.run(
      "INSERT INTO advisory_receipt (tenant_id, advisory_id, unit_id, acknowledged_by, acknowledged_at) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (tenant_id, advisory_id, unit_id) DO UPDATE SET acknowledged_by = excluded.acknowledged_by, "
      "acknowledged_at = excluded.acknowledged_at WHERE acknowledged_at IS NULL",
      {scope.tenant(), id, unit, who, now}));
  if (changed == 0) return {};
  return put_event(connection, {.tenant = scope.tenant(), .advisory = id, .at = now, .who = who, .event = "acknowledged",
                                .unit = unit, .note = note});
}

Result<std::int64_t> remind(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id,
                            const std::optional<std::vector<UnitId>>& units, UserId who, Timestamp now) {
  khien_assert(who);
  TRY(const auto all, standing_units(connection, scope, id, now));
  std::int64_t reminded = 0;
  for (const auto& one : all) {
    if (units && std::ranges::find(*units, one.unit) == units->end()) continue;
    if (one.counts.done() || (one.reminded_at && now - *one.reminded_at < kRemindAgainAfter)) continue;
    TRY_VOID(connection.run(
        "INSERT INTO advisory_receipt (tenant_id, advisory_id, unit_id, reminded_at) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (tenant_id, advisory_id, unit_id) DO UPDATE SET reminded_at = excluded.reminded_at",
        {scope.tenant(), id, one.unit, now}));
    TRY_VOID(put_event(connection, {.tenant = scope.tenant(), .advisory = id, .at = now, .who = who, .event = "reminded", .unit = one.unit}));
    ++reminded;
  }
  return reminded;
}

}  // namespace khien::patch
