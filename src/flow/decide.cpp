#include <string>
#include <utility>

#include "finding_states.hpp"
#include "finding_writer.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/flow/findings.hpp"

namespace khien::flow {
namespace {

constexpr std::size_t kMaxNoteBytes = 8'000;  // 2,000 characters

Result<std::string> checked_note(const FindingDecision& decision) {
  auto note = nfc(decision.note);
  if (!note) return std::move(note).error().within("note");
  if (note->size() > kMaxNoteBytes) return Error(Code::invalid, "the note is too long");
  const bool blank = note->find_first_not_of(" \t\r\n") == note->npos;
  if (blank && decision.state == FindingState::suppressed) {
    return Error(Code::invalid, "to suppress a finding, say why");
  }
  return blank ? std::string() : std::move(note).value();
}

Result<std::int64_t> transitions_of(store::Connection& connection, TenantId tenant, FindingId id) {
  std::int64_t count = 0;
  TRY_VOID(connection.query_one("SELECT history FROM finding WHERE tenant_id = ?1 AND id = ?2", {tenant, id},
                                [&](const store::Row& row) -> Result<void> {
                                  count = row.integer(0);
                                  return {};
                                }));
  return count;
}

}  // namespace

Result<void> decide(store::Connection& connection, const store::TenantScope& scope, FindingId id, UserId who,
                    const FindingDecision& decision, Timestamp now) {
  khien_assert(who);
  TRY(const auto record, get_finding(connection, scope, id));
  TRY(const auto note, checked_note(decision));
  if (!person_may(record.state, decision.state)) {
    return Error(Code::conflict, "a finding that is " + std::string(to_string(record.state)) + " cannot become " +
                                     std::string(to_string(decision.state)));
  }
  // What is installed is not talked away: it is patched, or a decision with an end holds it.
  if (record.judge == JudgeId::advisory && !(is_open(record.state) && is_open(decision.state))) {
    return Error(Code::conflict, "a vulnerability is decided on with its advisory");
  }
  const bool opens = !is_open(record.state) && is_open(decision.state);
  TRY(const auto transitions, transitions_of(connection, scope.tenant(), id));
  TRY_VOID(connection.run(
      "UPDATE finding SET state = ?3, owner_id = CASE WHEN ?4 THEN ?5 ELSE owner_id END, "
      "opened_at = CASE WHEN ?6 THEN max(first_seen, ?7) ELSE opened_at END, history = ?8, withdrawn = 0, "
      "allowed_sha256 = CASE WHEN state = ?3 THEN allowed_sha256 END, "
      "allowed_until = CASE WHEN state = ?3 THEN allowed_until END "
      "WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, to_string(decision.state), decision.take, who, opens, now, transitions + 1}));
  TRY_VOID(put_history(connection, {.tenant = scope.tenant(),
                                    .finding = id,
                                    .number = transitions + 1,
                                    .at = now,
                                    .who = who,
                                    .state = decision.state,
                                    .effect = effect_of(record.state, decision.state),
                                    .note = note}));
  if (is_open(record.state) == is_open(decision.state)) return {};
  return recount(connection, scope.tenant(), record.asset);
}

}  // namespace khien::flow
