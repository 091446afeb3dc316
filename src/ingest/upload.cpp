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

// A body is the agent's fault or too much of it; that a field is missing in it
// must not be told as a thing that does not exist.
Error refused(Error error) {
  if (error.code() == Code::exhausted || error.code() == Code::invalid) return error;
  return Error(Code::invalid, error.what());
}

// Each event is read once as flow will read it, and forgotten: the ledger keeps
// the agent's own bytes. On a budget of its own, as flow reads it: how many
// events there may be, and of how many bytes, the frame has checked.
Result<void> check_events(const Batch& batch, JsonDocument& memory, const Budget& budget) {
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    Budget one_event({});
    auto observation = observation_from_json(batch.events[i], memory, one_event);
    // Line 1 is the header.
    if (!observation) return refused(std::move(observation).error()).within("line " + std::to_string(i + 2));
    if (!told_by_agents(observation->body)) {
      return Error(Code::invalid, "line " + std::to_string(i + 2) + ": this is not an agent's to tell");
    }
    TRY_VOID(budget.check_time());
  }
  return {};
}

}  // namespace

Result<Upload> decode_upload(std::shared_ptr<const std::string> body, std::string_view encoding, Budget& budget) {
  khien_assert(body != nullptr);
  // One a thread: what it reserved for the last upload serves this one.
  thread_local JsonDocument memory;
  Upload upload;
  TRY(upload.text, plain_text(std::move(body), encoding, budget));
  khien_assert(upload.text->size() <= kMaxBatchBytes);
  // The caller's budget was charged for these bytes already.
  Budget frame({});
  auto batch = batch_from_ndjson(*upload.text, memory, frame);
  if (!batch) return refused(std::move(batch).error());
  upload.batch = std::move(batch).value();
  TRY_VOID(check_events(upload.batch, memory, budget));
  return upload;
}

std::string compress_upload(std::string_view ndjson) { return write_zstd_frame(ndjson); }

}  // namespace khien::ingest
