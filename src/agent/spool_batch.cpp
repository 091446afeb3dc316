// How the next upload is read from the spool.
#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"

#include "spool.hpp"

namespace khien::agent {
namespace {

// Most drop records of one batch (model allows 1,000), and the room that they
// and the header take.
constexpr std::int64_t kMaxDrops = 500;
constexpr std::size_t kHeaderBytes = 64u << 10;

struct Event {
  std::uint64_t position = 0;
  std::string text;
};

// One consistent look at the spool.
struct Glance {
  std::uint32_t epoch = 0;
  std::uint64_t base = 0;
  std::uint64_t acknowledged = 0;
  std::vector<Event> events;
  std::vector<DropRecord> drops;  // in positions
};

Result<void> read_stream(store::Connection& connection, Glance& glance) {
  return connection.query_one("SELECT epoch, base, acknowledged FROM stream", {}, [&](const store::Row& row) -> Result<void> {
    glance.epoch = static_cast<std::uint32_t>(row.integer(0));
    glance.base = static_cast<std::uint64_t>(row.integer(1));
    glance.acknowledged = static_cast<std::uint64_t>(row.integer(2));
    return {};
  });
}

Result<void> read_events(store::Connection& connection, std::size_t max_events, std::size_t max_bytes, Glance& glance) {
  std::size_t bytes = 0;
  bool full = false;
  const auto read = connection.query("SELECT position, text FROM event WHERE position > ? ORDER BY position LIMIT ?",
                                     {glance.acknowledged, max_events}, [&](const store::Row& row) -> Result<void> {
                                       bytes += row.text(1).size() + 1;
                                       full = bytes > max_bytes && !glance.events.empty();
                                       if (full) return Error(Code::exhausted, "the batch is full");
                                       glance.events.push_back(
                                           {static_cast<std::uint64_t>(row.integer(0)), std::string(row.text(1))});
                                       return {};
                                     });
  return full ? Result<void>() : read;
}

Result<void> read_drops(store::Connection& connection, Glance& glance) {
  return connection.query(
      "SELECT position_lo, position_hi, priority, reason FROM dropped WHERE position_hi > ? ORDER BY position_lo LIMIT ?",
      {glance.acknowledged, kMaxDrops}, [&](const store::Row& row) -> Result<void> {
        glance.drops.push_back({static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(1)),
                                static_cast<Priority>(row.integer(2)), std::string(row.text(3))});
        return {};
      });
}

// Events and drop records one after the other, as far as both lists reach.
Batch join(const Glance& glance) {
  Batch batch{.stream = "main",
              .epoch = glance.epoch,
              .first_seq = glance.acknowledged - glance.base + 1,
              .events = {},
              .drops = {}};
  std::uint64_t next = glance.acknowledged + 1;
  auto event = glance.events.begin();
  auto drop = glance.drops.begin();
  for (;;) {
    if (event != glance.events.end() && event->position == next) {
      batch.events.push_back(event->text);
      ++event;
      ++next;
    } else if (drop != glance.drops.end() && drop->seq_lo == next) {
      batch.drops.push_back({drop->seq_lo - glance.base, drop->seq_hi - glance.base, drop->priority, drop->reason});
      next = drop->seq_hi + 1;
      ++drop;
    } else {
      return batch;
    }
  }
}

}  // namespace

Result<Spool::Outgoing> Spool::next_batch(std::size_t max_events, std::size_t max_bytes) const {
  khien_assert(max_events > 0 && max_bytes > kHeaderBytes);
  Glance glance;
  auto read = store_.read([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(read_stream(connection, glance));
    TRY_VOID(read_events(connection, max_events, max_bytes - kHeaderBytes, glance));
    return read_drops(connection, glance);
  });
  if (!read) return std::move(read).error();
  const Batch batch = join(glance);
  Outgoing outgoing{batch.epoch, batch.first_seq, batch.last_seq(), batch.events.size(), {}};
  if (outgoing.empty()) {
    const bool waits = !glance.events.empty() || !glance.drops.empty();
    // (2) is broken: the database was changed behind our back.
    if (waits) return Error(Code::corrupt, "the spool has a gap");
    return outgoing;
  }
  outgoing.text = to_ndjson(batch);
  return outgoing;
}

}  // namespace khien::agent
