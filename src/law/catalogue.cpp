#include <algorithm>
#include <map>
#include <ranges>

#include "catalogue_impl.hpp"
#include "load.hpp"

namespace khien::law {
namespace {

template <class T, class Member>
const T* find_in(const std::vector<T>& all, Member member, std::string_view wanted) {
  const auto found = std::ranges::find(all, wanted, member);
  return found == all.end() ? nullptr : &*found;
}

bool valid_on(Date from, const std::optional<Date>& to, Date day) {
  return from <= day && (!to || day <= *to);
}

template <class T>
const T* in_force(const std::vector<T>& all, Date day) {
  const auto found =
      std::ranges::find_if(all, [day](const T& one) { return valid_on(one.valid_from, one.valid_to, day); });
  return found == all.end() ? nullptr : &*found;
}

// Where roles are after the moves of one day, each once.
std::vector<std::string> moved(const std::vector<std::string>& roles, const std::vector<const Retarget*>& of_day) {
  std::vector<std::string> now;
  const auto add = [&now](const std::string& role) {
    if (std::ranges::find(now, role) == now.end()) now.push_back(role);
  };
  for (const std::string& role : roles) {
    const auto is_of_role = [&role](const Retarget* move) { return move->from == role; };
    if (std::ranges::none_of(of_day, is_of_role)) add(role);
    for (const Retarget* move : of_day) {
      if (is_of_role(move)) add(move->to);
    }
  }
  return now;
}

}  // namespace

void Catalogue::Impl::index() {
  std::ranges::sort(directives, [](const Directive& a, const Directive& b) {
    return std::tie(a.valid_from, a.key) < std::tie(b.valid_from, b.key);
  });
  std::ranges::sort(registers, {}, &Register::name);
  std::ranges::sort(level_rules, {}, &LevelRules::valid_from);
  std::ranges::sort(requirement_sets, {}, &RequirementSet::valid_from);
  std::ranges::sort(clock_rules, {}, &ClockRules::valid_from);
  std::ranges::sort(scores, [](const ScoreDefinition& a, const ScoreDefinition& b) {
    return std::tie(a.year, a.id) < std::tie(b.year, b.id);
  });
  std::ranges::sort(indexes, [](const IndexDefinition& a, const IndexDefinition& b) {
    return std::tie(a.id, a.version) < std::tie(b.id, b.version);
  });
  for (const Directive& directive : directives) {
    for (const Clause& clause : directive.clauses) {
      clauses_by_id.emplace(clause.id, ClauseRef{&directive, &clause});
      for (const Duty& duty : clause.duties)
        duties_by_id.emplace(duty.id, DutyRef{&directive, &clause, &duty});
    }
  }
}

Catalogue::Catalogue(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Catalogue::~Catalogue() = default;

Loading Catalogue::load(const std::vector<SourceFile>& files, Budget& budget) {
  Loader loader(budget);
  for (const SourceFile& file : files) loader.add(file);
  return loader.finish();
}

Loading Catalogue::with(const std::vector<SourceFile>& directives, Budget& budget) const {
  Loader loader(*impl_, budget);
  for (const SourceFile& file : directives) loader.add_directive(file);
  return loader.finish();
}

const std::vector<Role>& Catalogue::roles() const { return impl_->roles; }
const std::vector<Metric>& Catalogue::metrics() const { return impl_->metrics; }
const std::vector<NamedSystem>& Catalogue::systems() const { return impl_->systems; }
const std::vector<Directive>& Catalogue::directives() const { return impl_->directives; }
const std::vector<Register>& Catalogue::registers() const { return impl_->registers; }
const std::vector<LevelRules>& Catalogue::level_rules() const { return impl_->level_rules; }
const std::vector<RequirementSet>& Catalogue::requirement_sets() const { return impl_->requirement_sets; }
const std::vector<ClockRules>& Catalogue::clock_rules() const { return impl_->clock_rules; }
const std::vector<ScoreDefinition>& Catalogue::scores() const { return impl_->scores; }
const std::vector<IndexDefinition>& Catalogue::indexes() const { return impl_->indexes; }
const Calendar& Catalogue::calendar() const { return *impl_->calendar; }

const Role* Catalogue::role(std::string_view id) const { return find_in(impl_->roles, &Role::id, id); }
const Metric* Catalogue::metric(std::string_view id) const {
  return find_in(impl_->metrics, &Metric::id, id);
}
const Register* Catalogue::register_named(std::string_view name) const {
  return find_in(impl_->registers, &Register::name, name);
}
const Directive* Catalogue::directive(std::string_view key) const {
  return find_in(impl_->directives, &Directive::key, key);
}
const LevelRules* Catalogue::level_rule(std::string_view id) const {
  return find_in(impl_->level_rules, &LevelRules::id, id);
}

ClauseRef Catalogue::clause(std::string_view id) const {
  const auto found = impl_->clauses_by_id.find(id);
  return found == impl_->clauses_by_id.end() ? ClauseRef{} : found->second;
}

DutyRef Catalogue::duty(std::string_view id) const {
  const auto found = impl_->duties_by_id.find(id);
  return found == impl_->duties_by_id.end() ? DutyRef{} : found->second;
}

const LevelRules* Catalogue::level_rule_on(Date day) const { return in_force(impl_->level_rules, day); }
const ClockRules* Catalogue::clock_rules_on(Date detected) const {
  return in_force(impl_->clock_rules, detected);
}

const RequirementSet* Catalogue::requirements_of(std::string_view rule, Date day) const {
  for (const RequirementSet& set : impl_->requirement_sets) {
    if (set.rule == rule && valid_on(set.valid_from, set.valid_to, day)) return &set;
  }
  return nullptr;
}

const IndexDefinition* Catalogue::index_on(std::string_view id, Date day) const {
  for (const IndexDefinition& index : impl_->indexes) {
    if (index.id == id && valid_on(index.valid_from, index.valid_to, day)) return &index;
  }
  return nullptr;
}

std::vector<std::string> Catalogue::addressees(const Clause& clause, Date day,
                                               const std::function<bool(const Directive&)>& counts) const {
  std::map<Date, std::vector<const Retarget*>> moves;
  for (const Directive& directive : impl_->directives) {
    if (!directive.in_force(day) || (counts && !counts(directive))) continue;
    for (const Retarget& move : directive.retargets) {
      if (move.on <= day) moves[move.on].push_back(&move);
    }
  }
  std::vector<std::string> roles = clause.addressees;
  for (const auto& [on, of_day] : moves) roles = moved(roles, of_day);
  return roles;
}

}  // namespace khien::law
