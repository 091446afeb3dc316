#include "khien/flow/flow.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "flow_impl.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"

namespace khien::flow {
namespace {

// The bell wakes the applier; this is for a ring that nobody could hear, such as
// events that another start of the program left behind.
constexpr Duration kLookAtLeastEvery = seconds(5);
constexpr Duration kWaitAfterFailure = seconds(1);
constexpr Duration kTendEvery = minutes(1);

// Is it the event that is at fault, so that the road goes on without it? The rest
// (no room, no disk, damage) would meet every event alike.
bool is_of_the_event(const Error& error) {
  return error.code() == Code::conflict || error.code() == Code::invalid || error.code() == Code::internal ||
         error.code() == Code::not_found || error.code() == Code::denied;
}

Result<ObservationId> read_position(store::Connection& connection) {
  ObservationId position;
  TRY_VOID(connection.query_one("SELECT observation_id FROM flow_position WHERE id = 1", {},
                                [&](const store::Row& row) -> Result<void> {
                                  position = {row.integer(0)};
                                  return {};
                                }));
  return position;
}

Result<void> move_position(store::Connection& connection, ObservationId from, ObservationId to) {
  khien_assert(to > from);
  TRY(const auto moved, connection.run("UPDATE flow_position SET observation_id = ?2 WHERE id = 1 "
                                       "AND observation_id = ?1",
                                       {from, to}));
  // Two programs on one database, or a restored copy: never apply on top of it.
  if (moved != 1) return Error(Code::unavailable, "the road's position moved under us");
  return {};
}

// Each event in a savepoint of its own; one that the database refuses is left out.
Result<void> apply_one_by_one(store::Connection& connection, Application& application,
                              const std::vector<Fresh>& fresh) {
  for (const Fresh& event : fresh) {
    TRY_VOID(connection.run("SAVEPOINT one_event"));
    auto applied = application.apply(event);
    if (!applied && !is_of_the_event(applied.error())) return std::move(applied).error();
    if (!applied) {
      TRY_VOID(connection.run("ROLLBACK TO one_event"));
      application.leave_out(event, applied.error().what());
    }
    TRY_VOID(connection.run("RELEASE one_event"));
  }
  return {};
}

Result<void> apply_all(Application& application, const std::vector<Fresh>& fresh) {
  for (const Fresh& event : fresh) TRY_VOID(application.apply(event));
  return {};
}

}  // namespace

void Bell::ring() {
  const std::lock_guard lock(mutex_);
  rung_ = true;
  condition_.notify_all();
}

void Bell::wait(Duration at_most) {
  std::unique_lock lock(mutex_);
  condition_.wait_for(lock, std::chrono::milliseconds(at_most.ms), [this] { return rung_; });
  rung_ = false;
}

Flow::Flow(store::Ledger& ledger, store::Store& hub, std::vector<std::shared_ptr<const Judge>> judges,
           const Clock& clock, Options options)
    : impl_(new Impl{.ledger = ledger,
                     .hub = hub,
                     .clock = clock,
                     .options = std::move(options),
                     .judges_mutex = {},
                     .judges = std::move(judges),
                     .applying = {},
                     .looked_through = {},
                     .applier = {}}) {
  khien_assert(impl_->options.batch_events > 0);
  ledger.on_commit([bell = impl_->bell] { bell->ring(); });
}

Flow::~Flow() {
  stop();
  impl_->ledger.on_commit({});
}

void Flow::observe(store::Ledger::Append append, std::function<void(Result<store::AckToken>)> done) {
  impl_->ledger.append(std::move(append), std::move(done));
}

void Flow::start() {
  khien_assert(!impl_->applier.joinable());
  impl_->stopping = false;
  impl_->applier = std::thread([impl = impl_.get()] { impl->run_applier(); });
}

void Flow::stop() {
  if (!impl_->applier.joinable()) return;
  impl_->stopping = true;
  impl_->bell->ring();
  impl_->applier.join();
  impl_->stopping = false;
}

void Flow::break_off() { impl_->broken_off = true; }

Result<std::int64_t> Flow::apply_pending() {
  const std::lock_guard lock(impl_->applying);
  std::int64_t applied = 0;
  while (!impl_->stopping) {
    TRY(const auto count, impl_->apply_chunk());
    if (count == 0) break;
    applied += count;
  }
  return applied;
}

Result<void> Flow::tend() { return impl_->tend(); }

Result<std::int64_t> Flow::weigh_marked() { return impl_->weigh_some(); }

Result<Flow::Lag> Flow::lag() const {
  TRY(const auto position, impl_->position());
  TRY(const auto newest, impl_->ledger.newest());
  // Ids have no holes but those of retention, so their distance is the count.
  return Lag{std::max<std::int64_t>(0, newest.value - position.value), impl_->failed.load()};
}

Judges Flow::Impl::judges_now() {
  const std::lock_guard lock(judges_mutex);
  return judges;
}

void Flow::Impl::put_judge(std::shared_ptr<const Judge> judge) {
  khien_assert(judge != nullptr);
  const std::lock_guard lock(judges_mutex);
  const auto old = std::ranges::find_if(judges, [&](const auto& other) { return other->id() == judge->id(); });
  if (old != judges.end()) {
    *old = std::move(judge);
  } else {
    judges.push_back(std::move(judge));
  }
}

Result<ObservationId> Flow::Impl::position() const {
  ObservationId position;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(position, read_position(connection));
    return {};
  }));
  return position;
}

