#include <array>
#include <string>
#include <string_view>

#include "khien/model/finding.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/order.hpp"
#include "khien/model/policy.hpp"
#include "khien/model/role.hpp"
#include "khien/model/severity.hpp"

namespace khien {
namespace {

// The stored and sent names of an enumeration, in the order of its values.
template <class Enum, std::size_t N>
Result<Enum> value_of(const std::array<std::string_view, N>& names, std::string_view what, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return Error(Code::invalid, std::string(what) + " is not one that is known");
}

template <class Enum, std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

constexpr std::array<std::string_view, 5> kSeverities{"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 5> kJudges{"scan", "watch", "advisory", "detect", "law"};
constexpr std::array<std::string_view, 4> kFindingStates{"new", "in_progress", "suppressed", "resolved"};
constexpr std::array<std::string_view, 5> kRoles{"province_admin", "soc_operator", "unit_officer", "leader",
                                                 "inspector"};
constexpr std::array<std::string_view, 4> kEngines{"ioc", "yara", "clamav", "watch"};
constexpr std::array<std::string_view, 4> kVerdicts{"clean", "suspicious", "malicious", "not_scanned"};
constexpr std::array<std::string_view, 3> kEngineStates{"running", "degraded", "absent"};
constexpr std::array<std::string_view, 3> kFirewallStates{"unknown", "off", "on"};
constexpr std::array<std::string_view, 3> kVerbs{"quarantine", "restore", "scan"};
constexpr std::array<std::string_view, 4> kQuarantineStates{"held", "restored", "halted", "resumed"};
constexpr std::array<std::string_view, 4> kAccessModes{"permission", "notify", "inotify", "scheduled"};
constexpr std::array<std::string_view, 2> kAccessAnswers{"denied", "late"};
constexpr std::array<std::string_view, 23> kRefusals{
    "none",      "unknown_file", "gone",       "changed",          "not_regular",  "hard_links", "other_mount",   "too_large",
    "store_full", "open_for_writing", "immutable", "read_only",    "package",      "unreadable", "rate",          "expired",
    "unknown_item", "outside",  "folder_gone", "folder_changed",   "two_persons",  "occupied",   "failed"};
constexpr std::array<std::string_view, kPolicySettings> kPolicySettingNames{
    "roots", "exclusions", "schedule", "files_per_second", "cpu_percent", "on_access", "removable_media",
    "quarantine_automatically", "third_party"};
constexpr std::array<std::string_view, 3> kOnAccess{"off", "notify", "permission"};
constexpr std::array<std::string_view, 2> kRemovableMedia{"ignore", "scan"};
constexpr std::array<std::string_view, 2> kThirdParty{"beside", "alone"};
constexpr std::array<std::string_view, 3> kMachineRoles{"workstation", "server", "other"};
constexpr std::array<std::string_view, 3> kPolicyDeviations{"bound", "local", "unsupported"};
constexpr std::array<std::string_view, 8> kPolicyRefusals{"none",          "switched_off", "no_key",  "signature",
                                                          "other_machine", "older",        "expired", "malformed"};
constexpr std::array<std::string_view, 3> kPolicyStates{"none", "in_force", "expired"};

}  // namespace

std::string_view to_string(Severity severity) { return name_of(kSeverities, severity); }
Result<Severity> severity_from_string(std::string_view text) {
  return value_of<Severity>(kSeverities, "severity", text);
}

std::string_view to_string(JudgeId judge) { return name_of(kJudges, judge); }
Result<JudgeId> judge_from_string(std::string_view text) { return value_of<JudgeId>(kJudges, "judge", text); }

std::string_view to_string(FindingState state) { return name_of(kFindingStates, state); }
Result<FindingState> finding_state_from_string(std::string_view text) {
  return value_of<FindingState>(kFindingStates, "state", text);
}

std::string_view to_string(Role role) { return name_of(kRoles, role); }
Result<Role> role_from_string(std::string_view text) { return value_of<Role>(kRoles, "role", text); }

std::string_view to_string(Engine engine) { return name_of(kEngines, engine); }
Result<Engine> engine_from_string(std::string_view text) { return value_of<Engine>(kEngines, "engine", text); }

std::string_view to_string(FileVerdict verdict) { return name_of(kVerdicts, verdict); }
Result<FileVerdict> file_verdict_from_string(std::string_view text) {
  return value_of<FileVerdict>(kVerdicts, "verdict", text);
}

std::string_view to_string(EngineState::State state) { return name_of(kEngineStates, state); }
Result<EngineState::State> engine_state_from_string(std::string_view text) {
  return value_of<EngineState::State>(kEngineStates, "engine state", text);
}

std::string_view to_string(FirewallState state) { return name_of(kFirewallStates, state); }
Result<FirewallState> firewall_state_from_string(std::string_view text) {
  return value_of<FirewallState>(kFirewallStates, "firewall state", text);
}

std::string_view to_string(Verb verb) { return name_of(kVerbs, verb); }
Result<Verb> verb_from_string(std::string_view text) { return value_of<Verb>(kVerbs, "verb", text); }

std::string_view to_string(Refusal refusal) { return name_of(kRefusals, refusal); }
Result<Refusal> refusal_from_string(std::string_view text) { return value_of<Refusal>(kRefusals, "refusal", text); }

std::string_view to_string(QuarantineSeen::State state) { return name_of(kQuarantineStates, state); }
Result<QuarantineSeen::State> quarantine_state_from_string(std::string_view text) {
  return value_of<QuarantineSeen::State>(kQuarantineStates, "quarantine state", text);
}

std::string_view to_string(AccessState::Mode mode) { return name_of(kAccessModes, mode); }
Result<AccessState::Mode> access_mode_from_string(std::string_view text) {
  return value_of<AccessState::Mode>(kAccessModes, "on-access mode", text);
}

std::string_view to_string(AccessSeen::Answer answer) { return name_of(kAccessAnswers, answer); }
Result<AccessSeen::Answer> access_answer_from_string(std::string_view text) {
  return value_of<AccessSeen::Answer>(kAccessAnswers, "answer to an access", text);
}

std::string_view to_string(PolicySetting setting) { return name_of(kPolicySettingNames, setting); }
Result<PolicySetting> policy_setting_from_string(std::string_view text) {
  return value_of<PolicySetting>(kPolicySettingNames, "setting", text);
}

std::string_view to_string(OnAccess mode) { return name_of(kOnAccess, mode); }
Result<OnAccess> on_access_from_string(std::string_view text) { return value_of<OnAccess>(kOnAccess, "mode", text); }

std::string_view to_string(RemovableMedia mode) { return name_of(kRemovableMedia, mode); }
Result<RemovableMedia> removable_media_from_string(std::string_view text) {
  return value_of<RemovableMedia>(kRemovableMedia, "mode", text);
}

std::string_view to_string(ThirdParty mode) { return name_of(kThirdParty, mode); }
Result<ThirdParty> third_party_from_string(std::string_view text) {
  return value_of<ThirdParty>(kThirdParty, "mode", text);
}

std::string_view to_string(MachineRole role) { return name_of(kMachineRoles, role); }
Result<MachineRole> machine_role_from_string(std::string_view text) {
  return value_of<MachineRole>(kMachineRoles, "machine role", text);
}

std::string_view to_string(PolicyDeviation why) { return name_of(kPolicyDeviations, why); }
Result<PolicyDeviation> policy_deviation_from_string(std::string_view text) {
  return value_of<PolicyDeviation>(kPolicyDeviations, "deviation", text);
}

std::string_view to_string(PolicyRefusal refusal) { return name_of(kPolicyRefusals, refusal); }
Result<PolicyRefusal> policy_refusal_from_string(std::string_view text) {
  return value_of<PolicyRefusal>(kPolicyRefusals, "refusal", text);
}

std::string_view to_string(PolicySeen::State state) { return name_of(kPolicyStates, state); }
Result<PolicySeen::State> policy_state_from_string(std::string_view text) {
  return value_of<PolicySeen::State>(kPolicyStates, "policy state", text);
}

}  // namespace khien
