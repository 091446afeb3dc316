#include "escalation.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/date.hpp"
#include "khien/core/text.hpp"
#include "shift_rows.hpp"

namespace khien::roster {
namespace {

constexpr std::int64_t kMostCalled = 10;  // at one step

bool is_same_person(const Call& one, const Call& other) {
  if (one.user && other.user) return one.user == other.user;
  return !one.user && !other.user && one.person == other.person && one.phone == other.phone;
}

// The contact named as the unit's leader, and the leaders who sign in for that very unit; one
// who is both is called once.
Result<std::vector<Call>> leaders_at(store::Connection& connection, TenantId tenant, UnitId unit, Timestamp at) {
  std::vector<Call> leaders;
  TRY_VOID(connection.query("SELECT name, phone FROM contact WHERE tenant_id = ?1 AND unit_id = ?2 AND purpose = 'leader' AND valid_from <= ?3 "
                            "AND (valid_to IS NULL OR valid_to >= ?3) ORDER BY valid_from DESC, id DESC LIMIT 1",
                            {tenant, unit, std::int64_t{vietnam_day(at).days()}}, [&](const store::Row& row) -> Result<void> {
                              leaders.push_back({.step = CallStep::leader, .at = at, .person = std::string(row.text(0)), .phone = std::string(row.text(1)), .user = {}});
                              return {};
                            }));
  TRY_VOID(connection.query("SELECT c.id, c.name FROM account c JOIN account_scope s ON s.tenant_id = c.tenant_id AND s.account_id = c.id "
                            "WHERE c.tenant_id = ?1 AND s.unit_id = ?2 AND c.role = 'leader' AND c.disabled = 0 ORDER BY c.id LIMIT ?3",
                            {tenant, unit, kMostCalled}, [&](const store::Row& row) -> Result<void> {
                              const auto known = std::ranges::find_if(leaders, [&](const Call& call) { return !call.user && fold(call.person) == fold(row.text(1)); });
                              if (known != leaders.end()) {
                                known->user = row.id<UserTag>(0);
                              } else {
                                leaders.push_back({.step = CallStep::leader, .at = at, .person = std::string(row.text(1)), .phone = {}, .user = row.id<UserTag>(0)});
                              }
                              return {};
                            }));
  return leaders;
}

std::vector<Call> not_called_yet(std::vector<Call> people, const std::vector<Call>& called) {
  std::erase_if(people, [&](const Call& one) { return std::ranges::any_of(called, [&](const Call& other) { return is_same_person(one, other); }); });
  return people;
}

}  // namespace

Result<std::vector<Call>> on_duty_at(store::Connection& connection, TenantId tenant, UnitId unit, CallStep step, Timestamp at) {
  std::vector<Call> people;
  // What was entered later than that minute was not known in it, whenever one looks.
  TRY_VOID(connection.query("SELECT person, phone, user_id FROM duty_shift WHERE tenant_id = ?1 AND unit_id = ?2 AND removed = 0 AND part = ?3 "
                            "AND from_at > ?5 AND from_at <= ?4 AND to_at > ?4 AND changed_at <= ?4 ORDER BY from_at, id LIMIT ?6",
                            {tenant, unit, step == CallStep::duty ? "main" : "deputy", at, at - kLongestShift, kMostCalled},
                            [&](const store::Row& row) -> Result<void> {
                              Call call{.step = step, .at = at, .person = std::string(row.text(0)), .phone = std::string(row.text(1)), .user = {}};
                              if (!row.is_null(2)) call.user = row.id<UserTag>(2);
                              people.push_back(std::move(call));
                              return {};
                            }));
  return people;
}

Result<void> go_on(store::Connection& connection, Turn& turn, Timestamp now) {
  while (turn.next_at && *turn.next_at <= now) {
    const Timestamp at = *turn.next_at;
    turn.next_at.reset();
    std::vector<Call> people;
    if (turn.next == CallStep::deputy) {
      TRY(auto deputies, on_duty_at(connection, turn.tenant, turn.unit, CallStep::deputy, at));
      people = not_called_yet(std::move(deputies), turn.calls);
      if (!people.empty()) turn.next_at = at + turn.leader_after;
    }
    turn.next = CallStep::leader;
    if (people.empty()) {
      TRY(auto leaders, leaders_at(connection, turn.tenant, turn.unit, at));
      people = not_called_yet(std::move(leaders), turn.calls);
    }
    turn.calls.insert(turn.calls.end(), people.begin(), people.end());
  }
  return {};
}

}  // namespace khien::roster
