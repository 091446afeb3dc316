#pragma once

#include <cstdint>

#include "khien/core/time.hpp"
#include "khien/estate/machines.hpp"

namespace khien::estate {

inline constexpr Duration kScanGrowsOld = days(7);

// The order of the list, worst first: infected, attention, silent, pending,
// protected. The number is part of cursors.
std::int64_t rank_of(MachineHealth health);
MachineHealth health_of_rank(std::int64_t rank);

// The rank of row m. ?3 and ?4 are the moments before which a machine is silent
// and its last complete scan is old. What is found comes before what is not
// heard, and that before what was said last: a silent machine's engines are not
// known to run. A made-up machine is seen as of the moment it was told.
#define KHIEN_HEALTH_RANK                                                                                \
  "CASE WHEN m.open_malware > 0 THEN 0 WHEN m.last_seen < coalesce(m.sample_at - 180000, ?3) THEN 2 "    \
  "WHEN m.engine_trouble = 1 OR m.last_complete_scan_at < coalesce(m.sample_at - 604800000, ?4) THEN 1 " \
  "WHEN m.last_complete_scan_at IS NULL THEN 3 ELSE 4 END"
static_assert(kSilentAfter.ms == 180'000 && kScanGrowsOld.ms == 604'800'000);  // as the text above

inline Timestamp silent_before(Timestamp now) { return now - kSilentAfter; }
inline Timestamp scan_old_before(Timestamp now) { return now - kScanGrowsOld; }

}  // namespace khien::estate
