#pragma once

#include "khien/model/policy.hpp"

namespace khien {

// The members of an object that hold settings, as both a policy and the document
// made of one have them.
void write_settings(JsonWriter& out, const PolicySettings& settings);
// Takes the member if it is a setting's: true. An error begins with the field's name.
Result<bool> read_setting(std::string_view name, const Json& value, PolicySettings& settings);

}  // namespace khien
