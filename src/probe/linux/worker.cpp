#include "khien/probe/worker.hpp"

#include <fcntl.h>

#include <optional>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "linux/poison.hpp"
#include "linux/worker_process.hpp"

namespace khien::probe {
namespace {

// Well below the processor time that a worker is allowed.
constexpr Duration kMaxAge = hours(1);

scan::Verdict unscanned(std::string_view reason, Sha256 sha256 = {}) {
  scan::Verdict verdict;
  verdict.sha256 = sha256;
  verdict.verdict = FileVerdict::not_scanned;
  verdict.reason = reason;
  return verdict;
}

std::string_view reason_of(WorkerProcess::Failure failure) {
  switch (failure) {
    case WorkerProcess::Failure::hung: return "worker_hung";
    case WorkerProcess::Failure::died:
    case WorkerProcess::Failure::gone:
    case WorkerProcess::Failure::lied: return "worker_died";
  }
  return "worker_died";
}

bool is_regular(const Fd& file) {
  const auto status = status_of(file);
  return status && status->kind == FileStatus::Kind::regular;
}

}  // namespace

struct Worker::Impl {
  Options options;
  const Clock& clock;
  Poison poison;
  std::optional<WorkerProcess> process;  // none after it failed, until the next file
  WorkerHello hello{};                   // of the last that greeted
  std::size_t failures = 0;

  // Of a worker that was gone before it was asked another one is asked.
  Result<WorkerProcess::Outcome> ask(const Fd& file, std::uint64_t size) {
    TRY_VOID(ensure_process());
    auto outcome = process->scan(file, size, options.file_time);
    if (!outcome.failed || outcome.failure != WorkerProcess::Failure::gone) return outcome;
    log_warning("worker.gone", {{"how", outcome.how}});
    process.reset();
    TRY_VOID(ensure_process());
    return process->scan(file, size, options.file_time);
  }

  Result<void> ensure_process() {
    if (process && (process->jobs() >= options.jobs_before_restart ||
                    clock.monotonic().ms - process->started().ms >= kMaxAge.ms)) {
      process.reset();
    }
    if (process) return {};
    TRY(WorkerProcess fresh, WorkerProcess::start(options, clock));
    hello = fresh.hello();
    process.emplace(std::move(fresh));
    return {};
  }

  // What is known of the file now.
  Poison::Known note_failure(const WorkerProcess::Outcome& outcome, const Fd& file, std::uint64_t size) {
    process.reset();
    const Poison::Known known = poison.add(file, size);
    log_warning("worker.failed", {{"reason", reason_of(outcome.failure)},
                                  {"how", outcome.how},
                                  {"file.hash.sha256", known.sha256.hex()},
                                  {"times", known.kills}});
    return known;
  }

  scan::Verdict give_up(WorkerProcess::Failure failure, const Poison::Known& known, std::uint64_t size) {
    ++failures;
    const bool whole = size <= options.max_file_bytes;
    return unscanned(reason_of(failure), whole ? known.sha256 : Sha256{});
  }
};

Worker::Worker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Worker::~Worker() = default;

Result<std::unique_ptr<Worker>> Worker::start(Options options, const Clock& clock) {
  const std::uint64_t max_file_bytes = options.max_file_bytes;
  auto impl = std::make_unique<Impl>(Impl{std::move(options), clock, Poison(max_file_bytes), {}});
  TRY_VOID(impl->ensure_process());
  return std::unique_ptr<Worker>(new Worker(std::move(impl)));
}

Result<scan::Verdict> Worker::scan(const Fd& file, std::uint64_t size) {
  // A worker that could write to what it reads would be no prisoner.
  khien_assert((fcntl(file.get(), F_GETFL) & O_ACCMODE) == O_RDONLY);
  if (!is_regular(file)) return unscanned("unreadable");
  if (impl_->poison.refuses(file, size)) return unscanned("worker_refused");

  TRY(auto outcome, impl_->ask(file, size));
  if (!outcome.failed) return std::move(outcome.verdict);
  Poison::Known known = impl_->note_failure(outcome, file, size);
  // Its first death may be somebody else's doing, the kernel's for want of memory
  // say: without a second try the file would be unjudged until the next full scan.
  if (outcome.failure == WorkerProcess::Failure::died && known.kills == 1) {
    auto again = impl_->ask(file, size);
    // No other one begins, for want of memory perhaps: the file is told of as it was, and the next tries.
    if (!again) return impl_->give_up(outcome.failure, known, size);
    outcome = std::move(again).value();
    if (outcome.failed) known = impl_->note_failure(outcome, file, size);
  }
  if (outcome.failed) return impl_->give_up(outcome.failure, known, size);
  return std::move(outcome.verdict);
}

std::size_t Worker::rule_count() const { return impl_->hello.rules; }
std::size_t Worker::ioc_count() const { return impl_->hello.iocs; }
std::size_t Worker::failures() const { return impl_->failures; }
const std::string& Worker::sandbox() const { return impl_->hello.sandbox; }
const std::string& Worker::version() const { return impl_->hello.build; }

// Not the file's doing as far as anybody knows: it is no poison.
void Worker::distrust() {
  log_warning("worker.distrusted");
  impl_->process.reset();
}

}  // namespace khien::probe
