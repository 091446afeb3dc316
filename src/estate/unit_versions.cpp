#include "unit_versions.hpp"

#include <algorithm>
#include <utility>

#include "days.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/scope_sql.hpp"
#include "refusals.hpp"
#include "unit_tree.hpp"

namespace khien::estate {
namespace {

store::Value parent_value(const UnitFace& face) {
  return face.parent ? store::Value(*face.parent) : store::Value(nullptr);
}
store::Value code_value(const UnitFace& face) {
  return face.code.empty() ? store::Value(nullptr) : store::Value(face.code);
}

bool same(const UnitFace& a, const UnitFace& b) {
  return a.parent == b.parent && a.name.text == b.name.text && a.kind == b.kind && a.code == b.code;
}

// Which of the two unique keys of living units it was.
Error explain_conflict(store::Connection& connection, TenantId tenant, const UnitFace& face, UnitId self,
                       Error error) {
  if (error.code() != Code::conflict) return error;
  bool code_taken = false;
  auto asked = connection.query(
      "SELECT 1 FROM unit WHERE tenant_id = ?1 AND code = ?2 AND valid_to IS NULL AND id <> ?3",
      {tenant, face.code, self}, [&](const store::Row&) -> Result<void> {
        code_taken = true;
        return {};
      });
  if (!asked) return std::move(asked).error();
  return refuse(code_taken ? refusals::kCodeTaken : refusals::kNameTaken);
}

Result<void> begin_version(store::Connection& connection, TenantId tenant, UnitId unit, const UnitFace& face,
                           Date from) {
  TRY_VOID(connection.run(
      "INSERT INTO unit_version (tenant_id, unit_id, valid_from, parent_id, name, name_order, kind, code) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      {tenant, unit, day(from), parent_value(face), face.name.text, as_bytes(face.name.order), to_string(face.kind),
       code_value(face)}));
  return {};
}

Result<void> correct_version(store::Connection& connection, TenantId tenant, UnitId unit, const UnitFace& face,
                             Date since) {
  TRY(const auto changed,
      connection.run("UPDATE unit_version SET parent_id = ?4, name = ?5, name_order = ?6, kind = ?7, code = ?8 "
                     "WHERE tenant_id = ?1 AND unit_id = ?2 AND valid_from = ?3",
                     {tenant, unit, day(since), parent_value(face), face.name.text, as_bytes(face.name.order),
                      to_string(face.kind), code_value(face)}));
  khien_assert(changed == 1);
  return {};
}

Result<void> end_version(store::Connection& connection, TenantId tenant, UnitId unit, Date last_day) {
  TRY(const auto changed, connection.run("UPDATE unit_version SET valid_to = ?3 "
                                         "WHERE tenant_id = ?1 AND unit_id = ?2 AND valid_to IS NULL",
                                         {tenant, unit, day(last_day)}));
  khien_assert(changed == 1);
  return {};
}

// The parent that the unit had on the day; none for a root, and for a unit that
// did not exist.
Result<std::optional<UnitId>> parent_on(store::Connection& connection, TenantId tenant, UnitId unit, Date date) {
  std::optional<UnitId> parent;
  TRY_VOID(connection.query(
      "SELECT parent_id FROM unit_version WHERE tenant_id = ?1 AND unit_id = ?2 AND valid_from <= ?3 "
      "AND (valid_to IS NULL OR valid_to >= ?3) AND parent_id IS NOT NULL",
      {tenant, unit, day(date)}, [&](const store::Row& row) -> Result<void> {
        parent = UnitId{row.integer(0)};
        return {};
      }));
  return parent;
}

Result<void> require_no_circle_on(store::Connection& connection, TenantId tenant, UnitId unit, Date date) {
  UnitId above = unit;
  for (int steps = 0; steps <= kMaxTreeDepth; ++steps) {
    TRY(const auto parent, parent_on(connection, tenant, above, date));
    if (!parent) return {};
    if (*parent == unit) break;
    above = *parent;
  }
  return refuse(refusals::kCircleThen);
}

// The closure holds the present tree free of circles; a change that reaches back
// must fit the trees of the days between as well: those on which any begins.
Result<void> require_no_circle_since(store::Connection& connection, TenantId tenant, UnitId unit, Date from) {
  std::vector<Date> days{from};
  TRY_VOID(connection.query(
      "SELECT DISTINCT valid_from FROM unit_version WHERE tenant_id = ?1 AND valid_from > ?2", {tenant, day(from)},
      [&](const store::Row& row) -> Result<void> {
        days.push_back(day_at(row, 0));
        return {};
      }));
  for (const Date date : days) TRY_VOID(require_no_circle_on(connection, tenant, unit, date));
  return {};
}

Result<void> require_parent_on(store::Connection& connection, TenantId tenant, UnitId parent, Date from) {
  Date begins;
  bool ended = false;
  TRY_VOID(connection.query_one("SELECT valid_from, valid_to IS NOT NULL FROM unit WHERE tenant_id = ?1 AND id = ?2",
                                {tenant, parent}, [&](const store::Row& row) -> Result<void> {
                                  begins = day_at(row, 0);
                                  ended = row.integer(1) != 0;
                                  return {};
                                }));
  if (ended) return refuse(refusals::kParentEnded);
  if (from < begins) return refuse(refusals::kOlderThanParent);
  return {};
}

Result<void> write_unit(store::Connection& connection, TenantId tenant, UnitId unit, const UnitFace& face) {
  // At once: a name that is taken here may be free there.
  auto updated = connection.run(
      "UPDATE unit SET parent_id = ?3, name = ?4, name_folded = ?5, name_order = ?6, kind = ?7, code = ?8 "
      "WHERE tenant_id = ?1 AND id = ?2",
      {tenant, unit, parent_value(face), face.name.text, face.name.folded, as_bytes(face.name.order),
       to_string(face.kind), code_value(face)});
  if (!updated) return explain_conflict(connection, tenant, face, unit, std::move(updated).error());
  khien_assert(*updated == 1);
  return {};
}

}  // namespace

