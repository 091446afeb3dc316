// Input: damage to a ledger's files as they are after a power cut, as edits of
// eight bytes: file and kind, three bytes of offset, four bytes of what. The
// remaining bytes replace the file from the last offset on.
//
// Beyond "no crash": what the ledger still serves is what was acknowledged, in
// every field, and a watermark is right or an error.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <map>

#include <fcntl.h>

#include "khien/core/log.hpp"
#include "khien/store/fault_vfs.hpp"
#include "test/kill/numbered_events.hpp"

using namespace khien;
using namespace khien::store;

namespace {

constexpr std::array<const char*, 2> kFiles{"ledger.db", "ledger.db-wal"};

struct Original {
  FaultVfs vfs{"damage"};
  std::array<std::string, 2> files;
  std::map<std::int64_t, StoredEvent> events;
  std::map<std::int64_t, std::uint64_t> watermarks;

  // Part of the ledger is in the database file and part still in the WAL.
  Original() {
    set_log_output(::open("/dev/null", O_WRONLY | O_CLOEXEC), LogLevel::error);
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

void damage(std::array<std::string, 2>& files, const std::uint8_t* data, std::size_t size) {
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

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void check(const Original& original, const Ledger& ledger) {
  ObservationId last{0};
  if (const auto events = ledger.read_after({0}, 1'000)) {
    for (const StoredEvent& event : *events) {
      const auto known = original.events.find(event.id.value);
      demand(known != original.events.end(), "an invented event");
      const StoredEvent& was = known->second;
      demand(event.text == was.text && event.sha256 == was.sha256, "an event's bytes changed");
      demand(event.tenant == was.tenant && event.machine == was.machine && event.stream == was.stream,
             "an event changed hands");
      demand(event.epoch == was.epoch && event.seq == was.seq && event.received_at == was.received_at,
             "an event changed its place");
      demand(event.id > last, "ids do not grow");
      last = event.id;
    }
  }
  for (const auto& [stream, seq] : original.watermarks) {
    const auto found = ledger.watermark(kill::stream_of(stream));
    // An older state of a stream (its WAL cut off) is a right answer of its time.
    demand(!found || found->seq == seq || found->seq == seq - 12 || found->seq == 0, "a watermark moved");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Original original;
  auto files = original.files;
  damage(files, data, size);
  original.vfs.remove_all_files();
  for (std::size_t i = 0; i < kFiles.size(); ++i) original.vfs.put_file(kFiles[i], files[i]);
  if (const auto ledger = Ledger::open({.path = kFiles[0], .vfs = original.vfs.name()})) check(original, **ledger);
  return 0;
}
