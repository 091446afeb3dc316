#pragma once

#include "khien/duty/register_records.hpp"
#include "khien/estate/scope_sql.hpp"

namespace khien::duty {

// Of register_record r and unit u.
#define KHIEN_REGISTER_COLUMNS                                                                                  \
  "r.id, r.record_id, r.version, r.register, r.unit_id, u.name, r.fields, r.note, r.state, r.recorded_by, "     \
  "r.recorded_at, r.decided_by, r.decided_at, r.decision_note, r.ended_by, r.ended_at"
#define KHIEN_REGISTER_FROM \
  " FROM register_record r JOIN unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id "

// Without its evidence.
RegisterRecord register_record_from(const store::Row& row, const law::Catalogue& catalogue, JsonDocument& memory);

Result<RegisterRecord> load_register_record(store::Connection& connection, const store::TenantScope& scope,
                                            const law::Catalogue& catalogue, RegisterRecordId id);

// What decisions need, without the content.
struct RegisterStanding {
  RegisterRecordId id;
  RegisterRecordId record;
  int version = 1;
  UnitId unit;
  std::string register_name;
  Handling handling;
};
Result<RegisterStanding> register_standing(store::Connection& connection, const store::TenantScope& scope,
                                           RegisterRecordId id);
// The newest version that was not withdrawn; Code::not_found if there is none.
Result<RegisterRecordId> newest_version(store::Connection& connection, const store::TenantScope& scope,
                                        RegisterRecordId record);

}  // namespace khien::duty
