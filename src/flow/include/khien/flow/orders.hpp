#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/flow/quarantine.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/order.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/ledger.hpp"
#include "khien/store/scope.hpp"

namespace khien::flow {

// What people ask of agents. Who turns which state into which:
//
//   (none) ──order_…()──► waiting ──apply_order_seen()──► done | refused
//      └─ two persons ──► waiting_second ──decide_order()──► waiting | declined
//   waiting_second, waiting ──expires_at──► (expired: not given out any more)
//
// An order is for one machine, ends by itself, and is given out until its agent
// answers; the agent carries it out once. Its number is positive, fits 53 bits, and
// is never given out again, not even by a hub that was restored from a backup.
enum class OrderState : unsigned char { waiting_second, waiting, done, refused, declined, expired };
std::string_view to_string(OrderState state);

struct OrderRecord {
  OrderId id;
  Verb verb = Verb::scan;
  OrderState state = OrderState::waiting;
  Refusal refusal = Refusal::none;
  MachineId machine;
  std::string machine_name;
  UnitId unit;
  std::string unit_name;
  std::optional<FindingId> finding;
  std::optional<QuarantineItemId> item;
  std::string subject;  // a path, text from outside
  bool insist = false;
  bool two_persons = false;
  std::string reason;
  std::optional<Timestamp> allow_until;
  Timestamp created_at;
  UserId created_by;
  Timestamp expires_at;
  std::optional<Timestamp> decided_at;
  std::optional<UserId> decided_by;
  std::string note;
  std::optional<Timestamp> answered_at;
};

// Each is Code::not_found for what is foreign or absent, conflict if the same was
// asked already and waits, invalid without a reason.

// The file of an open finding of the scan judge, by its path's and its newest
// evidence's hash. To insist takes a second person. Code::conflict also if there is
// nothing to take: it is closed, or was never read.
struct QuarantineWish {
  FindingId finding;
  bool insist = false;
  std::string reason;
};
Result<OrderId> order_quarantine(store::Connection& connection, const store::Ledger& ledger,
                                 const store::TenantScope& scope, UserId who, const QuarantineWish& wish, Timestamp now);

// A file back to where it was; a system folder takes a second person. The agent
// leaves these bytes alone until `allow_until` (at most 366 days ahead). When it says
// that they are back, and not before, the findings of these very bytes there are
// suppressed with the reason, until other bytes are seen there or the day is over.
struct RestoreWish {
  QuarantineItemId item;
  Timestamp allow_until;
  std::string reason;
};
Result<OrderId> order_restore(store::Connection& connection, const store::TenantScope& scope, UserId who,
                              const RestoreWish& wish, Timestamp now);

Result<OrderId> order_scan(store::Connection& connection, const store::TenantScope& scope, UserId who, MachineId machine,
                           Timestamp now);

// A scan of every machine of the unit and below it: an order for each, given out in
// turns of kUnitScanPace a minute, so that neither the hub nor the machines of one
// building work at one moment; each lives 24 hours from its turn. What an agent grants
// an hour is its own limit all the same. Machines that wait for a scan already, that are
// revoked or made up are left out. Code::conflict within an hour of the same for this
// unit, exhausted beyond kMostUnitScans of one person in an hour or kMostUnitMachines.
inline constexpr std::int64_t kUnitScanPace = 500;
inline constexpr std::int64_t kMostUnitScans = 4;
inline constexpr std::int64_t kMostUnitMachines = 50'000;
struct UnitScan {
  std::int64_t machines = 0;  // that were asked now
  std::int64_t waiting = 0;   // that wait for a scan already
  Timestamp last_begins_at;   // the last one's turn
};
Result<UnitScan> order_unit_scan(store::Connection& connection, const store::TenantScope& scope, UserId who, UnitId unit,
                                 Timestamp now);

// The second person's word. Code::denied if it is the first one's own, conflict if
// it does not wait for one.
Result<void> decide_order(store::Connection& connection, const store::TenantScope& scope, UserId who, OrderId id,
                          bool approve, std::string_view note, Timestamp now);

struct OrderQuery {
  std::optional<UnitId> unit;
  bool waiting_second = false;  // only these
  std::string cursor;
  std::size_t limit = 200;
};
struct OrderPage {
  std::vector<OrderRecord> items;  // newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<OrderPage> list_orders(store::Connection& connection, const store::TenantScope& scope, const OrderQuery& query,
                              Timestamp now);
Result<OrderRecord> get_order(store::Connection& connection, const store::TenantScope& scope, OrderId id, Timestamp now);

// What this agent is asked, oldest first, at most kMaxOrders. Whose they are is the
// certificate's word.
Result<std::vector<Order>> orders_for(store::Connection& connection, const AgentIdentity& agent, Timestamp now);
Result<bool> orders_wait(store::Connection& connection, const AgentIdentity& agent, Timestamp now);

}  // namespace khien::flow
