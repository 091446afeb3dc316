#pragma once

#include <memory>
#include <vector>

#include "khien/flow/judge.hpp"
#include "khien/scan/rules.hpp"

namespace khien::flow {

// Files: what the endpoint's engines matched, and the hash IOCs of all packs as
// they are today.
std::shared_ptr<const Judge> make_scan_judge(const std::vector<std::shared_ptr<const scan::RulePack>>& packs);

}  // namespace khien::flow
