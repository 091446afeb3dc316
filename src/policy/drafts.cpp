#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "khien/policy/machine_policies.hpp"
#include "khien/policy/policies.hpp"
#include "layers.hpp"

namespace khien::policy {
namespace {

constexpr std::size_t kMaxReason = 1'000;
constexpr int kFarthestDay = 3 * 366;

Result<std::string> checked_text(std::string_view field, std::string_view text, bool required) {
  auto normal = nfc(text);
  if (!normal) return std::move(normal).error().within(field);
  if (normal->size() > kMaxReason) return Error(Code::invalid, std::string(field) + ": is too long");
  const bool blank = normal->find_first_not_of(" \t\r\n") == normal->npos;
  if (blank && required) return Error(Code::invalid, std::string(field) + ": say why");
  return blank ? std::string() : std::move(normal).value();
}

store::Value day_or_null(const std::optional<Date>& day) {
  return day ? store::Value(std::int64_t{day->days()}) : store::Value(nullptr);
}

// A draft that is there is written over; else it is the next version.
Result<void> put_draft(store::Connection& connection, TenantId tenant, PolicyId id, UserId who, const Draft& draft,
                       Timestamp now) {
  khien_assert(who);
  TRY(const auto reason, checked_text("reason", draft.reason, true));
  TRY_VOID(check_draft(draft, vietnam_day(now)));
  const std::string text = to_json(draft.policy);
  if (text.size() > kMaxPolicyBytes) return Error(Code::invalid, "policy: is too long");
  TRY(const auto changed,
      connection.run("UPDATE policy_version SET text = ?3, valid_from = ?4, valid_until = ?5, reason = ?6, written_at = ?7, "
                     "written_by = ?8 WHERE tenant_id = ?1 AND policy_id = ?2 AND state = 'draft'",
                     {tenant, id, text, std::int64_t{draft.valid_from.days()}, day_or_null(draft.valid_until), reason, now, who}));
  if (changed > 0) return {};
  TRY_VOID(connection.run(
      "INSERT INTO policy_version (tenant_id, policy_id, number, state, text, valid_from, valid_until, reason, written_at, "
      "written_by) SELECT ?1, ?2, ifnull(max(number), 0) + 1, 'draft', ?3, ?4, ?5, ?6, ?7, ?8 FROM policy_version "
      "WHERE tenant_id = ?1 AND policy_id = ?2",
      {tenant, id, text, std::int64_t{draft.valid_from.days()}, day_or_null(draft.valid_until), reason, now, who}));
  return {};
}

Result<std::optional<PolicyId>> find_policy(store::Connection& connection, TenantId tenant, UnitId unit,
                                            std::optional<MachineRole> role) {
  std::optional<PolicyId> found;
  TRY_VOID(connection.query("SELECT id FROM policy WHERE tenant_id = ?1 AND unit_id = ?2 AND role = ?3",
                            {tenant, unit, role_text(role)}, [&](const store::Row& row) -> Result<void> {
                              found = PolicyId{row.integer(0)};
                              return {};
                            }));
  return found;
}

}  // namespace

Result<void> check_draft(const Draft& draft, Date today) {
  if (draft.valid_from < today) return Error(Code::invalid, "valid_from: lies before today");
  if (draft.valid_from - today > kFarthestDay) return Error(Code::invalid, "valid_from: lies too far ahead");
  if (draft.valid_until && *draft.valid_until < draft.valid_from) {
    return Error(Code::invalid, "valid_until: lies before the first day");
  }
  return check_exclusions(draft.policy.settings, draft.valid_from);
}

Result<PolicyId> begin_draft(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                             std::optional<MachineRole> role, UserId who, const Draft& draft, Timestamp now) {
  TRY(const auto found, estate::get_unit(connection, scope, unit));
  TRY(auto id, find_policy(connection, scope.tenant(), found.id, role));
  if (!id) {
    TRY_VOID(connection.run("INSERT INTO policy (tenant_id, unit_id, role, created_at) VALUES (?1, ?2, ?3, ?4)",
                            {scope.tenant(), found.id, role_text(role), now}));
    id = PolicyId{connection.last_insert_id()};
  } else {
    TRY(const auto record, get_policy(connection, scope, *id));
    if (record.draft() != nullptr) return Error(Code::conflict, "it has a draft already");
  }
  TRY_VOID(put_draft(connection, scope.tenant(), *id, who, draft, now));
  return *id;
}

Result<void> write_draft(store::Connection& connection, const store::TenantScope& scope, PolicyId id, UserId who,
                         const Draft& draft, Timestamp now) {
  TRY_VOID(get_policy(connection, scope, id));
  return put_draft(connection, scope.tenant(), id, who, draft, now);
}

Result<void> decide_draft(store::Connection& connection, const store::TenantScope& scope, PolicyId id, UserId who,
                          const Decision& decision, Timestamp now) {
  khien_assert(who);
  TRY(const auto record, get_policy(connection, scope, id));
  const PolicyVersion* draft = record.draft();
  if (draft == nullptr) return Error(Code::conflict, "it has no draft");
  if (draft->written_by == who) return Error(Code::denied, "the second person must be another one");
  if (draft->digest() != decision.read) return Error(Code::conflict, "it is not the draft that was read");
  TRY(const auto note, checked_text("note", decision.note, !decision.publish));
  if (decision.publish) {
    // Days passed since it was written.
    TRY_VOID(check_draft({draft->policy, draft->valid_from, draft->valid_until, draft->reason}, vietnam_day(now)));
  }
  TRY_VOID(connection.run("UPDATE policy_version SET state = ?4, decided_at = ?5, decided_by = ?6, note = ?7 "
                          "WHERE tenant_id = ?1 AND policy_id = ?2 AND number = ?3",
                          {scope.tenant(), id, draft->number, decision.publish ? "published" : "declined", now, who, note}));
  if (decision.publish) TRY_VOID(refresh_machine_policies(connection, scope.tenant(), now));
  return {};
}

}  // namespace khien::policy
