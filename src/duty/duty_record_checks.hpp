#pragma once

#include "khien/duty/duty_records.hpp"

namespace khien::duty {

// The duty that a record is about, once all is well with the record.
Result<law::DutyRef> checked_duty(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                  const NewDutyRecord& record, Timestamp now);

}  // namespace khien::duty
