#include "linux/child_process.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "khien/core/processor_time.hpp"
#include "khien/probe/endpoint.hpp"

namespace khien::probe {
namespace {

TEST_CASE("a child is ours until it is reaped") {
  auto child = ChildProcess::start({.executable = "/bin/sleep", .arguments = {"60"}, .environment = {}});
  REQUIRE(child);
  const pid_t pid = child->pid();
  CHECK(is_our_child(pid));
  CHECK_FALSE(is_our_child(getpid()));
  CHECK_FALSE(is_our_child(1));
  child->stop(seconds(1));
  CHECK_FALSE(is_our_child(pid));
  CHECK_FALSE(processor_time_of(pid));
}

TEST_CASE("one in the background is nice, another is not") {
  const auto niceness = [](bool background) {
    auto child = ChildProcess::start({.executable = "/bin/sleep", .arguments = {"60"}, .environment = {}, .background = background});
    REQUIRE(child);
    int nice = 0;
    // It becomes nice before it becomes the program.
    for (int i = 0; i < 500 && nice != 19; ++i) {
      nice = getpriority(PRIO_PROCESS, static_cast<id_t>(child->pid()));
      if (!background && i > 20) break;
      usleep(1'000);
    }
    return nice;
  };
  CHECK(niceness(true) == 19);
  CHECK(niceness(false) < 19);
}

TEST_CASE("processor time counts children, living and reaped, and never goes back") {
  const std::int64_t before = processor_time().ms;
  auto child = ChildProcess::start({.executable = "/bin/sh", .arguments = {"-c", "while :; do :; done"}, .environment = {}});
  REQUIRE(child);
  std::int64_t living = before;
  for (int i = 0; i < 1'000 && living < before + 100; ++i) {
    usleep(10'000);
    const std::int64_t now = processor_time().ms;
    CHECK(now >= living);
    living = now;
  }
  CHECK(living >= before + 100);
  CHECK(processor_time_of(child->pid())->ms >= 50);
  child->stop({});
  CHECK(processor_time().ms + 20 >= living);  // two clocks of the kernel's
}

}  // namespace
}  // namespace khien::probe
