#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "khien/estate/units.hpp"
#include "khien/policy/policies.hpp"
#include "layers.hpp"

namespace khien::policy {
namespace {

using Changes = std::vector<SettingChange>;

// The machines of one unit and role are all touched alike.
struct Effect {
  Changes changes;
  bool held = false;  // a lock of a unit above stands in the way of some of it
};

Effect effect_of(const EffectivePolicy& before, const EffectivePolicy& after, const Draft& draft, UnitId unit,
                 std::optional<MachineRole> role) {
  Effect effect;
  for (std::size_t i = 0; i < kPolicySettings; ++i) {
    const auto setting = static_cast<PolicySetting>(i);
    const auto& origin = after.origins.at(i);
    const bool ours = origin && origin->unit == unit && origin->role == role;
    if (draft.policy.settings.says(setting) && !ours && origin && origin->locked) effect.held = true;
    SettingChange change{.setting = setting, .before = to_json(before.settings, setting), .after = to_json(after.settings, setting)};
    if (change.before != change.after) effect.changes.push_back(std::move(change));
  }
  return effect;
}

void add(Changes& all, const Changes& changes) {
  for (const SettingChange& change : changes) {
    const auto same = std::ranges::find_if(all, [&](const SettingChange& one) {
      return one.setting == change.setting && one.before == change.before && one.after == change.after;
    });
    if (same == all.end()) {
      all.push_back(change);
      all.back().machines = 1;
    } else {
      ++same->machines;
    }
  }
}

std::vector<PolicySetting> settings_of(const Changes& changes) {
  std::vector<PolicySetting> settings;
  for (const SettingChange& change : changes) settings.push_back(change.setting);
  return settings;
}

}  // namespace

Result<Preview> preview(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                        std::optional<MachineRole> role, const Draft& draft, Timestamp now) {
  TRY(const auto found, estate::get_unit(connection, scope, unit));
  TRY_VOID(check_draft(draft, vietnam_day(now)));
  TRY(const auto before, Layers::read(connection, scope.tenant()));
  Layers after = before;
  after.add(found.id, role, draft.policy, draft.valid_from, draft.valid_until);

  Preview preview;
  std::map<std::pair<UnitId, std::optional<MachineRole>>, Effect> effects;
  TRY_VOID(each_machine(connection, scope.tenant(), found.id, [&](const MachineRow& machine) -> Result<void> {
    if (role && machine.role != role) return {};
    ++preview.machines;
    const auto [place, is_new] = effects.try_emplace({machine.unit, machine.role});
    if (is_new) {
      place->second = effect_of(before.effective(machine.unit, machine.role, draft.valid_from),
                                after.effective(machine.unit, machine.role, draft.valid_from), draft, found.id, role);
    }
    const Effect& effect = place->second;
    if (effect.held) ++preview.held_by_lock;
    if (effect.changes.empty()) return {};
    ++preview.touched;
    add(preview.changes, effect.changes);
    if (preview.list.size() == kPreviewed) return {};
    preview.list.push_back({.id = machine.id, .name = std::string(machine.name), .unit = machine.unit,
                            .unit_name = std::string(machine.unit_name), .role = machine.role,
                            .changes = settings_of(effect.changes)});
    return {};
  }));
  std::ranges::sort(preview.changes, [](const SettingChange& a, const SettingChange& b) {
    return std::tuple(a.setting, -a.machines, a.before) < std::tuple(b.setting, -b.machines, b.before);
  });
  return preview;
}

}  // namespace khien::policy
