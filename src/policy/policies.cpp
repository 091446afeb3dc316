#include "khien/policy/policies.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "layers.hpp"

namespace khien::policy {
namespace {

constexpr std::array<std::string_view, 3> kStates{"draft", "published", "declined"};
constexpr std::size_t kMaxVersionsRead = 2'000;

Result<PolicyVersion> version_from(const store::Row& row) {
  PolicyVersion version;
  version.number = static_cast<std::uint32_t>(row.integer(4));
  const auto* const state = std::ranges::find(kStates, row.text(5));
  if (state == kStates.end()) return Error(Code::corrupt, "a policy's state is not one that is known");
  version.state = static_cast<VersionState>(state - kStates.begin());
  version.text = row.text(6);
  auto policy = policy_from_json(version.text);
  if (!policy) return Error(Code::corrupt, "a stored policy: " + policy.error().what());
  version.policy = std::move(policy).value();
  version.valid_from = Date::from_days(row.integer(7));
  if (!row.is_null(8)) version.valid_until = Date::from_days(row.integer(8));
  version.reason = row.text(9);
  version.written_at = row.time(10);
  version.written_by = {row.integer(11)};
  if (!row.is_null(12)) version.decided_at = row.time(12);
  if (!row.is_null(13)) version.decided_by = UserId{row.integer(13)};
  version.note = row.text(14);
  return version;
}

#define KHIEN_POLICY_COLUMNS                                                                                     \
  "p.id, p.unit_id, u.name, p.role, v.number, v.state, v.text, v.valid_from, v.valid_until, v.reason, "          \
  "v.written_at, v.written_by, v.decided_at, v.decided_by, v.note FROM policy p "                                \
  "JOIN unit u ON u.tenant_id = p.tenant_id AND u.id = p.unit_id "                                               \
  "JOIN policy_version v ON v.tenant_id = p.tenant_id AND v.policy_id = p.id "

Result<void> take_row(std::vector<PolicyRecord>& all, const store::Row& row) {
  const PolicyId id{row.integer(0)};
  if (all.empty() || all.back().id != id) {
    all.push_back({.id = id, .unit = {row.integer(1)}, .unit_name = std::string(row.text(2)), .role = role_from(row.text(3)), .versions = {}});
  }
  TRY(auto version, version_from(row));
  all.back().versions.push_back(std::move(version));
  return {};
}

}  // namespace

std::string_view to_string(VersionState state) { return kStates.at(static_cast<std::size_t>(state)); }

Sha256 PolicyVersion::digest() const {
  return sha256(text + "\n" + khien::to_string(valid_from) + "\n" + (valid_until ? khien::to_string(*valid_until) : ""));
}

const PolicyVersion* PolicyRecord::draft() const {
  const auto found = std::ranges::find(versions, VersionState::draft, &PolicyVersion::state);
  return found == versions.end() ? nullptr : &*found;
}

const PolicyVersion* PolicyRecord::in_force(Date day) const {
  const auto found = std::ranges::find_if(versions, [day](const auto& one) { return one.holds_on(day); });
  return found == versions.end() ? nullptr : &*found;
}

const PolicyVersion* PolicyRecord::ahead(Date day) const {
  const PolicyVersion* next = nullptr;
  for (const PolicyVersion& one : versions) {
    if (one.state != VersionState::published || one.valid_from <= day) continue;
    if (next == nullptr || one.valid_from < next->valid_from) next = &one;
  }
  return next;
}

Result<std::vector<PolicyRecord>> list_policies(store::Connection& connection, const store::TenantScope& scope,
                                                std::optional<UnitId> unit) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  std::vector<PolicyRecord> all;
  TRY_VOID(connection.query("SELECT " KHIEN_POLICY_COLUMNS "WHERE p.tenant_id = ?1 AND " KHIEN_IN_SCOPE("p.unit_id")
                            " ORDER BY (SELECT count(*) FROM unit_ancestor x WHERE x.tenant_id = p.tenant_id AND "
                            "x.unit_id = p.unit_id), u.name_order, p.unit_id, p.role, p.id, v.number DESC LIMIT ?3",
                            {scope.tenant(), roots, std::uint64_t{kMaxVersionsRead}},
                            [&](const store::Row& row) { return take_row(all, row); }));
  return all;
}

Result<PolicyRecord> get_policy(store::Connection& connection, const store::TenantScope& scope, PolicyId id) {
  std::vector<PolicyRecord> all;
  TRY_VOID(connection.query("SELECT " KHIEN_POLICY_COLUMNS "WHERE p.tenant_id = ?1 AND p.id = ?3 AND " KHIEN_IN_SCOPE("p.unit_id")
                            " ORDER BY v.number DESC",
                            {scope.tenant(), scope.roots_json(), id},
                            [&](const store::Row& row) { return take_row(all, row); }));
  if (all.empty()) return Error(Code::not_found, "there is no such policy");
  return std::move(all.front());
}

}  // namespace khien::policy
