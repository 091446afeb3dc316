#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/time.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/ids.hpp"

namespace khien {

using PolicyId = Id<struct PolicyTag>;  // what one unit wants of its machines, through all versions

// All that a policy can say. The list is closed: no setting carries a command, a
// program or an address, and each value is bounded here and once more by the agent.
enum class PolicySetting : unsigned char {
  roots,                     // folders looked at besides those that the machine's own file names
  exclusions,                // what is left out, why and until when
  schedule,                  // days and times of full scans
  files_per_second,          // of a full scan
  cpu_percent,               // of one core, on the average of an hour, for all that the agent does
  on_access,                 // what happens when a file is written or run
  removable_media,
  quarantine_automatically,  // the agent takes what is malicious by itself
  third_party                // beside another product that guards the machine
};
inline constexpr std::size_t kPolicySettings = 9;
std::string_view to_string(PolicySetting setting);
Result<PolicySetting> policy_setting_from_string(std::string_view text);
// A set of them; each knows its own bit.
using PolicySettingSet = std::uint16_t;
constexpr PolicySettingSet bit_of(PolicySetting setting) {
  return static_cast<PolicySettingSet>(1u << static_cast<unsigned>(setting));
}

// When a file is looked at besides the scans. notify: after it was written.
// permission: also before it is run, and malicious ones are kept from it.
enum class OnAccess : unsigned char { off, notify, permission };
std::string_view to_string(OnAccess mode);
Result<OnAccess> on_access_from_string(std::string_view text);

enum class RemovableMedia : unsigned char { ignore, scan };
std::string_view to_string(RemovableMedia mode);
Result<RemovableMedia> removable_media_from_string(std::string_view text);

// beside: where another product guards the machine as files are opened, Khiên only
// looks afterwards. alone: it does as the policy says all the same.
enum class ThirdParty : unsigned char { beside, alone };
std::string_view to_string(ThirdParty mode);
Result<ThirdParty> third_party_from_string(std::string_view text);

// What a machine is for; as the list of devices has it.
enum class MachineRole : unsigned char { workstation, server, other };
std::string_view to_string(MachineRole role);
Result<MachineRole> machine_role_from_string(std::string_view text);

// A folder or file with all below it is not looked at; or bytes that are looked at
// and told of, but never taken by the agent's own decision. Always with an end.
struct Exclusion {
  std::string path;              // absolute; empty if it is about bytes
  std::optional<Sha256> sha256;
  std::string reason;
  Date until;                    // the last day

  bool operator==(const Exclusion&) const = default;
};

struct ScanTimes {
  std::uint8_t days = 0;     // bit n: Weekday n + 1
  std::vector<int> minutes;  // of the day at UTC+7, ascending

  bool on(Weekday day) const { return (days >> (static_cast<unsigned>(day) - 1) & 1u) != 0; }
  bool operator==(const ScanTimes&) const = default;
};

// What is not said is left to the unit above, and at last to the machine's own file.
struct PolicySettings {
  std::optional<std::vector<std::string>> roots;
  std::optional<std::vector<Exclusion>> exclusions;
  std::optional<ScanTimes> schedule;
  std::optional<std::uint32_t> files_per_second;
  std::optional<std::uint32_t> cpu_percent;
  std::optional<OnAccess> on_access;
  std::optional<RemovableMedia> removable_media;
  std::optional<bool> quarantine_automatically;
  std::optional<ThirdParty> third_party;

  bool says(PolicySetting setting) const;
  // Takes that one setting, said or not, from another.
  void take(PolicySetting setting, const PolicySettings& from);
  bool operator==(const PolicySettings&) const = default;
};

struct Policy {
  PolicySettings settings;
  PolicySettingSet locked = 0;  // units below cannot say otherwise; only what is said can be locked

