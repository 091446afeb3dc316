#pragma once

#include "judgement.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/store/connection.hpp"

namespace khien::duty {

// One question each, answered from an index alone. Of a unit's records of one period
// only those that can change an answer are in these indexes (duty_record.counts, kept
// by the table's own triggers): mostly one, however many years were recorded. A row is
// a unit and the number of a Mark; a unit may have several.
// Whoever sees the whole tenant needs no look at each row's unit; others seek the few
// units they see. ?1 tenant, ?2 roots (or unused), ?3 duty or register.
#define KHIEN_OF_SCOPE " AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
#define KHIEN_OF_TENANT " AND ?2 <> ''"

static_assert(static_cast<int>(Mark::refused) == 1 && static_cast<int>(Mark::waiting) == 2 &&
              static_cast<int>(Mark::approved) == 3 && static_cast<int>(Mark::waiting_exempt) == 4 &&
              static_cast<int>(Mark::approved_exempt) == 5);

#define KHIEN_PERIOD_MARKS(scope)                                                                           \
  "SELECT r.unit_id, r.counts FROM duty_record r INDEXED BY duty_record_counting WHERE r.tenant_id = ?1 "   \
  "AND r.duty = ?3 AND r.period_from = ?4 AND r.counts > 0 AND r.done_on <= ?5" scope
inline constexpr store::Sql kPeriodOfScope = KHIEN_PERIOD_MARKS(KHIEN_OF_SCOPE);
inline constexpr store::Sql kPeriodOfTenant = KHIEN_PERIOD_MARKS(KHIEN_OF_TENANT);

// An event is known by its records: it is open while one waits or was sent back and
// none was approved. That the whole duty does not apply is said once.
#define KHIEN_EVENT_MARKS(scope)                                                                            \
  "SELECT r.unit_id, r.counts FROM duty_record r INDEXED BY duty_record_unsettled WHERE r.tenant_id = ?1 "  \
  "AND r.duty = ?3 AND r.counts > 0 AND r.counts <> 3 AND r.done_on <= ?4 AND (r.counts > 3 OR NOT EXISTS " \
  "(SELECT 1 FROM duty_record a INDEXED BY duty_record_counting WHERE a.tenant_id = r.tenant_id "           \
  "AND a.duty = r.duty AND a.period_from = r.period_from AND a.unit_id = r.unit_id AND a.counts > 0 "       \
  "AND a.counts = 3 AND a.done_on <= ?4))" scope
inline constexpr store::Sql kEventsOfScope = KHIEN_EVENT_MARKS(KHIEN_OF_SCOPE);
inline constexpr store::Sql kEventsOfTenant = KHIEN_EVENT_MARKS(KHIEN_OF_TENANT);

}  // namespace khien::duty
