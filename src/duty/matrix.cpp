#include "khien/duty/matrix.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "evaluation.hpp"
#include "state_rule.hpp"

namespace khien::duty {
namespace {

// The places of a duty's two questions in an Evaluation.
struct Pair {
  std::optional<std::size_t> past;
  std::optional<std::size_t> next;
};

struct Layout {
  std::vector<const ScheduledClause*> clauses;
  std::vector<std::vector<Pair>> duties;  // by clause
  std::vector<Question> questions;
};

Layout lay_out(const Schedule& schedule, std::optional<DirectiveId> directive) {
  Layout layout;
  for (const auto& clause : schedule.clauses) {
    if (directive && clause.binding->id != *directive) continue;
    layout.clauses.push_back(&clause);
    auto& pairs = layout.duties.emplace_back();
    for (const auto place : clause.duties) {
      const auto& duty = schedule.duties[place];
      Pair pair;
      if (duty.past) {
        pair.past = layout.questions.size();
        layout.questions.push_back({&clause, duty.duty, &*duty.past, true});
      }
      if (duty.next) {
        pair.next = layout.questions.size();
        layout.questions.push_back({&clause, duty.duty, &*duty.next, false});
      }
      pairs.push_back(pair);
    }
  }
  return layout;
}

std::optional<DutyState> state_of(const Evaluation& evaluation, const Pair& pair, std::size_t unit) {
  return state_of(Stake{pair.past ? evaluation.state(*pair.past, unit) : std::nullopt,
                        pair.next ? evaluation.state(*pair.next, unit) : std::nullopt});
}

std::optional<DutyState> cell_of(const Evaluation& evaluation, const std::vector<Pair>& pairs, std::size_t unit) {
  std::optional<DutyState> worst;
  for (const auto& pair : pairs) {
    if (const auto state = state_of(evaluation, pair, unit)) worst = std::max(worst, state);
  }
  return worst;
}

MatrixColumn column_of(const ScheduledClause& clause, const Schedule& schedule) {
  MatrixColumn column{clause.binding, clause.clause, {}, {}, {}};
  bool same = true;
  for (const auto place : clause.duties) {
    const auto& duty = schedule.duties[place];
    same = same && (!column.recurrence || *column.recurrence == duty.duty->recurrence);
    column.recurrence = duty.duty->recurrence;
    const auto due = duty.next ? duty.next->due : std::nullopt;
    if (due && *due >= schedule.as_of && (!column.due || *due < *column.due)) column.due = due;
  }
  if (!same) column.recurrence.reset();
  return column;
}

std::vector<UnassignedRole> unassigned_roles(const Picture& picture, const Layout& layout, const law::Catalogue& catalogue) {
  std::map<std::string, std::int64_t> clauses;
  for (const auto* clause : layout.clauses) {
    for (auto& role : picture.unassigned(clause->roles)) ++clauses[std::move(role)];
  }
  std::vector<UnassignedRole> roles;
  for (const auto& [id, count] : clauses) {
    const auto* role = catalogue.role(id);
    roles.push_back({id, role == nullptr ? LocalText{id, id} : role->title, count});
  }
  return roles;
}

void add_rows(Matrix& matrix, const Evaluation& evaluation, const Layout& layout, const std::vector<std::size_t>& units) {
  for (const std::size_t unit : units) {
    const auto& known = evaluation.picture().units()[unit];
    MatrixRow row{known.id, known.name, known.kind, 0, std::string(layout.clauses.size(), '.')};
    for (std::size_t i = 0; i < layout.clauses.size(); ++i) {
      const auto state = cell_of(evaluation, layout.duties[i], unit);
      if (!state) continue;
      row.cells[i] = letter_of(*state);
      ++matrix.columns[i].counts[*state];
      ++matrix.counts[*state];
      row.overdue += *state == DutyState::overdue ? 1 : 0;
    }
    matrix.overdue_units += row.overdue > 0 ? 1 : 0;
    matrix.rows.push_back(std::move(row));
  }
  std::vector<std::size_t> order(matrix.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(-matrix.rows[i].overdue, i); });
  std::vector<MatrixRow> sorted;
  for (const std::size_t i : order) sorted.push_back(std::move(matrix.rows[i]));
  matrix.rows = std::move(sorted);
}

Result<std::vector<std::size_t>> units_asked(store::Connection& connection, const store::TenantScope& scope,
                                             const Picture& picture, std::optional<UnitId> unit) {
  std::vector<std::size_t> all;
  if (!unit) {
    for (std::size_t i = 0; i < picture.size(); ++i) all.push_back(i);
    return all;
  }
  TRY_VOID(estate::get_unit(connection, scope, *unit));
  // In scope, but not there on that day.
  const auto index = picture.index_of(*unit);
  return index ? picture.subtree(*index) : all;
}

}  // namespace

Result<Matrix> read_matrix(store::Connection& connection, const store::TenantScope& scope,
                           std::shared_ptr<const TenantLaw> law, const MatrixQuery& query, Timestamp now) {
  const auto schedule = law->schedule(query.as_of);
  auto layout = lay_out(*schedule, query.directive);
  TRY(const auto evaluation, Evaluation::create(connection, scope, *law, query.as_of, now, layout.questions));
  TRY(const auto units, units_asked(connection, scope, evaluation->picture(), query.unit));
  Matrix matrix;
  matrix.as_of = query.as_of;
  for (const auto* clause : layout.clauses) matrix.columns.push_back(column_of(*clause, *schedule));
  add_rows(matrix, *evaluation, layout, units);
  if (evaluation->picture().is_whole()) {
    matrix.unassigned = unassigned_roles(evaluation->picture(), layout, law->catalogue());
  }
  matrix.law = std::move(law);
  return matrix;
}

KindShares shares_of(const law::Directive& directive) {
  KindShares shares;
  const auto has = [](const law::Clause& clause, law::ClauseKind kind) {
    return std::ranges::find(clause.kinds, kind) != clause.kinds.end();
  };
  for (const auto& clause : directive.clauses) {
    if (clause.scope_note) continue;
    const bool does = has(clause, law::ClauseKind::does);
    const bool measures = has(clause, law::ClauseKind::measures);
    ++shares.clauses;
    shares.does += does ? 1 : 0;
    shares.measures += measures ? 1 : 0;
    shares.records_only += !does && !measures ? 1 : 0;
  }
  return shares;
}

KindShares shares_of(const TenantLaw& law, Date as_of) {
  KindShares sum;
  for (const auto& binding : law.bindings()) {
    if (!binding.dated.in_force(as_of)) continue;
    const auto one = shares_of(*binding.directive);
    sum.clauses += one.clauses;
    sum.does += one.does;
    sum.measures += one.measures;
    sum.records_only += one.records_only;
  }
  return sum;
}

}  // namespace khien::duty
