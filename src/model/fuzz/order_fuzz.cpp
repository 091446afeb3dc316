// Input: what a hub in wrong hands answers to an agent that asks for its orders.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/model/order.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto orders = orders_from_json(text);
  if (!orders) return 0;

  // Beyond "no crash": within its bounds, no name that could be a path, and what
  // was read is written and read as the same.
  if (orders->size() > kMaxOrders) std::abort();
  for (const Order& order : *orders) {
    if (order.id.value < 1 || order.reason.size() > kMaxReasonBytes) std::abort();
    if ((order.verb == Verb::restore) != is_quarantine_name(order.quarantine)) std::abort();
  }
  const auto again = orders_from_json(to_json(*orders));
  if (!again || *again != *orders) std::abort();
  return 0;
}
