#include "khien/probe/trial.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "linux/worker_process.hpp"

namespace khien::probe {
namespace {

Result<void> write_all(const Fd& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(file.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return system_error("write a sample", errno);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

// The sample as a file that a worker may have: open for reading alone, and on no disk.
Result<Fd> in_memory(std::string_view bytes) {
  const Fd made(memfd_create("khien-sample", MFD_CLOEXEC));
  if (!made) return system_error("memfd_create", errno);
  TRY_VOID(write_all(made, bytes));
  Fd readable(open(("/proc/self/fd/" + std::to_string(made.get())).c_str(), O_RDONLY | O_CLOEXEC));
  if (!readable) return system_error("open a sample", errno);
  return readable;
}

class Trial {
 public:
  Trial(WorkerProcess process, const TrialLimits& limits, const Clock& clock)
      : process_(std::move(process)), limits_(limits), clock_(clock), started_(clock.monotonic()) {}

  Result<void> judge(const TrialSample& sample, bool must_hit) {
    if (spent().ms > limits_.all.ms) return Error(Code::unavailable, "too slow: over " + std::to_string(limits_.all.ms) + " ms");
    TRY(const Fd file, in_memory(sample.bytes));
    const auto outcome = process_.scan(file, sample.bytes.size(), limits_.file);
    if (outcome.failed) return Error(Code::unavailable, sample.name + ": the worker failed: " + outcome.how);
    const scan::Verdict& verdict = outcome.verdict;
    if (must_hit == !verdict.matches.empty() && (must_hit || verdict.verdict == FileVerdict::clean)) return {};
    if (must_hit) return Error(Code::denied, sample.name + ": not found");
    if (verdict.matches.empty()) return Error(Code::denied, sample.name + ": not judged: " + verdict.reason);
    return Error(Code::denied, sample.name + ": " + verdict.matches.front().rule + " matches a harmless file");
  }
  Duration spent() const { return {clock_.monotonic().ms - started_.ms}; }

 private:
  WorkerProcess process_;
  const TrialLimits& limits_;
  const Clock& clock_;
  Duration started_;
};

}  // namespace

Result<TrialReport> try_content(Worker::Options worker, const TrialSet& samples, const TrialLimits& limits, const Clock& clock) {
  worker.memory_bytes = limits.memory_bytes;
  worker.start_time = limits.start;
  worker.file_time = limits.file;
  const Duration before = clock.monotonic();
  TRY(auto process, WorkerProcess::start(worker, clock));
  TrialReport report{.rules = process.hello().rules, .hashes = process.hello().iocs, .start = {clock.monotonic().ms - before.ms},
                     .scanning = {}};
  Trial trial(std::move(process), limits, clock);
  for (const TrialSample& sample : samples.must_hit) TRY_VOID(trial.judge(sample, true));
  for (const TrialSample& sample : samples.must_miss) TRY_VOID(trial.judge(sample, false));
  report.scanning = trial.spent();
  return report;
}

}  // namespace khien::probe
