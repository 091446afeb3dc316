#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "import_columns.hpp"
#include "khien/core/hash.hpp"
#include "khien/estate/imports.hpp"

namespace khien::estate {

// What a row came to.
struct RowOutcome {
  enum class Action : unsigned char { add, change, same };
  Action action = Action::same;
  std::string text;     // what the row is about, for the preview
  std::string written;  // all that was written, for the digest
};

// One import on its way: rows are carried out one after another, each whole or not
// at all, and what they came to is noted. Whoever runs it decides whether it stays.
class ImportRun {
 public:
  ImportRun(store::Connection& connection, const store::TenantScope& scope, UnitId unit, const ImportList& list,
            Timestamp now, const ImportOrigin& origin)
      : connection(connection), scope(scope), unit(unit), list(list), now(now), origin(origin) {}

  // Carries `work` out for the row, in a savepoint of its own.
  template <class Work>
  Result<void> row(const TableRow& row, Work work);

  // The unit that a cell names by code or name, at or below `unit`; `unit` where
  // the cell is empty.
  Result<UnitId> unit_named(std::string_view words);
  void know_unit(UnitId id, std::string_view code, std::string_view name);
  Result<void> load_units();
  // Those at or below `unit` whose name folds to the same.
  std::vector<UnitId> units_like(std::string_view name) const;
  // A list from before does not bring back what has ended since.
  Result<void> require_not_ended(const NewUnit& wanted, std::string_view name) const;

  // A thing that two rows of the file are about is a mistake in the file.
  Result<void> first_time(std::string key);

  // A column's value is looked at, and what is wrong with it noted; so a row with
  // two bad columns names both.
  template <class T>
  void look_at(std::string_view key, const Result<T>& value) {
    if (!value) faults_.emplace_back(key, value.error());
  }
  // The first fault of the row so far, if there is one.
  Result<void> all_well() const {
    if (faults_.empty()) return {};
    return faults_.front().second;
  }

  void fault(std::int64_t row, std::string column, std::string value, LocalText message);
  // Something is known by `key`, which is spelled without regard to case.
  void know(std::string key, std::int64_t id) { known_.emplace(std::move(key), id); }
  std::vector<std::int64_t> known_by(const std::string& key) const;

  store::Connection& connection;
  const store::TenantScope& scope;
  const UnitId unit;
  const ImportList& list;
  const Timestamp now;
  const ImportOrigin& origin;
  ImportReport report;
  Sha256 digest() { return digest_.finish(); }

 private:
  static constexpr std::size_t kMostHeldElsewhere = 20;
  // Too many rows were about what others hold.
  bool is_over() const { return held_elsewhere_ == kMostHeldElsewhere; }
  void note(const TableRow& row, const RowOutcome& outcome);
  void look_for_spreadsheet_errors(const TableRow& row);
  Result<void> load_ended_units();
  // Of a column, or of the one that the refusal names where `key` is empty.
  void note_failure(const TableRow& row, std::string_view key, const Error& error);
  void note_failures(const TableRow& row, const Error& error);

  std::multimap<std::string, UnitId, std::less<>> by_code_, by_bare_code_, by_name_;
  std::map<std::string, Date, std::less<>> ended_codes_, ended_names_;  // the last day
  std::multimap<std::string, std::int64_t> known_;
  std::set<std::string> seen_;
  std::vector<std::pair<std::string_view, Error>> faults_;  // of the row that is read
  Sha256Stream digest_;
  std::size_t held_elsewhere_ = 0;
};

template <class Work>
Result<void> ImportRun::row(const TableRow& row, Work work) {
  ++report.rows;
  if (is_over()) return {};
  faults_.clear();
  look_for_spreadsheet_errors(row);
  TRY_VOID(connection.run("SAVEPOINT import_row"));
  Result<RowOutcome> outcome = work();
  if (outcome) {
    note(row, *outcome);
    TRY_VOID(connection.run("RELEASE import_row"));
    return {};
  }
  const Code code = outcome.error().code();
  // A disk that fails is nobody's bad row.
  if (code != Code::invalid && code != Code::conflict && code != Code::not_found) return std::move(outcome).error();
  note_failures(row, outcome.error());
  TRY_VOID(connection.run("ROLLBACK TO import_row"));
  TRY_VOID(connection.run("RELEASE import_row"));
  return {};
}

// A code without the zeros that a spreadsheet eats: "00004" is "4". Empty unless it
// is digits alone.
std::string bare_code(std::string_view code);

// One each; all rows.
Result<void> import_units(ImportRun& run);
Result<void> import_devices(ImportRun& run, DeviceSource source);
Result<void> import_systems(ImportRun& run);
Result<void> import_sites(ImportRun& run);
Result<void> import_contacts(ImportRun& run);
Result<void> import_ranges(ImportRun& run);
Result<void> import_appliances(ImportRun& run);

}  // namespace khien::estate
