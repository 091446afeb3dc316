#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "khien/agent/options.hpp"
#include "khien/core/date.hpp"
#include "khien/core/hash.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/policy.hpp"

namespace khien::agent {

// What this machine can do at all.
struct Abilities {
  OnAccess on_access = OnAccess::notify;  // the most
  bool cpu_limit = false;
  bool removable_media = false;
  bool yields_to_others = false;  // asks before opening only where no other product does
};

// What is done: the policy as far as the machine's own file allows.
struct Followed {
  std::vector<std::string> roots;
  std::vector<std::string> exclude;
  std::vector<Sha256> spared;          // never taken by the agent's own decision
  std::optional<ScanTimes> times;      // none: daily, as the own file says
  std::uint32_t files_per_second = 0;  // 0: no limit
  std::uint32_t cpu_percent = 0;       // 0: no limit
  bool quarantine_automatically = false;
  OnAccess wanted_on_access = OnAccess::notify;
  OnAccess on_access = OnAccess::notify;  // of that what this machine can
  bool scan_media = false;
  std::vector<PolicySeen::Difference> differences;  // ascending

  bool operator==(const Followed&) const = default;
};

// Pure. Paths of the policy are resolved before: what is compared here is where they
// lead. Bounds that hold whatever is asked, and whoever signed it:
//  (1) folders are added; none that the own file names is taken away
//  (2) no exclusion holds a folder of the own file, a whole top folder, or anything of
//      the agent's own; at most PolicyBounds::most_exclusions are followed
//  (3) bytes are spared from quarantine, never from being looked at and told of
//  (4) on-access, rate and limits do not fall below the own file's least values; an own
//      file that has less than its least on-access may be asked for as little
//  (5) automatic quarantine and the scan of media stay on where the own file has them on
Followed follow(const PolicySettings& asked, const AgentOptions& own, const Abilities& can, Date today);

}  // namespace khien::agent
