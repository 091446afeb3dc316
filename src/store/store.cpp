#include "khien/store/store.hpp"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "copy.hpp"
#include "khien/core/assert.hpp"
#include "readers.hpp"
#include "rehearsal.hpp"
#include "sqlite.hpp"
#include "writer.hpp"

namespace khien::store {

struct Store::Impl {
  Impl(Options o, Connection owner_lock, std::unique_ptr<Writer> w)
      : options(std::move(o)),
        owner(std::move(owner_lock)),
        writer(std::move(w)),
        readers(std::make_unique<Readers>(options.path, options.vfs)),
        thread([this] { serve(); }) {}
  ~Impl();

  void serve();
  void serve_all(std::deque<Write>& taken);
  void tell_fatal();
  // Why a write is refused at the door, if it is.
  std::optional<Error> refusal() const;

  const Options options;
  Connection owner;  // holds the lock that keeps a second program out
  std::unique_ptr<Writer> writer;  // the thread's alone
  std::unique_ptr<Readers> readers;

  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable answered;
  std::deque<Write> waiting;
  std::size_t unanswered = 0;
  bool draining = false;
  bool stopping = false;
  std::optional<Error> fatal;

  std::mutex rehearsing;  // one copy in memory at a time

  std::thread thread;  // last: it uses all of the above
};

namespace {

// Two programs that write one database are two connections that checkpoint,
// which SQLite 3.40 does not survive. An empty database beside it, locked for
// as long as we live, keeps the second one out; the system frees it if we die.
Result<Connection> become_owner(const Store::Options& options) {
  const std::string path = options.path + "-owner";
  TRY(auto owner, Connection::open_lock({.path = path, .vfs = options.vfs}));
  if (auto locked = owner.run("BEGIN EXCLUSIVE"); !locked) {
    return Error(Code::unavailable, options.path + ": another program has this database open");
  }
  return owner;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(Options options) {
  khien_assert(options.max_waiting > 0);
  TRY(auto owner, become_owner(options));
  auto writer = Writer::open(options);
  if (!writer) return std::move(writer).error().within(options.path);
  return std::unique_ptr<Store>(new Store(
      std::make_unique<Impl>(std::move(options), std::move(owner), std::move(writer).value())));
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Store::Impl::~Impl() {
  {
    const std::lock_guard lock(mutex);
    stopping = true;
  }
  wake.notify_all();
  thread.join();
  khien_assert(waiting.empty());
  // Readers first: the last connection to close is the one that checkpoints.
  readers.reset();
  writer.reset();
}

void Store::Impl::serve() {
  std::deque<Write> taken;
  for (;;) {
    {
      std::unique_lock lock(mutex);
      wake.wait(lock, [&] { return stopping || !waiting.empty(); });
      if (waiting.empty()) return;
      taken.swap(waiting);
    }
    serve_all(taken);
    bool idle = false;
    {
      const std::lock_guard lock(mutex);
      idle = waiting.empty();
    }
    writer->checkpoint(idle);
    tell_fatal();
  }
}

void Store::Impl::serve_all(std::deque<Write>& taken) {
  while (!taken.empty()) {
    writer->commit_group(taken);
    tell_fatal();
    {
      const std::lock_guard lock(mutex);
      khien_assert(unanswered >= writer->last_group());
      unanswered -= writer->last_group();
    }
    answered.notify_all();
    if (!taken.empty()) writer->checkpoint(false);
  }
}

void Store::Impl::tell_fatal() {
  if (!writer->fatal()) return;
  {
    const std::lock_guard lock(mutex);
    if (fatal) return;
    fatal = writer->fatal();
  }
  if (options.on_fatal) options.on_fatal(*writer->fatal());
}

std::optional<Error> Store::Impl::refusal() const {
  if (fatal) return *fatal;
  if (draining || stopping) return Error(Code::unavailable, "the database is closing");
  if (unanswered >= options.max_waiting) return Error(Code::exhausted, "too many writes wait");
  return std::nullopt;
}

Result<void> Store::write(Work work) {
  khien_assert(std::this_thread::get_id() != impl_->thread.get_id());
  std::promise<Result<void>> answer;
  auto answered = answer.get_future();
  write_later(std::move(work), [&](Result<void> outcome) { answer.set_value(std::move(outcome)); });
  return answered.get();
}

void Store::write_later(Work work, Done done) {
  khien_assert(work);
  std::optional<Error> refused;
  {
    const std::lock_guard lock(impl_->mutex);
    refused = impl_->refusal();
    if (!refused) {
      impl_->waiting.push_back({std::move(work), std::move(done)});
      ++impl_->unanswered;
    }
  }
  if (refused) {
    if (done) done(*std::move(refused));
    return;
  }
  impl_->wake.notify_one();
}

void Store::drain() {
  khien_assert(std::this_thread::get_id() != impl_->thread.get_id());
  std::unique_lock lock(impl_->mutex);
  impl_->draining = true;
  impl_->answered.wait(lock, [&] { return impl_->unanswered == 0; });
}

Result<void> Store::rehearse(TenantId tenant, std::span<const std::string_view> tables, const Work& work) const {
  khien_assert(std::this_thread::get_id() != impl_->thread.get_id());
  const std::lock_guard lock(impl_->rehearsing);
  return store::rehearse({.path = impl_->options.path, .read_only = true, .vfs = impl_->options.vfs}, tenant, tables, work);
}

Result<void> Store::read(const Work& work) const { return impl_->readers->read(work); }

Result<void> Store::copy_to(const std::string& path) const {
  return copy_database({.path = impl_->options.path, .read_only = true, .vfs = impl_->options.vfs}, path);
}

Store::Counts Store::counts() const { return impl_->writer->counts(); }

}  // namespace khien::store
