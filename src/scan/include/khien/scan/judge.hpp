#pragma once

#include <vector>

#include "khien/model/finding.hpp"
#include "khien/model/observation.hpp"
#include "khien/scan/rules.hpp"

namespace khien::scan {

// Every claim a file observation supports. Pure.
//  - each match: present, rule "<engine>:<rule>", subject the path;
//  - sha256 in `iocs` (today's, which may be newer than the agent's): present, "ioc:<name>";
//  - clean, gone or in quarantine: one `gone` for the path;
//  - an access that was denied: each match, as of the file; one let through claims nothing;
//  - quarantine halted: present, "khien:quarantine_halted"; resumed: that is gone.
// not_scanned claims nothing: nothing is known.
std::vector<Claim> judge(const FileSeen& file, const IocSet& iocs);
std::vector<Claim> judge(const FileGone& file);
std::vector<Claim> judge(const QuarantineSeen& seen);
std::vector<Claim> judge(const AccessSeen& seen);

}  // namespace khien::scan
