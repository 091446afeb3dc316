// Input: the NDJSON text of an upload, decompressed.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/model/batch.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static JsonDocument memory;
  Budget budget({});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto batch = batch_from_ndjson(text, memory, budget);
  if (!batch) return 0;

  // The range is exactly the events and the drops, and nothing lies outside it.
  std::uint64_t covered = batch->events.size();
  for (const auto& drop : batch->drops) {
    if (drop.seq_lo < batch->first_seq || drop.seq_hi > batch->last_seq()) std::abort();
    covered += drop.seq_hi - drop.seq_lo + 1;
  }
  if (batch->last_seq() + 1 - batch->first_seq != covered) std::abort();

  Budget second_budget({});
  JsonDocument second_memory;
  const std::string written = to_ndjson(*batch);
  const auto again = batch_from_ndjson(written, second_memory, second_budget);
  if (!again || again->events != batch->events || !(again->drops == batch->drops)) std::abort();
  return 0;
}
