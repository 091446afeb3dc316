#include <algorithm>
#include <array>

#include "khien/policy/machine_policies.hpp"

namespace khien::policy {
namespace {

constexpr std::string_view kNotApplied = "policy:not_applied";
constexpr std::string_view kExpired = "policy:expired";
constexpr std::string_view kRefused = "policy:refused";
constexpr std::string_view kDiffers = "policy:differs";

// What a finding is about within the machine: one subject a claim, so that each
// closes by itself.
std::string subject_of(std::string_view what) { return "policy/" + std::string(what); }

Claim claim(bool present, std::string_view rule, std::string_view what, Severity severity) {
  return {.judge = JudgeId::detect,
          .standing = present ? Claim::Standing::present : Claim::Standing::gone,
          .rule = present ? std::string(rule) : std::string(),
          .subject = subject_of(what),
          .severity = present ? severity : Severity::info};
}

bool is_late(const PolicySeen& seen, const std::optional<Desired>& desired, Timestamp now) {
  return desired && seen.version < desired->version && now - desired->since >= kLateAfter;
}

// A machine that is weaker than it was asked to be is worse than one that cannot
// do what nobody relies on yet.
Severity severity_of(PolicySetting setting, PolicyDeviation why) {
  if (why == PolicyDeviation::unsupported) return Severity::low;
  const bool guards = setting == PolicySetting::on_access || setting == PolicySetting::quarantine_automatically;
  return guards ? Severity::high : Severity::medium;
}

Claim difference_in(const PolicySeen& seen, PolicySetting setting) {
  const auto found = std::ranges::find(seen.differences, setting, &PolicySeen::Difference::setting);
  const bool present = found != seen.differences.end();
  return claim(present, kDiffers, to_string(setting), present ? severity_of(setting, found->why) : Severity::info);
}

}  // namespace

std::vector<Claim> drift(const PolicySeen& seen, const std::optional<Desired>& desired, Timestamp now) {
  std::vector<Claim> claims;
  claims.push_back(claim(is_late(seen, desired, now), kNotApplied, "version", Severity::medium));
  claims.push_back(claim(seen.state == PolicySeen::State::expired, kExpired, "expiry", Severity::medium));
  claims.push_back(claim(seen.refusal != PolicyRefusal::none, kRefused, "refusal",
                         seen.refusal == PolicyRefusal::switched_off ? Severity::medium : Severity::high));
  for (std::size_t i = 0; i < kPolicySettings; ++i) claims.push_back(difference_in(seen, static_cast<PolicySetting>(i)));
  return claims;
}

}  // namespace khien::policy
