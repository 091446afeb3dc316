// What happens to a spool that is full.
#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"

#include "spool.hpp"

namespace khien::agent {
namespace {

constexpr std::string_view kSpoolFull = "spool_full";
constexpr std::int64_t kEvictAtOnce = 256;

struct Evicted {
  std::uint64_t position = 0;
  std::uint64_t cost = 0;
};

}  // namespace

Result<void> Spool::make_room(store::Connection& connection, Books& books) const {
  const std::uint64_t before = books.dropped;
  for (int priority = 3; priority >= 0; --priority) {
    for (bool more = true; more && (books.cost() > options_.limits.bytes || books.events() > options_.limits.events);) {
      TRY(more, evict(connection, books, static_cast<Priority>(priority)));
    }
  }
  if (before == 0 && books.dropped > 0) log_warning("agent.spool_full", {{"limit_bytes", static_cast<std::int64_t>(options_.limits.bytes)}});
  return {};
}

// Drops the oldest of that priority, as many as must go but not all at once;
// false once none is left.
Result<bool> Spool::evict(store::Connection& connection, Books& books, Priority priority) const {
  std::vector<Evicted> oldest;
  TRY_VOID(connection.query("SELECT position, cost FROM event WHERE priority = ? ORDER BY position LIMIT ?",
                            {static_cast<int>(priority), kEvictAtOnce}, [&](const store::Row& row) -> Result<void> {
                              oldest.push_back({static_cast<std::uint64_t>(row.integer(0)),
                                                static_cast<std::uint64_t>(row.integer(1))});
                              return {};
                            }));
  Waiting& waiting = books.waiting.at(static_cast<std::size_t>(priority));
  DropRecord run{0, 0, priority, std::string(kSpoolFull)};
  for (const Evicted& event : oldest) {
    if (books.cost() <= options_.limits.bytes && books.events() <= options_.limits.events) break;
    TRY_VOID(connection.run("DELETE FROM event WHERE position = ?", {event.position}));
    --waiting.events;
    waiting.cost -= event.cost;
    if (run.seq_hi != 0 && run.seq_hi + 1 != event.position) {
      TRY_VOID(note_drop(connection, books, run));
      run.seq_hi = 0;
    }
    if (run.seq_hi == 0) run.seq_lo = event.position;
    run.seq_hi = event.position;
  }
  if (run.seq_hi != 0) TRY_VOID(note_drop(connection, books, run));
  return !oldest.empty();
}

// `drop` speaks of positions. Joins a neighbour of the same kind, so that a long
// outage leaves few records.
Result<void> Spool::note_drop(store::Connection& connection, Books& books, DropRecord drop) const {
  khien_assert(drop.seq_lo > 0 && drop.seq_lo <= drop.seq_hi);
  books.dropped += drop.seq_hi - drop.seq_lo + 1;
  const auto join = [&](const store::Row& row) -> Result<void> {
    drop.seq_lo = std::min(drop.seq_lo, static_cast<std::uint64_t>(row.integer(0)));
    drop.seq_hi = std::max(drop.seq_hi, static_cast<std::uint64_t>(row.integer(1)));
    return {};
  };
  const auto priority = static_cast<int>(drop.priority);
  // The record before is the one with the greatest beginning below ours.
  TRY_VOID(connection.query(
      "SELECT position_lo, position_hi FROM (SELECT * FROM dropped WHERE position_lo < ? ORDER BY position_lo DESC LIMIT 1)"
      " WHERE position_hi + 1 = ? AND priority = ? AND reason = ?",
      {drop.seq_lo, drop.seq_lo, priority, drop.reason}, join));
  TRY_VOID(connection.query(
      "SELECT position_lo, position_hi FROM dropped WHERE position_lo = ? AND priority = ? AND reason = ?",
      {drop.seq_hi + 1, priority, drop.reason}, join));
  TRY(const auto joined, connection.run("DELETE FROM dropped WHERE position_lo BETWEEN ? AND ?", {drop.seq_lo, drop.seq_hi}));
  TRY_VOID(connection.run("INSERT INTO dropped (position_lo, position_hi, priority, reason) VALUES (?, ?, ?, ?)",
                          {drop.seq_lo, drop.seq_hi, priority, drop.reason}));
  books.drop_records = books.drop_records + 1 - static_cast<std::uint64_t>(joined);
  return books.drop_records > books.compact_at ? compact(connection, books) : Result<void>();
}

// Joins neighbours of any kind under the more important priority: events of many
// priorities dropped in turn must not leave a record each. What stays is kept
// apart by events that are still there, so their number is bounded.
Result<void> Spool::compact(store::Connection& connection, Books& books) const {
  std::vector<DropRecord> joined;
  TRY_VOID(connection.query("SELECT position_lo, position_hi, priority, reason FROM dropped ORDER BY position_lo", {},
                            [&joined](const store::Row& row) -> Result<void> {
                              DropRecord next{static_cast<std::uint64_t>(row.integer(0)),
                                              static_cast<std::uint64_t>(row.integer(1)),
                                              static_cast<Priority>(row.integer(2)), std::string(row.text(3))};
                              if (joined.empty() || joined.back().seq_hi + 1 != next.seq_lo) {
                                joined.push_back(std::move(next));
                                return {};
                              }
                              DropRecord& last = joined.back();
                              last.seq_hi = next.seq_hi;
                              if (next.priority < last.priority) std::swap(last.reason, next.reason);
                              last.priority = std::min(last.priority, next.priority);
                              return {};
                            }));
  TRY_VOID(connection.run("DELETE FROM dropped"));
  for (const DropRecord& drop : joined) {
    TRY_VOID(connection.run("INSERT INTO dropped (position_lo, position_hi, priority, reason) VALUES (?, ?, ?, ?)",
                            {drop.seq_lo, drop.seq_hi, static_cast<int>(drop.priority), drop.reason}));
  }
  books.drop_records = joined.size();
  books.compact_at = std::max<std::uint64_t>(1'000, 2 * books.drop_records);
  return {};
}

}  // namespace khien::agent
