// Input: /proc/loadavg or /proc/pressure of a machine that somebody else owns.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "linux/machine_load.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (agent::load_per_mille(text, 4) > agent::load_per_mille(text, 1)) std::abort();
  if (agent::load_per_mille(text, 0) != agent::load_per_mille(text, 1)) std::abort();
  (void)agent::pressure_per_mille(text);
  return 0;
}
