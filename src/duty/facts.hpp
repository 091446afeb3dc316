#pragma once

#include <vector>

#include "khien/duty/metrics.hpp"
#include "picture.hpp"

namespace khien::duty {

// What Khiên sees of one unit now: numbers of its own, or summed with those below.
struct UnitFacts {
  double devices = 0, devices_protected = 0, devices_known = 0, devices_fresh = 0;
  double sites = 0, sites_labelled = 0, sites_altered = 0, sites_unseen = 0;  // unseen: not looked at in time
  double systems = 0, systems_levelled = 0, systems_approved = 0, systems_deployed = 0, systems_monitored = 0;
  double high_systems = 0, high_systems_independent = 0;  // of level 3 and above
  double machines_inventoried = 0, advisories_overdue = 0;
  double botnet_addresses = 0, botnet_looked_up = 0;  // on a list; and whether somebody looked of late
  // Units that ought to share malware data; of them, whom the centre ever took something from, and lately.
  double units_sharing = 0, units_connected = 0, units_regular = 0;
  double sharing_days = 0;  // since the last was taken; of several units the most
  // Of incidents that are not closed; of those of the last year, clocks that were met or are over.
  double incident_clocks_late = 0, incident_clocks_due = 0, incident_clocks_in_time = 0;
  double units = 0, units_with_contact = 0, units_with_accountable = 0;

  UnitFacts& operator+=(const UnitFacts& other);
};

// Of each unit of the picture, its own only.
Result<std::vector<UnitFacts>> read_facts(store::Connection& connection, const store::TenantScope& scope,
                                          const Picture& picture, Timestamp now);

// A live metric out of such facts; `own` where what is below does not count.
Measurement measure_live(std::string_view metric, const UnitFacts& facts);
// Contacts and accountable persons are asked of each unit by itself.
bool is_of_unit_alone(std::string_view metric);

}  // namespace khien::duty
