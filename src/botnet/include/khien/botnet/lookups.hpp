#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "khien/botnet/ids.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::botnet {

// Somebody looked at the remote-monitoring system. What was recorded never changes.
struct NewLookup {
  UnitId unit;             // on whose behalf
  Timestamp looked_up_at;  // not ahead
  std::int64_t found = 0;  // addresses of the province; 0: none
  std::string note;
  std::optional<ListId> list;  // that came of it
  UserId by;               // {0}: the command line
};
struct Lookup {
  LookupId id;
  UnitId unit;
  std::string unit_name;
  Timestamp looked_up_at;
  UserId by;
  std::int64_t found = 0;
  std::string note;
  std::optional<ListId> list;
  Timestamp recorded_at;
};

// Code::not_found for a unit outside of the scope; refused (duty::Refusal) for a time ahead, or
// a note over 2,000 bytes. `regular_days`: the playbook's, for the duty's metric.
Result<LookupId> record_lookup(store::Connection& connection, const store::TenantScope& scope, const NewLookup& lookup,
                               int regular_days, Timestamp now);

struct LookupPage {
  std::vector<Lookup> items;  // by when it was, newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<LookupPage> list_lookups(store::Connection& connection, const store::TenantScope& scope, std::string_view cursor, std::size_t limit);

// Who acts for the whole tenant in this (role standing_security_body) on the day, if in scope;
// else the tenant's root, else the first unit of the scope.
Result<UnitId> looking_unit(store::Connection& connection, const store::TenantScope& scope, Timestamp now);

}  // namespace khien::botnet
