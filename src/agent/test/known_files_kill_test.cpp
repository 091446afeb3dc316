// kill -9 at any moment leaves the old table or the new one, never a wrong one.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "khien/core/random.hpp"
#include "known_files.hpp"

#include "temporary_folder.hpp"

namespace khien::agent {
namespace {

constexpr Timestamp kNow{1'795'000'000'000};
constexpr std::uint64_t kFiles = 2'000;

// All files of one generation: what a table holds must be of one, whole.
FileStatus file(std::uint64_t inode, std::uint64_t generation) {
  FileStatus status;
  status.kind = FileStatus::Kind::regular;
  status.device = 1;
  status.inode = inode;
  status.size = generation;
  status.mtime_ns = status.ctime_ns = 1'700'000'000'000'000'000;
  return status;
}

[[noreturn]] void write_until_killed(const std::string& path, std::uint64_t generation) {
  auto known = KnownFiles::open(path);
  for (;; ++generation) {
    for (std::uint64_t inode = 1; inode <= kFiles; ++inode) {
      known.learn(file(inode, generation), {generation, sha256(std::to_string(inode * generation))}, kNow);
    }
    known.flush();
  }
}

// The generation that the table holds; 0 if there is none yet.
std::uint64_t check_whole(const std::string& path, std::uint64_t newest) {
  auto known = KnownFiles::open(path);
  CHECK(known.damaged() == 0);
  if (known.files() == 0) return 0;
  std::uint64_t generation = newest;
  while (generation > 0 && !known.find(file(1, generation))) --generation;
  REQUIRE(generation > 0);
  for (std::uint64_t inode = 1; inode <= kFiles; ++inode) {
    const auto found = known.find(file(inode, generation));
    REQUIRE(found);
    CHECK(found->content == generation);
    CHECK(found->sha256 == sha256(std::to_string(inode * generation)));
  }
  CHECK(known.damaged() == 0);
  return generation;
}

TEST_CASE("(1) kill -9 while the table is written leaves the old one or the new one") {
  const TemporaryFolder folder;
  const std::string path = folder / "known-files";
  SeededRandom random(11);
  const int rounds = std::getenv("KHIEN_CAMPAIGN") != nullptr ? 1'000 : 40;
  std::uint64_t generation = 0;
  for (int round = 0; round < rounds; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) write_until_killed(path, generation + 1);
    ::usleep(static_cast<useconds_t>(random.below(20'000)));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    const std::uint64_t now = check_whole(path, generation + 10'000);
    CHECK(now >= generation);
    generation = now;
  }
  CHECK(generation > 0);
}

}  // namespace
}  // namespace khien::agent
