#include "evaluation.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace khien::duty {
namespace {

std::vector<Asked> asked_of(const std::vector<Question>& questions) {
  std::vector<Asked> asked;
  for (const auto& question : questions) asked.push_back({question.duty, question.occurrence});
  return asked;
}

bool decides(const law::Duty& duty) {
  return duty.met_by == law::MetBy::metric || duty.met_by == law::MetBy::record_and_metric;
}

bool recurs(law::Recurrence recurrence) {
  return recurrence != law::Recurrence::once && recurrence != law::Recurrence::continuous &&
         recurrence != law::Recurrence::on_event;
}

}  // namespace

std::optional<Period> period_of(const law::Duty& duty, const law::Occurrence& occurrence) {
  if (!recurs(duty.recurrence) || !occurrence.period_to) return std::nullopt;
  return Period{occurrence.period_from, *occurrence.period_to};
}

Result<std::unique_ptr<Evaluation>> Evaluation::create(store::Connection& connection, const store::TenantScope& scope,
                                                       const TenantLaw& law, Date as_of, Timestamp now,
                                                       std::vector<Question> questions, Figures figures) {
  TRY(auto picture, Picture::load(connection, scope, law.catalogue(), as_of));
  auto made = std::unique_ptr<Evaluation>(new Evaluation(std::move(picture)));
  made->questions_ = std::move(questions);
  TRY(made->marks_, read_marks(connection, scope, law.catalogue(), made->picture_, asked_of(made->questions_)));
  std::map<const ScheduledClause*, std::size_t> seen;
  for (const auto& question : made->questions_) {
    const auto [place, is_new] = seen.emplace(question.clause, made->bound_.size());
    made->clause_of_.push_back(place->second);
    if (!is_new) continue;
    made->bound_.push_back(made->picture_.bound_today(question.clause->roles));
  }
  TRY_VOID(made->measure(connection, scope, law, now, figures));
  return made;
}

Result<void> Evaluation::measure(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                 Timestamp now, Figures figures) {
  measures_ = std::make_unique<Measures>(connection, scope, law.catalogue(), picture_, now);
  if (!picture_.is_whole()) {
    TRY(highest_level_of_all_, measures_->kept_for_all(kHighestLevel));
    TRY(sites_of_all_, measures_->kept_for_all(kSites));
  }
  columns_.resize(questions_.size());
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    const auto& question = questions_[i];
    if (question.duty->metric.empty() || (figures == Figures::deciding && !decides(*question.duty))) continue;
    const auto period = period_of(*question.duty, *question.occurrence);
    const auto& bound = bound_[clause_of_[i]];
    if (std::ranges::find(bound, Picture::Bound::by_kind) != bound.end()) {
      TRY(columns_[i].of_units, measures_->of_units(question.duty->metric, period));
    }
    if (std::ranges::find(bound, Picture::Bound::for_all) != bound.end()) {
      TRY(columns_[i].of_all, measures_->of_all(question.duty->metric, period));
    }
  }
  return {};
}

// What nobody kept does not free anybody of a duty.
bool Evaluation::applies(const law::AppliesIf& condition, std::size_t unit, bool for_all) const {
  const bool kept = for_all && !picture_.is_whole();
  if (condition.system_level_at_least) {
    double highest = for_all ? picture_.highest_level_of_all() : picture_.highest_level(unit);
    if (kept) highest = highest_level_of_all_[unit].known() ? highest_level_of_all_[unit].value() : 5;
    if (highest < *condition.system_level_at_least) return false;
  }
  if (!condition.owns_site) return true;
  bool owns = for_all ? picture_.any_site() : picture_.owns_site(unit);
  if (kept) owns = sites_of_all_[unit].known() ? sites_of_all_[unit].value() > 0 : *condition.owns_site;
  return owns == *condition.owns_site;
}

Picture::Bound Evaluation::bound(std::size_t question, std::size_t unit) const {
  const auto& asked = questions_[question];
  const auto today = bound_[clause_of_[question]][unit];
  if (today == Picture::Bound::no || !asked.is_past) return today;
  // Who was not bound then inherits nothing.
  const auto last_day = std::min(asked.occurrence->last_day(), picture_.as_of());
  return picture_.bound(unit, asked.clause->roles, last_day) == Picture::Bound::no ? Picture::Bound::no : today;
}

Facts Evaluation::facts(std::size_t question, std::size_t unit) const {
  const auto& asked = questions_[question];
  const bool for_all = bound_[clause_of_[question]][unit] == Picture::Bound::for_all;
  Facts facts;
  facts.duty = asked.duty;
  facts.occurrence = asked.occurrence;
  facts.as_of = picture_.as_of();
  facts.applies = applies(asked.duty->applies_if, unit, for_all);
  facts.record = marks_.records[question][unit];
  if (!marks_.registers[question].empty()) facts.in_register = marks_.registers[question][unit];
  const auto* column = for_all ? columns_[question].of_all : columns_[question].of_units;
  if (column != nullptr) facts.measurement = &(*column)[unit];
  return facts;
}

std::optional<DutyState> Evaluation::state(std::size_t question, std::size_t unit) const {
  if (bound(question, unit) == Picture::Bound::no) return std::nullopt;
  return judge(facts(question, unit));
}

}  // namespace khien::duty
