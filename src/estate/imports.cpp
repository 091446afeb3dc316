#include "khien/estate/imports.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <tuple>
#include <utility>

#include "import_report.hpp"
#include "import_run.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"
#include "refusals.hpp"
#include "unit_tree.hpp"
#include "changes.hpp"

namespace khien::estate {
namespace {

constexpr Duration kPreviewLives = hours(24);
// What was thrown away is remembered for as long, for whoever asks what became of it.
constexpr Duration kRemainsLive = hours(24 * 30);
// Of one person at a time; each holds a whole file.
constexpr int kMostPreviews = 5;
constexpr std::size_t kMaxFileNameBytes = 200;
// Stored: add at the end, never rename.
constexpr std::array<std::string_view, 8> kKinds{"units", "devices",  "dhcp_leases",    "systems",
                                                 "sites", "contacts", "address_ranges", "appliances"};

LocalText no_headings(ImportKind kind) {
  LocalText text{"Không tìm thấy dòng tiêu đề. Cần cột: ", "No row of headings was found. Needed columns: "};
  bool first = true;
  for (const ImportColumn& column : columns_of(kind)) {
    if (!column.required) continue;
    const std::string name(column.headings.size() > 1 ? column.headings[1] : column.headings[0]);
    text.vi += (first ? "" : ", ") + name;
    text.en += (first ? "" : ", ") + std::string(column.headings[0]);
    first = false;
  }
  return text;
}

constexpr std::size_t kMaxSheetNameBytes = 100;
constexpr std::size_t kMostNamedSheets = 5;

std::string in_quotes(std::string_view name) { return "“" + printable(truncate(name, kMaxSheetNameBytes)) + "”"; }

// Where a workbook has more than the one sheet that is read.
std::vector<LocalText> notes_on(const ImportList& list) {
  if (list.unread().empty()) return {};
  std::string others;
  for (std::size_t i = 0; i < std::min(list.unread().size(), kMostNamedSheets); ++i) {
    others += (i == 0 ? "" : ", ") + in_quotes(list.unread()[i]);
  }
  if (list.unread().size() > kMostNamedSheets) others += ", …";
  const std::string read = in_quotes(list.sheet().name);
  return {LocalText{"Chỉ đọc trang tính " + read + ". Không đọc: " + others + ". Mỗi trang tính cần nhập thành một tệp riêng.",
           "Only the sheet " + read + " is read, not " + others + ". Import each sheet from a file of its own."}};
}

Result<void> carry_out(ImportRun& run, ImportKind kind) {
  switch (kind) {
    case ImportKind::units: return import_units(run);
    case ImportKind::devices: return import_devices(run, DeviceSource::import);
    case ImportKind::dhcp_leases: return import_devices(run, DeviceSource::dhcp);
    case ImportKind::systems: return import_systems(run);
    case ImportKind::sites: return import_sites(run);
    case ImportKind::contacts: return import_contacts(run);
    case ImportKind::appliances: return import_appliances(run);
    case ImportKind::address_ranges: break;
  }
  return import_ranges(run);
}

struct Carried {
  ImportReport report;
  Sha256 digest;
};

// Everything the list says, inside a savepoint that the caller opened.
Result<Carried> carry_out(store::Connection& connection, const store::TenantScope& scope, ImportKind kind, UnitId unit,
                          const Table& table, Timestamp now, const ImportOrigin& origin) {
  TRY_VOID(require_living_unit(connection, scope, unit));
  const auto list = ImportList::find(kind, table);
  const ImportList none;
  ImportRun run(connection, scope, unit, list ? *list : none, now, origin);
  if (!list) {
    run.fault(0, "", "", no_headings(kind));
  } else if (list->rows().size() > kMaxImportRows) {
    run.fault(0, "", std::to_string(list->rows().size()),
              {"Tệp có quá nhiều dòng (tối đa 50.000).", "The list has too many rows (50,000 at most)."});
  } else {
    TRY_VOID(carry_out(run, kind));
  }
  auto notes = table.notes;
  if (list) std::ranges::move(notes_on(*list), std::back_inserter(notes));
  std::ranges::move(run.report.notes, std::back_inserter(notes));
  run.report.notes = std::move(notes);
  std::ranges::sort(run.report.problems, [](const ImportProblem& a, const ImportProblem& b) {
    return std::tie(a.row, a.column) < std::tie(b.row, b.column);
  });
  const Sha256 digest = run.digest();
  return Carried{std::move(run.report), digest};
}

// Does `work` between a savepoint and its end; it stays only if `keep` says so.
Result<void> in_savepoint(store::Connection& connection, const std::function<Result<bool>()>& work) {
  TRY_VOID(connection.run("SAVEPOINT import_list"));
  auto keep = work();
  if (!keep || !*keep) TRY_VOID(connection.run("ROLLBACK TO import_list"));
  TRY_VOID(connection.run("RELEASE import_list"));
  if (!keep) return std::move(keep).error();
  return {};
}

Result<void> sweep(store::Connection& connection, Timestamp now) {
  TRY_VOID(connection.run("UPDATE bulk_import SET state = 'discarded', content = NULL "
                          "WHERE state = 'previewed' AND created_at < ?1",
                          {now - kPreviewLives}));
  TRY_VOID(connection.run("DELETE FROM bulk_import WHERE state IN ('discarded', 'stale') AND created_at < ?1",
                          {now - kRemainsLive}));
  return {};
}

// A person's older previews give way.
Result<void> keep_few(store::Connection& connection, TenantId tenant, UserId person) {
  TRY_VOID(connection.run(
      "UPDATE bulk_import SET state = 'discarded', content = NULL WHERE state = 'previewed' AND tenant_id = ?1 "
      "AND created_by = ?2 AND id NOT IN (SELECT id FROM bulk_import WHERE state = 'previewed' AND tenant_id = ?1 "
      "AND created_by = ?2 ORDER BY id DESC LIMIT ?3)",
      {tenant, person, kMostPreviews}));
  return {};
}

struct Waiting {
  ImportRecord record;
  Sha256 digest;
  std::string content;
};

Result<Waiting> load(store::Connection& connection, const store::TenantScope& scope, ImportId id,
                     bool with_content = false) {
  std::optional<Waiting> waiting;
  TRY_VOID(connection.query(
      "SELECT i.id, i.kind, i.unit_id, u.name, i.file_name, i.state, i.created_at, i.created_by, i.report, "
      "i.plan_sha256, iif(?4, coalesce(i.content, ''), '') FROM bulk_import i "
      "JOIN unit u ON u.tenant_id = i.tenant_id AND u.id = i.unit_id "
      "WHERE i.tenant_id = ?1 AND i.id = ?3 AND " KHIEN_IN_SCOPE("i.unit_id"),
      {scope.tenant(), scope.roots_json(), id, with_content}, [&](const store::Row& row) -> Result<void> {
        Waiting found;
        found.record.id = {row.integer(0)};
        TRY(found.record.kind, import_kind_from_string(row.text(1)));
        found.record.unit = {row.integer(2)};
        found.record.unit_name = row.text(3);
        found.record.file_name = row.text(4);
        found.record.state = row.text(5);
        found.record.created_at = row.time(6);
        found.record.created_by = {row.integer(7)};
        TRY(found.record.report, report_from_json(row.text(8)));
        TRY(found.digest, Sha256::from_bytes(row.bytes(9)));
        found.content = row.text(10);
        waiting = std::move(found);
        return {};
      }));
  if (!waiting) return Error(Code::not_found, "there is no such import");
  return std::move(*waiting);
}

Result<void> set_state(store::Connection& connection, TenantId tenant, ImportId id, std::string_view state) {
  TRY_VOID(connection.run("UPDATE bulk_import SET state = ?3, content = NULL WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, id, state}));
  return {};
}

}  // namespace

std::string_view to_string(ImportKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

Result<ImportKind> import_kind_from_string(std::string_view text) {
  const auto* found = std::ranges::find(kKinds, text);
  if (found == kKinds.end()) return Error(Code::invalid, "kind of import is not one that is known");
  return static_cast<ImportKind>(found - kKinds.begin());
}

Result<ImportPlan> plan_import(store::Connection& connection, const store::TenantScope& scope, ImportKind kind,
                               UnitId unit, const Table& table, Timestamp now) {
  ImportPlan plan;
  TRY_VOID(in_savepoint(connection, [&]() -> Result<bool> {
    TRY(auto carried, carry_out(connection, scope, kind, unit, table, now, {}));
    plan = {std::move(carried.report), carried.digest};
    return false;
  }));
  return plan;
}

Result<ImportReport> apply_import(store::Connection& connection, const store::TenantScope& scope, ImportKind kind,
                                  UnitId unit, const Table& table, const Sha256& digest, Timestamp now,
                                  const ImportOrigin& origin) {
  ImportReport report;
  bool stale = false;
  TRY_VOID(in_savepoint(connection, [&]() -> Result<bool> {
    TRY(auto carried, carry_out(connection, scope, kind, unit, table, now, origin));
    stale = carried.digest != digest;
    report = std::move(carried.report);
    return !stale && report.problems_total == 0;
  }));
  if (stale) return Error(Code::conflict, "the data changed since the preview");
  if (report.problems_total > 0) return refuse(refusals::kImportOver);
  return report;
}

Result<ImportId> keep_preview(store::Connection& connection, const store::TenantScope& scope, const NewImport& import,
                              const ImportPlan& plan, Timestamp now) {
  TRY_VOID(sweep(connection, now));
  const std::string file_name = printable(truncate(import.file_name, kMaxFileNameBytes));
  TRY_VOID(connection.run(
      "INSERT INTO bulk_import (tenant_id, unit_id, kind, file_name, state, report, plan_sha256, content, created_at, "
      "created_by) VALUES (?1, ?2, ?3, ?4, 'previewed', ?5, ?6, ?7, ?8, ?9)",
      {scope.tenant(), import.unit, to_string(import.kind), file_name, to_json(plan.report), plan.digest.view(),
       to_json(*import.table), now, import.created_by}));
  const ImportId id{connection.last_insert_id()};
  TRY_VOID(keep_few(connection, scope.tenant(), import.created_by));
  return id;
}

Result<ImportId> preview_import(store::Connection& connection, const store::TenantScope& scope,
                                const NewImport& import, Timestamp now) {
  TRY(const auto plan, plan_import(connection, scope, import.kind, import.unit, *import.table, now));
  return keep_preview(connection, scope, import, plan, now);
}

Result<ImportRecord> get_import(store::Connection& connection, const store::TenantScope& scope, ImportId id) {
  TRY(auto waiting, load(connection, scope, id));
  return std::move(waiting.record);
}

Result<std::string> confirm_import(store::Connection& connection, const store::TenantScope& scope, ImportId id,
                                   Timestamp now) {
  TRY_VOID(sweep(connection, now));
  TRY(const auto waiting, load(connection, scope, id, true));
  const ImportRecord& record = waiting.record;
  if (record.state != "previewed" || record.report.problems_total > 0) return refuse(refusals::kImportOver);
  Budget budget({.bytes_in = 128u << 20, .bytes_out = 256u << 20, .depth = 8, .entries = 8'000'000});
  TRY(const auto table, table_from_json(waiting.content, budget));
  auto applied = apply_import(connection, scope, record.kind, record.unit, table, waiting.digest, now,
                              {record.created_by, record.file_name});
  if (!applied && applied.error().code() != Code::conflict) return std::move(applied).error();
  const std::string state = applied ? "confirmed" : "stale";
  TRY_VOID(set_state(connection, scope.tenant(), id, state));
  return state;
}

Result<void> discard_import(store::Connection& connection, const store::TenantScope& scope, ImportId id) {
  TRY(const auto waiting, load(connection, scope, id));
  if (waiting.record.state != "previewed") return refuse(refusals::kImportOver);
  return set_state(connection, scope.tenant(), id, "discarded");
}

}  // namespace khien::estate
