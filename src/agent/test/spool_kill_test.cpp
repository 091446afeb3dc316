// What put() said is durable is there after kill -9 at any moment.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <set>
#include <string>

#include "fixture.hpp"

namespace khien::agent {
namespace {

std::unique_ptr<store::Store> open_store(const std::string& path) {
  store::Store::Options options;
  options.path = path;
  options.migrations = store::agent_migrations();
  return store::Store::open(options).value();
}

// In the child: puts numbers and tells each through the pipe once it is durable.
[[noreturn]] void put_until_killed(const std::string& path, int tell, std::int64_t number) {
  auto store = open_store(path);
  auto spool = Spool::open(*store, {.limits = {}, .known_epoch = 0, .remember_epoch = {}}).value();
  for (;; ++number) {
    if (!spool->put(heartbeat(number))) _exit(3);
    if (::write(tell, &number, sizeof number) != sizeof number) _exit(4);
  }
}

std::set<std::string> texts_of(Spool& spool) {
  std::set<std::string> texts;
  for (;;) {
    const auto next = spool.next_batch(kMaxBatchEvents, kMaxBatchBytes).value();
    if (next.empty()) return texts;
    JsonDocument memory;
    Budget budget({});
    const auto batch = batch_from_ndjson(next.text, memory, budget);
    REQUIRE(batch);
    for (const auto event : batch->events) CHECK(texts.insert(std::string(event)).second);
    REQUIRE(spool.acknowledge(next.epoch, next.last_seq));
  }
}

TEST_CASE("(1) kill -9 during put loses nothing that put() said is durable") {
  const TemporaryFolder folder;
  const std::string path = folder / "spool.db";
  SeededRandom random(42);
  std::set<std::int64_t> told;
  std::int64_t next = 1;
  for (int round = 0; round < 20; ++round) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const Fd reads(ends[0]);
    Fd writes(ends[1]);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) put_until_killed(path, writes.get(), next);
    writes = Fd();
    ::usleep(static_cast<useconds_t>(5'000 + random.below(60'000)));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    std::int64_t number = 0;
    while (::read(reads.get(), &number, sizeof number) == sizeof number) told.insert(number);
    next += 1'000'000;  // the one that was on its way may be there too
  }
  CHECK(told.size() > 20);

  auto store = open_store(path);
  auto spool = Spool::open(*store, {.limits = {}, .known_epoch = 0, .remember_epoch = {}}).value();
  const auto texts = texts_of(*spool);
  for (const std::int64_t number : told) CHECK(texts.contains(to_json(heartbeat(number))));
  // At most one a round was stored and not yet told.
  CHECK(texts.size() <= told.size() + 20);
}

}  // namespace
}  // namespace khien::agent
