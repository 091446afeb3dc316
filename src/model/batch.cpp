#include "khien/model/batch.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "khien/core/assert.hpp"
#include "malformed.hpp"

namespace khien {
namespace {

constexpr std::size_t kMaxDrops = 1'000;
// Sequence numbers are stored in SQLite's signed 64 bits.
constexpr auto kMaxSeq = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 2;

Result<std::uint64_t> seq_at(const Json& object, std::string_view name) {
  TRY(const auto number, object.integer_at(name));
  if (number < 1 || static_cast<std::uint64_t>(number) > kMaxSeq) {
    return Error(Code::invalid, "field '" + std::string(name) + "' is out of range");
  }
  return static_cast<std::uint64_t>(number);
}

Result<DropRecord> read_drop(const Json& object) {
  DropRecord drop;
  TRY(drop.seq_lo, seq_at(object, "seq_lo"));
  TRY(drop.seq_hi, seq_at(object, "seq_hi"));
  TRY(const auto priority, object.integer_at("priority"));
  if (priority < 0 || priority > 3) return Error(Code::invalid, "field 'priority' is out of range");
  drop.priority = static_cast<Priority>(priority);
  TRY(const auto reason, object.string_at("reason"));
  if (reason.size() > 64) return Error(Code::exhausted, "field 'reason' is too long");
  drop.reason = reason;
  if (drop.seq_hi < drop.seq_lo) return Error(Code::invalid, "a drop record ends before it begins");
  return drop;
}

Result<void> read_drops(const Json& header, Batch& batch) {
  const auto drops = header.field("drops");
  if (!drops) return {};
  if (drops->size() > kMaxDrops) return Error(Code::exhausted, "field 'drops' has too many elements");
  return drops->each([&batch](Json element) -> Result<void> {
    TRY(DropRecord drop, read_drop(element));
    const std::uint64_t after = batch.drops.empty() ? batch.first_seq : batch.drops.back().seq_hi + 1;
    if (drop.seq_lo < after) return Error(Code::invalid, "drop records overlap or are not in order");
    batch.drops.push_back(std::move(drop));
    return {};
  });
}

struct Header {
  Batch batch;
  std::size_t count = 0;
};

Result<Header> read_header(std::string_view line, JsonDocument& memory, Budget& budget) {
  Header header;
  TRY(const auto root, memory.parse(line, budget));
  TRY(const auto stream, root.string_at("stream"));
  if (stream.empty() || stream.size() > 64) return Error(Code::invalid, "field 'stream' is empty or too long");
  header.batch.stream = stream;
  TRY(const auto epoch, root.integer_at("epoch"));
  if (epoch < 1 || epoch > std::numeric_limits<std::int32_t>::max()) {
    return Error(Code::invalid, "field 'epoch' is out of range");
  }
  header.batch.epoch = static_cast<std::uint32_t>(epoch);
  TRY(header.batch.first_seq, seq_at(root, "first_seq"));
  TRY(const auto count, root.integer_at("count"));
  if (count < 0) return Error(Code::invalid, "field 'count' is negative");
  if (count > static_cast<std::int64_t>(kMaxBatchEvents)) return Error(Code::exhausted, "too many events in a batch");
  header.count = static_cast<std::size_t>(count);
  TRY_VOID(read_drops(root, header.batch));
  return header;
}

Error at_line(std::size_t number, Error error) {
  return malformed(std::move(error)).within("line " + std::to_string(number));
}

// Takes the next line off `rest`; every line ends in a newline.
Result<std::string_view> next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == rest.npos) return Error(Code::invalid, "the text ends within the line");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

// What is not dropped is there: the drops lie inside the range they and the
// events cover together.
Result<void> check_cover(const Batch& batch) {
  if (!batch.drops.empty() && batch.drops.back().seq_hi > batch.last_seq()) {
    return Error(Code::invalid, "line 1: a drop record lies beyond the batch");
  }
  if (batch.last_seq() > kMaxSeq) return Error(Code::invalid, "line 1: field 'first_seq' is out of range");
  return {};
}

}  // namespace

std::uint64_t Batch::last_seq() const {
  std::uint64_t dropped = 0;
  for (const DropRecord& drop : drops) dropped += drop.seq_hi - drop.seq_lo + 1;
  return first_seq + events.size() + dropped - 1;
}