  bool operator==(const Policy&) const = default;
};

inline constexpr std::size_t kMaxPolicyBytes = 64u << 10;
inline constexpr std::size_t kMaxPolicyRoots = 64;
inline constexpr std::size_t kMaxExclusions = 200;
inline constexpr std::size_t kMaxScanTimes = 6;      // a day
inline constexpr int kLongestExclusionDays = 366;
inline constexpr std::uint32_t kLeastFilesPerSecond = 10, kMostFilesPerSecond = 100'000;
inline constexpr std::uint32_t kLeastCpuPercent = 5, kMostCpuPercent = 100;

// Strict: a field that is not known, given twice, mistyped or out of its bounds is
// Code::invalid, and the error begins with its name: "exclusions[2].until: …".
Result<Policy> policy_from_json(std::string_view text);
std::string to_json(const Policy& policy);
// One setting alone, as JSON; "null" if it is not said.
std::string to_json(const PolicySettings& settings, PolicySetting setting);
// For a policy that is to hold from that day: no exclusion ends before it, or later
// than kLongestExclusionDays after it.
Result<void> check_exclusions(const PolicySettings& settings, Date from);

// One version of one unit's policy.
struct PolicyLayer {
  PolicyId id;
  UnitId unit;
  std::size_t depth = 0;              // 0: the unit above all others
  std::optional<MachineRole> role;    // none: every machine
  std::uint32_t number = 1;           // of the policy's versions; a higher one replaces a lower one
  Date valid_from;
  std::optional<Date> valid_until;    // the last day
  Policy policy;

  bool holds_on(Date day) const { return valid_from <= day && (!valid_until || day <= *valid_until); }
};

// Whose word a setting is.
struct PolicyOrigin {
  PolicyId id;
  UnitId unit;
  std::optional<MachineRole> role;
  std::uint32_t number = 0;
  bool locked = false;

  bool operator==(const PolicyOrigin&) const = default;
};
struct EffectivePolicy {
  PolicySettings settings;
  std::array<std::optional<PolicyOrigin>, kPolicySettings> origins;

  bool operator==(const EffectivePolicy&) const = default;
};

// What a machine of that role is to do that day, from the layers of its unit and of
// those above, in any order. Setting by setting the nearest unit wins, and in it the
// layer of the machine's role before the one of every machine; what a unit locked,
// none below it changes. Of exclusions those remain that have not ended. Pure.
EffectivePolicy effective_policy(const std::vector<PolicyLayer>& layers, std::optional<MachineRole> role, Date day);

// What a hub asks of one machine: the payload of a signed file (signed_envelope.hpp)
// of type `policy`, named policy_name(), whose version is the document's. The same
// version is the same bytes for ever; only how long they may be followed grows.
struct PolicyDocument {
  AgentIdentity machine;
  std::int64_t version = 0;  // grows with each change of this machine's settings
  PolicySettings settings;

  bool operator==(const PolicyDocument&) const = default;
};
inline constexpr Duration kPolicyLives = days(30);
inline constexpr std::size_t kMaxPolicyFileBytes = 96u << 10;
std::string policy_name(const AgentIdentity& machine);
std::string to_json(const PolicyDocument& document);
Result<PolicyDocument> policy_document_from_json(std::string_view text);

// Why a machine does otherwise than it was asked in one setting.
enum class PolicyDeviation : unsigned char {
  bound,       // its own file sets a bound, and the policy goes beyond
  local,       // its own file keeps the setting for itself
  unsupported  // this machine cannot do it
};
std::string_view to_string(PolicyDeviation why);
Result<PolicyDeviation> policy_deviation_from_string(std::string_view text);

// Why an agent did not take what it was given last.
enum class PolicyRefusal : unsigned char { none, switched_off, no_key, signature, other_machine, older, expired, malformed };
std::string_view to_string(PolicyRefusal refusal);
Result<PolicyRefusal> policy_refusal_from_string(std::string_view text);

// POST /agent/v1/policy: the version that the agent has, 0 if none.
std::string policy_request(std::int64_t version);
Result<std::int64_t> policy_request_from_json(std::string_view text);

}  // namespace khien
