// What happens to a spool whose numbers do not join: rows were lost, or changed
// behind our back.
#include <algorithm>
#include <utility>
#include <vector>

#include "khien/core/log.hpp"

#include "spool.hpp"

namespace khien::agent {
namespace {

constexpr std::string_view kGap = "spool_gap";

using Positions = std::vector<DropRecord>;  // seq_lo and seq_hi are positions

// Invariant (2) by counting, which costs no look at the events themselves.
Result<bool> all_is_named(store::Connection& connection, std::uint64_t acknowledged, std::uint64_t newest) {
  bool named = false;
  TRY_VOID(connection.query_one(
      "SELECT (SELECT count(*) FROM event) + (SELECT ifnull(sum(position_hi - position_lo + 1), 0) FROM "
      "dropped) = ?2 - ?1"
      " AND NOT EXISTS (SELECT 1 FROM event WHERE position <= ?1)"
      " AND NOT EXISTS (SELECT 1 FROM dropped WHERE position_lo <= ?1)"
      " AND NOT EXISTS (SELECT 1 FROM dropped d CROSS JOIN dropped e ON e.position_lo > d.position_lo"
      "                  AND e.position_lo <= d.position_hi)"
      " AND NOT EXISTS (SELECT 1 FROM dropped d CROSS JOIN event e ON e.position BETWEEN d.position_lo AND "
      "d.position_hi)",
      {acknowledged, newest}, [&](const store::Row& row) -> Result<void> {
        named = row.integer(0) != 0;
        return {};
      }));
  return named;
}

// Makes the drop records anew for what lies between the events: as it was noted
// where it was, and as a gap elsewhere.
class Namer {
 public:
  Namer(Positions noted, std::uint64_t acknowledged) : noted_(std::move(noted)), next_(acknowledged + 1) {}

  void event(std::uint64_t position) {
    name_up_to(position - 1);
    next_ = position + 1;
  }
  void name_up_to(std::uint64_t last) {
    while (next_ <= last) {
      while (at_ < noted_.size() && noted_[at_].seq_hi < next_) ++at_;
      const bool here = at_ < noted_.size() && noted_[at_].seq_lo <= next_;
      const std::uint64_t until = here                  ? noted_[at_].seq_hi
                                  : at_ < noted_.size() ? noted_[at_].seq_lo - 1
                                                        : last;
      add(here ? noted_[at_] : DropRecord{0, 0, Priority::p0, std::string(kGap)}, std::min(until, last));
    }
  }

  const Positions& drops() const { return drops_; }
  std::uint64_t missing() const { return missing_; }

 private:
  void add(DropRecord drop, std::uint64_t last) {
    drop.seq_lo = next_;
    drop.seq_hi = last;
    if (drop.reason == kGap) missing_ += last - next_ + 1;
    next_ = last + 1;
    drops_.push_back(std::move(drop));
  }

  Positions noted_;
  std::size_t at_ = 0;
  std::uint64_t next_;
  Positions drops_;
  std::uint64_t missing_ = 0;
};

Result<Positions> noted_drops(store::Connection& connection) {
  Positions noted;
  TRY_VOID(
      connection.query("SELECT position_lo, position_hi, priority, reason FROM dropped ORDER BY position_lo",
                       {}, [&](const store::Row& row) -> Result<void> {
                         noted.push_back({static_cast<std::uint64_t>(row.integer(0)),
                                          static_cast<std::uint64_t>(row.integer(1)),
                                          static_cast<Priority>(row.integer(2)), std::string(row.text(3))});
                         return {};
                       }));
  return noted;
}

}  // namespace

// p0, as for what the hub forgot: it may have been anything.
Result<void> Spool::name_gaps() {
  bool named = false;
  TRY_VOID(store_.read([&](store::Connection& connection) -> Result<void> {
    TRY(named, all_is_named(connection, books_.acknowledged, books_.newest));
    return {};
  }));
  if (named) return {};
  return write([](store::Connection& connection, Books& books) -> Result<void> {
    TRY(auto noted, noted_drops(connection));
    Namer namer(std::move(noted), books.acknowledged);
    TRY_VOID(connection.run("DELETE FROM event WHERE position <= ?", {books.acknowledged}));
    TRY_VOID(connection.query("SELECT position FROM event ORDER BY position", {},
                              [&](const store::Row& row) -> Result<void> {
                                namer.event(static_cast<std::uint64_t>(row.integer(0)));
                                return {};
                              }));
    namer.name_up_to(books.newest);
    TRY_VOID(connection.run("DELETE FROM dropped"));
    for (const DropRecord& drop : namer.drops()) {
      TRY_VOID(connection.run(
          "INSERT INTO dropped (position_lo, position_hi, priority, reason) VALUES (?, ?, ?, ?)",
          {drop.seq_lo, drop.seq_hi, static_cast<int>(drop.priority), drop.reason}));
    }
    log_error("agent.spool_gap", {{"events", static_cast<std::int64_t>(namer.missing())}});
    TRY(books, read_books(connection));
    books.dropped = namer.missing();
    return {};
  });
}

}  // namespace khien::agent
