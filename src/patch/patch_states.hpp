#pragma once

#include <optional>

#include "khien/model/finding.hpp"
#include "khien/patch/state.hpp"

namespace khien::patch {

// A machine's state is not stored: it follows from its finding (flow/finding_states.hpp has
// who moves that) and from the decision that holds it.
//
//   the finding      and                                     state
//   (none)           the machine's inventory is whole        not_affected
//   (none)           no inventory, or a version not told     unknown
//   (none)           of a letter: no record describes it     unknown
//   new, in_progress                                         open
//   suppressed       held by a decision: mitigated           mitigated
//   suppressed       held by a decision: accepted            accepted
//   suppressed       held by a decision: not_affected        not_affected
//   suppressed       no decision holds it any more           open
//   resolved         what showed it went                     patched
//   resolved         its rule does not hold any more         not_affected
//
// So the edges are, with who makes each:
//   not_affected, patched ──an inventory shows an affected version──► open     the road
//   open ──an inventory without it; a kernel: the fixed one runs──► patched     the road
//   open ──a record is withdrawn, or nobody follows it──► not_affected          the road
//   open ──a person, with reason and end──► mitigated, accepted, not_affected   decide()
//   mitigated, accepted, not_affected ──the day is over, or a person──► open    review(), end_decision()
//   mitigated, accepted ──an inventory without it──► patched                    the road
//   any ──the inventory is gone──► unknown                                      the road
//   not_affected, patched ──an inventory without its version──► unknown         the road
// An open or held one stays so while the version is not told: that is no patch.
// patched comes from nowhere but an inventory: no person's word closes it.
struct Standing {
  std::optional<FindingState> finding;
  bool withdrawn = false;                  // resolved because its rule does not hold any more
  std::optional<DecisionKind> held_by;
  bool told = true;                        // an inventory is there, and the version
};
PatchState state_of(const Standing& standing);

// As SQL: the rank (PatchState) of a finding `f`, its decision `d` left joined.
#define KHIEN_PATCH_RANK                                                                           \
  "CASE f.state WHEN 'resolved' THEN CASE f.withdrawn WHEN 1 THEN 5 ELSE 4 END "                   \
  "WHEN 'suppressed' THEN CASE d.kind WHEN 'mitigated' THEN 1 WHEN 'accepted' THEN 2 "             \
  "WHEN 'not_affected' THEN 5 ELSE 0 END ELSE 0 END"

// A machine whose certificate was revoked is nobody's to patch; what stands in for a device
// without an agent, or for a site, has none to begin with and is. ?1 is the tenant.
#define KHIEN_IS_OURS(machine) "(" machine ".revoked_at IS NULL OR " machine ".stand_in = 1)"
#define KHIEN_STILL_OURS(column)                                                                                      \
  " AND " column " NOT IN (SELECT x.id FROM machine x WHERE x.tenant_id = ?1 AND x.revoked_at IS NOT NULL AND x.stand_in <> 1)"

}  // namespace khien::patch
