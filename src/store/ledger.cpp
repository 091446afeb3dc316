#include "khien/store/ledger.hpp"

#include <atomic>
#include <mutex>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "ledger_append.hpp"
#include "seal.hpp"

namespace khien::store {
namespace {

// Of batches that wait for the writer; beyond, the agent is told to come again.
constexpr std::size_t kMaxWaitingBytes = 64u << 20;
constexpr std::size_t kMaxReadBytes = 8u << 20;

constexpr Sql kReadAfter =
    "SELECT e.id, e.tenant_id, s.machine_id, s.stream, e.epoch, e.seq, e.received_at, e.sha256, e.text, e.seal"
    " FROM event e LEFT JOIN stream s ON s.number = e.stream_number AND s.tenant_id = e.tenant_id"
    " WHERE e.id > ? ORDER BY e.id";
constexpr Sql kReadOne =
    "SELECT e.id, e.tenant_id, s.machine_id, s.stream, e.epoch, e.seq, e.received_at, e.sha256, e.text, e.seal"
    " FROM event e LEFT JOIN stream s ON s.number = e.stream_number AND s.tenant_id = e.tenant_id"
    " WHERE e.id = ? AND e.tenant_id = ?";

// Code::corrupt unless the bytes are those that were acknowledged.
Result<StoredEvent> event_of(const Row& row) {
  StoredEvent event;
  event.id = row.id<ObservationTag>(0);
  event.tenant = row.id<TenantTag>(1);
  event.machine = row.id<MachineTag>(2);
  if (row.is_null(3)) return Error(Code::corrupt, "event " + std::to_string(event.id.value) + " has lost its stream");
  TRY(event.stream, Sha256::from_bytes(row.bytes(3)));
  event.epoch = static_cast<std::uint32_t>(row.integer(4));
  event.seq = static_cast<std::uint64_t>(row.integer(5));
  event.received_at = row.time(6);
  TRY(event.sha256, Sha256::from_bytes(row.bytes(7)));
  event.text = as_text(row.bytes(8));
  const EventFrame frame{event.id,    {event.tenant, event.stream}, event.machine, event.epoch, event.seq,
                         event.received_at, event.sha256};
  if (sha256(event.text) != event.sha256 || seal_of(frame) != row.integer(9)) {
    return Error(Code::corrupt, "event " + std::to_string(event.id.value) + " is not what was acknowledged");
  }
  return event;
}

}  // namespace

StreamId stream_id(TenantId tenant, MachineId machine, std::string_view stream_name) {
  // Numbers of fixed width, then the one part whose length varies: no two
  // streams give the same bytes.
  Sha256Stream hash;
  hash.update(as_bytes("khien stream 1\n"));
  for (const std::int64_t number : {tenant.value, machine.value}) {
    std::array<std::byte, 8> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::byte>(static_cast<std::uint64_t>(number) >> (56 - 8 * i));
    }
    hash.update(bytes);
  }
  hash.update(as_bytes(stream_name));
  return {tenant, hash.finish()};
}

StreamId hub_stream(TenantId tenant) { return stream_id(tenant, MachineId{}, "hub"); }

struct Ledger::Impl {
  std::mutex mutex;
  std::function<void()> wake;
  std::atomic<std::size_t> waiting_bytes = 0;
  std::unique_ptr<Store> store;  // last: its thread uses the rest

  void woke() {
    std::function<void()> call;
    {
      const std::lock_guard lock(mutex);
      call = wake;
    }
    if (call) call();
  }
};

Result<std::unique_ptr<Ledger>> Ledger::open(Options options) {
  auto impl = std::make_unique<Impl>();
  TRY(impl->store, Store::open({.path = std::move(options.path),
                                .migrations = ledger_migrations(),
                                .vfs = std::move(options.vfs),
                                .checkpoint_pages = options.checkpoint_pages,
                                .on_fatal = std::move(options.on_fatal)}));
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

void Ledger::append(Append append, std::function<void(Result<AckToken>)> done) {
  khien_assert(done);
  auto prepared = prepare_append(std::move(append));
  if (!prepared) return done(std::move(prepared).error());
  const auto appending = std::make_shared<Appending>(std::move(prepared).value());

  const std::size_t bytes = appending->bytes();
  if (impl_->waiting_bytes.fetch_add(bytes) + bytes > kMaxWaitingBytes) {
    impl_->waiting_bytes -= bytes;
    return done(Error(Code::exhausted, "too many batches wait"));
  }
  const auto work = [appending](Connection& connection) { return store_batch(connection, *appending); };
  Impl& impl = *impl_;
  impl.store->write_later(work, [&impl, appending, bytes, done = std::move(done)](Result<void> committed) {
    impl.waiting_bytes -= bytes;
    if (!committed) return done(std::move(committed).error());
    if (appending->refused) return done(*std::move(appending->refused));
    const auto [epoch, seq] = appending->watermark;
    const auto stored = appending->stored;
    done(AckToken({epoch, seq, appending->batch_sha256}, stored));
    if (stored > 0) impl.woke();
  });
}

void Ledger::drain() { impl_->store->drain(); }

Result<Ledger::Watermark> Ledger::watermark(const StreamId& stream) const {
  Watermark watermark;
  TRY_VOID(impl_->store->read([&](Connection& connection) {
    return connection.query("SELECT epoch, seq, machine_id, seal FROM stream WHERE tenant_id = ? AND stream = ?",
                            {stream.tenant, stream.id.view()}, [&](const Row& row) -> Result<void> {
                              TRY(watermark, watermark_of(row, stream));
                              return {};
                            });
  }));
  return watermark;
}

Result<std::vector<StoredEvent>> Ledger::read_after(ObservationId after, std::size_t limit) const {
  std::vector<StoredEvent> events;
  std::size_t bytes = 0;
  bool full = limit == 0;
  const auto keep = [&](const Row& row) -> Result<void> {
    if (full) return Error(Code::exhausted, "enough");
    auto event = event_of(row);
    if (event) {
      bytes += event->text.size();
      events.push_back(std::move(event).value());
      full = events.size() >= limit || bytes >= kMaxReadBytes;
      return {};
    }
    // Damage costs the damaged event alone: never served, always told.
    log_error("ledger.damaged_event", {{"id", row.integer(0)}, {"error", event.error().what()}});
    return {};
  };
  auto read = impl_->store->read([&](Connection& connection) { return connection.query(kReadAfter, {after}, keep); });
  if (!read && !full) return std::move(read).error();
  return events;
}

Result<StoredEvent> Ledger::event(TenantId tenant, ObservationId id) const {
  StoredEvent found;
  TRY_VOID(impl_->store->read([&](Connection& connection) {
    return connection.query_one(kReadOne, {id, tenant}, [&](const Row& row) -> Result<void> {
      TRY(found, event_of(row));
      return {};
    });
  }));
  return found;
}

Result<ObservationId> Ledger::newest() const {
  ObservationId newest;
  TRY_VOID(impl_->store->read([&](Connection& connection) {
    return connection.query_one("SELECT coalesce(max(id), 0) FROM event", {}, [&](const Row& row) -> Result<void> {
      newest = row.id<ObservationTag>(0);
      return {};
    });
  }));
  return newest;
}

void Ledger::on_commit(std::function<void()> wake) {
  const std::lock_guard lock(impl_->mutex);
  impl_->wake = std::move(wake);
}

const Store& Ledger::store() const { return *impl_->store; }

}  // namespace khien::store
