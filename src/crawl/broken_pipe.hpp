#pragma once

#include <signal.h>

namespace khien::crawl {

// OpenSSL writes without MSG_NOSIGNAL: a peer that left shall be an error here, not
// the end of the process. Blocks SIGPIPE of this thread for as long as it lives.
class NoBrokenPipe {
 public:
  NoBrokenPipe();
  ~NoBrokenPipe();
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t set_;
  sigset_t before_;
  bool was_pending_ = false;
};

}  // namespace khien::crawl
