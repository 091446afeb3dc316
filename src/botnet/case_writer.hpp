#pragma once

#include <optional>
#include <set>
#include <string_view>

#include "khien/botnet/edges.hpp"
#include "khien/botnet/ids.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::botnet {

// One line of a case's history, and the state after it.
struct Line {
  Event event = Event::note;
  State state = State::new_;
  Timestamp at;
  std::optional<UserId> who;  // none: a list, or the hub itself
  ListId list = {};
  std::string_view step = {};
  std::string_view note = {};
};
// Writes it, and moves the case where its state or its unit is another one.
Result<void> put_line(store::Connection& connection, TenantId tenant, CaseId id, const Line& line);

// Tells estate how many open addresses these units have now.
Result<void> count_open(store::Connection& connection, TenantId tenant, const std::set<UnitId>& units);

}  // namespace khien::botnet
