#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/duty/record_state.hpp"
#include "khien/duty/register_form.hpp"
#include "khien/law/catalogue.hpp"

namespace khien::duty {

// One version of a record of a register. The record goes on under new versions;
// the newest approved one counts.
struct RegisterRecord {
  RegisterRecordId id;
  RegisterRecordId record;  // its first version
  int version = 1;
  std::string register_name;
  UnitId unit;
  std::string unit_name;
  Fields fields;
  std::string note;  // why it was changed
  Handling handling;
  std::vector<Evidence> evidence;
};

struct RegisterVersion {
  RegisterRecordId id;
  Timestamp at;
  UserId by;
};

struct NewRegisterRecord {
  std::string register_name;
  UnitId unit;
  std::string fields;  // JSON text
  std::vector<EvidenceId> evidence;
  std::string note;
};

// Checked by the register's form; waits where the register asks for a second
// person. Code::not_found for a register, unit or evidence that is not there,
// invalid with a Refusal whose field is "fields.<name>".
Result<RegisterRecordId> create_register_record(store::Connection& connection, const store::TenantScope& scope,
                                                const law::Catalogue& catalogue, const NewRegisterRecord& record,
                                                const Actor& actor, Timestamp now);
// A new version of the newest one; register and unit stay. Code::conflict if the
// version is not the newest, or was withdrawn.
Result<RegisterRecordId> update_register_record(store::Connection& connection, const store::TenantScope& scope,
                                                const law::Catalogue& catalogue, RegisterRecordId id,
                                                const NewRegisterRecord& change, const Actor& actor, Timestamp now);
Result<void> withdraw_register_record(store::Connection& connection, const store::TenantScope& scope,
                                      RegisterRecordId id, const Actor& actor, Timestamp now);
Result<void> decide_register_record(store::Connection& connection, const store::TenantScope& scope,
                                    RegisterRecordId id, const Decision& decision, const Actor& actor, Timestamp now);

Result<RegisterRecord> get_register_record(store::Connection& connection, const store::TenantScope& scope,
                                           const law::Catalogue& catalogue, RegisterRecordId id);
// Newest first.
Result<std::vector<RegisterVersion>> list_register_versions(store::Connection& connection,
                                                            const store::TenantScope& scope, RegisterRecordId id);
// May this version become another? The newest, not withdrawn.
Result<bool> may_change_register_record(store::Connection& connection, const store::TenantScope& scope,
                                        RegisterRecordId id, const Actor& actor);

struct RegisterQuery {
  std::string register_name;
  std::optional<UnitId> unit;
  std::string words;                 // of its texts
  std::optional<RecordState> state;  // none: what waits, counts or was refused
  std::optional<Date> as_of;         // those that stood at the end of that day
  std::string cursor;
  std::size_t limit = 200;
};
struct RegisterRecordPage {
  std::vector<RegisterRecord> items;  // newest version first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<RegisterRecordPage> list_register_records(store::Connection& connection, const store::TenantScope& scope,
                                                 const law::Catalogue& catalogue, const RegisterQuery& query);

// Of each register: what counts, and what waits.
struct RegisterCounts {
  std::int64_t approved = 0;
  std::int64_t waiting = 0;
};
Result<std::map<std::string, RegisterCounts>> count_register_records(store::Connection& connection,
                                                                     const store::TenantScope& scope);

}  // namespace khien::duty
