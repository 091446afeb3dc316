#pragma once

#include "account_records.hpp"
#include "khien/core/date.hpp"
#include "khien/core/json.hpp"
#include "khien/model/local_text.hpp"
#include "khien/policy/machine_policies.hpp"
#include "khien/policy/policies.hpp"

namespace khien::api {

// How policies look in the interface. Writers only.

std::string_view policy_role(std::optional<MachineRole> role);  // "any" where there is none

void write_policy(JsonWriter& json, const policy::PolicyRecord& record, const NameMap& names, Date today);
void write_policy_versions(JsonWriter& json, const policy::PolicyRecord& record, const NameMap& names, Date today);
void write_policy_counts(JsonWriter& json, const policy::PolicyCounts& counts);
void write_preview(JsonWriter& json, const policy::Preview& preview);
void write_machine_policy(JsonWriter& json, const policy::MachinePolicyRecord& record);

// One thing that is not in line, in a sentence.
LocalText drift_text(const Claim& claim, const PolicySeen& seen);
LocalText policy_setting_name(PolicySetting setting);

}  // namespace khien::api
