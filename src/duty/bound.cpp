#include "khien/duty/bound.hpp"

#include <algorithm>

#include "picture.hpp"

namespace khien::duty {

Result<std::vector<UnitId>> units_bound(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                        std::string_view metric, Date day) {
  TRY(const auto picture, Picture::load(connection, scope, law.catalogue(), day));
  std::vector<char> bound(picture.size(), 0);
  for (const auto& binding : law.bindings()) {
    if (!binding.dated.in_force(day)) continue;
    for (const auto& clause : binding.directive->clauses) {
      const auto measures = [&](const law::Duty& duty) { return duty.metric == metric; };
      if (clause.scope_note || std::ranges::none_of(clause.duties, measures)) continue;
      const auto of_clause = picture.bound_today(law.addressees(clause, day));
      for (std::size_t i = 0; i < bound.size(); ++i) bound[i] |= of_clause[i] == Picture::Bound::by_kind ? 1 : 0;
    }
  }
  std::vector<UnitId> units;
  for (std::size_t i = 0; i < bound.size(); ++i) {
    if (bound[i] != 0) units.push_back(picture.units()[i].id);
  }
  return units;
}

}  // namespace khien::duty
