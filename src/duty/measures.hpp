#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "facts.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/duty/metrics.hpp"
#include "picture.hpp"

namespace khien::duty {

// The days that a register's records must speak of to count; none: any day.
struct Period {
  Date from;
  Date to;
  auto operator<=>(const Period&) const = default;
};

// Sums over the approved records of a register, one a unit (its own records).
struct RegisterSums {
  std::vector<double> part;
  std::vector<double> whole;  // empty: no ratio
  std::vector<char> exempt;
};

// The figures of all units of a picture on its day. Each column is computed when it
// is first asked for and then kept, so that the cost does not grow with the number
// of duties that name a metric. For one request; not thread-safe.
//
// Today and later: what is seen now. The past: what was read on that day, and what
// registers say of it. What is measured over the whole tenant is a figure for those who
// see the whole tenant; to everybody else it is "elsewhere", though a reading of it is
// kept at the very unit that acts for all: a figure tells about every unit it counts.
class Measures {
 public:
  Measures(store::Connection& connection, const store::TenantScope& scope, const law::Catalogue& catalogue,
           const Picture& picture, Timestamp now)
      : connection_(connection), scope_(scope), catalogue_(catalogue), picture_(picture), now_(now) {}

  // One measurement a unit; null if the catalogue has no such metric.
  Result<const std::vector<Measurement>*> of_units(std::string_view metric, const std::optional<Period>& period);
  Result<const std::vector<Measurement>*> of_all(std::string_view metric, const std::optional<Period>& period);
  // What a duty's condition asks of the whole tenant (kHighestLevel, kSites), as
  // store_readings() kept it for the units that act for all. Only for deciding whether a
  // duty binds the unit: never shown as a figure.
  Result<std::vector<Measurement>> kept_for_all(std::string_view name) { return stored(name, true); }

 private:
  using Key = std::tuple<std::string, bool, std::optional<Period>>;

  Result<const std::vector<Measurement>*> column(std::string_view metric, bool for_all, const std::optional<Period>& period);
  Result<std::vector<Measurement>> compute(const law::Metric& metric, bool for_all, const std::optional<Period>& period);
  Result<std::vector<Measurement>> live(const law::Metric& metric, bool for_all);
  Result<std::vector<Measurement>> from_register(const law::Metric& metric, bool for_all, const std::optional<Period>& period);
  Result<std::vector<Measurement>> stored(std::string_view metric, bool for_all);
  Period next_window() const;
  Result<std::vector<Measurement>> roster_gaps(const Period& period, bool for_all);
  Result<void> need_facts();
  Result<const RegisterSums*> sums_of(const law::Metric& metric, const std::optional<Period>& period);

  store::Connection& connection_;
  const store::TenantScope& scope_;
  const law::Catalogue& catalogue_;
  const Picture& picture_;
  Timestamp now_;
  bool has_facts_ = false;
  std::vector<UnitFacts> own_;
  std::vector<UnitFacts> with_below_;
  UnitFacts total_;
  std::map<Key, std::vector<Measurement>> columns_;
  std::map<std::pair<std::string, std::optional<Period>>, RegisterSums> sums_;  // serve one unit and all
};

// What a duty's condition asks of the whole tenant, kept beside the metrics. No
// metric's id has a point.
inline constexpr std::string_view kHighestLevel = "applies.highest_level";
inline constexpr std::string_view kSites = "applies.sites";

Result<RegisterSums> sum_register(store::Connection& connection, const store::TenantScope& scope, const Picture& picture,
                                  const law::Expression& expression, const std::optional<Period>& period);
// The records of these units (places of the picture) that add to the part, by id.
Result<std::vector<RegisterRecordId>> records_of_part(store::Connection& connection, const store::TenantScope& scope, const Picture& picture,
                                                      const law::Expression& expression, const std::optional<Period>& period,
                                                      const std::vector<std::size_t>& units);

}  // namespace khien::duty
