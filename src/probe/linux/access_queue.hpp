#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien::probe {

// The kernel's queue of accesses that wait for an answer (fanotify, FAN_CLASS_CONTENT).
// Once it is closed, the kernel allows what waits and asks no more.
//
// One thread reads; answer() may come from any, as long as the queue is open.
class AccessQueue {
 public:
  // Code::denied or unavailable where kernel or rights do not let us.
  static Result<AccessQueue> open(bool opens);

  // The whole file system of the folder. Code::unavailable for one that answers over a
  // network or out of a process: it could hold up the answers for all others. Nor is it
  // asked here.
  Result<void> mark(const std::string& folder);

  struct Asked {
    Fd file;  // until answered: its number is the question's name
    pid_t pid = 0;
    bool exec = false;
  };
  // Those that wait, at most a few dozen; none if none does. `overflowed`: more waited
  // than the kernel keeps, and it allowed them. Never waits for a file: one that cannot be
  // opened at once (its owner holds a lease on it) the kernel refuses by itself.
  Result<std::vector<Asked>> read(bool& overflowed);
  void answer(int file, bool allow) const;

  int descriptor() const { return queue_.get(); }
  // Asks no more, allows what waits, and closes. Closing alone would not do while a
  // process that was forked from this one still holds a copy of the descriptor: the
  // kernel would go on asking, and nobody answer.
  void end();

 private:
  AccessQueue(Fd queue, bool opens) : queue_(std::move(queue)), opens_(opens) {}

  Fd queue_;
  bool opens_;
};

}  // namespace khien::probe
