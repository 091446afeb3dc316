#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/probe/worker.hpp"

namespace khien::hub {

// One file to be judged. The descriptor was opened by who found it.
struct ScanJob {
  std::string path;
  Fd file;
  std::uint64_t size = 0;
};

// Several khien-workers, each with a thread of ours that feeds it: a worker is one
// thread, so a machine with more cores wants more of them.
class ScanCrew {
 public:
  struct Options {
    probe::Worker::Options worker;
    std::string clamd_socket;  // empty: clamd is not asked
    std::size_t workers = 1;
  };
  // Called from the crew's threads, one at a time.
  using Report = std::function<void(const ScanJob& job, const scan::Verdict& verdict)>;

  // Starts all of them. Code::invalid if the content is not fit, or empty: who has
  // no rules would call everything clean.
  static Result<std::unique_ptr<ScanCrew>> start(Options options, Report report);
  ~ScanCrew();

  // Waits while all are busy and enough is waiting: descriptors are few.
  void add(ScanJob job);
  // Waits until all is done. The first failure that left files unjudged, if any.
  Result<void> finish();

 private:
  ScanCrew(Options options, Report report) : options_(std::move(options)), report_(std::move(report)) {}
  void work();
  Result<void> serve();
  std::optional<ScanJob> next();

  Options options_;
  Report report_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<ScanJob> jobs_;
  std::size_t ready_ = 0;
  bool ended_ = false;
  std::optional<Error> failure_;
  std::mutex reporting_;
  std::vector<std::jthread> threads_;
};

}  // namespace khien::hub
