#pragma once

#include "judgement.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/store/connection.hpp"

namespace khien::duty {

// One question each, answered from an index alone and in its order, one row a unit.
// Whoever sees the whole tenant needs no look at each row's unit; others seek the few
// units they see. ?1 tenant, ?2 roots (or unused), ?3 duty or register.
#define KHIEN_OF_SCOPE " AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
#define KHIEN_OF_TENANT " AND ?2 <> ''"

// The number of a Mark.
#define KHIEN_MARK                                                                                   \
  "max(CASE r.state WHEN 'approved' THEN 3 + 2 * r.not_applicable "                                  \
  "WHEN 'waiting' THEN 2 + 2 * r.not_applicable WHEN 'refused' THEN 1 - r.not_applicable ELSE 0 END)"
static_assert(static_cast<int>(Mark::refused) == 1 && static_cast<int>(Mark::waiting) == 2 &&
              static_cast<int>(Mark::approved) == 3 && static_cast<int>(Mark::waiting_exempt) == 4 &&
              static_cast<int>(Mark::approved_exempt) == 5);

#define KHIEN_PERIOD_MARKS(scope)                                                                            \
  "SELECT r.unit_id, " KHIEN_MARK " FROM duty_record r INDEXED BY duty_record_by_period "                    \
  "WHERE r.tenant_id = ?1 AND r.duty = ?3 AND r.period_from = ?4 AND r.done_on <= ?5" scope " GROUP BY r.unit_id"
inline constexpr store::Sql kPeriodOfScope = KHIEN_PERIOD_MARKS(KHIEN_OF_SCOPE);
inline constexpr store::Sql kPeriodOfTenant = KHIEN_PERIOD_MARKS(KHIEN_OF_TENANT);

}  // namespace khien::duty
