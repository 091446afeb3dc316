#include "khien/duty/owed.hpp"

#include <map>
#include <tuple>
#include <utility>

#include "evaluation.hpp"
#include "evidence_links.hpp"
#include "khien/estate/scope_sql.hpp"

namespace khien::duty {
namespace {

using Key = std::tuple<UnitId, std::string, Date>;

// The files of all records that stand, by unit, duty and period.
Result<std::map<Key, std::vector<Evidence>>> read_files(store::Connection& connection, const store::TenantScope& scope,
                                                        Date as_of) {
  std::map<Key, std::vector<Evidence>> files;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_EVIDENCE_COLUMNS ", r.duty, r.period_from FROM duty_record_evidence l "
      "JOIN duty_record r ON r.tenant_id = l.tenant_id AND r.id = l.record_id "
      "JOIN evidence e ON e.tenant_id = l.tenant_id AND e.id = l.evidence_id "
      "JOIN unit u ON u.tenant_id = e.tenant_id AND u.id = e.unit_id "
      "WHERE l.tenant_id = ?1 AND l.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND r.state IN ('waiting', 'approved') AND r.done_on <= ?3 ORDER BY e.id",
      {scope.tenant(), scope.roots_json(), std::int64_t{as_of.days()}}, [&](const store::Row& row) -> Result<void> {
        TRY(auto one, evidence_from(row));
        files[{one.unit, std::string(row.text(10)), Date::from_days(row.integer(11))}].push_back(std::move(one));
        return {};
      }));
  return files;
}

std::vector<Question> questions_of(const Schedule& schedule) {
  std::vector<Question> questions;
  for (const auto& clause : schedule.clauses) {
    for (const auto place : clause.duties) {
      const auto& duty = schedule.duties[place];
      if (duty.past) questions.push_back({&clause, duty.duty, &*duty.past, true});
      if (duty.next) questions.push_back({&clause, duty.duty, &*duty.next, false});
    }
  }
  return questions;
}

}  // namespace

Result<std::vector<Owed>> list_owed(store::Connection& connection, const store::TenantScope& scope,
                                    const std::shared_ptr<const TenantLaw>& law, std::optional<UnitId> unit, Date as_of,
                                    Timestamp now) {
  const auto schedule = law->schedule(as_of);
  TRY(const auto evaluation, Evaluation::create(connection, scope, *law, as_of, now, questions_of(*schedule)));
  TRY(auto files, read_files(connection, scope, as_of));
  const auto& picture = evaluation->picture();
  std::vector<char> wanted(picture.size(), unit ? 0 : 1);
  if (unit) {
    TRY_VOID(estate::get_unit(connection, scope, *unit));
    if (const auto index = picture.index_of(*unit)) {
      for (const auto one : picture.subtree(*index)) wanted[one] = 1;
    }
  }
  std::vector<Owed> all;
  for (std::size_t place = 0; place < picture.size(); ++place) {
    if (wanted[place] == 0) continue;
    for (std::size_t i = 0; i < evaluation->questions().size(); ++i) {
      const auto state = evaluation->state(i, place);
      if (!state) continue;
      const auto& question = evaluation->questions()[i];
      Owed owed{picture.units()[place].id, picture.units()[place].name, question.clause->binding->directive,
                question.clause->clause, question.duty, question.occurrence->period_from, question.occurrence->due, *state,
                reason_of(evaluation->facts(i, place), *state, law->catalogue().metric(question.duty->metric)), {}};
      const auto found = files.find({owed.unit, question.duty->id, owed.period_from});
      if (found != files.end()) owed.evidence = found->second;
      all.push_back(std::move(owed));
    }
  }
  return all;
}

}  // namespace khien::duty
