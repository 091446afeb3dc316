// Input: one byte that chooses the encoding (even: as it is; odd: zstd), then the
// body as an agent sends it.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "khien/ingest/upload.hpp"
#include "khien/model/observation.hpp"

using namespace khien;

namespace {

Result<ingest::Upload> decoded(std::string body, std::string_view encoding) {
  Budget budget({.bytes_in = 32u << 20, .bytes_out = 32u << 20});
  return ingest::decode_upload(std::make_shared<const std::string>(std::move(body)), encoding, budget);
}

void require(bool holds) {
  if (!holds) std::abort();
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto upload = decoded(body, data[0] % 2 == 0 ? "" : "zstd");
  if (!upload) {
    require(upload.error().code() == Code::invalid || upload.error().code() == Code::exhausted);
    return 0;
  }
  // What came out is bounded, and the events are views into it, each readable.
  require(upload->text->size() <= kMaxBatchBytes && upload->batch.events.size() <= kMaxBatchEvents);
  JsonDocument memory;
  for (const auto event : upload->batch.events) {
    require(lies_in(event, *upload->text) && event.find('\n') == event.npos);
    Budget budget({});
    require(observation_from_json(event, memory, budget).has_value());
  }
  // Written and sent again, plain or compressed, it is the same batch.
  const auto again = to_ndjson(upload->batch);
  for (const auto& other : {decoded(again, "identity"), decoded(ingest::compress_upload(again), "zstd")}) {
    require(other.has_value() && *other->text == again);
    require(other->batch.last_seq() == upload->batch.last_seq() && other->batch.events == upload->batch.events);
  }
  return 0;
}
