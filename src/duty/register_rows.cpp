#include "register_rows.hpp"

#include "evidence_links.hpp"
#include "handling.hpp"

namespace khien::duty {
namespace {

Error no_record() { return Error(Code::not_found, "no such record"); }

Result<std::vector<Evidence>> evidence_of(store::Connection& connection, TenantId tenant, RegisterRecordId id) {
  std::vector<Evidence> all;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_EVIDENCE_COLUMNS " FROM register_record_evidence l "
      "JOIN evidence e ON e.tenant_id = l.tenant_id AND e.id = l.evidence_id "
      "JOIN unit u ON u.tenant_id = e.tenant_id AND u.id = e.unit_id "
      "WHERE l.tenant_id = ?1 AND l.record_id = ?2 ORDER BY e.id",
      {tenant, id}, [&](const store::Row& row) -> Result<void> {
        TRY(auto one, evidence_from(row));
        all.push_back(std::move(one));
        return {};
      }));
  return all;
}

Result<void> or_no_record(Result<void> found) {
  if (!found && found.error().code() == Code::not_found) return no_record();
  return found;
}

}  // namespace

RegisterRecord register_record_from(const store::Row& row, const law::Catalogue& catalogue, JsonDocument& memory) {
  RegisterRecord record;
  record.id = row.id<RegisterRecordTag>(0);
  record.record = row.id<RegisterRecordTag>(1);
  record.version = static_cast<int>(row.integer(2));
  record.register_name = row.text(3);
  record.unit = row.id<UnitTag>(4);
  record.unit_name = row.text(5);
  // A register that content does not have any more has no form: its records have no fields to show.
  const auto* form = catalogue.register_named(record.register_name);
  if (form != nullptr) record.fields = stored_fields(*form, row.text(6), memory);
  record.note = row.text(7);
  record.handling = handling_from(row, 8);
  return record;
}

Result<RegisterRecord> load_register_record(store::Connection& connection, const store::TenantScope& scope,
                                            const law::Catalogue& catalogue, RegisterRecordId id) {
  RegisterRecord record;
  JsonDocument memory;
  TRY_VOID(or_no_record(connection.query_one(
      "SELECT " KHIEN_REGISTER_COLUMNS KHIEN_REGISTER_FROM "WHERE r.tenant_id = ?1 AND r.id = ?3 AND " KHIEN_IN_SCOPE(
          "r.unit_id"),
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        record = register_record_from(row, catalogue, memory);
        return {};
      })));
  TRY(record.evidence, evidence_of(connection, scope.tenant(), id));
  return record;
}

Result<RegisterStanding> register_standing(store::Connection& connection, const store::TenantScope& scope,
                                           RegisterRecordId id) {
  RegisterStanding standing;
  TRY_VOID(or_no_record(connection.query_one(
      "SELECT r.id, r.record_id, r.version, r.unit_id, r.register, r.state, r.recorded_by, r.recorded_at, r.decided_by, "
      "r.decided_at, r.decision_note, r.ended_by, r.ended_at FROM register_record r "
      "WHERE r.tenant_id = ?1 AND r.id = ?3 AND " KHIEN_IN_SCOPE("r.unit_id"),
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        standing = {row.id<RegisterRecordTag>(0), row.id<RegisterRecordTag>(1), static_cast<int>(row.integer(2)),
                    row.id<UnitTag>(3), std::string(row.text(4)), handling_from(row, 5)};
        return {};
      })));
  return standing;
}

Result<RegisterRecordId> newest_version(store::Connection& connection, const store::TenantScope& scope,
                                        RegisterRecordId record) {
  RegisterRecordId newest;
  TRY_VOID(or_no_record(connection.query_one(
      "SELECT r.id FROM register_record r WHERE r.tenant_id = ?1 AND r.record_id = ?3 AND r.state <> 'withdrawn' "
      "AND " KHIEN_IN_SCOPE("r.unit_id") " ORDER BY r.version DESC LIMIT 1",
      {scope.tenant(), scope.roots_json(), record}, [&](const store::Row& row) -> Result<void> {
        newest = row.id<RegisterRecordTag>(0);
        return {};
      })));
  return newest;
}

}  // namespace khien::duty
