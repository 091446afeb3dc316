#include "import_run.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/text.hpp"
#include "khien/estate/refusal.hpp"
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
  return {};
}

void ImportRun::know_unit(UnitId id, std::string_view code, std::string_view name) {
  if (!code.empty()) by_code_.emplace(code, id);
  by_name_.emplace(fold(name), id);
}

Result<UnitId> ImportRun::unit_named(std::string_view words) {
  if (words.empty()) return unit;
  for (const auto* known : {&by_code_, &by_name_}) {
    const auto key = known == &by_name_ ? fold(words) : std::string(words);
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
