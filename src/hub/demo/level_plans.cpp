#include "khien/duty/level_plan.hpp"

#include "khien/estate/systems.hpp"
#include "numbers.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

constexpr std::size_t kSystemsWithPlan = 6;

duty::PlanState state_of(std::uint64_t number) {
  const auto of_hundred = scattered(number, 81, 100);
  if (of_hundred < 60) return duty::PlanState::met;
  if (of_hundred < 80) return duty::PlanState::partly;
  return of_hundred < 92 ? duty::PlanState::missing : duty::PlanState::not_judged;
}

std::string_view note_of(duty::PlanState state) {
  switch (state) {
    case duty::PlanState::partly:
      return "Đã có ở hệ thống chính, chưa có ở hệ thống dự phòng (dữ liệu mẫu)";
    case duty::PlanState::missing:
      return "Chưa bố trí được kinh phí (dữ liệu mẫu)";
    default:
      return "";
  }
}

}  // namespace

Result<void> make_level_plans(Ground& ground) {
  TRY(const auto law, ground.law.of(ground.connection, ground.scope.tenant()));
  TRY(const auto levels, estate::list_owned_levels(ground.connection, ground.scope));
  std::size_t systems = 0;
  std::uint64_t number = 0;
  for (const auto& owned : levels) {
    if (owned.level.level < 3 || owned.level.valid_to || systems == kSystemsWithPlan) continue;
    TRY(const auto plan,
        duty::read_level_plan(ground.connection, ground.scope, law, owned.system, ground.now));
    if (plan.items.empty()) continue;
    ++systems;
    for (const auto& item : plan.items) {
      const auto state = state_of(++number);
      if (state == duty::PlanState::not_judged) continue;
      TRY_VOID(duty::judge_requirement(ground.connection, ground.scope, law, owned.system,
                                       {.requirement = item.requirement->id,
                                        .state = state,
                                        .note = std::string(note_of(state)),
                                        .evidence = {},
                                        .by = ground.people.operator_.user},
                                       ground.now));
    }
  }
  return {};
}

}  // namespace khien::hub::demo
