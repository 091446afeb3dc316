#include "ledger_append.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "seal.hpp"
#include "sqlite.hpp"

namespace khien::store {
namespace {

// SQLite's integers are signed.
constexpr auto kMaxSeq = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

struct StreamRow {
  std::int64_t number = 0;
  Ledger::Watermark watermark;
};

Result<std::optional<StreamRow>> find_stream(Connection& connection, const Ledger::Append& append) {
  std::optional<StreamRow> found;
  TRY_VOID(connection.query("SELECT epoch, seq, machine_id, seal, number FROM stream"
                            " WHERE tenant_id = ? AND stream = ?",
                            {append.stream.tenant, append.stream.id.view()}, [&](const Row& row) -> Result<void> {
                              TRY(const auto watermark, watermark_of(row, append.stream));
                              if (row.id<MachineTag>(2) != append.machine) {
                                return Error(Code::conflict, "the stream is another machine's");
                              }
                              found = StreamRow{row.integer(4), watermark};
                              return {};
                            }));
  return found;
}

Result<StreamRow> add_stream(Connection& connection, const Ledger::Append& append) {
  TRY_VOID(connection.run("INSERT INTO stream (tenant_id, stream, machine_id, epoch, seq, seal)"
                          " VALUES (?, ?, ?, 0, 0, ?)",
                          {append.stream.tenant, append.stream.id.view(), append.machine,
                           seal_of(append.stream, append.machine, {})}));
  return StreamRow{connection.last_insert_id(), {}};
}

// The next number that the hub wants is in the text: the agent goes on from there.
std::optional<Error> out_of_order(const Batch& batch, Ledger::Watermark watermark) {
  if (batch.epoch < watermark.epoch) {
    return Error(Code::conflict, fmt::format("expected seq {} of epoch {}: epoch {} is older", watermark.seq + 1,
                                             watermark.epoch, batch.epoch));
  }
  const std::uint64_t expected = batch.epoch == watermark.epoch ? watermark.seq + 1 : 1;
  if (batch.first_seq <= expected) return std::nullopt;
  return Error(Code::conflict,
               fmt::format("expected seq {} of epoch {}, not {}", expected, batch.epoch, batch.first_seq));
}

// Invariant (2): a number that is stored keeps its bytes. Returns how many
// events contradict what is stored; each is recorded.
Result<std::size_t> find_equivocations(Connection& connection, const StreamRow& stream, const Appending& appending,
                                       std::size_t known) {
  const auto& append = appending.append;
  std::size_t contradictions = 0;
  for (std::size_t i = 0; i < known; ++i) {
    Sha256 stored = appending.hashes[i];
    TRY_VOID(connection.query("SELECT sha256 FROM event"
                              " WHERE tenant_id = ? AND stream_number = ? AND epoch = ? AND seq = ?",
                              {append.stream.tenant, stream.number, append.batch.epoch, appending.numbers[i]},
                              [&](const Row& row) -> Result<void> {
                                auto digest = Sha256::from_bytes(row.bytes(0));
                                if (!digest) return Error(Code::corrupt, "a stored event's digest is damaged");
                                stored = *digest;
                                return {};
                              }));
    if (stored == appending.hashes[i]) continue;
    ++contradictions;
    TRY_VOID(connection.run("INSERT OR IGNORE INTO equivocation"
                            " (tenant_id, stream_number, epoch, seq, offered_sha256, stored_sha256, first_seen)"
                            " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7"
                            // Evidence, not a log: a hostile agent cannot fill the disk with it.
                            " WHERE (SELECT count(*) FROM equivocation"
                            "        WHERE tenant_id = ?1 AND stream_number = ?2) < 1000",
                            {append.stream.tenant, stream.number, append.batch.epoch, appending.numbers[i],
                             appending.hashes[i].view(), stored.view(), append.received_at}));
    log_warning("ledger.equivocation", {{"tenant", append.stream.tenant.value},
                                        {"machine", append.machine.value},
                                        {"stream", append.stream.id.hex()},
                                        {"epoch", static_cast<std::int64_t>(append.batch.epoch)},
                                        {"seq", static_cast<std::int64_t>(appending.numbers[i])}});
  }
  return contradictions;
}

Result<std::int64_t> take_ids(Connection& connection, std::size_t count) {
  std::int64_t first = 0;
  TRY_VOID(connection.query_one("UPDATE ledger_position SET next_id = next_id + ?1 WHERE one = 1"
                                " RETURNING next_id - ?1",
                                {static_cast<std::int64_t>(count)}, [&](const Row& row) -> Result<void> {
                                  first = row.integer(0);
                                  return {};
                                }));
  khien_assert(first > 0);
  return first;
}

Result<void> insert_events(Connection& connection, const StreamRow& stream, Appending& appending,
                           std::size_t known) {
  const auto& append = appending.append;
  const std::size_t count = append.batch.events.size() - known;
  if (count == 0) return {};
  TRY(std::int64_t id, take_ids(connection, count));
  for (std::size_t i = known; i < append.batch.events.size(); ++i, ++id) {
    const EventFrame frame{{id},
                           append.stream,
                           append.machine,
                           append.batch.epoch,
                           appending.numbers[i],
                           append.received_at,
                           appending.hashes[i]};
    TRY_VOID(connection.run("INSERT INTO event"
                            " (id, tenant_id, stream_number, epoch, seq, received_at, sha256, seal, text)"
                            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            {id, append.stream.tenant, stream.number, append.batch.epoch, appending.numbers[i],
                             append.received_at, appending.hashes[i].view(), seal_of(frame),
                             as_bytes(append.batch.events[i])}));
  }
  appending.stored = count;
  return {};
}

Result<void> insert_drops(Connection& connection, const StreamRow& stream, const Ledger::Append& append,
                          std::uint64_t covered) {
  for (const DropRecord& drop : append.batch.drops) {
    if (drop.seq_hi <= covered) continue;
    TRY_VOID(connection.run("INSERT INTO drop_record"
                            " (tenant_id, stream_number, epoch, seq_lo, seq_hi, priority, reason, received_at)"
                            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                            {append.stream.tenant, stream.number, append.batch.epoch,
                             std::max(drop.seq_lo, covered + 1), drop.seq_hi, static_cast<int>(drop.priority),
                             drop.reason, append.received_at}));
  }
  return {};
}

Result<void> move_watermark(Connection& connection, const StreamRow& stream, const Appending& appending) {
  const auto seal = seal_of(appending.append.stream, appending.append.machine, appending.watermark);
  TRY(const auto moved, connection.run("UPDATE stream SET epoch = ?, seq = ?, seal = ? WHERE number = ?",
                                       {appending.watermark.epoch, appending.watermark.seq, seal, stream.number}));
  khien_assert(moved == 1);
  return {};
}

// Gives each event its number: those from first_seq on that no drop names.
Result<void> number_events(Appending& appending) {
  const Batch& batch = appending.append.batch;
  if (batch.first_seq == 0 || batch.first_seq > kMaxSeq) return Error(Code::invalid, "first_seq out of range");
  std::uint64_t next = batch.first_seq;
  auto drop = batch.drops.begin();
  const auto pass_drops = [&]() -> Result<void> {
    for (; drop != batch.drops.end() && drop->seq_lo <= next; ++drop) {
      if (drop->seq_lo != next || drop->seq_hi < drop->seq_lo || drop->seq_hi >= kMaxSeq) {
        return Error(Code::invalid, fmt::format("drop of seq {} to {} is out of place", drop->seq_lo, drop->seq_hi));
      }
      next = drop->seq_hi + 1;
    }
    return {};
  };
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    TRY_VOID(pass_drops());
    if (next >= kMaxSeq) return Error(Code::invalid, "seq out of range");
    appending.numbers.push_back(next++);
  }
  TRY_VOID(pass_drops());
  if (drop != batch.drops.end()) {
    return Error(Code::invalid, fmt::format("seq {} is neither an event nor dropped", next));
  }
  appending.last = next - 1;
  return {};
}

}  // namespace