Result<std::string> unit_code_from_text(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
  };
  if (text.size() > 40 || !std::ranges::all_of(text, fits)) return refuse(refusals::kBadCode);
  return std::string(text);
}

Result<UnitNow> load_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id) {
  TRY_VOID(require_unit(connection, scope, id));
  return load_unit_of(connection, scope.tenant(), id);
}

Result<UnitNow> load_unit_of(store::Connection& connection, TenantId tenant, UnitId id) {
  UnitNow unit{.id = id};
  TRY_VOID(connection.query_one(
      "SELECT u.parent_id, u.name, u.kind, coalesce(u.code, ''), u.valid_from, u.valid_to, "
      "(SELECT max(v.valid_from) FROM unit_version v WHERE v.tenant_id = u.tenant_id AND v.unit_id = u.id) "
      "FROM unit u WHERE u.tenant_id = ?1 AND u.id = ?2",
      {tenant, id}, [&](const store::Row& row) -> Result<void> {
        if (!row.is_null(0)) unit.face.parent = UnitId{row.integer(0)};
        TRY(unit.face.name, UnitName::from_text(row.text(1)));
        TRY(unit.face.kind, unit_kind_from_string(row.text(2)));
        unit.face.code = row.text(3);
        unit.valid_from = day_at(row, 4);
        unit.valid_to = optional_day_at(row, 5);
        unit.since = day_at(row, 6);
        return {};
      }));
  return unit;
}

Result<UnitId> add_unit(store::Connection& connection, TenantId tenant, const UnitFace& face, Date valid_from,
                        Timestamp now) {
  if (valid_from > vietnam_day(now)) return refuse(refusals::kAhead);
  if (face.parent) TRY_VOID(require_parent_on(connection, tenant, *face.parent, valid_from));
  auto inserted = connection.run(
      "INSERT INTO unit (tenant_id, parent_id, name, name_folded, name_order, kind, code, valid_from, created_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      {tenant, parent_value(face), face.name.text, face.name.folded, as_bytes(face.name.order), to_string(face.kind),
       code_value(face), day(valid_from), now});
  if (!inserted) return explain_conflict(connection, tenant, face, {}, std::move(inserted).error());
  const UnitId id{connection.last_insert_id()};
  TRY_VOID(begin_version(connection, tenant, id, face, valid_from));
  TRY_VOID(add_to_tree(connection, tenant, id, face.parent.value_or(UnitId{})));
  return id;
}

