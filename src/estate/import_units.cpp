#include <optional>
#include <utility>

#include "import_run.hpp"
#include "khien/core/text.hpp"
#include "refusals.hpp"
#include "unit_versions.hpp"

namespace khien::estate {
namespace {

struct Wanted {
  const TableRow* row = nullptr;
  std::string name, code, kind, parent, valid_from;
};

// Its name but for its case, in `parent`; one that has a code is another unit than
// one with another code, unless a spreadsheet ate the zeros.
bool is_same_unit(const Unit& unit, const NewUnit& wanted, std::string_view name) {
  if (unit.parent != wanted.parent || lower(unit.name) != lower(name)) return false;
  if (unit.code.empty() || wanted.code.empty()) return true;
  return !bare_code(unit.code).empty() && bare_code(unit.code) == bare_code(wanted.code);
}

Result<std::optional<UnitId>> living_unit(ImportRun& run, const NewUnit& wanted, std::string_view name) {
  std::optional<UnitId> found;
  const auto take = [&](const store::Row& row) -> Result<void> {
    found = UnitId{row.integer(0)};
    return {};
  };
  if (!wanted.code.empty()) {
    TRY_VOID(run.connection.query("SELECT id FROM unit WHERE tenant_id = ?1 AND code = ?2 AND valid_to IS NULL",
                                  {run.scope.tenant(), wanted.code}, take));
  }
  if (found) return found;
  for (const UnitId id : run.units_like(name)) {
    TRY(const auto unit, get_unit(run.connection, run.scope, id));
    if (!is_same_unit(unit, wanted, name)) continue;
    found = id;
    if (unit.name == name) break;
  }
  return found;
}

// What the row says of a unit that is known; a cell that is empty says nothing.
UnitChange change_of(const Wanted& wanted, const NewUnit& unit, const UnitFace& face, std::string_view name) {
  UnitChange change{.name = {}, .kind = {}, .parent = {}};
  if (lower(face.name.text) != lower(name)) change.name = unit.name;
  if (!wanted.kind.empty()) change.kind = unit.kind;
  const bool zeros_eaten = !unit.code.empty() && bare_code(unit.code) == bare_code(face.code) &&
                           unit.code.size() < face.code.size();
  if (!unit.code.empty() && !zeros_eaten) change.code = unit.code;
  if (!wanted.parent.empty() && face.parent) change.parent = unit.parent;
  if (unit.valid_from) change.valid_from = unit.valid_from;
  return change;
}

std::string written(const UnitFace& face, Date first_day) {
  return face.name.text + "|" + face.code + "|" + std::string(to_string(face.kind)) + "|" +
         std::to_string(face.parent->value) + "|" + to_string(first_day);
}

Result<RowOutcome> carry_out(ImportRun& run, const Wanted& wanted, UnitId parent) {
  run.look_at("name", UnitName::from_text(wanted.name));
  run.look_at("code", unit_code_from_text(wanted.code));
  run.look_at("kind", unit_kind_from_words(wanted.kind, wanted.name));
  run.look_at("valid_from", date_from_words(wanted.valid_from));
  TRY_VOID(run.all_well());
  NewUnit unit{.name = wanted.name, .parent = parent, .code = wanted.code};
  TRY(unit.kind, unit_kind_from_words(wanted.kind, wanted.name));
  TRY(unit.valid_from, date_from_words(wanted.valid_from));
  TRY(const auto name, UnitName::from_text(unit.name));
  TRY(const auto known, living_unit(run, unit, name.text));
  RowOutcome outcome{.text = (unit.code.empty() ? "" : unit.code + " ") + name.text};
  if (!known) {
    TRY_VOID(run.require_not_ended(unit, name.text));
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
  const auto change = change_of(wanted, unit, before.face, name.text);
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
