#include "table_reader.hpp"

#include "khien/core/clock.hpp"
#include "khien/hub/installation.hpp"
#include "khien/probe/conversion.hpp"

namespace khien::hub {

Result<Table> read_table_in_worker(ByteView bytes) {
  TRY(const auto installation, find_installation());
  TRY(const auto text, probe::convert_in_worker({.executable = installation.worker}, as_text(bytes), system_clock()));
  // The worker is not believed: what it says is bounded again.
  Budget budget({.bytes_in = 128u << 20, .bytes_out = 128u << 20, .depth = 8, .entries = 4'000'000});
  return table_from_json(text, budget);
}

}  // namespace khien::hub
