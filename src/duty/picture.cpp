#include "picture.hpp"

#include <algorithm>
#include <utility>

#include "khien/estate/scope_sql.hpp"

namespace khien::duty {

Result<Picture> Picture::load(store::Connection& connection, const store::TenantScope& scope,
                              const law::Catalogue& catalogue, Date as_of) {
  Picture picture;
  picture.as_of_ = as_of;
  picture.catalogue_ = &catalogue;
  TRY_VOID(picture.load_units(connection, scope));
  TRY_VOID(picture.load_roles(connection, scope));
  TRY_VOID(picture.load_holdings(connection, scope));
  picture.note_bound();
  return picture;
}

Result<void> Picture::load_units(store::Connection& connection, const store::TenantScope& scope) {
  TRY(const auto units, estate::list_units(connection, scope, as_of_));
  for (const auto& unit : units) {
    index_.emplace(unit.id.value, units_.size());
    units_.push_back({unit.id, unit.name, unit.kind, unit.parent ? index_of(*unit.parent) : std::nullopt});
  }
  TRY(const auto root, estate::root_unit(connection, scope.tenant()));
  is_whole_ = std::ranges::find(scope.roots(), root) != scope.roots().end();
  kinds_.resize(units_.size());
  TRY(const auto versions, estate::list_unit_versions(connection, scope));
  for (const auto& version : versions) {
    const auto unit = index_of(version.unit);
    if (!unit) continue;
    kinds_[*unit].push_back({version.valid_from, version.valid_to.value_or(Date::last()), estate::to_string(version.kind)});
  }
  return {};
}

Result<void> Picture::load_roles(store::Connection& connection, const store::TenantScope& scope) {
  roles_.resize(units_.size());
  TRY(const auto roles, estate::list_unit_roles(connection, scope, std::nullopt));
  for (const auto& role : roles) {
    const auto unit = index_of(role.unit);
    if (unit) roles_[*unit].push_back({role.valid_from, role.valid_to.value_or(Date::last()), role.role});
  }
  return {};
}

Result<void> Picture::load_holdings(store::Connection& connection, const store::TenantScope& scope) {
  highest_level_.assign(units_.size(), 0);
  TRY(const auto levels, estate::list_owned_levels(connection, scope));
  for (const auto& owned : levels) {
    const bool holds = owned.level.valid_from <= as_of_ && (!owned.level.valid_to || as_of_ <= *owned.level.valid_to);
    if (!holds) continue;
    highest_level_of_all_ = std::max(highest_level_of_all_, owned.level.level);
    if (const auto unit = index_of(owned.unit)) highest_level_[*unit] = std::max(highest_level_[*unit], owned.level.level);
  }
  sum_up(highest_level_, [](int& above, int below) { above = std::max(above, below); });
  owns_site_.assign(units_.size(), 0);
  TRY_VOID(connection.query(
      "SELECT DISTINCT s.unit_id FROM site s WHERE s.tenant_id = ?1 AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND (s.valid_to IS NULL OR s.valid_to >= ?3)",
      {scope.tenant(), scope.roots_json(), std::int64_t{as_of_.days()}}, [&](const store::Row& row) -> Result<void> {
        any_site_ = true;
        if (const auto unit = index_of(row.id<UnitTag>(0))) owns_site_[*unit] = 1;
        return {};
      }));
  sum_up(owns_site_, [](char& above, char below) { above = above != 0 || below != 0 ? 1 : 0; });
  return {};
}

std::optional<std::size_t> Picture::index_of(UnitId unit) const {
  const auto found = index_.find(unit.value);
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::size_t> Picture::subtree(std::size_t unit) const {
  std::vector<char> inside(units_.size(), 0);
  inside[unit] = 1;
  std::vector<std::size_t> all;
  for (std::size_t i = unit; i < units_.size(); ++i) {
    if (i != unit && units_[i].parent && inside[*units_[i].parent] != 0) inside[i] = 1;
    if (inside[i] != 0) all.push_back(i);
  }
  return all;
}

Picture::Bound Picture::bound(std::size_t unit, const std::vector<std::string>& roles, Date day) const {
  const auto covers = [&](const auto& stretch) { return stretch.from <= day && day <= stretch.to; };
  auto answer = Bound::no;
  for (const auto& id : roles) {
    const auto* role = catalogue_->role(id);
    if (role == nullptr) continue;
    if (role->by == law::Role::By::assignment) {
      const auto holds = [&](const Held& held) { return held.role == id && covers(held); };
      if (std::ranges::any_of(roles_[unit], holds)) return Bound::for_all;
      continue;
    }
    const auto fits = [&](const Stretch& stretch) {
      return covers(stretch) && std::ranges::find(role->kinds, stretch.kind) != role->kinds.end();
    };
    if (std::ranges::any_of(kinds_[unit], fits)) answer = Bound::by_kind;
  }
  return answer;
}

void Picture::note_bound() {
  for (const auto& role : catalogue_->roles()) {
    auto& bound_units = bound_by_role_[role.id];
    for (std::size_t unit = 0; unit < units_.size(); ++unit) bound_units.push_back(bound(unit, {role.id}, as_of_));
  }
}

std::vector<Picture::Bound> Picture::bound_today(const std::vector<std::string>& roles) const {
  std::vector<Bound> all(units_.size(), Bound::no);
  for (const auto& id : roles) {
    const auto found = bound_by_role_.find(id);
    if (found == bound_by_role_.end()) continue;
    for (std::size_t unit = 0; unit < all.size(); ++unit) all[unit] = std::max(all[unit], found->second[unit]);
  }
  return all;
}

std::vector<std::string> Picture::unassigned(const std::vector<std::string>& roles) const {
  std::vector<std::string> without;
  for (const auto& id : roles) {
    const auto* role = catalogue_->role(id);
    if (role == nullptr || role->by != law::Role::By::assignment) continue;
    const auto holds = [&](const std::vector<Held>& held) {
      return std::ranges::any_of(held, [&](const Held& one) { return one.role == id && one.from <= as_of_ && as_of_ <= one.to; });
    };
    if (std::ranges::none_of(roles_, holds)) without.push_back(id);
  }
  return without;
}

}  // namespace khien::duty
