#include "process.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "khien/core/file.hpp"
#include "khien/core/log.hpp"

namespace khien::agent {
namespace {

// linux/ioprio.h is not in every kernel's headers.
constexpr int kIoprioWhoProcess = 1;
constexpr int kIoprioClassIdle = 3;
constexpr int kIoprioClassShift = 13;

std::uint64_t milliseconds_of(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000 + static_cast<std::uint64_t>(time.tv_usec) / 1'000;
}

// The n-th number of a line of numbers, from 0.
std::uint64_t number_at(std::string_view line, int wanted) {
  for (; wanted > 0 && !line.empty(); --wanted) line.remove_prefix(std::min(line.find(' ') + 1, line.size()));
  std::uint64_t number = 0;
  std::from_chars(line.data(), line.data() + line.size(), number);
  return number;
}

}  // namespace

ProcessUsage process_usage() {
  ProcessUsage usage;
  rusage spent{};
  if (getrusage(RUSAGE_SELF, &spent) == 0) usage.cpu_ms = milliseconds_of(spent.ru_utime) + milliseconds_of(spent.ru_stime);
  // size resident shared …, in pages
  if (const auto statm = system_files().read("/proc/self/statm", 4'096)) {
    const std::uint64_t resident = number_at(*statm, 1);
    const std::uint64_t shared = number_at(*statm, 2);
    if (resident >= shared) usage.memory_bytes = (resident - shared) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  return usage;
}

void run_in_background() {
  // 0 is the calling thread, for both.
  if (setpriority(PRIO_PROCESS, 0, 19) != 0) log_warning("agent.nice_refused");
  if (syscall(SYS_ioprio_set, kIoprioWhoProcess, 0, kIoprioClassIdle << kIoprioClassShift) != 0) {
    log_warning("agent.ioprio_refused");
  }
}

std::string limits_that_stop(std::string_view cpu_max, std::string_view memory_high) {
  std::string limits;
  if (!cpu_max.empty() && !cpu_max.starts_with("max")) limits = "CPUQuota";
  if (!memory_high.empty() && !memory_high.starts_with("max")) limits += limits.empty() ? "MemoryHigh" : ", MemoryHigh";
  return limits;
}

std::string limits_that_stop() {
  constexpr std::size_t kMaxBytes = 4'096;
  constexpr std::string_view kUnified = "0::";
  const auto read = [](const std::string& path) {
    auto text = system_files().read(path, kMaxBytes);
    return text ? std::move(text).value() : std::string();
  };
  std::string group = read("/proc/self/cgroup");
  if (!group.starts_with(kUnified)) return {};
  group = "/sys/fs/cgroup" + group.substr(kUnified.size(), group.find('\n') - kUnified.size());
  return limits_that_stop(read(group + "/cpu.max"), read(group + "/memory.high"));
}

std::string resolved_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr), std::free);
  return resolved ? std::string(resolved.get()) : path;
}

}  // namespace khien::agent
