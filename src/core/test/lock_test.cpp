#include "khien/core/lock.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace khien {
namespace {

// What a second process is told.
int try_in_child(const std::string& path) {
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = FileLock::take(path);
    _exit(lock ? 0 : lock.error().code() == Code::conflict ? 1 : 2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST_CASE("of two processes one gets the lock, and it is free when that one lets go") {
  char folder[] = "/tmp/khien-lock-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  const std::string path = std::string(folder) + "/lock";
  {
    const auto lock = FileLock::take(path);
    REQUIRE(lock);
    CHECK(try_in_child(path) == 1);
  }
  CHECK(try_in_child(path) == 0);
  unlink(path.c_str());
  rmdir(folder);
}

}  // namespace
}  // namespace khien
