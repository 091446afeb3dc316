#include <algorithm>
#include <utility>

#include "evidence_links.hpp"
#include "handling.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/register_records.hpp"
#include "khien/duty/state_secret.hpp"
#include "khien/estate/systems.hpp"
#include "khien/estate/units.hpp"
#include "register_rows.hpp"

namespace khien::duty {
namespace {

// A version about to be stored.
struct Version {
  const law::Register& form;
  UnitId unit;
  CheckedFields checked;
  std::vector<EvidenceId> evidence;
  std::string note;
  RegisterRecordId record;  // none: the first
  int version = 1;
};

Result<const law::Register*> form_of(const law::Catalogue& catalogue, std::string_view name) {
  const auto* form = catalogue.register_named(name);
  if (form == nullptr) return Error(Code::not_found, "no such register");
  return form;
}

// What fields name must be there for the person who names it.
Result<void> require_references(store::Connection& connection, const store::TenantScope& scope,
                                const std::vector<FieldReference>& references, Timestamp now) {
  for (const auto& reference : references) {
    const bool is_unit = reference.format == law::RegisterField::Format::unit;
    Result<void> found;
    if (is_unit) {
      if (auto unit = estate::get_unit(connection, scope, {reference.id}); !unit) found = unit.error();
    } else if (auto system = estate::get_system(connection, scope, {reference.id}, now); !system) {
      found = system.error();
    }
    if (found) continue;
    if (found.error().code() != Code::not_found) return found;
    return refuse(Code::invalid, reference.field,
                  {"Không tìm thấy, hoặc nằm ngoài phạm vi của bạn.", "Not found, or outside your scope."});
  }
  return {};
}

std::string search_key_of(const Fields& fields) {
  std::string key;
  for (const auto& entry : fields.all()) {
    if (const auto* text = std::get_if<std::string>(&entry.value)) (key += fold(*text)) += '\n';
  }
  return key;
}

store::Value day_or_none(const std::optional<Date>& day) {
  return day ? store::Value(std::int64_t{day->days()}) : store::Value(nullptr);
}

Result<RegisterRecordId> insert_version(store::Connection& connection, const store::TenantScope& scope,
                                        const Version& made, const Actor& actor, Timestamp now) {
  const bool waits = made.form.approval == law::Approval::second_person;
  const auto fields = made.checked.fields.to_json();
  const auto search_key = search_key_of(made.checked.fields);
  TRY_VOID(connection.run(
      "INSERT INTO register_record (tenant_id, unit_id, register, record_id, version, fields, search_key, dated_on, state, "
      "note, recorded_by, recorded_at, counted_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      {scope.tenant(), made.unit, made.form.name, made.record, made.version, fields, search_key,
       day_or_none(made.checked.dated_on), waits ? "waiting" : "approved", made.note, actor.user, now,
       waits ? store::Value(nullptr) : store::Value(now)}));
  const RegisterRecordId id{connection.last_insert_id()};
  if (!made.record) {
    TRY_VOID(connection.run("UPDATE register_record SET record_id = id WHERE tenant_id = ?1 AND id = ?2",
                            {scope.tenant(), id}));
  }
  for (const EvidenceId evidence : made.evidence) {
    TRY_VOID(connection.run(
        "INSERT INTO register_record_evidence (tenant_id, record_id, evidence_id, unit_id) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT DO NOTHING",
        {scope.tenant(), id, evidence, made.unit}));
  }
  return id;
}

// Of the record's other versions, those in `state` give way to `id`.
Result<void> replace_others(store::Connection& connection, const store::TenantScope& scope,
                            const RegisterStanding& newest, RecordState state, const Actor& actor, Timestamp now) {
  TRY_VOID(connection.run(
      "UPDATE register_record SET state = 'replaced', ended_by = ?5, ended_at = ?6 "
      "WHERE tenant_id = ?1 AND record_id = ?2 AND id <> ?3 AND state = ?4",
      {scope.tenant(), newest.record, newest.id, to_string(state), actor.user, now}));
  return {};
}

Result<CheckedFields> checked(store::Connection& connection, const store::TenantScope& scope, const law::Register& form,
                              const NewRegisterRecord& record, UnitId unit, Timestamp now) {
  TRY(auto fields, check_fields(form, record.fields, vietnam_day(now)));
  TRY_VOID(require_references(connection, scope, fields.references, now));
  TRY_VOID(require_evidence(connection, scope, unit, record.evidence));
  TRY_VOID(refuse_marked_text("note", record.note));
  return fields;
}

}  // namespace

