#pragma once

#include <string_view>

#include "khien/api/api.hpp"
#include "khien/scan/rules.hpp"

namespace khien::api {

// What people are told about a finding's rule: a check's words, or those of the
// scanner's packs.
scan::RuleText words_for(const ApiOptions& options, std::string_view rule);

// The check behind the rule; null if it is none, or was withdrawn.
const check::Check* check_behind(const ApiOptions& options, std::string_view rule);

}  // namespace khien::api
