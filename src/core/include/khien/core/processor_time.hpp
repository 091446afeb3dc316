#pragma once

#include <sys/types.h>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien {

// Processor time that a process has used so far, of all its threads. Code::not_found
// if there is no such process.
Result<Duration> processor_time_of(pid_t process);

}  // namespace khien
