#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/duty/record_state.hpp"

namespace khien::duty {

// That a person says a duty of a period was done, or does not apply.
struct DutyRecord {
  DutyRecordId id;
  UnitId unit;
  std::string unit_name;
  std::string duty;
  Date period_from;  // on_event: the event's day
  Date done_on;
  std::string statement;  // text from outside
  bool not_applicable = false;
  Handling handling;
  std::vector<Evidence> evidence;
};

struct NewDutyRecord {
  UnitId unit;
  std::string duty;
  Date period_from;
  Date done_on;
  std::string statement;
  std::vector<EvidenceId> evidence;
  bool not_applicable = false;  // waits for a second person whatever the duty says
};

// Code::not_found for a unit, duty or evidence that is not there or a duty that does
// not bind the unit; invalid with a Refusal for a period that does not exist or has not begun
// (of each holiday: lies more than 92 days ahead), a day ahead, a duty that registers or figures prove, or a missing statement.
Result<DutyRecordId> record_duty(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                 const NewDutyRecord& record, const Actor& actor, Timestamp now);
Result<void> withdraw_duty_record(store::Connection& connection, const store::TenantScope& scope, DutyRecordId id,
                                  const Actor& actor, Timestamp now);
Result<void> decide_duty_record(store::Connection& connection, const store::TenantScope& scope, DutyRecordId id,
                                const Decision& decision, const Actor& actor, Timestamp now);

Result<DutyRecord> get_duty_record(store::Connection& connection, const store::TenantScope& scope, DutyRecordId id);

struct DutyRecordQuery {
  std::optional<UnitId> unit;
  std::optional<RecordState> state;
  std::string cursor;
  std::size_t limit = 200;
};
struct DutyRecordPage {
  std::vector<DutyRecord> items;  // newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<DutyRecordPage> list_duty_records(store::Connection& connection, const store::TenantScope& scope,
                                         const DutyRecordQuery& query);
// Of one unit and these duties, newest first, withdrawn ones too.
Result<std::vector<DutyRecord>> list_records_of(store::Connection& connection, const store::TenantScope& scope,
                                                UnitId unit, const std::vector<std::string>& duties);

// What waits in scope for a second person that is not `me`, of both kinds.
struct Waiting {
  std::int64_t duty_records = 0;
  std::int64_t register_records = 0;
};
Result<Waiting> count_waiting(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                              UserId me);

}  // namespace khien::duty
