#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "finding_writer.hpp"
#include "khien/flow/book.hpp"

namespace khien::flow {

// A followed vulnerability that a machine has now, by one subject.
struct PresentMatch {
  Claim claim;
  std::vector<std::int64_t> packages;  // that show it
  bool kernel = false;                 // of the kernel that runs
};
// A finding of the judge on the machine that does not hold any more, or holds.
struct StoredMatch {
  FindingId id;
  std::string rule, subject;
  FindingState state = FindingState::new_;
  ObservationId settled_through;
  bool withdrawn = false;
};

// What of the machine's packages is attackable now, against what is known of it.
//
// Of kernels only the one that runs counts: one that is installed and does not run hurts
// nobody, and one that runs stays until the machine was started anew. Where no installed
// image is the running one, all count.
struct Weighing {
  std::vector<PresentMatch> present;   // each rule and subject once, the most severe first
  // Open or suppressed, and not present. Where the version is not told any more nothing ends.
  std::vector<StoredMatch> absent;
  // Names and versions of packages that count; only where something is absent.
  std::set<std::pair<std::string, std::string>> installed;
};
Result<Weighing> weigh(store::Connection& connection, TenantId tenant, MachineId machine);

// The same of one vulnerability on many machines: those behind `after` up to `last`. Not of
// a kernel's: all packages count.
struct NamedVulnerability {
  std::int64_t id = 0;
  std::string name;
};
struct MachineRange {
  MachineId after, last;
};
Result<std::map<MachineId, Weighing>> weigh_one(store::Connection& connection, TenantId tenant, const NamedVulnerability& vulnerability,
                                                const MachineRange& machines);

// One of the packages that showed the finding still counts on the machine, by name and
// version, or its version is not told: it is not mended, its rule does not hold any more.
// By nothing else: another URL or source text for the same bytes is no patch.
Result<bool> still_shown(store::Connection& connection, TenantId tenant, const Weighing& weighing, FindingId finding);
Result<bool> shown_by_kernel(store::Connection& connection, TenantId tenant, FindingId finding);
// `is_new`: the finding, which has none yet.
Result<void> note_packages(store::Connection& connection, TenantId tenant, FindingId finding,
                           const std::vector<std::int64_t>& packages, bool is_new);

}  // namespace khien::flow