std::string to_ndjson(const Batch& batch) {
  JsonWriter header;
  header.begin_object()
      .field("stream", batch.stream)
      .field("epoch", std::int64_t{batch.epoch})
      .field("first_seq", static_cast<std::int64_t>(batch.first_seq))
      .field("count", static_cast<std::int64_t>(batch.events.size()));
  header.key("drops").begin_array();
  for (const DropRecord& drop : batch.drops) {
    header.begin_object()
        .field("seq_lo", static_cast<std::int64_t>(drop.seq_lo))
        .field("seq_hi", static_cast<std::int64_t>(drop.seq_hi))
        .field("priority", static_cast<std::int64_t>(drop.priority))
        .field("reason", drop.reason)
        .end_object();
  }
  header.end_array().end_object();

  std::string text = header.take();
  text += '\n';
  for (const std::string_view event : batch.events) {
    khien_assert(event.find('\n') == event.npos);
    text.append(event) += '\n';
  }
  return text;
}

Result<Batch> batch_from_ndjson(std::string_view text, JsonDocument& memory, Budget& budget) {
  if (text.size() > kMaxBatchBytes) return Error(Code::exhausted, "the batch is too large");
  std::string_view rest = text;
  auto first = next_line(rest);
  if (!first) return at_line(1, std::move(first).error());
  auto header = read_header(*first, memory, budget);
  if (!header) return at_line(1, std::move(header).error());

  Batch batch = std::move(header->batch);
  batch.events.reserve(header->count);
  for (std::size_t i = 0; i < header->count; ++i) {
    auto line = next_line(rest);
    if (!line) return at_line(i + 2, std::move(line).error());
    if (line->empty()) return at_line(i + 2, Error(Code::invalid, "the event is empty"));
    if (line->size() > kMaxEventBytes) return at_line(i + 2, Error(Code::exhausted, "the event is too large"));
    batch.events.push_back(*line);
  }
  if (!rest.empty()) return at_line(header->count + 2, Error(Code::invalid, "more lines than 'count' says"));
  TRY_VOID(check_cover(batch));
  return batch;
}

std::string to_json(const Acknowledgement& acknowledgement) {
  JsonWriter out;
  out.begin_object()
      .field("epoch", std::int64_t{acknowledgement.epoch})
      .field("seq_hi", static_cast<std::int64_t>(acknowledgement.seq_hi))
      .field("batch_sha256", acknowledgement.batch_sha256.hex());
  if (acknowledgement.orders_wait) out.field("orders_wait", true);
  if (acknowledgement.policy_version > 0) out.field("policy_version", acknowledgement.policy_version);
  out.end_object();
  return out.take();
}

namespace {

Result<Acknowledgement> read_acknowledgement(std::string_view text) {
  Budget budget({.bytes_in = 4'096, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  Acknowledgement acknowledgement;
  TRY(const auto epoch, root.integer_at("epoch"));
  if (epoch < 1 || epoch > std::numeric_limits<std::int32_t>::max()) {
    return Error(Code::invalid, "field 'epoch' is out of range");
  }
  acknowledgement.epoch = static_cast<std::uint32_t>(epoch);
  TRY(const auto seq_hi, root.integer_at("seq_hi"));
  if (seq_hi < 0) return Error(Code::invalid, "field 'seq_hi' is negative");
  acknowledgement.seq_hi = static_cast<std::uint64_t>(seq_hi);
  TRY(const auto digits, root.string_at("batch_sha256"));
  TRY(acknowledgement.batch_sha256, Sha256::from_hex(digits));
  // Hubs before 0.3 do not say it.
  if (root.field("orders_wait")) {
    TRY(acknowledgement.orders_wait, root.boolean_at("orders_wait"));
  }
  if (root.field("policy_version")) {
    TRY(acknowledgement.policy_version, root.integer_at("policy_version"));
    if (acknowledgement.policy_version < 0) return Error(Code::invalid, "field 'policy_version' is negative");
  }
  return acknowledgement;
}

}  // namespace

Result<Acknowledgement> acknowledgement_from_json(std::string_view text) { return malformed(read_acknowledgement(text)); }

}  // namespace khien
