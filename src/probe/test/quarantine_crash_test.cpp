// Dies, and fails, at every step; afterwards the file is where it was or whole in
// the store.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "quarantine_house.hpp"

namespace khien::probe {
namespace {

enum class Harm { dies, fails };

// Runs `work` with a disk that fails, or a process that ends, at its n-th step.
// False once there are no more steps.
template <class Work>
bool harmed_at(QuarantineHouse& house, Harm harm, int step, Work work) {
  int seen = 0;
  bool reached = false;
  if (harm == Harm::fails) {
    house.before = [&](std::string_view) -> Result<void> {
      if (seen++ != step) return {};
      reached = true;
      return Error(Code::unavailable, "the disk failed");
    };
    work();
    house.before = nullptr;
    return reached;
  }
  const pid_t child = ::fork();
  if (child == 0) {
    house.before = [&](std::string_view) -> Result<void> {
      if (seen++ == step) ::_exit(9);
      return {};
    };
    work();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status) == 9;
}

// Exactly one of the two, and no trace beside them.
bool whole_on_one_side(QuarantineHouse& house, const std::string& path) {
  const bool there = content_of(path) == bad_bytes();
  const auto entries = house.quarantine->entries();
  const bool held = entries.size() == 1 && entries[0].state == QuarantineEntry::State::held;
  for (const auto& file : std::filesystem::directory_iterator(house.tree)) {
    CHECK_MESSAGE(file.path().string() == path, file.path().string());
  }
  return there != held;
}

TEST_CASE("taking dies or fails at every step: the file is where it was, or held") {
  for (const Harm harm : {Harm::dies, Harm::fails}) {
    for (const bool users : {false, true}) {
      int steps = 0;
      for (;; ++steps) {
        QuarantineHouse house;
        const std::string path = house.put("x", bad_bytes(), users);
        const bool more = harmed_at(house, harm, steps, [&] { (void)house.take("x", bad_bytes()); });
        house.open();
        CHECK_MESSAGE(whole_on_one_side(house, path), "step ", steps, " users ", users);
        // And whichever it is, it can go the rest of the way and back.
        if (house.quarantine->entries().empty()) REQUIRE(house.take("x", bad_bytes()).refusal == Refusal::none);
        const auto returned = house.quarantine->restore(house.back(house.quarantine->entries().at(0)));
        CHECK_MESSAGE(returned.refusal == Refusal::none, returned.detail);
        CHECK(content_of(path) == bad_bytes());
        if (!more) break;
      }
      CHECK(steps >= (users ? 4 : 5));
    }
  }
}

TEST_CASE("a file with other bytes and the old times is not the one that was to be taken: its copy stays") {
  QuarantineHouse house;
  const std::string path = house.put("x", bad_bytes());
  const auto before = std::filesystem::last_write_time(path);
  const pid_t child = ::fork();
  if (child == 0) {
    house.before = [](std::string_view step) -> Result<void> {
      if (step == "aside") ::_exit(9);
      return {};
    };
    (void)house.take("x", bad_bytes());
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WEXITSTATUS(status) == 9);
  // The same inode, size and mtime.
  std::fstream(path, std::ios::in | std::ios::out) << "NOT";
  std::filesystem::last_write_time(path, before);
  house.open();
  const auto entries = house.quarantine->entries();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].state == QuarantineEntry::State::held);
  CHECK(content_of(path).starts_with("NOT"));
}

TEST_CASE("putting back dies or fails at every step: the file is held, or back and whole") {
  for (const Harm harm : {Harm::dies, Harm::fails}) {
    for (const bool users : {false, true}) {
      int steps = 0;
      for (;; ++steps) {
        QuarantineHouse house;
        const std::string path = house.put("x", bad_bytes(), users);
        const auto taken = house.take("x", bad_bytes());
        REQUIRE(taken.refusal == Refusal::none);
        const bool more =
            harmed_at(house, harm, steps, [&] { (void)house.quarantine->restore(house.back(taken.entry)); });
        house.open();
        CHECK_MESSAGE(whole_on_one_side(house, path), "step ", steps, " users ", users);
        const auto entry = house.quarantine->entries().at(0);
        if (entry.state == QuarantineEntry::State::held) {
          REQUIRE(house.quarantine->restore(house.back(entry)).refusal == Refusal::none);
        }
        CHECK(content_of(path) == bad_bytes());
        if (!more) break;
      }
      CHECK(steps >= 5);
    }
  }
}

TEST_CASE("half-written files of the store go at the next start") {
  QuarantineHouse house;
  for (const char* name : {"0123456789abcdef0123456789abcdef.bytes", ".khien-00.tmp"}) {
    REQUIRE(system_files().write(house.store() + "/" + name, "half", 0600));
  }
  house.open();
  CHECK(house.files_in_store() == 1);
}

}  // namespace
}  // namespace khien::probe
