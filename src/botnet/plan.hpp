#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "khien/botnet/edges.hpp"
#include "khien/botnet/ids.hpp"
#include "khien/botnet/lists.hpp"
#include "khien/core/hash.hpp"
#include "owners.hpp"

namespace khien::botnet {

// What one address of a list means for its case.
struct Presence {
  Address address;
  CaseId id;                       // none: a new case
  bool comes_back = false;
  int absences = 0;                // after it
  Date last_listed;                // after it
  std::optional<Timestamp> seen_at;  // the newest of the list's
  std::string malware;             // of the newest
  std::optional<Address> controller;
  State state = State::new_;       // before it
  const Owners::Owner* owner = nullptr;  // of a new case; null: nobody's
};
// A case of the source that a complete list does not name.
struct Absence {
  CaseId id;
  State state = State::new_;  // before it
  int absences = 0;           // after it
  UnitId unit;
};

struct ListPlan {
  std::vector<Presence> presences;  // by address
  std::vector<Absence> absences;
  ListReport report;                // without what the reader counted
  Sha256 digest;                    // of everything that carrying it out would do
};

struct PlannedList {
  std::string source_key;
  Date listed_on;
  bool complete = true;
};
// Reads, changes nothing. `owners` must outlive the plan.
Result<ListPlan> make_plan(store::Connection& connection, TenantId tenant, const PlannedList& list,
                           const std::vector<ListEntry>& entries, const Owners& owners);

}  // namespace khien::botnet
