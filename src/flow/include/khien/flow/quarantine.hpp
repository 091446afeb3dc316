#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/order.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::flow {

using QuarantineItemId = Id<struct QuarantineItemTag>;

// A file that an agent holds, or held, as it said itself.
struct QuarantineItem {
  QuarantineItemId id;
  std::string name;     // the agent's own
  bool held = true;     // false: it was put back
  MachineId machine;
  std::string machine_name;
  UnitId unit;
  std::string unit_name;
  std::string path;     // text from outside
  Sha256 sha256;
  std::uint64_t size = 0;
  std::uint32_t owner_uid = 0;
  std::string rule;
  std::optional<OrderId> order;  // none: the agent's own decision
  bool emptied = false;
  bool running = false;
  Timestamp held_at;             // the hub's clock
  std::optional<Timestamp> restored_at;
};

struct QuarantineQuery {
  std::optional<UnitId> unit;
  std::optional<MachineId> machine;
  bool held_only = true;
  std::string words;
  std::string cursor;
  std::size_t limit = 200;
};
struct QuarantinePage {
  std::vector<QuarantineItem> items;  // newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<QuarantinePage> list_quarantine(store::Connection& connection, const store::TenantScope& scope,
                                       const QuarantineQuery& query);
Result<QuarantineItem> get_quarantine_item(store::Connection& connection, const store::TenantScope& scope,
                                           QuarantineItemId id);

}  // namespace khien::flow
