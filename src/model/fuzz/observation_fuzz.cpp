// Input: one event as an agent sends it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/model/observation.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static JsonDocument memory;
  static JsonDocument second_memory;
  Budget budget({});
  const auto observation =
      observation_from_json({reinterpret_cast<const char*>(data), size}, memory, budget);
  if (!observation) return 0;

  // What we understood, written and read again, is the same fact.
  Budget second_budget({});
  const auto again = observation_from_json(to_json(*observation), second_memory, second_budget);
  if (!again || !(*again == *observation)) std::abort();
  return 0;
}
