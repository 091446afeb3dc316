#include "khien/duty/record_state.hpp"

#include <algorithm>
#include <array>

#include "handling.hpp"
#include "khien/duty/refusal.hpp"

namespace khien::duty {
namespace {

constexpr std::array<std::string_view, 5> kStates{"waiting", "approved", "refused", "withdrawn", "replaced"};

bool runs_security(Role role) { return role == Role::province_admin || role == Role::soc_operator; }

}  // namespace

std::string_view to_string(RecordState state) { return kStates.at(static_cast<std::size_t>(state)); }

Result<RecordState> record_state_from_string(std::string_view text) {
  const auto found = std::ranges::find(kStates, text);
  if (found == kStates.end()) return Error(Code::invalid, "not a state of a record");
  return static_cast<RecordState>(found - kStates.begin());
}

bool Handling::may_decide(const Actor& actor) const {
  return state == RecordState::waiting && actor.user != recorded_by &&
         (runs_security(actor.role) || actor.role == Role::leader);
}

bool Handling::may_withdraw(const Actor& actor) const {
  const bool stands = state == RecordState::waiting || state == RecordState::approved;
  const bool writes = runs_security(actor.role) || actor.role == Role::unit_officer;
  return stands && writes;
}

Result<void> check_decision(const Handling& handling, const Actor& actor, const Decision& decision) {
  if (handling.state != RecordState::waiting) {
    return refuse(Code::conflict, "", {"Bản ghi này không còn chờ duyệt. Tải lại để xem tình trạng hiện nay.",
                                       "This record does not wait for approval any more. Reload to see what became of it."});
  }
  if (actor.user == handling.recorded_by) {
    return refuse(Code::conflict, "", {"Người ghi nhận không được tự duyệt. Cần người thứ hai.",
                                       "Whoever recorded it may not approve it. A second person is needed."});
  }
  if (!handling.may_decide(actor)) return Error(Code::denied, "not a role that decides");
  if (!decision.approve && decision.note.find_first_not_of(" \n\t") == std::string::npos) {
    return refuse(Code::invalid, "note", {"Hãy ghi lý do khi trả lại.", "Say why it is sent back."});
  }
  return {};
}

Result<void> check_withdrawal(const Handling& handling, const Actor& actor) {
  if (handling.state != RecordState::waiting && handling.state != RecordState::approved) {
    return refuse(Code::conflict, "", {"Bản ghi này đã được trả lại, thu hồi hoặc thay thế.",
                                       "This record was refused, withdrawn or replaced already."});
  }
  if (!handling.may_withdraw(actor)) return Error(Code::denied, "not a role that records");
  return {};
}

Handling handling_from(const store::Row& row, int first) {
  Handling handling;
  const auto state = record_state_from_string(row.text(first));
  handling.state = state ? *state : RecordState::withdrawn;
  handling.recorded_by = row.id<UserTag>(first + 1);
  handling.recorded_at = row.time(first + 2);
  if (!row.is_null(first + 3)) handling.decided_by = row.id<UserTag>(first + 3);
  if (!row.is_null(first + 4)) handling.decided_at = row.time(first + 4);
  handling.decision_note = row.text(first + 5);
  if (!row.is_null(first + 6)) handling.ended_by = row.id<UserTag>(first + 6);
  if (!row.is_null(first + 7)) handling.ended_at = row.time(first + 7);
  return handling;
}

}  // namespace khien::duty
