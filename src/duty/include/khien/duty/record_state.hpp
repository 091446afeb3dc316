#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/role.hpp"

namespace khien::duty {

// What became of what a person recorded. Nothing is ever removed.
enum class RecordState : unsigned char {
  waiting,    // for a second person
  approved,   // by a second person, or where none is asked for
  refused,    // sent back, with the reason
  withdrawn,  // taken back
  replaced,   // a newer version counts (registers only)
};
std::string_view to_string(RecordState state);
Result<RecordState> record_state_from_string(std::string_view text);

// Who asks, for what they may do with a record.
struct Actor {
  UserId user;
  Role role = Role::inspector;
};

// Who recorded, and who decided. The rule of two people is a constraint of the
// tables too.
struct Handling {
  RecordState state = RecordState::waiting;
  UserId recorded_by;
  Timestamp recorded_at;
  std::optional<UserId> decided_by;  // none: no second person was needed, or none decided yet
  std::optional<Timestamp> decided_at;
  std::string decision_note;
  std::optional<UserId> ended_by;  // who withdrew or replaced it
  std::optional<Timestamp> ended_at;

  bool may_decide(const Actor& actor) const;
  // Whoever may record for the unit may take back what was recorded for it: people
  // leave, and the audit log says who it was.
  bool may_withdraw(const Actor& actor) const;
};

struct Decision {
  bool approve = false;
  std::string note;  // needed to refuse
};

}  // namespace khien::duty
