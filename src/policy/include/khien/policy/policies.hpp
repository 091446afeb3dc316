#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/policy.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::policy {

// Policies of units: one for every machine below a unit and one for each role.
//
//   draft ──second person agrees──► published   (never changes again; a later
//     │                                          version replaces it from its day on)
//     └──second person declines──► declined
//
// Invariants
//  (1) What was decided is as it was written: the database refuses to change it.
//  (2) Who wrote a draft last cannot decide it.
//  (3) A person writes and decides only policies of units in scope. What units above
//      say is read to work out what holds, and shown as theirs.
//
// Days are those of Vietnam; nothing is published for a day that is over.

enum class VersionState : unsigned char { draft, published, declined };
std::string_view to_string(VersionState state);

struct PolicyVersion {
  std::uint32_t number = 1;
  VersionState state = VersionState::draft;
  Policy policy;
  std::string text;  // of the policy, as it is kept
  Date valid_from;
  std::optional<Date> valid_until;  // the last day
  std::string reason;
  Timestamp written_at;
  UserId written_by;
  std::optional<Timestamp> decided_at;
  std::optional<UserId> decided_by;
  std::string note;

  bool holds_on(Date day) const {
    return state == VersionState::published && valid_from <= day && (!valid_until || day <= *valid_until);
  }
  // What the second person agrees to: this text, these days.
  Sha256 digest() const;
};

struct PolicyRecord {
  PolicyId id;
  UnitId unit;
  std::string unit_name;
  std::optional<MachineRole> role;     // none: every machine
  std::vector<PolicyVersion> versions; // newest first

  const PolicyVersion* draft() const;
  const PolicyVersion* in_force(Date day) const;
  // The published one that begins next.
  const PolicyVersion* ahead(Date day) const;
};

// By unit and then by role; of the units in scope, and below `unit` if given.
Result<std::vector<PolicyRecord>> list_policies(store::Connection& connection, const store::TenantScope& scope,
                                                std::optional<UnitId> unit);
Result<PolicyRecord> get_policy(store::Connection& connection, const store::TenantScope& scope, PolicyId id);

struct Draft {
  Policy policy;
  Date valid_from;
  std::optional<Date> valid_until;
  std::string reason;
};
// What is wrong with it on that day, if something is: days, ends of exclusions.
Result<void> check_draft(const Draft& draft, Date today);

// The unit's policy for that role, made if it is new, with this draft. Code::conflict
// if it has a draft already.
Result<PolicyId> begin_draft(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                             std::optional<MachineRole> role, UserId who, const Draft& draft, Timestamp now);
// The draft's new text, or the first draft after what was decided.
Result<void> write_draft(store::Connection& connection, const store::TenantScope& scope, PolicyId id, UserId who,
                         const Draft& draft, Timestamp now);

struct Decision {
  bool publish = false;
  Sha256 read;          // digest() of the draft that the person read
  std::string note;     // needed where it is declined
};
// Code::denied if the same person wrote it, conflict if there is no draft or it is
// not the one that was read.
Result<void> decide_draft(store::Connection& connection, const store::TenantScope& scope, PolicyId id, UserId who,
                          const Decision& decision, Timestamp now);

// ---- whom it touches -------------------------------------------------------

struct SettingChange {
  PolicySetting setting = PolicySetting::roots;
  std::string before, after;     // JSON; "null": left to the machine's own file
  std::int64_t machines = 0;     // that go from the one to the other
};
struct TouchedMachine {
  MachineId id;
  std::string name;
  UnitId unit;
  std::string unit_name;
  std::optional<MachineRole> role;
  std::vector<PolicySetting> changes;
};
struct Preview {
  std::int64_t machines = 0;   // below the unit, of the role
  std::int64_t touched = 0;    // for which something changes
  std::int64_t held_by_lock = 0;  // to which a unit above forbids some of it
  std::vector<SettingChange> changes;
  std::vector<TouchedMachine> list;  // the first kPreviewed, by unit and name
};
inline constexpr std::size_t kPreviewed = 200;
// As if the draft were published, on the first day on which it holds.
Result<Preview> preview(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                        std::optional<MachineRole> role, const Draft& draft, Timestamp now);

}  // namespace khien::policy
