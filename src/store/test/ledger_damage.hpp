#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <future>
#include <map>
#include <string>

#include "khien/store/fault_vfs.hpp"
#include "test/kill/numbered_events.hpp"

// Damages a ledger's files and looks at what is still served. Beyond "no crash":
// an event that is served is what was acknowledged, in every field, and a
// watermark is right or an error.
namespace khien::store::damaged {

inline constexpr std::array<const char*, 2> kFiles{"ledger.db", "ledger.db-wal"};

// A ledger as a power cut leaves it, and what it had acknowledged.
struct Original {
  FaultVfs vfs{"damage"};
  std::array<std::string, 2> files;
  std::map<std::int64_t, StoredEvent> events;
  std::map<std::int64_t, std::uint64_t> watermarks;

  // Part of the ledger is in the database file and part still in the WAL.
  Original() {
    for (std::uint64_t round = 0; round < 2; ++round) {
      auto ledger = Ledger::open({.path = kFiles[0], .vfs = vfs.name()}).value();
      for (std::int64_t stream = 1; stream <= 3; ++stream) append(*ledger, stream, round * 12 + 1);
      if (round == 0) continue;
      for (auto& event : ledger->read_after({0}, 1'000).value()) events.emplace(event.id.value, std::move(event));
      for (std::size_t i = 0; i < kFiles.size(); ++i) files[i] = vfs.file(kFiles[i]).value();
    }
  }
  void append(Ledger& ledger, std::int64_t stream, std::uint64_t first) {
    std::promise<bool> done;
    ledger.append(kill::batch_of(stream, first, 12), [&](const Result<AckToken>& token) { done.set_value(token.has_value()); });
    if (!done.get_future().get()) std::abort();
    watermarks[stream] = first + 11;
  }
};

// Edits of eight bytes each: file and kind, three bytes of offset, four of what.
// The bytes that remain replace the file from the last offset on.
inline void damage(std::array<std::string, 2>& files, const std::uint8_t* data, std::size_t size) {
  std::string* file = &files[0];
  std::size_t offset = 0;
  for (; size >= 8; data += 8, size -= 8) {
    file = &files[data[0] & 1];
    if (file->empty()) continue;
    offset = (data[1] | static_cast<std::size_t>(data[2]) << 8 | static_cast<std::size_t>(data[3]) << 16) % file->size();
    const std::size_t count = std::min<std::size_t>(4, file->size() - offset);
    switch ((data[0] >> 1) % 5) {
      case 0: file->replace(offset, count, reinterpret_cast<const char*>(data + 4), count); break;
      case 1: (*file)[offset] = static_cast<char>((*file)[offset] ^ (1 << (data[4] % 8))); break;
      case 2: file->resize(offset); break;
      case 3: {  // a page lands in another page's place
        constexpr std::size_t kPage = 8192;
        const std::size_t from = data[4] * kPage % file->size();
        file->replace(offset / kPage * kPage, kPage, file->substr(from, kPage));
        break;
      }
      default: std::fill_n(file->begin() + static_cast<std::ptrdiff_t>(offset), count, '\0');
    }
  }
  if (size > 0) file->replace(std::min(offset, file->size()), size, reinterpret_cast<const char*>(data), size);
}

struct Outcome {
  std::string broken;  // the rule that does not hold; empty if all do
  bool opened = false;
  std::size_t served = 0;
};

inline std::string judge_event(const Original& original, const StoredEvent& event) {
  const auto known = original.events.find(event.id.value);
  if (known == original.events.end()) return "an invented event";
  const StoredEvent& was = known->second;
  if (event.text != was.text || event.sha256 != was.sha256) return "an event's bytes changed";
  if (event.tenant != was.tenant || event.machine != was.machine || event.stream != was.stream) {
    return "an event changed hands";
  }
  if (event.epoch != was.epoch || event.seq != was.seq || event.received_at != was.received_at) {
    return "an event changed its place";
  }
  return {};
}

inline Outcome judge(const Original& original, const Ledger& ledger) {
  Outcome outcome{.broken = {}, .opened = true};
  ObservationId last{0};
  if (const auto events = ledger.read_after({0}, 1'000)) {
    outcome.served = events->size();
    for (const StoredEvent& event : *events) {
      if (auto broken = judge_event(original, event); !broken.empty()) outcome.broken = std::move(broken);
      if (event.id <= last) outcome.broken = "ids do not grow";
      last = event.id;
    }
  }
  for (const auto& [stream, seq] : original.watermarks) {
    const auto found = ledger.watermark(kill::stream_of(stream));
    // An older state of a stream (its WAL cut off) is a right answer of its time.
    if (found && found->seq != seq && found->seq != seq - 12 && found->seq != 0) outcome.broken = "a watermark moved";
  }
  return outcome;
}

inline Outcome damage_and_judge(Original& original, const std::uint8_t* data, std::size_t size) {
  auto files = original.files;
  damage(files, data, size);
  original.vfs.remove_all_files();
  for (std::size_t i = 0; i < kFiles.size(); ++i) original.vfs.put_file(kFiles[i], files[i]);
  const auto ledger = Ledger::open({.path = kFiles[0], .vfs = original.vfs.name()});
  return ledger ? judge(original, **ledger) : Outcome{};
}

}  // namespace khien::store::damaged
