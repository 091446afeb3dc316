#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/local_text.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// A level holds under the rules of its day: "level 3 by rules X".
struct SystemLevel {
  Date valid_from;
  std::optional<Date> valid_to;  // last day; none: still
  int level = 1;                 // 1 to 5
  std::string rule;              // id of content/levels
  std::string decision;
};

// An information system in the law's sense.
struct System {
  SystemId id;
  UnitId unit;  // the owner
  std::string unit_name;
  std::string name;
  std::string purpose;
  std::string operator_;  // who runs it, watches its security, judged it last: a unit's or a company's name
  std::string monitor;
  std::string assessor;
  std::optional<Date> dossier_at;        // level dossier made
  std::optional<Date> approved_at;       // level approved
  std::optional<Date> plan_deployed_at;  // protection plan in full effect
  std::optional<Date> assessed_at;       // last assessed
  std::optional<Date> ended_on;          // first day without it
  std::optional<SystemLevel> level;      // of today; none: not set
};

struct SystemQuery {
  std::optional<UnitId> unit;
  std::string words;
  std::optional<int> level;  // 0: those without
  std::string cursor;
  std::size_t limit = 200;
  // Those that ran at `now`, a moment that is over, as far as the register or a day of theirs
  // tells by then; not those that have ended since. Names, monitor and assessor are today's.
  bool past = false;
};
struct SystemPage {
  std::vector<System> items;  // by name; not those that ended
  std::int64_t total = 0;     // that match
  std::optional<std::string> next;
  std::array<std::int64_t, 6> by_level{};  // in scope and below `unit`, whatever the words; [0]: not set
};
Result<SystemPage> list_systems(store::Connection& connection, const store::TenantScope& scope,
                                const SystemQuery& query, Timestamp now);
Result<System> get_system(store::Connection& connection, const store::TenantScope& scope, SystemId id, Timestamp now);
// Oldest first.
Result<std::vector<SystemLevel>> list_system_levels(store::Connection& connection, const store::TenantScope& scope,
                                                    SystemId id);
// Of every system in scope, with the owner: what a computation over years needs.
struct OwnedLevel {
  UnitId unit;
  SystemId system;
  SystemLevel level;
};
Result<std::vector<OwnedLevel>> list_owned_levels(store::Connection& connection, const store::TenantScope& scope);

// Set: the field changes; an empty text or a Date of nullopt inside clears it.
struct SystemChange {
  std::optional<UnitId> unit;
  std::optional<std::string> name;
  std::optional<std::string> purpose;
  std::optional<std::string> operator_;
  std::optional<std::string> monitor;
  std::optional<std::string> assessor;
  std::optional<std::optional<Date>> dossier_at;
  std::optional<std::optional<Date>> approved_at;
  std::optional<std::optional<Date>> plan_deployed_at;
  std::optional<std::optional<Date>> assessed_at;
  std::optional<std::optional<Date>> ended_on;
};
// `change.unit` and `change.name` must be set. Code::conflict if the unit has a
// system of that name.
Result<SystemId> create_system(store::Connection& connection, const store::TenantScope& scope,
                               const SystemChange& change, Timestamp now);
Result<void> update_system(store::Connection& connection, const store::TenantScope& scope, SystemId id,
                           const SystemChange& change, Timestamp now);
// From `level.valid_from` on, today at the latest. Code::invalid unless that is
// after the last level's first day (the same day corrects it).
Result<void> set_system_level(store::Connection& connection, const store::TenantScope& scope, SystemId id,
                              const SystemLevel& level, Timestamp now);

// What does not fit together in what is recorded: an assessor who is also the
// monitor at level 3 or above, a level without its dossier, dates out of order.
std::vector<LocalText> warnings_of(const System& system);

}  // namespace khien::estate
