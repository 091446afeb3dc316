#include <algorithm>
#include <deque>
#include <tuple>
#include <utility>

#include "evaluation.hpp"
#include "khien/duty/matrix.hpp"

namespace khien::duty {
namespace {

// What falls due in a stretch of days: questions about today, with what they point
// into. A deque does not move what it holds.
struct Falling {
  std::deque<ScheduledClause> clauses;
  std::deque<law::Occurrence> occurrences;
  std::vector<Question> questions;
};

void add_clause(const TenantLaw& law, const Binding& binding, const law::Clause& clause, Date from, Date to, Date today,
                Falling& falling) {
  const ScheduledClause* home = nullptr;
  for (const auto& duty : clause.duties) {
    for (auto& occurrence : law.occurrences({binding.directive, &clause, &duty}, from, to)) {
      if (!occurrence.due || *occurrence.due < from || *occurrence.due > to) continue;
      // As in the matrix: nobody owes what falls due after the directive's last day.
      if (binding.dated.valid_to && *binding.dated.valid_to < *occurrence.due) continue;
      if (home == nullptr) {
        falling.clauses.push_back({&binding, &clause, law.addressees(clause, today), {}});
        home = &falling.clauses.back();
      }
      falling.occurrences.push_back(std::move(occurrence));
      const auto& kept = falling.occurrences.back();
      const bool is_past = *kept.due < today && duty.recurrence != law::Recurrence::once;
      falling.questions.push_back({home, &duty, &kept, is_past});
    }
  }
}

Falling falling_due(const TenantLaw& law, Date from, Date to, Date today) {
  Falling falling;
  for (const auto& binding : law.bindings()) {
    if (binding.dated.valid_from > to || (binding.dated.valid_to && *binding.dated.valid_to < from)) continue;
    for (const auto& clause : binding.directive->clauses) add_clause(law, binding, clause, from, to, today, falling);
  }
  return falling;
}

}  // namespace

Result<std::vector<Deadline>> read_deadlines(store::Connection& connection, const store::TenantScope& scope,
                                             const TenantLaw& law, std::optional<UnitId> unit, Date from, Date to,
                                             Timestamp now) {
  const auto today = vietnam_day(now);
  const auto falling = falling_due(law, from, to, today);
  TRY(const auto evaluation, Evaluation::create(connection, scope, law, today, now, falling.questions));
  std::vector<std::size_t> units;
  if (unit) {
    TRY_VOID(estate::get_unit(connection, scope, *unit));
    if (const auto index = evaluation->picture().index_of(*unit)) units = evaluation->picture().subtree(*index);
  } else {
    for (std::size_t i = 0; i < evaluation->picture().size(); ++i) units.push_back(i);
  }
  std::vector<Deadline> deadlines;
  for (std::size_t i = 0; i < falling.questions.size(); ++i) {
    const auto& question = falling.questions[i];
    Deadline deadline{*question.occurrence->due, question.clause->clause, question.duty};
    for (const std::size_t one : units) {
      const auto state = evaluation->state(i, one);
      if (!state || *state == DutyState::not_applicable) continue;
      ++deadline.units;
      deadline.met += *state == DutyState::met ? 1 : 0;
    }
    if (deadline.units > 0) deadlines.push_back(deadline);
  }
  std::ranges::sort(deadlines, {}, [](const Deadline& one) { return std::tie(one.due, one.duty->id); });
  return deadlines;
}

}  // namespace khien::duty
