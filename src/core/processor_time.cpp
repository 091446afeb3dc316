#include "khien/core/processor_time.hpp"

#include <time.h>

namespace khien {

Result<Duration> processor_time_of(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) {
    return Error(Code::not_found, "there is no such process");
  }
  return Duration{time.tv_sec * 1'000 + time.tv_nsec / 1'000'000};
}

}  // namespace khien