Result<std::int64_t> Flow::Impl::apply_chunk() {
  TRY(const auto after, position());
  TRY(const auto events, ledger.read_after(after, options.batch_events));
  if (events.empty()) {
    TRY(const auto newest, ledger.newest());
    // Going on would skip what the agents send next: ids are given out again.
    if (newest < after) return Error(Code::corrupt, "the ledger ends before what was applied: an older copy?");
    return 0;
  }
  const auto fresh = read_events(events);
  TRY_VOID(apply_fresh(fresh, after));
  return static_cast<std::int64_t>(events.size());
}

Result<void> Flow::Impl::apply_fresh(const std::vector<Fresh>& fresh, ObservationId after) {
  khien_assert(!fresh.empty());
  const ObservationId last = fresh.back().id;
  auto applied = write([&](Application& application, store::Connection& connection) -> Result<void> {
    TRY_VOID(move_position(connection, after, last));
    return apply_all(application, fresh);
  });
  if (applied || !is_of_the_event(applied.error())) return applied;
  log_warning("flow.batch_one_by_one", {{"after", after.value}, {"error", applied.error().what()}});
  return write([&](Application& application, store::Connection& connection) -> Result<void> {
    TRY_VOID(move_position(connection, after, last));
    return apply_one_by_one(connection, application, fresh);
  });
}

Result<void> Flow::Impl::write(const std::function<Result<void>(Application&, store::Connection&)>& work) {
  std::vector<Change> changes;
  std::int64_t failures = 0;
  TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
    // Here, on the writer's thread: works run one after another, so what begins
    // after put_judge() returned sees the new judge.
    const Judges now = judges_now();
    Application application(connection, now);
    TRY_VOID(work(application, connection));
    TRY_VOID(application.finish());
    changes = application.changes();
    failures = application.failed();
    return {};
  }));
  failed += failures;
  if (options.on_change) std::ranges::for_each(changes, options.on_change);
  return {};
}

Result<void> Flow::Impl::let_works_end() {
  return write([](Application&, store::Connection&) { return Result<void>(); });
}

Result<void> Flow::Impl::tend() {
  const Timestamp now = clock.now();
  TRY_VOID(write([&](Application& application, store::Connection&) { return application.tend(now); }));
  return forget_packages();
}

void Flow::Impl::run_applier() {
  Duration tended = clock.monotonic();
  while (!stopping) {
    Duration pause = kLookAtLeastEvery;
    if (clock.monotonic().ms - tended.ms >= kTendEvery.ms) {
      tended = clock.monotonic();
      if (const auto done = tend(); !done) log_warning("flow.tend_failed", {{"error", done.error().what()}});
    }
    {
      const std::lock_guard lock(applying);
      for (;;) {
        auto count = apply_chunk();
        if (!count) {
          log_error("flow.apply_failed", {{"error", count.error().what()}});
          pause = kWaitAfterFailure;
        }
        if (!count || *count == 0 || stopping) break;
      }
    }
    // After the events: what a new book brings waits for what machines say now.
    if (!stopping) {
      const auto weighed = weigh_some();
      if (!weighed) log_warning("flow.weigh_failed", {{"error", weighed.error().what()}});
      if (weighed && *weighed > 0) continue;
    }
    if (!stopping) bell->wait(pause);
  }
}

}  // namespace khien::flow
