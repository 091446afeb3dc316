#pragma once

#include <memory>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/probe/conversion.hpp"
#include "khien/scan/engine.hpp"

namespace khien::probe {

// The client of khien-worker: a process of its own uid, under seccomp and
// Landlock, that gets file descriptors and gives verdicts. What it answers is
// hostile: bounded and checked here.
//
// A worker that dies or hangs (deadline + 2 s) is killed and started anew; its
// file is not_scanned("worker_died" or "worker_hung"). A file of which a worker
// died for the first time gets a second try at once: it may have been killed by
// somebody else. The same hash killing three workers is refused afterwards
// without asking ("worker_refused").
//
// Not thread-safe: one thread, one worker.
class Worker {
 public:
  struct Options {
    std::string executable;        // path of khien-worker
    std::string content_folder;    // rule packs, or a bundle; opened before the sandbox closes
    std::string user = "khien-worker";  // own uid; "nobody" where it does not exist; ignored if we are not root
    std::uint64_t max_file_bytes = 64u << 20;
    Duration file_time = seconds(10);
    std::uint64_t memory_bytes = 1u << 30;
    Duration start_time = minutes(1);  // to greet in; large packs take a while to compile
    int jobs_before_restart = 20'000;
    bool background = false;       // nice 19, and disk access when idle
  };
  static Result<std::unique_ptr<Worker>> start(Options options, const Clock& clock);
  ~Worker();

  // Scans the open file, which must be open for reading alone. Fails only if no
  // worker can be started at all.
  Result<scan::Verdict> scan(const Fd& file, std::uint64_t size);

  // What the worker says of its engines: rules loaded.
  std::size_t rule_count() const;
  std::size_t ioc_count() const;
  // At how many files workers have died or hung for good since start().
  std::size_t failures() const;
  // What the sandbox could do on this kernel: "seccomp, landlock abi 7, uid 997".
  const std::string& sandbox() const;
  // Of its program and libraries: another one may judge differently. One line.
  const std::string& version() const;

  // It was caught in a lie: it is ended, and another one takes the next file.
  void distrust();

 private:
  struct Impl;
  explicit Worker(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The other end: khien-worker's whole main, on the socket that is descriptor 3.
// Reads the content, closes the sandbox, then serves until the socket ends.
// With --convert or --stream it does the program's conversion, once, and reads no content.
int worker_main(int argc, char** argv, Conversion conversion = nullptr, Streaming streaming = nullptr);

}  // namespace khien::probe
