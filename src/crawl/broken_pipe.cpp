#include "broken_pipe.hpp"

#include <ctime>

namespace khien::crawl {

NoBrokenPipe::NoBrokenPipe() {
  sigset_t pending;
  sigemptyset(&set_);
  sigaddset(&set_, SIGPIPE);
  sigpending(&pending);
  was_pending_ = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &set_, &before_);
}

NoBrokenPipe::~NoBrokenPipe() {
  constexpr timespec kNow{};
  if (!was_pending_) static_cast<void>(sigtimedwait(&set_, nullptr, &kNow));
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace khien::crawl
