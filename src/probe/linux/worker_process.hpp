#pragma once

#include <cstdint>
#include <string>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/probe/worker.hpp"
#include "linux/child_process.hpp"
#include "worker_protocol.hpp"

namespace khien::probe {

// One life of a khien-worker: its process and the socket to it.
class WorkerProcess {
 public:
  // Returns when it has greeted, within options.start_time. Its own words if it cannot serve.
  static Result<WorkerProcess> start(const Worker::Options& options, const Clock& clock);

  // gone: it had ended before it was given the file, which is not the file's doing.
  enum class Failure : unsigned char { died, hung, lied, gone };

  // One file. On a Failure the process is of no use any more.
  struct Outcome {
    scan::Verdict verdict;
    bool failed = false;
    Failure failure = Failure::died;
    std::string how;  // "signal 31", "no answer within 12 s"
  };
  Outcome scan(const Fd& file, std::uint64_t size, Duration time);

  const WorkerHello& hello() const { return hello_; }
  int jobs() const { return jobs_; }
  Duration started() const { return started_; }
  pid_t pid() const { return child_.pid(); }

 private:
  WorkerProcess(ChildProcess child, Fd socket, Duration started)
      : child_(std::move(child)), socket_(std::move(socket)), started_(started) {}
  Outcome failed(Failure failure, std::string how);

  ChildProcess child_;
  Fd socket_;
  Duration started_;
  WorkerHello hello_;
  int jobs_ = 0;
};

}  // namespace khien::probe
