#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"
#include "khien/store/store.hpp"

namespace khien::roster {

using DutyPingId = Id<struct DutyPingTag>;

// Who is called in turn.
//
//   asked ── deputy_after ──► deputy ── leader_after ──► leader     (no deputy on duty then:
//                │                                        ▲          the leader at once)
//                └────────────────────────────────────────┘
// An answer ends it at any step. Each step happens at its minute: who is called is who was on
// duty at that minute, however much later the hub looked, and nobody is called twice.
enum class CallStep : unsigned char { duty, deputy, leader };
std::string_view to_string(CallStep step);

struct Call {
  CallStep step = CallStep::duty;
  Timestamp at;
  std::string person;
  std::string phone;
  std::optional<UserId> user;  // none: can only be called by telephone
};
struct Ping {
  DutyPingId id;
  UnitId unit;
  std::string unit_name;
  Timestamp asked_at;
  UserId asked_by;
  std::vector<Call> calls;  // up to now, in order; never empty
  std::optional<Timestamp> answered_at;
  std::optional<UserId> answered_by;

  std::string people_asked() const;  // on duty when it was asked
  std::optional<Timestamp> escalated_at() const;
};

// After that nobody is waited for any more.
inline constexpr Duration kCallWaits = hours(24);
bool is_waiting(const Ping& ping, Timestamp now);
// Is the person one of those who were called by now?
bool is_called(const Ping& ping, UserId user);

// Asks whoever is on duty in the unit. Code::not_found outside of the scope, conflict where
// nobody is on duty, exhausted while an unanswered one waits for the deputy's turn.
Result<DutyPingId> ask(store::Connection& connection, const store::TenantScope& scope, UnitId unit, UserId by, Timestamp now);
// "I am here", by one who was called; of people without a user whoever reached them by
// telephone. Code::denied for anybody else, conflict where it was answered or waits no more.
Result<void> answer(store::Connection& connection, const store::TenantScope& scope, DutyPingId id, UserId by, Timestamp now);

struct PingQuery {
  std::optional<UnitId> unit;     // it and what is below it
  std::optional<UserId> to_user;  // only those that wait for this person's answer
  std::string cursor;
  std::size_t limit = 200;
};
struct PingPage {
  std::vector<Ping> items;  // newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<PingPage> list_pings(store::Connection& connection, const store::TenantScope& scope, const PingQuery& query, Timestamp now);
Result<Ping> get_ping(store::Connection& connection, const store::TenantScope& scope, DutyPingId id, Timestamp now);

// Writes down the calls whose minute has come, of every tenant; the hub asks once a minute,
// and nothing depends on how often. Returns how many calls there are.
Result<std::int64_t> sweep(store::Store& hub, Timestamp now);

}  // namespace khien::roster
