#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/duty/catalogues.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/estate/systems.hpp"

namespace khien::duty {

enum class PlanState : unsigned char { met, partly, missing, not_judged };
std::string_view to_string(PlanState state);
Result<PlanState> plan_state_from_string(std::string_view text);

// One requirement of a system's level, and how people judged it last.
struct PlanItem {
  const law::Requirement* requirement = nullptr;
  PlanState state = PlanState::not_judged;
  std::string note;
  std::optional<UserId> decided_by;
  std::optional<Timestamp> decided_at;
  std::vector<Evidence> evidence;
};

// Requirement by requirement, for the level that a system has under the rules of its
// day, in our own words with the standard's clause numbers.
struct LevelPlan {
  std::shared_ptr<const TenantLaw> law;  // items point into it
  estate::System system;
  const law::RequirementSet* set = nullptr;  // null: no level, or nothing known for it
  int level = 0;
  std::vector<PlanItem> items;  // in the order of the set

  std::int64_t count(PlanState state) const;
};
Result<LevelPlan> read_level_plan(store::Connection& connection, const store::TenantScope& scope,
                                  std::shared_ptr<const TenantLaw> law, SystemId system, Timestamp now);

struct PlanJudgement {
  std::string requirement;
  PlanState state = PlanState::not_judged;
  std::string note;
  std::vector<EvidenceId> evidence;
  UserId by;
};
// Earlier judgements stay. Code::invalid unless the requirement is one of the
// system's level today.
Result<void> judge_requirement(store::Connection& connection, const store::TenantScope& scope,
                               std::shared_ptr<const TenantLaw> law, SystemId system, const PlanJudgement& judgement,
                               Timestamp now);

// The dossier's table for other programs: what each requirement asks, how it was
// judged, by which papers; gaps first where asked. Names of people come from the caller.
using PersonName = std::function<std::string(UserId)>;
std::string plan_as_csv(const LevelPlan& plan, bool vietnamese, const PersonName& name_of);
std::string plan_as_json(const LevelPlan& plan, const PersonName& name_of);

}  // namespace khien::duty
