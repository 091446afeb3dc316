#include "patch_states.hpp"

#include <array>
#include <string>

namespace khien::patch {
namespace {

constexpr std::array<std::string_view, kPatchStates> kStates{"open", "mitigated", "accepted", "unknown", "patched", "not_affected"};
constexpr std::array<std::string_view, 2> kKinds{"vulnerability", "letter"};
constexpr std::array<std::string_view, 5> kDues{"letter", "exploited", "severity", "likelihood", "none"};
constexpr std::array<std::string_view, 3> kDecisions{"mitigated", "accepted", "not_affected"};

template <class Enum, std::size_t N>
Result<Enum> value_of(const std::array<std::string_view, N>& names, std::string_view what, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return Error(Code::invalid, std::string(what) + " is not one that is known");
}

}  // namespace

std::string_view to_string(PatchState state) { return kStates.at(static_cast<std::size_t>(state)); }
Result<PatchState> patch_state_from_string(std::string_view text) { return value_of<PatchState>(kStates, "state", text); }
std::string_view to_string(AdvisoryKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }
Result<AdvisoryKind> advisory_kind_from_string(std::string_view text) { return value_of<AdvisoryKind>(kKinds, "kind of advisory", text); }
std::string_view to_string(DueBy by) { return kDues.at(static_cast<std::size_t>(by)); }
Result<DueBy> due_by_from_string(std::string_view text) { return value_of<DueBy>(kDues, "reason of the due day", text); }
std::string_view to_string(DecisionKind kind) { return kDecisions.at(static_cast<std::size_t>(kind)); }
Result<DecisionKind> decision_kind_from_string(std::string_view text) { return value_of<DecisionKind>(kDecisions, "kind of decision", text); }

PatchState state_of(const Standing& standing) {
  if (!standing.finding) return standing.told ? PatchState::not_affected : PatchState::unknown;
  switch (*standing.finding) {
    case FindingState::new_:
    case FindingState::in_progress: return PatchState::open;
    case FindingState::resolved: return standing.withdrawn ? PatchState::not_affected : PatchState::patched;
    case FindingState::suppressed: break;
  }
  if (!standing.held_by) return PatchState::open;
  switch (*standing.held_by) {
    case DecisionKind::mitigated: return PatchState::mitigated;
    case DecisionKind::accepted: return PatchState::accepted;
    case DecisionKind::not_affected: return PatchState::not_affected;
  }
  return PatchState::open;
}

}  // namespace khien::patch
