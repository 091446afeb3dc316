#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "khien/probe/sandbox.hpp"

namespace khien::probe {
namespace {

// What a process that shut itself in says on its standard output, and how it ended.
std::pair<std::string, int> said_inside(bool prints) {
  int out[2];
  REQUIRE(pipe2(out, O_CLOEXEC) == 0);
  const int other = memfd_create("other", MFD_CLOEXEC);
  REQUIRE(other >= 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    dup2(out[1], STDOUT_FILENO);
    if (!enter_sandbox({.user = "nobody", .prints = prints})) _exit(10);
    const bool told = write(STDOUT_FILENO, "told", 4) == 4;
    errno = 0;
    const bool elsewhere = write(other, "x", 1) == 1 || errno != EPERM;
    errno = 0;
    const bool opened = open("/etc/passwd", O_RDONLY) >= 0 || (errno != EPERM && errno != EACCES);
    _exit((told ? 1 : 0) + (elsewhere ? 2 : 0) + (opened ? 4 : 0));
  }
  close(out[1]);
  close(other);
  std::string text(16, '\0');
  const ssize_t got = read(out[0], text.data(), text.size());
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  close(out[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return {text, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

}  // namespace

TEST_CASE("sandbox: who prints may write to its standard output, and to nothing else") {
  CHECK(said_inside(true) == std::pair(std::string("told"), 1));
  CHECK(said_inside(false) == std::pair(std::string(), 0));
}

}  // namespace khien::probe
