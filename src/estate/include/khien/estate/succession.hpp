#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// merge    the unit ends and goes into one other
// split    it ends and goes into two or more
// rename   it goes on under another name
// abolish  it ends; into others, or into whom it belongs to
enum class SuccessionKind : unsigned char { merge, split, rename, abolish };
std::string_view to_string(SuccessionKind kind);
Result<SuccessionKind> succession_kind_from_string(std::string_view text);

struct NewSuccession {
  SuccessionKind kind = SuccessionKind::rename;
  Date on;                   // first day of the new order, today at the latest
  std::string decision;      // number and date of the decision
  std::vector<UnitId> into;  // exist on that day
  std::string new_name = {};  // rename only
};

// A unit that ends hands what hangs on it (units below, machines and their
// findings, systems, devices, sites, address ranges, contacts, open tokens) to
// its heir: the first of `into`, or its parent. Its roles end with it: a role goes
// to another unit by a decision of its own. People who saw the unit see the unit
// still, and nothing of the heir: no scope grows by a succession.
//
// Code::invalid with the reason if days, units or names do not fit; conflict if
// something of the heir has the name of something that would come to it.
Result<void> succeed_unit(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                          const NewSuccession& succession, Timestamp now);

struct NamedUnit {
  UnitId id;
  std::string name;  // as it was on the day: before for `from`, after for `into`
};
struct Succession {
  SuccessionKind kind = SuccessionKind::rename;
  Date on;
  std::string decision;
  std::vector<NamedUnit> from;
  std::vector<NamedUnit> into;
};
// Those that the unit took part in, oldest first; of their units those in scope.
Result<std::vector<Succession>> list_successions(store::Connection& connection, const store::TenantScope& scope,
                                                 UnitId unit);

}  // namespace khien::estate