Result<RegisterRecordId> create_register_record(store::Connection& connection, const store::TenantScope& scope,
                                                const law::Catalogue& catalogue, const NewRegisterRecord& record,
                                                const Actor& actor, Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, record.unit));
  TRY(const auto* form, form_of(catalogue, record.register_name));
  TRY(auto fields, checked(connection, scope, *form, record, record.unit, now));
  return insert_version(connection, scope, {*form, record.unit, std::move(fields), record.evidence, record.note, {}, 1},
                        actor, now);
}

Result<RegisterRecordId> update_register_record(store::Connection& connection, const store::TenantScope& scope,
                                                const law::Catalogue& catalogue, RegisterRecordId id,
                                                const NewRegisterRecord& change, const Actor& actor, Timestamp now) {
  TRY(const auto before, register_standing(connection, scope, id));
  TRY(const auto may, may_change_register_record(connection, scope, id, actor));
  if (!may) {
    return refuse(Code::conflict, "", {"Đây không phải là phiên bản mới nhất, hoặc bản ghi đã bị thu hồi.",
                                       "This is not the newest version, or the record was withdrawn."});
  }
  TRY(const auto* form, form_of(catalogue, before.register_name));
  TRY(auto fields, checked(connection, scope, *form, change, before.unit, now));
  TRY(const auto made, insert_version(connection, scope,
                                      {*form, before.unit, std::move(fields), change.evidence, change.note, before.record,
                                       before.version + 1},
                                      actor, now));
  TRY(const auto newest, register_standing(connection, scope, made));
  TRY_VOID(replace_others(connection, scope, newest, RecordState::waiting, actor, now));
  if (newest.handling.state == RecordState::approved) {
    TRY_VOID(replace_others(connection, scope, newest, RecordState::approved, actor, now));
  }
  return made;
}

Result<void> withdraw_register_record(store::Connection& connection, const store::TenantScope& scope,
                                      RegisterRecordId id, const Actor& actor, Timestamp now) {
  TRY(const auto standing, register_standing(connection, scope, id));
  TRY_VOID(check_withdrawal(standing.handling, actor));
  TRY_VOID(connection.run(
      "UPDATE register_record SET state = 'withdrawn', ended_by = ?3, ended_at = ?4 WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, actor.user, now}));
  // With what counts goes what was to replace it.
  if (standing.handling.state == RecordState::approved) {
    TRY_VOID(replace_others(connection, scope, standing, RecordState::waiting, actor, now));
  }
  return {};
}

Result<void> decide_register_record(store::Connection& connection, const store::TenantScope& scope,
                                    RegisterRecordId id, const Decision& decision, const Actor& actor, Timestamp now) {
  TRY(const auto standing, register_standing(connection, scope, id));
  TRY_VOID(check_decision(standing.handling, actor, decision));
  TRY_VOID(refuse_marked_text("note", decision.note));
  TRY_VOID(connection.run(
      "UPDATE register_record SET state = ?3, decided_by = ?4, decided_at = ?5, decision_note = ?6, counted_from = ?7 "
      "WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, decision.approve ? "approved" : "refused", actor.user, now, decision.note,
       decision.approve ? store::Value(now) : store::Value(nullptr)}));
  if (decision.approve) TRY_VOID(replace_others(connection, scope, standing, RecordState::approved, actor, now));
  return {};
}

Result<bool> may_change_register_record(store::Connection& connection, const store::TenantScope& scope,
                                        RegisterRecordId id, const Actor& actor) {
  TRY(const auto standing, register_standing(connection, scope, id));
  const bool writes = actor.role == Role::province_admin || actor.role == Role::soc_operator || actor.role == Role::unit_officer;
  if (!writes || standing.handling.state == RecordState::withdrawn) return false;
  TRY(const auto newest, newest_version(connection, scope, standing.record));
  return newest == id;
}

}  // namespace khien::duty
