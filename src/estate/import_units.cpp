#include <optional>
#include <utility>

#include "import_run.hpp"
#include "refusals.hpp"
#include "unit_versions.hpp"

namespace khien::estate {
namespace {

struct Wanted {
  const TableRow* row = nullptr;
  std::string name, code, kind, parent, valid_from;
};

Result<std::optional<UnitId>> living_unit(store::Connection& connection, TenantId tenant, std::string_view code,
                                          std::string_view name, UnitId parent) {
  std::optional<UnitId> found;
  const auto take = [&](const store::Row& row) -> Result<void> {
    found = UnitId{row.integer(0)};
    return {};
  };
  if (!code.empty()) {
    TRY_VOID(connection.query("SELECT id FROM unit WHERE tenant_id = ?1 AND code = ?2 AND valid_to IS NULL",
                              {tenant, code}, take));
  }
  if (found) return found;
  // One without a code yet; with another it is another unit.
  TRY_VOID(connection.query(
      "SELECT id FROM unit WHERE tenant_id = ?1 AND parent_id = ?2 AND name = ?3 AND valid_to IS NULL "
      "AND (code IS NULL OR ?4 = '')",
      {tenant, parent, name, code}, take));
  return found;
}

std::string written(const UnitFace& face, Date first_day) {
  return face.name.text + "|" + face.code + "|" + std::string(to_string(face.kind)) + "|" +
         std::to_string(face.parent->value) + "|" + to_string(first_day);
}

Result<RowOutcome> carry_out(ImportRun& run, const Wanted& wanted, UnitId parent) {
  const TenantId tenant = run.scope.tenant();
  run.look_at("name", UnitName::from_text(wanted.name));
  run.look_at("code", unit_code_from_text(wanted.code));
  run.look_at("kind", unit_kind_from_words(wanted.kind, wanted.name));
  run.look_at("valid_from", date_from_words(wanted.valid_from));
  TRY_VOID(run.all_well());
  NewUnit unit{.name = wanted.name, .parent = parent, .code = wanted.code};
  TRY(unit.kind, unit_kind_from_words(wanted.kind, wanted.name));
  TRY(unit.valid_from, date_from_words(wanted.valid_from));
  TRY(const auto name, UnitName::from_text(unit.name));
  TRY(const auto known, living_unit(run.connection, tenant, unit.code, name.text, parent));
  RowOutcome outcome{.text = (unit.code.empty() ? "" : unit.code + " ") + name.text};
  if (!known) {
    TRY(const auto id, create_unit(run.connection, run.scope, unit, run.now));
    outcome.action = RowOutcome::Action::add;
    TRY(const auto made, load_unit(run.connection, run.scope, id));
    outcome.written = written(made.face, made.valid_from);
    run.know_unit(id, unit.code, name.text);
    TRY_VOID(run.first_time("unit:" + std::to_string(id.value)));
    return outcome;
  }
  TRY(const auto before, load_unit(run.connection, run.scope, *known));
  TRY_VOID(run.first_time("unit:" + std::to_string(known->value)));
  UnitChange change{.name = unit.name, .kind = {}, .parent = {}};
  if (!wanted.kind.empty()) change.kind = unit.kind;
  if (!unit.code.empty()) change.code = unit.code;
  if (run.list.has("parent") && before.face.parent) change.parent = parent;
  if (unit.valid_from) change.valid_from = unit.valid_from;
  TRY_VOID(update_unit(run.connection, run.scope, *known, change, run.now));
  TRY(const auto after, load_unit(run.connection, run.scope, *known));
  outcome.written = written(after.face, after.valid_from);
  if (written(before.face, before.valid_from) != outcome.written) outcome.action = RowOutcome::Action::change;
  return outcome;
}

}  // namespace

// Rows may come in any order: those whose parent is not there yet wait for it.
Result<void> import_units(ImportRun& run) {
  TRY_VOID(run.load_units());
  std::vector<Wanted> waiting;
  for (const TableRow& row : run.list.rows()) {
    if (run.list.is_blank(row)) continue;
    waiting.push_back({&row, run.list.value(row, "name"), run.list.value(row, "code"), run.list.value(row, "kind"),
                       run.list.value(row, "parent"), run.list.value(row, "valid_from")});
  }
  while (!waiting.empty()) {
    std::vector<Wanted> later;
    for (Wanted& wanted : waiting) {
      const auto parent = run.unit_named(wanted.parent);
      if (!parent && parent.error().what() == refusals::kUnitUnknown.en) {
        later.push_back(std::move(wanted));
        continue;
      }
      TRY_VOID(run.row(*wanted.row, [&]() -> Result<RowOutcome> {
        if (!parent) return refuse(refusals::kParentOfMany);
        return carry_out(run, wanted, *parent);
      }));
    }
    if (later.size() == waiting.size()) {
      // Nobody's parent came: they are unknown, or wait for each other.
      for (const Wanted& wanted : later) {
        TRY_VOID(run.row(*wanted.row, []() -> Result<RowOutcome> { return refuse(refusals::kParentUnknown); }));
      }
      return {};
    }
    waiting = std::move(later);
  }
  return {};
}

}  // namespace khien::estate
