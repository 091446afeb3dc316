#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "khien/store/ledger.hpp"

namespace khien::store::kill {

// What both sides of the kill test know without telling each other: the bytes
// of each event follow from its stream and number.
inline constexpr int kStreams = 4;
inline constexpr TenantId kTenant{1};

inline StreamId stream_of(std::int64_t number) { return stream_id(kTenant, MachineId{number}, "main"); }

inline std::string event_text(std::int64_t stream, std::uint64_t seq) {
  std::string text = "{\"stream\":" + std::to_string(stream) + ",\"seq\":" + std::to_string(seq) + ",\"fill\":\"";
  text.append((seq * 37) % 900, static_cast<char>('a' + seq % 26));
  return text + "\"}";
}

inline Ledger::Append batch_of(std::int64_t stream, std::uint64_t first, std::uint64_t count) {
  std::string joined;
  std::vector<std::size_t> ends;
  for (std::uint64_t i = 0; i < count; ++i) {
    joined += event_text(stream, first + i);
    ends.push_back(joined.size());
  }
  auto text = std::make_shared<const std::string>(std::move(joined));
  Batch batch{.stream = "main", .epoch = 1, .first_seq = first, .events = {}, .drops = {}};
  std::size_t at = 0;
  for (const std::size_t end : ends) {
    batch.events.push_back(std::string_view(*text).substr(at, end - at));
    at = end;
  }
  return {stream_of(stream), MachineId{stream}, text, std::move(batch), Timestamp{1}};
}

}  // namespace khien::store::kill
