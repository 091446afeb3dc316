#include "khien/ingest/upload.hpp"

#include <string>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/model/observation.hpp"
#include "zstd_frame.hpp"

namespace khien::ingest {
namespace {

using Text = std::shared_ptr<const std::string>;

Result<Text> plain_text(Text body, std::string_view encoding, Budget& budget) {
  TRY_VOID(budget.take_in(body->size()));
  if (encoding.empty() || encoding == "identity") {
    if (body->size() > kMaxBatchBytes) return Error(Code::exhausted, "the batch is too large");
    return body;
  }
  if (encoding != "zstd") return Error(Code::invalid, "a body is sent as it is, or as zstd");
  TRY(auto text, read_zstd_frame(*body, kMaxBatchBytes, budget));
  return Text(std::make_shared<const std::string>(std::move(text)));
}

// Each event is read once as flow will read it, and forgotten: the ledger keeps
// the agent's own bytes.
Result<void> check_events(const Batch& batch, JsonDocument& memory, Budget& budget) {
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    auto observation = observation_from_json(batch.events[i], memory, budget);
    // Line 1 is the header.
    if (!observation) return std::move(observation).error().within("line " + std::to_string(i + 2));
  }
  return budget.check_time();
}

}  // namespace

Result<Upload> decode_upload(std::shared_ptr<const std::string> body, std::string_view encoding, Budget& budget) {
  khien_assert(body != nullptr);
  // One a thread: what it reserved for the last upload serves this one.
  thread_local JsonDocument memory;
  Upload upload;
  TRY(upload.text, plain_text(std::move(body), encoding, budget));
  khien_assert(upload.text->size() <= kMaxBatchBytes);
  TRY(upload.batch, batch_from_ndjson(*upload.text, memory, budget));
  TRY_VOID(check_events(upload.batch, memory, budget));
  return upload;
}

std::string compress_upload(std::string_view ndjson) { return write_zstd_frame(ndjson); }

}  // namespace khien::ingest
