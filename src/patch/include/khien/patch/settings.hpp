#pragma once

#include <optional>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/flow/book.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::patch {

// What a province follows, and within how many days it is to be patched.
struct Settings {
  std::optional<Severity> least_severity;  // followed at or above it, where a fix exists
  std::optional<int> least_likelihood;     // the same by EPSS, hundredths
  // Days from the day it is followed; of several that apply the fewest. A letter's own
  // day goes before all of them.
  int days_exploited = 0, days_ransomware = 0, days_likely = 0;
  int days_critical = 0, days_high = 0, days_medium = 0, days_low = 0;
  int remind_days = 0;  // before the day, units that are not done
  std::optional<UserId> changed_by = {};
  std::optional<Timestamp> changed_at = {};

  bool operator==(const Settings&) const = default;
};
flow::Following following_of(const Settings& settings);

// content/advisories/deadlines.yaml. Code::invalid names the key.
Result<Settings> settings_from_yaml(std::string_view text, Budget& budget);

// The tenant's own, or those that content ships.
Result<Settings> settings_of(store::Connection& connection, TenantId tenant, const Settings& shipped);
// Code::invalid for a number outside of its bounds, by name. Days that are set already stay.
Result<void> set_settings(store::Connection& connection, TenantId tenant, const Settings& settings, const Settings& shipped,
                          UserId who, Timestamp now);

}  // namespace khien::patch