Result<void> change_unit(store::Connection& connection, TenantId tenant, const UnitNow& unit, const UnitFace& face,
                         Date from) {
  if (unit.valid_to) return refuse(refusals::kUnitEnded);
  if (same(unit.face, face)) return {};
  if (from < unit.since) return refuse(refusals::kChangedLater);
  const bool moves = unit.face.parent != face.parent;
  if (moves) {
    TRY_VOID(require_parent_on(connection, tenant, *face.parent, from));
    TRY_VOID(move_in_tree(connection, tenant, unit.id, *face.parent));
  }
  if (from == unit.since) {
    TRY_VOID(correct_version(connection, tenant, unit.id, face, from));
  } else {
    TRY_VOID(end_version(connection, tenant, unit.id, from - 1));
    TRY_VOID(begin_version(connection, tenant, unit.id, face, from));
  }
  TRY_VOID(write_unit(connection, tenant, unit.id, face));
  if (moves) TRY_VOID(require_no_circle_since(connection, tenant, unit.id, from));
  return {};
}

Result<void> correct_first_day(store::Connection& connection, TenantId tenant, const UnitNow& unit, Date first_day) {
  if (first_day == unit.valid_from) return {};
  if (unit.valid_to) return refuse(refusals::kUnitEnded);
  bool fits = true;
  TRY_VOID(connection.query(
      "SELECT 1 FROM unit_version v JOIN unit p ON p.tenant_id = v.tenant_id AND p.id = v.parent_id "
      "WHERE v.tenant_id = ?1 AND v.unit_id = ?2 AND v.valid_from = ?3 AND p.valid_from > ?4",
      {tenant, unit.id, day(unit.valid_from), day(first_day)}, [&](const store::Row&) -> Result<void> {
        return refuse(refusals::kOlderThanParent);
      }));
  TRY_VOID(connection.query(
      "SELECT 1 FROM unit_version WHERE tenant_id = ?1 AND unit_id = ?2 AND valid_to < ?3 "
      "UNION ALL SELECT 1 FROM unit_version WHERE tenant_id = ?1 AND parent_id = ?2 AND valid_from < ?3 "
      "UNION ALL SELECT 1 FROM unit_role WHERE tenant_id = ?1 AND unit_id = ?2 AND valid_from < ?3",
      {tenant, unit.id, day(first_day)}, [&](const store::Row&) -> Result<void> {
        fits = false;
        return {};
      }));
  if (!fits) return refuse(refusals::kBeginsTooLate);
  TRY_VOID(connection.run("UPDATE unit_version SET valid_from = ?4 WHERE tenant_id = ?1 AND unit_id = ?2 AND valid_from = ?3",
                          {tenant, unit.id, day(unit.valid_from), day(first_day)}));
  TRY_VOID(connection.run("UPDATE unit SET valid_from = ?3 WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, unit.id, day(first_day)}));
  return {};
}

Result<void> end_unit(store::Connection& connection, TenantId tenant, const UnitNow& unit, Date last_day, UnitId heir) {
  khien_assert(unit.face.parent && !unit.valid_to);
  // A version must have a day.
  if (last_day < unit.since) return refuse(refusals::kChangedLater);
  TRY_VOID(end_version(connection, tenant, unit.id, last_day));
  TRY(const auto changed, connection.run("UPDATE unit SET valid_to = ?3, parent_id = ?4 WHERE tenant_id = ?1 AND id = ?2",
                                         {tenant, unit.id, day(last_day), heir}));
  khien_assert(changed == 1);
  if (heir == *unit.face.parent) return {};
  return move_in_tree(connection, tenant, unit.id, heir);
}

Result<std::vector<UnitVersion>> list_unit_versions(store::Connection& connection, const store::TenantScope& scope) {
  std::vector<UnitVersion> versions;
  TRY_VOID(connection.query(
      "SELECT v.unit_id, v.valid_from, v.valid_to, v.name, v.kind, v.parent_id, coalesce(v.code, '') "
      "FROM unit_version v WHERE v.tenant_id = ?1 AND v.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " ORDER BY v.unit_id, v.valid_from",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        UnitVersion version{.unit = UnitId{row.integer(0)},
                            .valid_from = day_at(row, 1),
                            .valid_to = optional_day_at(row, 2),
                            .name = std::string(row.text(3)),
                            .code = std::string(row.text(6))};
        TRY(version.kind, unit_kind_from_string(row.text(4)));
        if (!row.is_null(5)) version.parent = UnitId{row.integer(5)};
        versions.push_back(std::move(version));
        return {};
      }));
  return versions;
}

}  // namespace khien::estate
