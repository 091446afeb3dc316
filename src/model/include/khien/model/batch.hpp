#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/model/observation.hpp"

namespace khien {

// Events [seq_lo, seq_hi] of a stream that the agent had to drop, and why. A
// missing sequence number without such a record is a silent gap, which the hub
// refuses.
struct DropRecord {
  std::uint64_t seq_lo = 0;
  std::uint64_t seq_hi = 0;
  Priority priority = Priority::p3;
  std::string reason;  // "spool_full", "spool_lost"

  bool operator==(const DropRecord&) const = default;
};

inline constexpr std::size_t kMaxEventBytes = 1u << 20;
inline constexpr std::size_t kMaxBatchEvents = 2'000;
inline constexpr std::size_t kMaxBatchBytes = 8u << 20;  // decompressed

// What an agent uploads: consecutive events of one stream. Every number from
// first_seq on is either an event, in order, or inside one of `drops`.
// `events` are views into the text that was parsed.
struct Batch {
  std::string stream;          // "main"
  std::uint32_t epoch = 0;     // grows when the agent lost its spool
  std::uint64_t first_seq = 1; // 1 is the first of an epoch
  std::vector<std::string_view> events;  // one JSON text each, no newline inside
  std::vector<DropRecord> drops;         // ascending, not overlapping

  // The last number the batch covers; first_seq - 1 if it is empty.
  std::uint64_t last_seq() const;
};

// A header line, then one line an event: application/x-ndjson.
std::string to_ndjson(const Batch& batch);
// Checks the frame, not the events: counts, sizes, that lines and drops cover
// the range exactly. Code::invalid or exhausted names the line.
Result<Batch> batch_from_ndjson(std::string_view text, JsonDocument& memory, Budget& budget);

// The hub's word that the range is durable.
struct Acknowledgement {
  std::uint32_t epoch = 0;
  std::uint64_t seq_hi = 0;     // watermark of the stream: all up to here is stored
  Sha256 batch_sha256;          // of the NDJSON text
  bool orders_wait = false;     // somebody asked something of this machine
  std::int64_t policy_version = 0;  // of what it is to do; 0: nobody ever said anything
};
std::string to_json(const Acknowledgement& acknowledgement);
Result<Acknowledgement> acknowledgement_from_json(std::string_view text);

}  // namespace khien
