#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/law/register.hpp"
#include "khien/model/local_text.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::duty {

// The metrics that code computes from what Khiên sees. A closed list: content may
// name no other as live, and a test finds one that content does not name.
std::span<const std::string_view> live_metrics();
bool is_live_metric(std::string_view id);

// A figure, or why there is none. Never a zero that nobody measured, and never one that
// was taken over a unit outside of the asker's scope.
struct Measurement {
  enum class Why : unsigned char {
    known,
    later,       // nothing gives this metric yet; its note says what is missing
    nothing,     // there is nothing to measure: no list of devices, no system, no record
    unseen,      // none was found, and not all were looked at in time
    no_reading,  // nobody read it on that day
    elsewhere,   // it is measured over units that the asker does not see
  };
  Why why = Why::no_reading;
  double part = 0;              // of a ratio; else the value
  std::optional<double> whole;  // of a ratio
  bool exempt = false;          // a record says why the unit need not reach it

  bool known() const { return why == Why::known; }
  double value() const { return whole ? part / *whole : part; }
};

// "57/60 (95 %)", "3"; or why it cannot be known.
LocalText describe(const Measurement& measurement, const law::Metric& metric);
// "từ 100 % trở lên".
LocalText describe(const law::Target& target, const law::Metric& metric);

// Reads every live metric of every unit, and for units that act for the whole
// tenant what is measured over it (read by those alone who see the whole tenant), and
// keeps them for the day. Call every hour or so: the last reading of a day stands.
// `scope` is the whole tenant. Returns how many readings there are.
Result<std::int64_t> store_readings(store::Connection& connection, const store::TenantScope& scope,
                                    const TenantLaw& law, Timestamp now);

}  // namespace khien::duty
