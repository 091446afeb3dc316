#include "khien/duty/agenda.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "evaluation.hpp"
#include "khien/estate/scope_sql.hpp"
#include "state_rule.hpp"

namespace khien::duty {
namespace {

constexpr std::int64_t kDoneDays = 30;
constexpr std::int64_t kMostDone = 20;

struct AtStake {
  const ScheduledClause* clause = nullptr;
  const ScheduledDuty* duty = nullptr;
  std::optional<std::size_t> past;  // questions
  std::optional<std::size_t> next;
};

std::vector<AtStake> lay_out(const Schedule& schedule, std::vector<Question>& questions) {
  std::vector<AtStake> all;
  for (const auto& clause : schedule.clauses) {
    for (const auto place : clause.duties) {
      const auto& duty = schedule.duties[place];
      AtStake one{&clause, &duty, {}, {}};
      if (duty.past) {
        one.past = questions.size();
        questions.push_back({&clause, duty.duty, &*duty.past, true});
      }
      if (duty.next) {
        one.next = questions.size();
        questions.push_back({&clause, duty.duty, &*duty.next, false});
      }
      all.push_back(one);
    }
  }
  return all;
}

bool is_task(DutyState state) { return state == DutyState::overdue || state == DutyState::due_soon; }

auto urgency(const DutyTask& task) {
  const bool late = task.state == DutyState::overdue;
  // What is late without a date was asked for all along.
  return std::tuple(!late, late ? static_cast<int>(task.clause->verb.strength) : 0, task.due.value_or(Date::first()), std::string_view(task.duty->id));
}

class Reading {
 public:
  Reading(const Evaluation& evaluation, std::size_t unit, Agenda& agenda)
      : evaluation_(evaluation), unit_(unit), agenda_(agenda) {}

  void take(const std::vector<AtStake>& all) {
    const ScheduledClause* clause = nullptr;
    std::optional<DutyState> cell;
    for (const auto& one : all) {
      if (one.clause != clause) {
        count(cell);
        clause = one.clause;
        cell.reset();
      }
      cell = std::max(cell, take_duty(one));
    }
    count(cell);
    std::ranges::sort(agenda_.tasks, {}, urgency);
    leave_one_of_each_deed();
  }

 private:
  // Several documents ask for the same figure: it is brought about once. The most
  // urgent of them stays.
  void leave_one_of_each_deed() {
    std::set<std::pair<std::string_view, std::string>> figures;  // metric, and what it came to
    std::erase_if(agenda_.tasks, [&](const DutyTask& one) {
      return one.duty->met_by == law::MetBy::metric && !figures.insert({one.duty->metric, one.why.vi}).second;
    });
  }

  void count(std::optional<DutyState> cell) {
    if (!cell) return;
    ++agenda_.duties;
    agenda_.duties_met += *cell == DutyState::met ? 1 : 0;
  }

  std::optional<DutyState> take_duty(const AtStake& one) {
    const auto past = one.past ? evaluation_.state(*one.past, unit_) : std::nullopt;
    const auto next = one.next ? evaluation_.state(*one.next, unit_) : std::nullopt;
    const bool past_is_done = next && *next == DutyState::met;
    if (past && is_task(*past) && !past_is_done) add_task(one, *one.past, *past);
    if (next && is_task(*next)) add_task(one, *one.next, *next);
    if (next && *next == DutyState::not_due) note_next(*one.duty);
    return state_of(Stake{past, next});
  }

  void add_task(const AtStake& one, std::size_t question, DutyState state) {
    const auto facts = evaluation_.facts(question, unit_);
    const auto* metric = agenda_.law->catalogue().metric(facts.duty->metric);
    agenda_.tasks.push_back({one.clause->binding, one.clause->clause, facts.duty, facts.occurrence->period_from,
                             facts.occurrence->due, state, reason_of(facts, state, metric)});
  }

  void note_next(const ScheduledDuty& duty) {
    const auto due = duty.next->due;
    if (due && (!agenda_.next_due || *due < agenda_.next_due->date)) agenda_.next_due = {*due, duty.duty->title};
  }

  const Evaluation& evaluation_;
  std::size_t unit_;
  Agenda& agenda_;
};

Result<void> read_done(store::Connection& connection, const store::TenantScope& scope, UnitId unit, Timestamp now,
                       Agenda& agenda) {
  return connection.query(
      "SELECT r.duty, r.done_on FROM duty_record r WHERE r.tenant_id = ?1 AND r.unit_id = ?3 AND " KHIEN_IN_SCOPE("r.unit_id")
      " AND r.state = 'approved' AND r.not_applicable = 0 AND coalesce(r.decided_at, r.recorded_at) >= ?4 "
      "ORDER BY coalesce(r.decided_at, r.recorded_at) DESC, r.id DESC LIMIT ?5",
      {scope.tenant(), scope.roots_json(), unit, now - days(kDoneDays), kMostDone}, [&](const store::Row& row) -> Result<void> {
        const auto ref = agenda.law->catalogue().duty(row.text(0));
        const std::string id(row.text(0));
        agenda.done.push_back({ref ? ref.duty->title : LocalText{id, id}, Date::from_days(row.integer(1))});
        return {};
      });
}

}  // namespace

Result<Agenda> read_agenda(store::Connection& connection, const store::TenantScope& scope,
                           std::shared_ptr<const TenantLaw> law, UnitId unit, Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, unit));
  const auto today = vietnam_day(now);
  const auto schedule = law->schedule(today);
  std::vector<Question> questions;
  const auto at_stake = lay_out(*schedule, questions);
  TRY(const auto evaluation, Evaluation::create(connection, scope, *law, today, now, std::move(questions)));
  Agenda agenda;
  agenda.law = std::move(law);
  if (const auto index = evaluation->picture().index_of(unit)) Reading(*evaluation, *index, agenda).take(at_stake);
  TRY_VOID(read_done(connection, scope, unit, now, agenda));
  return agenda;
}

Result<std::optional<Helper>> read_helper(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                                          Date today) {
  TRY_VOID(estate::get_unit(connection, scope, unit));
  std::optional<Helper> helper;
  TRY_VOID(connection.query(
      "SELECT c.name, c.phone, c.email FROM unit_ancestor a JOIN contact c ON c.tenant_id = a.tenant_id "
      "AND c.unit_id = a.ancestor_id WHERE a.tenant_id = ?1 AND a.unit_id = ?2 AND a.distance > 0 "
      "AND c.purpose IN ('security', 'incident', 'monitoring') AND c.valid_from <= ?3 "
      "AND (c.valid_to IS NULL OR c.valid_to >= ?3) "
      "ORDER BY a.distance, CASE c.purpose WHEN 'security' THEN 0 WHEN 'incident' THEN 1 ELSE 2 END, c.valid_from DESC, c.id "
      "LIMIT 1",
      {scope.tenant(), unit, std::int64_t{today.days()}}, [&](const store::Row& row) -> Result<void> {
        helper = Helper{std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))};
        return {};
      }));
  return helper;
}

}  // namespace khien::duty
