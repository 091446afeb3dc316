#pragma once

#include "khien/store/ledger.hpp"

namespace khien::store {

// A stored event but for its text, which `sha256` stands for.
struct EventFrame {
  ObservationId id;
  StreamId stream;
  MachineId machine;
  std::uint32_t epoch = 0;
  std::uint64_t seq = 0;
  Timestamp received_at;
  Sha256 sha256;
};

// Check sums stored beside what they cover. SQLite's pages carry none: without
// them a flipped bit could hand an event to another machine, or move a
// watermark, and nobody would notice. Against accidents, not against forgers.
// Stored: never change how they are computed.
std::int64_t seal_of(const EventFrame& frame);
std::int64_t seal_of(const StreamId& stream, MachineId machine, Ledger::Watermark watermark);

// From a row of (epoch, seq, machine_id, seal). Code::corrupt if the seal is broken.
Result<Ledger::Watermark> watermark_of(const Row& row, const StreamId& stream);

}  // namespace khien::store
