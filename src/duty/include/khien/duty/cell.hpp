#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/duty/duty_records.hpp"
#include "khien/duty/matrix.hpp"

namespace khien::duty {

// One duty, one unit, one time that it is to be done.
struct DutyInstance {
  const law::Duty* duty = nullptr;
  Date period_from;
  Date period_to;  // without an end: that of the directive, or the day asked about
  std::optional<Date> due;
  DutyState state = DutyState::not_due;
  LocalText reason;
  const law::Metric* metric = nullptr;  // shown beside; null: none
  Measurement measurement;
  bool may_record = false;  // by the actor, today
  std::vector<DutyRecord> records;
};

struct CellEvent {
  Timestamp at;
  std::optional<UserId> who;
  LocalText text;
};

// One unit's duties of one clause: what a cell of the matrix opens to.
struct Cell {
  std::shared_ptr<const TenantLaw> law;  // all pointers point into it
  UnitId unit;
  std::string unit_name;
  Date as_of;
  const Binding* binding = nullptr;
  const law::Clause* clause = nullptr;
  std::vector<std::string> roles;        // that the clause binds on the day
  DutyState state = DutyState::not_due;  // as the matrix shows it
  // Those that are at stake, the worst first; then older ones, newest first.
  std::vector<DutyInstance> instances;
  std::vector<CellEvent> history;  // newest first
};
// Code::not_found if the unit is not in scope or not there on the day, or the clause
// does not bind it.
Result<Cell> read_cell(store::Connection& connection, const store::TenantScope& scope,
                       std::shared_ptr<const TenantLaw> law, UnitId unit, std::string_view clause, Date as_of,
                       const Actor& actor, Timestamp now);

}  // namespace khien::duty
