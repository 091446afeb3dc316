#pragma once

#include <string_view>

#include "khien/core/budget.hpp"
#include "trust.hpp"

namespace khien::seal {

// The one signature that an XML document may have: enveloped, over all of it. Empty where
// there is none. Code::exhausted from the budget; what is wrong with the file is a finding.
Result<std::vector<SignatureFinding>> judge_xml(std::string_view xml, const Grounds& grounds, Budget& budget);

}  // namespace khien::seal
