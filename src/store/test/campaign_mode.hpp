#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "khien/core/log.hpp"

namespace khien::store {

// Full numbers instead of a short form.
inline bool in_campaign() {
  const char* value = std::getenv("KHIEN_CAMPAIGN");
  return value != nullptr && std::string_view(value) != "0";
}

// Each failed disk is a line of the log: thousands in these tests.
class Quiet {
 public:
  Quiet() { set_log_output(null_, LogLevel::error); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() {
    set_log_output(STDERR_FILENO, LogLevel::info);
    ::close(null_);
  }

 private:
  int null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
};

}  // namespace khien::store
