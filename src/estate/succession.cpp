#include "khien/estate/succession.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "days.hpp"
#include "handover.hpp"
#include "khien/core/assert.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"
#include "unit_tree.hpp"
#include "unit_versions.hpp"

namespace khien::estate {
namespace {

// Stored: add at the end, never rename.
constexpr std::array<std::string_view, 4> kKinds{"merge", "split", "rename", "abolish"};

Result<void> check_heirs(SuccessionKind kind, UnitId unit, const std::vector<UnitId>& into) {
  const std::set<UnitId> distinct(into.begin(), into.end());
  if (distinct.contains(unit)) return refuse(refusals::kHeirItself);
  switch (kind) {
    case SuccessionKind::merge:
      if (into.size() != 1) return refuse(refusals::kNeedsOneHeir);
      break;
    case SuccessionKind::split:
      if (distinct.size() < 2 || distinct.size() != into.size()) return refuse(refusals::kNeedsHeirs);
      break;
    case SuccessionKind::rename:
      if (!into.empty()) return refuse(refusals::kTooManyHeirs);
      break;
    case SuccessionKind::abolish:
      if (distinct.size() != into.size()) return refuse(refusals::kHeirTwice);
      break;
  }
  return {};
}

Result<void> require_heir(store::Connection& connection, const store::TenantScope& scope, UnitId unit, UnitId heir,
                          Date on) {
  TRY(const auto it, load_unit(connection, scope, heir));
  if (it.valid_to || it.valid_from > on) return refuse(refusals::kHeirAbsent);
  TRY(const bool below, is_below_or_same(connection, scope.tenant(), heir, unit));
  if (below) return refuse(refusals::kHeirBelow);
  return {};
}

// Mergers into the same unit by the same decision are one event.
Result<std::optional<std::int64_t>> same_merger(store::Connection& connection, TenantId tenant,
                                                const NewSuccession& succession, std::string_view decision) {
  std::optional<std::int64_t> found;
  if (succession.kind != SuccessionKind::merge) return found;
  TRY_VOID(connection.query(
      "SELECT s.id FROM unit_succession s JOIN unit_succession_unit u ON u.tenant_id = s.tenant_id "
      "AND u.succession_id = s.id AND u.side = 'into' AND u.unit_id = ?4 "
      "WHERE s.tenant_id = ?1 AND s.on_day = ?2 AND s.kind = 'merge' AND s.decision = ?3",
      {tenant, day(succession.on), decision, succession.into.front()}, [&](const store::Row& row) -> Result<void> {
        found = row.integer(0);
        return {};
      }));
  return found;
}

Result<void> add_side(store::Connection& connection, TenantId tenant, std::int64_t succession, std::string_view side,
                      UnitId unit) {
  TRY_VOID(connection.run(
      "INSERT INTO unit_succession_unit (tenant_id, succession_id, side, unit_id) VALUES (?1, ?2, ?3, ?4)",
      {tenant, succession, side, unit}));
  return {};
}

Result<void> record(store::Connection& connection, TenantId tenant, UnitId unit, const NewSuccession& succession,
                    std::string_view decision, Timestamp now) {
  TRY(const auto known, same_merger(connection, tenant, succession, decision));
  if (known) return add_side(connection, tenant, *known, "from", unit);
  TRY_VOID(connection.run(
      "INSERT INTO unit_succession (tenant_id, kind, on_day, decision, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5)",
      {tenant, to_string(succession.kind), day(succession.on), decision, now}));
  const std::int64_t id = connection.last_insert_id();
  TRY_VOID(add_side(connection, tenant, id, "from", unit));
  if (succession.kind == SuccessionKind::rename) return add_side(connection, tenant, id, "into", unit);
  for (const UnitId heir : succession.into) TRY_VOID(add_side(connection, tenant, id, "into", heir));
  return {};
}

Result<void> rename(store::Connection& connection, TenantId tenant, const UnitNow& unit,
                    const NewSuccession& succession) {
  auto name = UnitName::from_text(succession.new_name);
  if (!name || name->text == unit.face.name.text) return refuse(refusals::kNeedsName);
  UnitFace face = unit.face;
  face.name = std::move(name).value();
  // A renaming leaves at least a day to the old name.
  if (succession.on == unit.since) return refuse(refusals::kChangedLater);
  return change_unit(connection, tenant, unit, face, succession.on);
}

}  // namespace

std::string_view to_string(SuccessionKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

Result<SuccessionKind> succession_kind_from_string(std::string_view text) {
  const auto* found = std::ranges::find(kKinds, text);
  if (found == kKinds.end()) return Error(Code::invalid, "kind of succession is not one that is known");
  return static_cast<SuccessionKind>(found - kKinds.begin());
}

Result<void> succeed_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id,
                          const NewSuccession& succession, Timestamp now) {
  TRY(const auto unit, load_unit(connection, scope, id));
  TRY(const auto decision, decision_from_text(succession.decision));
  if (succession.on > vietnam_day(now)) return refuse(refusals::kAhead);
  if (unit.valid_to) return refuse(refusals::kUnitEnded);
  TRY_VOID(check_heirs(succession.kind, id, succession.into));
  if (succession.kind == SuccessionKind::rename) {
    TRY_VOID(rename(connection, scope.tenant(), unit, succession));
    return record(connection, scope.tenant(), id, succession, decision, now);
  }
  if (!unit.face.parent) return refuse(refusals::kRootEnds);
  for (const UnitId heir : succession.into) TRY_VOID(require_heir(connection, scope, id, heir, succession.on));
  const UnitId heir = succession.into.empty() ? *unit.face.parent : succession.into.front();
  TRY_VOID(hand_over(connection, scope.tenant(), unit, heir, succession.on));
  TRY_VOID(end_unit(connection, scope.tenant(), unit, succession.on - 1, heir));
  return record(connection, scope.tenant(), id, succession, decision, now);
}

}  // namespace khien::estate
