#pragma once

#include <cstdint>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::patch {

// How a machine stands to a vulnerability, or to a letter. Worst first: of several
// packages, or several vulnerabilities of a letter, the first that holds.
enum class PatchState : unsigned char {
  open,          // the version is affected; somebody has to act
  mitigated,     // a person did something else, until a day
  accepted,      // a person carries the risk, until a day
  unknown,       // no inventory, or a version that cannot be told: never fine
  patched,       // the inventory shows it
  not_affected,  // nothing of it is there; or the record, or a person, says so
};
inline constexpr std::size_t kPatchStates = 6;
std::string_view to_string(PatchState state);
Result<PatchState> patch_state_from_string(std::string_view text);

enum class AdvisoryKind : unsigned char { vulnerability, letter };
std::string_view to_string(AdvisoryKind kind);
Result<AdvisoryKind> advisory_kind_from_string(std::string_view text);

// What set the day by which it is to be patched.
enum class DueBy : unsigned char { letter, exploited, severity, likelihood, none };
std::string_view to_string(DueBy by);
Result<DueBy> due_by_from_string(std::string_view text);

enum class DecisionKind : unsigned char { mitigated, accepted, not_affected };
std::string_view to_string(DecisionKind kind);
Result<DecisionKind> decision_kind_from_string(std::string_view text);

}  // namespace khien::patch
