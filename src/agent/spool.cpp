#include "spool.hpp"

#include <algorithm>
#include <future>
#include <limits>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"

namespace khien::agent {
namespace {

// What a row costs beside its text.
constexpr std::uint64_t kRowBytes = 64;

Priority most_important(std::span<const Observation> observations) {
  Priority best = Priority::p3;
  for (const Observation& observation : observations) best = std::min(best, priority_of(observation.body));
  return best;
}

Result<std::vector<Spool::Line>> lines_of(std::span<const Observation> observations) {
  std::vector<Spool::Line> lines;
  lines.reserve(observations.size());
  for (const Observation& observation : observations) {
    Spool::Line line{kind_of(observation.body), priority_of(observation.body), 0, to_json(observation)};
    if (line.text.size() > kMaxEventBytes) {
      return Error(Code::exhausted, "an event of kind " + std::string(line.kind) + " is too large");
    }
    khien_assert(line.text.find('\n') == line.text.npos);
    line.cost = line.text.size() + kRowBytes;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

std::uint64_t Spool::Books::events() const {
  std::uint64_t sum = 0;
  for (const Waiting& of_priority : waiting) sum += of_priority.events;
  return sum;
}

std::uint64_t Spool::Books::cost() const {
  std::uint64_t sum = 0;
  for (const Waiting& of_priority : waiting) sum += of_priority.cost;
  return sum;
}

Result<std::unique_ptr<Spool>> Spool::open(store::Store& store, Options options) {
  std::unique_ptr<Spool> spool(new Spool(store, std::move(options)));
  if (auto loaded = spool->load(); !loaded) return std::move(loaded).error().within("open the spool");
  if (auto named = spool->name_gaps(); !named) return std::move(named).error().within("open the spool");
  const std::uint32_t known = spool->options_.known_epoch;
  if (spool->books_.epoch == 0 || spool->books_.epoch < known) {
    if (known > 0) log_warning("agent.spool_lost", {{"epoch", std::int64_t{known}}});
    TRY_VOID(spool->begin_epoch(known + 1));
  }
  return spool;
}

Result<Spool::Books> Spool::read_books(store::Connection& connection) {
  Books books;
  TRY_VOID(connection.query("SELECT epoch, base, acknowledged FROM stream", {}, [&](const store::Row& row) -> Result<void> {
    books.epoch = static_cast<std::uint32_t>(row.integer(0));
    books.base = static_cast<std::uint64_t>(row.integer(1));
    books.acknowledged = static_cast<std::uint64_t>(row.integer(2));
    return {};
  }));
  TRY_VOID(connection.query("SELECT priority, count(*), sum(cost) FROM event GROUP BY priority", {},
                            [&](const store::Row& row) -> Result<void> {
                              books.waiting.at(static_cast<std::size_t>(row.integer(0))) = {
                                  static_cast<std::uint64_t>(row.integer(1)), static_cast<std::uint64_t>(row.integer(2))};
                              return {};
                            }));
  TRY_VOID(connection.query_one(
      "SELECT max(ifnull((SELECT max(position) FROM event), 0), ifnull((SELECT max(position_hi) FROM dropped), 0)),"
      " (SELECT count(*) FROM dropped)",
      {}, [&](const store::Row& row) -> Result<void> {
        books.newest = static_cast<std::uint64_t>(row.integer(0));
        books.drop_records = static_cast<std::uint64_t>(row.integer(1));
        return {};
      }));
  books.newest = std::max(books.newest, books.acknowledged);
  return books;
}

Result<void> Spool::load() {
  return store_.read([this](store::Connection& connection) -> Result<void> {
    TRY(books_, read_books(connection));
    return {};
  });
}

// The books to begin from: those of the write before, or the database's own
// after a write was undone.
Result<Spool::Books> Spool::current_books(store::Connection& connection) {
  {
    const std::lock_guard lock(mutex_);
    if (!undone_) return books_;
  }
  TRY(Books books, read_books(connection));
  const std::lock_guard lock(mutex_);
  books.dropped = books_.dropped;
  books.compact_at = books_.compact_at;
  undone_ = false;
  return books;
}

// The work runs on the store's writer thread, one after another. Its books are
// what the next one begins from, before the group they share is committed; if
// that commit fails (a full disk is no end), `done` is told on the same thread
// before the next group, and the books are read anew.
Result<void> Spool::write(const std::function<Result<void>(store::Connection&, Books&)>& work) {
  std::promise<Result<void>> answer;
  store_.write_later(
      [this, &work](store::Connection& connection) -> Result<void> {
        TRY(Books books, current_books(connection));
        TRY_VOID(work(connection, books));
        khien_assert(books.newest >= books.acknowledged && books.acknowledged >= books.base);
        const std::lock_guard lock(mutex_);
        books_ = books;
        return {};
      },
      [this, &answer](Result<void> done) {
        if (!done) {
          const std::lock_guard lock(mutex_);
          undone_ = true;
        }
        answer.set_value(std::move(done));
      });
  return answer.get_future().get();
}

Result<void> Spool::put(std::span<const Observation> observations) {
  if (observations.empty()) return {};
  TRY(const auto lines, lines_of(observations));
  auto written = write([&](store::Connection& connection, Books& books) -> Result<void> {
    TRY_VOID(insert(connection, books, lines));
    return make_room(connection, books);
  });
  if (!written) return written;
  std::function<void(Priority)> wake;
  {
    const std::lock_guard lock(mutex_);
    wake = wake_;
  }
  if (wake) wake(most_important(observations));
  return {};
}

void Spool::on_put(std::function<void(Priority)> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

Result<void> Spool::insert(store::Connection& connection, Books& books, std::span<const Line> lines) const {
  for (const Line& line : lines) {
    ++books.newest;
    TRY_VOID(connection.run("INSERT INTO event (position, priority, cost, kind, text) VALUES (?, ?, ?, ?, ?)",
                            {books.newest, static_cast<int>(line.priority), line.cost, line.kind, line.text}));
    Waiting& waiting = books.waiting.at(static_cast<std::size_t>(line.priority));
    ++waiting.events;
    waiting.cost += line.cost;
  }
  return {};
}

Result<void> Spool::acknowledge(std::uint32_t epoch, std::uint64_t seq) {
  return write([=, this](store::Connection& connection, Books& books) -> Result<void> {
    if (epoch != books.epoch) return Error(Code::conflict, "an acknowledgement of another epoch");
    const std::uint64_t position = books.base + seq;
    if (position <= books.acknowledged) return {};
    if (position > books.newest) return Error(Code::conflict, "an acknowledgement of events that do not exist");
    return trim(connection, books, position);
  });
}

// Forgets everything up to `position`.
Result<void> Spool::trim(store::Connection& connection, Books& books, std::uint64_t position) const {
  TRY_VOID(connection.query(
      "SELECT priority, count(*), sum(cost) FROM event WHERE position <= ? GROUP BY priority", {position},
      [&books](const store::Row& row) -> Result<void> {
        Waiting& waiting = books.waiting.at(static_cast<std::size_t>(row.integer(0)));
        waiting.events -= static_cast<std::uint64_t>(row.integer(1));
        waiting.cost -= static_cast<std::uint64_t>(row.integer(2));
        return {};
      }));
  TRY_VOID(connection.run("DELETE FROM event WHERE position <= ?", {position}));
  TRY(const auto gone, connection.run("DELETE FROM dropped WHERE position_hi <= ?", {position}));
  books.drop_records -= static_cast<std::uint64_t>(gone);
  TRY_VOID(connection.run("UPDATE dropped SET position_lo = ? WHERE position_lo <= ?", {position + 1, position}));
  TRY_VOID(connection.run("UPDATE stream SET acknowledged = ?", {position}));
  books.acknowledged = position;
  return {};
}

Result<void> Spool::drop_first(std::uint32_t epoch, std::uint64_t first_seq, std::uint64_t last_seq,
                               std::string_view reason) {
  return write([=, this](store::Connection& connection, Books& books) -> Result<void> {
    if (epoch != books.epoch) return Error(Code::conflict, "a drop of another epoch");
    std::uint64_t position = 0;
    Priority priority = Priority::p3;
    TRY_VOID(connection.query_one(
        "SELECT position, priority, cost FROM event WHERE position BETWEEN ? AND ? ORDER BY position LIMIT 1",
        {books.base + first_seq, books.base + last_seq}, [&](const store::Row& row) -> Result<void> {
          position = static_cast<std::uint64_t>(row.integer(0));
          priority = static_cast<Priority>(row.integer(1));
          Waiting& waiting = books.waiting.at(static_cast<std::size_t>(row.integer(1)));
          --waiting.events;
          waiting.cost -= static_cast<std::uint64_t>(row.integer(2));
          return {};
        }));
    TRY_VOID(connection.run("DELETE FROM event WHERE position = ?", {position}));
    return note_drop(connection, books, {position, position, priority, std::string(reason)});
  });
}

Result<void> Spool::forget_acknowledged(std::uint64_t seq, std::string_view reason) {
  return write([=, this](store::Connection& connection, Books& books) -> Result<void> {
    const std::uint64_t position = books.base + seq;
    if (seq == 0 || position > books.acknowledged) return Error(Code::invalid, "nothing was acknowledged from there on");
    // p0: what it was is not known any more, so it may have been anything.
    TRY_VOID(note_drop(connection, books, {position, books.acknowledged, Priority::p0, std::string(reason)}));
    books.acknowledged = position - 1;
    TRY_VOID(connection.run("UPDATE stream SET acknowledged = ?", {books.acknowledged}));
    return {};
  });
}

Result<void> Spool::begin_epoch(std::uint32_t at_least) {
  const std::uint32_t epoch = std::max(at_least, state().epoch + 1);
  if (epoch > static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max())) {
    return Error(Code::exhausted, "no epoch is left");
  }
  // (5): a crash after this and before the commit costs a number, no event.
  if (options_.remember_epoch) TRY_VOID(options_.remember_epoch(epoch));
  return write([epoch](store::Connection& connection, Books& books) -> Result<void> {
    books.epoch = epoch;
    books.base = books.acknowledged;
    TRY_VOID(connection.run(
        "INSERT INTO stream (id, epoch, base, acknowledged) VALUES (1, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, base = excluded.base",
        {books.epoch, books.base, books.acknowledged}));
    return {};
  });
}

Spool::State Spool::state() const {
  const std::lock_guard lock(mutex_);
  return {.epoch = books_.epoch,
          .acknowledged_seq = books_.acknowledged - books_.base,
          .newest_seq = books_.newest - books_.base,
          .events = books_.events(),
          .bytes = books_.cost(),
          .dropped = books_.dropped,
          .urgent = books_.waiting[0].events > 0};
}

}  // namespace khien::agent
