#include <algorithm>
#include <utility>

#include "row.hpp"

namespace khien::rollout {
namespace {

constexpr std::int64_t kAskAgainSeconds = 60;

bool is_final(Standing standing) { return standing == Standing::halted || standing == Standing::rolled_back; }

Result<Ring> ring_of(store::Connection& connection, const Release& release, const AgentIdentity& identity) {
  Ring ring = Ring::rest;
  TRY_VOID(connection.query(
      "SELECT ring FROM content_member WHERE release_id = ?1 AND tenant_id = ?2 AND machine_id = ?3 "
      "UNION ALL SELECT 4 FROM content_mark WHERE tenant_id = ?2 AND machine_id = ?3 AND mark = 'critical'",
      {release.id, identity.tenant, identity.machine}, [&ring](const store::Row& row) -> Result<void> {
        // Marked critical since: later than it was drawn, never sooner.
        ring = row.integer(0) == 4 ? Ring::critical : std::max(ring == Ring::rest ? Ring::lab : ring, static_cast<Ring>(row.integer(0)));
        return {};
      }));
  return ring;
}

bool held_back(const Hold& hold, const Release& release, Timestamp now) {
  switch (hold.kind) {
    case Hold::Kind::none: return false;
    case Hold::Kind::freeze: return true;
    case Hold::Kind::pin: return release.version != hold.version;
    case Hold::Kind::delay:
      return release.rollout.standing != Standing::done || now - release.changed_at < hours(hold.delay_hours);
  }
  return true;
}

// The newest release that this machine should have.
Result<std::optional<Release>> wanted_by(store::Connection& connection, const std::vector<Release>& all,
                                         const AgentIdentity& identity, Timestamp now) {
  TRY(const Hold hold, hold_of(connection, identity.tenant));
  for (const Release& one : all) {
    const Standing standing = one.rollout.standing;
    if (standing != Standing::rolling && standing != Standing::done) continue;
    if (held_back(hold, one, now)) continue;
    TRY(const Ring ring, ring_of(connection, one, identity));
    if (standing == Standing::done || ring <= one.rollout.ring) return std::optional<Release>(one);
  }
  return std::optional<Release>();
}

Result<void> note_failure(store::Connection& connection, const AgentIdentity& identity, const Sha256& sha256,
                          std::int64_t failures, std::string_view reason, std::string_view detail, Timestamp now) {
  TRY_VOID(connection.run(
      "INSERT INTO content_failure (sha256, tenant_id, machine_id, failures, reason, detail, at) "
      "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM content_release WHERE sha256 = ?1) "
      "ON CONFLICT (sha256, tenant_id, machine_id) DO UPDATE SET failures = max(failures, excluded.failures), "
      "reason = CASE excluded.reason WHEN '' THEN reason ELSE excluded.reason END, "
      "detail = CASE excluded.detail WHEN '' THEN detail ELSE excluded.detail END",
      {sha256.view(), identity.tenant, identity.machine, failures, reason, detail, now}));
  return {};
}

Result<void> write_report(store::Connection& connection, const AgentIdentity& identity, const ContentReport& report, Timestamp now) {
  const store::Value content = report.content ? store::Value(report.content->view()) : store::Value(nullptr);
  TRY_VOID(connection.run(
      "INSERT INTO content_machine (tenant_id, machine_id, state, sha256, cpu_per_mille, alerts, reported_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, machine_id) DO UPDATE SET state = ?3, sha256 = ?4, "
      "cpu_per_mille = ?5, alerts = ?6, reported_at = ?7, offered = NULL",
      {identity.tenant, identity.machine, to_string(report.state), content, std::min<std::int64_t>(report.cpu_per_mille, 1'000'000),
       std::min<std::int64_t>(report.alerts, 1'000'000), now}));
  if (report.content && report.failures > 0) {
    TRY_VOID(note_failure(connection, identity, *report.content, std::min<std::int64_t>(report.failures, 1'000), "", "", now));
  }
  for (const BannedContent& banned : report.banned) {
    if (banned.reason == BanReason::recalled) continue;
    TRY_VOID(note_failure(connection, identity, banned.sha256, 1, to_string(banned.reason), banned.detail, now));
  }
  return {};
}

Result<std::vector<std::string>> roots_after(store::Connection& connection, std::int64_t version) {
  std::vector<std::string> roots;
  TRY_VOID(connection.query("SELECT signed FROM content_root WHERE version > ?1 ORDER BY version LIMIT ?2",
                            {version, static_cast<int>(ContentOffer::kMaxRoots)}, [&](const store::Row& row) -> Result<void> {
                              roots.emplace_back(row.text(0));
                              return {};
                            }));
  return roots;
}

// Nothing to offer to a machine that tried it already, or went further while it could.
bool has_newer(const std::vector<Release>& all, const ContentReport& report, const Release& wanted) {
  if (std::ranges::find(report.banned, wanted.sha256, &BannedContent::sha256) != report.banned.end()) return true;
  return std::ranges::any_of(all, [&](const Release& one) { return report.content == one.sha256 && one.version > wanted.version; });
}

}  // namespace

Result<Hold> hold_of(store::Connection& connection, TenantId tenant) {
  Hold hold;
  TRY_VOID(connection.query("SELECT kind, version, delay_hours FROM content_hold WHERE tenant_id = ?1", {tenant},
                            [&hold](const store::Row& row) -> Result<void> {
                              hold.kind = row.text(0) == "pin"     ? Hold::Kind::pin
                                          : row.text(0) == "delay" ? Hold::Kind::delay
                                                                   : Hold::Kind::freeze;
                              hold.version = row.integer(1);
                              hold.delay_hours = row.integer(2);
                              return {};
                            }));
  return hold;
}

Result<void> set_hold(store::Connection& connection, TenantId tenant, const Hold& hold, Timestamp now) {
  TRY_VOID(connection.run("DELETE FROM content_hold WHERE tenant_id = ?1", {tenant}));
  if (hold.kind == Hold::Kind::none) return {};
  if (hold.kind == Hold::Kind::delay && (hold.delay_hours < 1 || hold.delay_hours > 24 * 365)) {
    return Error(Code::invalid, "a delay is between an hour and a year");
  }
  if (hold.kind == Hold::Kind::pin) TRY_VOID(release(connection, hold.version));
  const std::string_view kind = hold.kind == Hold::Kind::pin ? "pin" : hold.kind == Hold::Kind::delay ? "delay" : "freeze";
  TRY_VOID(connection.run(
      "INSERT INTO content_hold (tenant_id, kind, version, delay_hours, since) VALUES (?1, ?2, ?3, ?4, ?5)",
      {tenant, kind, hold.kind == Hold::Kind::pin ? hold.version : 0, hold.kind == Hold::Kind::delay ? hold.delay_hours : 0, now}));
  return {};
}

Result<void> mark(store::Connection& connection, TenantId tenant, MachineId machine, std::string_view mark) {
  if (mark != "lab" && mark != "critical" && !mark.empty()) return Error(Code::invalid, "lab, critical or none");
  TRY_VOID(connection.query_one("SELECT 1 FROM machine WHERE tenant_id = ?1 AND id = ?2", {tenant, machine},
                                [](const store::Row&) -> Result<void> { return {}; }));
  TRY_VOID(connection.run("DELETE FROM content_mark WHERE tenant_id = ?1 AND machine_id = ?2", {tenant, machine}));
  if (mark.empty()) return {};
  TRY_VOID(connection.run("INSERT INTO content_mark (tenant_id, machine_id, mark) VALUES (?1, ?2, ?3)", {tenant, machine, mark}));
  return {};
}

Result<ContentOffer> answer(store::Connection& connection, const AgentIdentity& identity, const ContentReport& report,
                            Timestamp now) {
  TRY_VOID(write_report(connection, identity, report, now));
  ContentOffer offer;
  offer.ask_again_s = kAskAgainSeconds;
  TRY(const auto all, newest(connection));
  for (const Release& one : all) {
    if (is_final(one.rollout.standing) && offer.recalled.size() < ContentOffer::kMaxRecalled) offer.recalled.push_back(one.sha256);
  }
  TRY(offer.roots, roots_after(connection, report.root_version));
  TRY(const auto wanted, wanted_by(connection, all, identity, now));
  if (!wanted || report.content == wanted->sha256 || has_newer(all, report, *wanted)) return offer;
  offer.envelope = wanted->envelope;
  TRY_VOID(connection.run("UPDATE content_machine SET offered = ?3 WHERE tenant_id = ?1 AND machine_id = ?2",
                          {identity.tenant, identity.machine, wanted->sha256.view()}));
  return offer;
}

Result<void> check_fetch(store::Connection& connection, const AgentIdentity& identity, const Sha256& sha256) {
  return connection.query_one(
      "SELECT 1 FROM content_machine m JOIN content_release r ON r.sha256 = m.offered WHERE m.tenant_id = ?1 AND "
      "m.machine_id = ?2 AND m.offered = ?3 AND r.standing NOT IN ('halted', 'rolled_back')",
      {identity.tenant, identity.machine, sha256.view()}, [](const store::Row&) -> Result<void> { return {}; });
}

}  // namespace khien::rollout
