#include <doctest/doctest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "temporary_folder.hpp"

namespace khien::store {
namespace {

TEST_CASE("a full disk stops the acknowledging, loses nothing, and is over when there is room") {
  const TemporaryFolder folder;
  std::string program = KHIEN_LEDGER_FULL_DISK;
  std::string argument = folder.path();
  std::array<char*, 3> arguments{program.data(), argument.data(), nullptr};
  pid_t pid = -1;
  REQUIRE(::posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments.data(), environ) == 0);
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) {
    MESSAGE("not tried: mounting a small file system needs root");
    return;
  }
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace khien::store
