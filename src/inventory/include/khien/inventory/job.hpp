#pragma once

#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/inventory/inventory.hpp"

namespace khien::inventory {

// What khien-worker is asked for, and what it does: inventory_from_json() reads its answer.
inline constexpr std::string_view kInventoryWanted = "inventory\n";

std::string inventory_ask(const Hint& hint);
// `ask` without kInventoryWanted.
Result<std::string> run_inventory_job(std::string_view ask, ByteView bytes, const Clock* clock);

}  // namespace khien::inventory
