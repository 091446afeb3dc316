#pragma once

#include "plan.hpp"

namespace khien::botnet {

struct Carrying {
  TenantId tenant;
  ListId list;
  std::string source;
  std::string source_key;
  Date listed_on;
  Timestamp now;
};
// Opens, moves and ends cases as the plan says.
Result<void> carry_out(store::Connection& connection, const Carrying& carrying, const ListPlan& plan, const Owners& owners);

}  // namespace khien::botnet
