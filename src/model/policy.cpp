#include "khien/model/policy.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "khien/core/assert.hpp"

namespace khien {
namespace {


// The unit above first; in one unit every machine's layer before that of a role;
// and of one policy the newest version last, which is the one that is kept.
bool before(const PolicyLayer* a, const PolicyLayer* b) {
  const auto key = [](const PolicyLayer* layer) {
    return std::tuple(layer->depth, layer->unit, layer->role.has_value(), layer->number, layer->id);
  };
  return key(a) < key(b);
}

bool same_place(const PolicyLayer& a, const PolicyLayer& b) { return a.unit == b.unit && a.role == b.role; }

std::vector<const PolicyLayer*> in_order(const std::vector<PolicyLayer>& layers, std::optional<MachineRole> role,
                                         Date day) {
  std::vector<const PolicyLayer*> all;
  for (const PolicyLayer& layer : layers) {
    if (layer.holds_on(day) && (!layer.role || layer.role == role)) all.push_back(&layer);
  }
  std::ranges::sort(all, before);
  std::vector<const PolicyLayer*> newest;
  for (const PolicyLayer* layer : all) {
    if (!newest.empty() && same_place(*newest.back(), *layer)) newest.pop_back();
    newest.push_back(layer);
  }
  return newest;
}

}  // namespace

bool PolicySettings::says(PolicySetting setting) const {
  switch (setting) {
    case PolicySetting::roots: return roots.has_value();
    case PolicySetting::exclusions: return exclusions.has_value();
    case PolicySetting::schedule: return schedule.has_value();
    case PolicySetting::files_per_second: return files_per_second.has_value();
    case PolicySetting::cpu_percent: return cpu_percent.has_value();
    case PolicySetting::on_access: return on_access.has_value();
    case PolicySetting::removable_media: return removable_media.has_value();
    case PolicySetting::quarantine_automatically: return quarantine_automatically.has_value();
    case PolicySetting::third_party: return third_party.has_value();
  }
  khien_assert(false);
  return false;
}

void PolicySettings::take(PolicySetting setting, const PolicySettings& from) {
  switch (setting) {
    case PolicySetting::roots: roots = from.roots; return;
    case PolicySetting::exclusions: exclusions = from.exclusions; return;
    case PolicySetting::schedule: schedule = from.schedule; return;
    case PolicySetting::files_per_second: files_per_second = from.files_per_second; return;
    case PolicySetting::cpu_percent: cpu_percent = from.cpu_percent; return;
    case PolicySetting::on_access: on_access = from.on_access; return;
    case PolicySetting::removable_media: removable_media = from.removable_media; return;
    case PolicySetting::quarantine_automatically: quarantine_automatically = from.quarantine_automatically; return;
    case PolicySetting::third_party: third_party = from.third_party; return;
  }
  khien_assert(false);
}

Result<void> check_exclusions(const PolicySettings& settings, Date from) {
  if (!settings.exclusions) return {};
  for (std::size_t i = 0; i < settings.exclusions->size(); ++i) {
    const Date until = (*settings.exclusions)[i].until;
    const std::string field = "exclusions[" + std::to_string(i) + "].until: ";
    if (until < from) return Error(Code::invalid, field + "lies before the day from which the policy holds");
    if (until - from > kLongestExclusionDays) {
      return Error(Code::invalid, field + "lies more than " + std::to_string(kLongestExclusionDays) + " days ahead");
    }
  }
  return {};
}

EffectivePolicy effective_policy(const std::vector<PolicyLayer>& layers, std::optional<MachineRole> role, Date day) {
  EffectivePolicy effective;
  PolicySettingSet locked_above = 0;   // by a unit above the one that is looked at
  PolicySettingSet locked_here = 0;
  const PolicyLayer* last = nullptr;
  for (const PolicyLayer* layer : in_order(layers, role, day)) {
    if (last != nullptr && last->unit != layer->unit) locked_above |= std::exchange(locked_here, 0);
    last = layer;
    for (std::size_t i = 0; i < kPolicySettings; ++i) {
      const auto setting = static_cast<PolicySetting>(i);
      if (!layer->policy.settings.says(setting) || (locked_above & bit_of(setting)) != 0) continue;
      const bool locks = (layer->policy.locked & bit_of(setting)) != 0;
      effective.settings.take(setting, layer->policy.settings);
      effective.origins.at(i) =
          PolicyOrigin{layer->id, layer->unit, layer->role, layer->number, locks || (locked_here & bit_of(setting)) != 0};
      if (locks) locked_here |= bit_of(setting);
    }
  }
  if (effective.settings.exclusions) {
    std::erase_if(*effective.settings.exclusions, [day](const Exclusion& one) { return one.until < day; });
  }
  return effective;
}

}  // namespace khien
