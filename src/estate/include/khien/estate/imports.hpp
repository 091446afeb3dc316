#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/local_text.hpp"
#include "khien/model/table.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// A list from a file becomes part of the estate in two steps: a preview that
// changes nothing and names every row that is wrong, and a confirmation that
// does what the preview showed, all of it or nothing.
enum class ImportKind : unsigned char { units, devices, dhcp_leases, systems, sites, contacts, address_ranges, appliances };
std::string_view to_string(ImportKind kind);
Result<ImportKind> import_kind_from_string(std::string_view text);
// What the headings are about; none if they could be anything.
std::optional<ImportKind> guess_import_kind(const Table& table);

inline constexpr std::size_t kMaxImportRows = 50'000;

struct ImportProblem {
  std::int64_t row = 0;  // in the file; 0: the list as a whole
  std::string column;    // as the file heads it; empty: the row as a whole
  std::string value;     // as it is in the file, cut; text from outside
  LocalText message;
};
struct ImportSample {
  std::int64_t row = 0;
  std::string action;  // "add", "change", "same"
  std::string text;    // what the row is about; text from outside
};
struct ImportReport {
  std::int64_t rows = 0;
  std::int64_t adds = 0;
  std::int64_t changes = 0;
  std::int64_t same = 0;
  std::int64_t problems_total = 0;
  std::vector<ImportProblem> problems;  // the first 500, and those that rows_held_elsewhere() counts
  std::vector<ImportSample> sample;     // the first 50 that add or change something, then others
  std::vector<LocalText> notes;         // of the reader: "read as TCVN3"
};
// How many of its problems are that somebody outside of the scope holds the thing: the
// audit log is told.
std::int64_t rows_held_elsewhere(const ImportReport& report);

// What carrying out an import writes into; Store::rehearse takes copies of these.
inline constexpr std::array<std::string_view, 11> kImportTables{
    "unit", "unit_version", "unit_ancestor", "device", "device_key", "information_system", "information_system_level",
    "site", "address_range", "contact", "device_inventory"};

// Whose list it is: kept beside what devices without an agent are said to have.
struct ImportOrigin {
  UserId who;  // none: the command line
  std::string file_name;
};

// What the rows would do, below `unit`: they are carried out in a savepoint and taken back,
// so the connection must be one that writes: Store::write, or Store::rehearse with
// kImportTables. The headings may be in
// Vietnamese, with or without marks, or in English, in any order. `digest` is of
// everything that would be written: it changes if the list or what is stored does.
// A list of appliances makes no device: it is handed in (device_inventories.hpp) for those
// that are there, all rows of one device as its whole list. Whoever commits it has the road told.
// At the 20th row about what a holder outside of the scope has, the list is put down:
// a list of guesses is no way to learn what others have (refusal.hpp).
struct ImportPlan {
  ImportReport report;
  Sha256 digest;
};
Result<ImportPlan> plan_import(store::Connection& connection, const store::TenantScope& scope, ImportKind kind,
                               UnitId unit, const Table& table, Timestamp now);
// Does it; Code::conflict unless the plan made now has the digest (stale), invalid
// while it has problems.
Result<ImportReport> apply_import(store::Connection& connection, const store::TenantScope& scope, ImportKind kind,
                                  UnitId unit, const Table& table, const Sha256& digest, Timestamp now,
                                  const ImportOrigin& origin = {});

// previewed → confirmed   confirm_import
//           → discarded   discard_import, or a day later
//           → stale       confirm_import, if the data changed meanwhile
struct ImportRecord {
  ImportId id;
  ImportKind kind = ImportKind::units;
  UnitId unit;
  std::string unit_name;
  std::string file_name;
  std::string state;
  Timestamp created_at;
  UserId created_by;
  ImportReport report;
};
struct NewImport {
  ImportKind kind = ImportKind::units;
  UnitId unit;
  std::string file_name;
  const Table* table = nullptr;
  UserId created_by;  // 0: the command line
};
// Keeps a plan with its list until it is confirmed; the person's sixth and older ones
// give way.
Result<ImportId> keep_preview(store::Connection& connection, const store::TenantScope& scope, const NewImport& import,
                              const ImportPlan& plan, Timestamp now);
// Both on one connection that writes, which is held for so long.
Result<ImportId> preview_import(store::Connection& connection, const store::TenantScope& scope,
                                const NewImport& import, Timestamp now);
Result<ImportRecord> get_import(store::Connection& connection, const store::TenantScope& scope, ImportId id);
// The state it came to: "confirmed" or "stale". Code::conflict unless it is
// previewed and without problems.
Result<std::string> confirm_import(store::Connection& connection, const store::TenantScope& scope, ImportId id,
                                   Timestamp now);
Result<void> discard_import(store::Connection& connection, const store::TenantScope& scope, ImportId id);

}  // namespace khien::estate
