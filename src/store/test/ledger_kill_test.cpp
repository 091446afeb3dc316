#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <semaphore>
#include <sstream>
#include <thread>

#include "khien/core/random.hpp"
#include "temporary_folder.hpp"
#include "test/campaign_mode.hpp"
#include "test/kill/numbered_events.hpp"

namespace khien::store {
namespace {

// The writing program, and what it said until it was killed.
class Victim {
 public:
  explicit Victim(const std::string& path) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = KHIEN_LEDGER_KILL_WRITER;
    std::string argument = path;
    std::array<char*, 3> arguments{program.data(), argument.data(), nullptr};
    REQUIRE(::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    reader_ = std::thread([this, from = ends[0]] {
      std::array<char, 4096> buffer{};
      for (ssize_t got = 0; (got = ::read(from, buffer.data(), buffer.size())) > 0;) {
        said_.append(buffer.data(), static_cast<std::size_t>(got));
        spoke_.release();
      }
      ::close(from);
    });
  }

  // Waits for the first acknowledgement; false if none came within `patience`.
  bool wait_until_it_speaks(std::chrono::seconds patience) { return spoke_.try_acquire_for(patience); }

  // Kills it and gives the highest acknowledged number of each stream.
  std::map<std::int64_t, std::uint64_t> kill() {
    REQUIRE(::kill(pid_, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    // Ended by us, not by an error of its own.
    CHECK(WIFSIGNALED(status));
    reader_.join();
    std::map<std::int64_t, std::uint64_t> acknowledged;
    std::istringstream lines(said_);
    std::int64_t stream = 0;
    std::uint64_t seq = 0;
    while (lines >> stream >> seq) acknowledged[stream] = std::max(acknowledged[stream], seq);
    return acknowledged;
  }

 private:
  pid_t pid_ = -1;
  std::string said_;
  std::counting_semaphore<> spoke_{0};
  std::thread reader_;
};

// Reads what is new since the last look and follows each stream's numbers.
struct Follower {
  ObservationId position{0};
  std::map<std::int64_t, std::uint64_t> newest;
  std::int64_t wrong = 0;

  void follow(const Ledger& ledger) {
    for (;;) {
      const auto events = ledger.read_after(position, 5'000).value();
      if (events.empty()) return;
      for (const auto& event : events) {
        std::uint64_t& last = newest[event.machine.value];
        const bool right = event.id > position && event.seq == last + 1 &&
                           event.text == kill::event_text(event.machine.value, event.seq);
        wrong += right ? 0 : 1;
        last = event.seq;
        position = event.id;
      }
    }
  }
};

void check_cycle(const std::string& path, const std::map<std::int64_t, std::uint64_t>& acknowledged,
                 Follower& follower) {
  auto opened = Ledger::open({.path = path});
  REQUIRE(opened);
  const auto ledger = std::move(opened).value();
  follower.follow(*ledger);
  CHECK(follower.wrong == 0);
  for (const auto& [stream, seq] : acknowledged) {
    CHECK(follower.newest[stream] >= seq);
    CHECK(ledger->watermark(kill::stream_of(stream)).value().seq == follower.newest[stream]);
  }
}

TEST_CASE("kill -9 at any moment loses no acknowledged event and doubles none") {
  const TemporaryFolder folder;
  const std::string path = folder / "ledger.db";
  const int cycles = in_campaign() ? 500 : 20;
  Follower follower;
  std::uint64_t acks_seen = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    Victim victim(path);
    // Half of the kills come at any moment, the opening included; the others hit
    // a writer at work, however busy the machine is.
    if (cycle % 2 == 1) CHECK(victim.wait_until_it_speaks(std::chrono::seconds(30)));
    ::usleep(static_cast<useconds_t>(5'000 + system_random().below(60'000)));
    const auto acknowledged = victim.kill();
    for (const auto& [stream, seq] : acknowledged) acks_seen = std::max(acks_seen, seq);
    check_cycle(path, acknowledged, follower);
  }
  Follower from_the_start;
  from_the_start.follow(*Ledger::open({.path = path}).value());
  CHECK(from_the_start.wrong == 0);
  CHECK(from_the_start.newest == follower.newest);
  std::uint64_t events = 0;
  for (const auto& [stream, seq] : follower.newest) events += seq;
  std::printf("kill -9: %d cycles, %llu events acknowledged or more, %lld lost, doubled or changed\n", cycles,
              static_cast<unsigned long long>(events), static_cast<long long>(from_the_start.wrong));
  CHECK(acks_seen > 0);
}

}  // namespace
}  // namespace khien::store
