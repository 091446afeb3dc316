#include "import_run.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/text.hpp"
#include "days.hpp"
#include "khien/estate/refusal.hpp"
#include "khien/estate/scope_sql.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

constexpr std::size_t kMostProblems = 500;
constexpr std::size_t kMostSamples = 50;
constexpr std::size_t kMostShownBytes = 200;

std::string_view name_of(RowOutcome::Action action) {
  switch (action) {
    case RowOutcome::Action::add: return "add";
    case RowOutcome::Action::change: return "change";
    case RowOutcome::Action::same: break;
  }
  return "same";
}

}  // namespace

void ImportRun::note(const TableRow& row, const RowOutcome& outcome) {
  const std::string_view action = name_of(outcome.action);
  ++(outcome.action == RowOutcome::Action::add      ? report.adds
     : outcome.action == RowOutcome::Action::change ? report.changes
                                                    : report.same);
  for (const std::string_view part : {action, std::string_view(outcome.written)}) {
    digest_.update(as_bytes(part));
    digest_.update(as_bytes(std::string_view("\0", 1)));
  }
  if (outcome.action == RowOutcome::Action::same && report.sample.size() >= kMostSamples / 5) return;
  if (report.sample.size() >= kMostSamples) return;
  report.sample.push_back({row.number, std::string(action), std::string(truncate(outcome.text, kMostShownBytes))});
}

void ImportRun::fault(std::int64_t row, std::string column, std::string value, LocalText message) {
  ++report.problems_total;
  // Those that the audit log counts are never left out.
  if (report.problems.size() >= kMostProblems + held_elsewhere_) return;
  report.problems.push_back({row, std::move(column), std::string(truncate(value, kMostShownBytes)), std::move(message)});
}

void ImportRun::note_failures(const TableRow& row, const Error& error) {
  if (faults_.empty()) return note_failure(row, {}, error);
  for (const auto& [key, fault] : faults_) note_failure(row, key, fault);
}

void ImportRun::note_failure(const TableRow& row, std::string_view column, const Error& error) {
  if (is_held_elsewhere(error)) ++held_elsewhere_;
  const Refusal* refusal = refusal_of(error);
  if (refusal == nullptr) {
    fault(row.number, "", "", {"Dòng này không nhập được: giá trị không hợp lệ hoặc nằm ngoài phạm vi của bạn.",
                               "This row cannot be imported: a value is not valid or outside your scope."});
    return;
  }
  const std::string_view named = refusal->field == "on" ? "valid_from" : refusal->field;
  const std::string_view key = column.empty() ? named : column;
  fault(row.number, list.heading(key), list.value(row, key), {refusal->vi, refusal->en});
  if (!is_held_elsewhere(error) || !is_over()) return;
  fault(0, "", "", {"Danh sách có quá nhiều dòng không đăng ký được tại đơn vị này nên đã dừng ở đây.",
                    "Too many rows cannot be registered at this unit; the list was put down here."});
}

Result<void> ImportRun::load_units() {
  TRY(const auto units, list_units(connection, scope));
  std::set<UnitId> below;
  for (const Unit& it : units) {
    // Parents come first.
    const bool inside = it.id == unit || (it.parent && below.contains(*it.parent));
    if (!inside) continue;
    below.insert(it.id);
    know_unit(it.id, it.code, it.name);
  }
  return load_ended_units();
}

// By the unit it belonged to last.
Result<void> ImportRun::load_ended_units() {
  return connection.query(
      "SELECT coalesce(v.code, ''), v.parent_id, v.name, u.valid_to FROM unit u JOIN unit_version v "
      "ON v.tenant_id = u.tenant_id AND v.unit_id = u.id AND v.valid_to = u.valid_to "
      "WHERE u.tenant_id = ?1 AND u.valid_to IS NOT NULL AND u.id IN " KHIEN_UNITS_IN_SCOPE " ORDER BY u.valid_to",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        const Date last = day_at(row, 3);
        if (!row.text(0).empty()) ended_codes_[std::string(row.text(0))] = last;
        ended_names_[std::to_string(row.integer(1)) + "/" + lower(row.text(2))] = last;
        return {};
      });
}

Result<void> ImportRun::require_not_ended(const NewUnit& wanted, std::string_view name) const {
  const auto is_ended = [&](const auto& ended, const std::string& key) {
    const auto found = ended.find(key);
    return found != ended.end() && !(wanted.valid_from && *wanted.valid_from > found->second);
  };
  const bool by_code = !wanted.code.empty() && is_ended(ended_codes_, wanted.code);
  const bool by_name = is_ended(ended_names_, std::to_string(wanted.parent.value) + "/" + lower(name));
  if (by_code || by_name) return refuse(refusals::kUnitEndedBefore);
  return {};
}

std::vector<UnitId> ImportRun::units_like(std::string_view name) const {
  std::vector<UnitId> units;
  const auto [begin, end] = by_name_.equal_range(fold(name));
  for (auto it = begin; it != end; ++it) units.push_back(it->second);
  return units;
}

std::vector<std::int64_t> ImportRun::known_by(const std::string& key) const {
  std::vector<std::int64_t> ids;
  const auto [begin, end] = known_.equal_range(key);
  for (auto it = begin; it != end; ++it) ids.push_back(it->second);
  return ids;
}

void ImportRun::look_for_spreadsheet_errors(const TableRow& row) {
  for (const std::string_view key : list.keys()) {
    if (is_spreadsheet_error(list.value(row, key))) faults_.emplace_back(key, refuse(refusals::kCellError));
  }
}

std::string bare_code(std::string_view code) {
  const bool digits = std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
  if (code.empty() || !digits) return {};
  return std::string(code.substr(std::min(code.find_first_not_of('0'), code.size() - 1)));
}

void ImportRun::know_unit(UnitId id, std::string_view code, std::string_view name) {
  if (!code.empty()) by_code_.emplace(code, id);
  if (auto bare = bare_code(code); !bare.empty()) by_bare_code_.emplace(std::move(bare), id);
  by_name_.emplace(fold(name), id);
}

Result<UnitId> ImportRun::unit_named(std::string_view words) {
  if (words.empty()) return unit;
  for (const auto* known : {&by_code_, &by_name_, &by_bare_code_}) {
    const auto key = known == &by_code_ ? std::string(words) : known == &by_name_ ? fold(words) : bare_code(words);
    const auto [begin, end] = known->equal_range(key);
    if (begin == end) continue;
    if (std::next(begin) != end) return refuse(refusals::kUnitOfMany);
    return begin->second;
  }
  return refuse(refusals::kUnitUnknown);
}

Result<void> ImportRun::first_time(std::string key) {
  if (!seen_.insert(std::move(key)).second) return refuse(refusals::kRowTwice);
  return {};
}

}  // namespace khien::estate