Result<Appending> prepare_append(Ledger::Append append) {
  khien_assert(append.text != nullptr);
  if (!append.stream.tenant) return Error(Code::invalid, "an append without tenant");
  if (!append.machine && append.stream != hub_stream(append.stream.tenant)) {
    return Error(Code::invalid, "an append without machine");
  }
  Appending appending;
  appending.append = std::move(append);
  const Batch& batch = appending.append.batch;
  appending.numbers.reserve(batch.events.size());
  appending.hashes.reserve(batch.events.size());
  TRY_VOID(number_events(appending));
  for (const std::string_view event : batch.events) appending.hashes.push_back(sha256(event));
  appending.batch_sha256 = sha256(*appending.append.text);
  return appending;
}

Result<void> store_batch(Connection& connection, Appending& appending) {
  const Ledger::Append& append = appending.append;
  const Batch& batch = append.batch;
  TRY(auto found, find_stream(connection, append));
  const auto before = found ? found->watermark : Ledger::Watermark{};
  appending.watermark = before;
  appending.refused = out_of_order(batch, before);
  if (appending.refused || appending.last < batch.first_seq) return {};

  if (!found) {
    TRY(found, add_stream(connection, append));
  }
  const std::uint64_t covered = batch.epoch == before.epoch ? before.seq : 0;
  const auto fresh = std::ranges::upper_bound(appending.numbers, covered);
  const auto known = static_cast<std::size_t>(fresh - appending.numbers.begin());
  TRY(const std::size_t contradictions, find_equivocations(connection, *found, appending, known));
  if (contradictions > 0) {
    appending.refused = Error(Code::conflict, fmt::format("{} events differ from what is stored", contradictions));
    return {};
  }
  if (appending.last <= covered) return {};  // all of it came before

  TRY_VOID(insert_events(connection, *found, appending, known));
  TRY_VOID(insert_drops(connection, *found, append, covered));
  appending.watermark = {batch.epoch, appending.last};
  khien_assert(appending.watermark.epoch >= before.epoch);
  return move_watermark(connection, *found, appending);
}

}  // namespace khien::store
