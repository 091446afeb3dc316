// The endpoint's disk is full when the spool commits: the write is undone, and
// what the spool believes must be what the database holds.
#include <doctest/doctest.h>

#include <string>

#include "fixture.hpp"
#include "khien/store/fault_vfs.hpp"
#include "spool.hpp"

namespace khien::agent {
namespace {

using store::DiskFault;
using store::FaultVfs;

// A spool on a disk in memory.
struct FullDisk {
  explicit FullDisk(const std::string& name) : disk(name) {
    store = store::Store::open({.path = "/spool.db", .migrations = store::agent_migrations(), .vfs = name}).value();
    spool = Spool::open(*store, {.limits = {}, .known_epoch = 0, .remember_epoch = {}}).value();
  }
  void fill(std::int64_t at) { disk.plan({.at = at, .fault = DiskFault::disk_full, .lasting = true}); }
  void make_room() { disk.plan({}); }

  FaultVfs disk;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Spool> spool;
};

// Everything that waits goes out without a gap, each number once.
void check_whole(FullDisk& full) {
  std::uint64_t next_seq = full.spool->state().acknowledged_seq + 1;
  for (int i = 0; i < 100; ++i) {
    const auto outgoing = full.spool->next_batch(kMaxBatchEvents, kMaxBatchBytes);
    REQUIRE_MESSAGE(outgoing, outgoing.error().what());
    if (outgoing->empty()) break;
    CHECK(outgoing->first_seq == next_seq);
    next_seq = outgoing->last_seq + 1;
    REQUIRE(full.spool->acknowledge(outgoing->epoch, outgoing->last_seq));
  }
  CHECK(full.spool->state().idle());
  CHECK(full.spool->state().events == 0);
  CHECK(full.spool->state().bytes == 0);
}

TEST_CASE("(2) a put that the full disk undid leaves no gap, whichever write it failed at") {
  int refused = 0;
  for (std::int64_t at = 0; at < 24; ++at) {
    FullDisk full("spool-put-" + std::to_string(at));
    REQUIRE(full.spool->put(heartbeat(1)));
    full.fill(at);
    if (!full.spool->put(heartbeat(2))) ++refused;
    full.make_room();
    REQUIRE(full.spool->put(heartbeat(3)));
    check_whole(full);
  }
  CHECK(refused > 0);
}

TEST_CASE("an acknowledgement that the full disk undid can be given again") {
  int refused = 0;
  for (std::int64_t at = 0; at < 24; ++at) {
    FullDisk full("spool-acknowledge-" + std::to_string(at));
    for (int i = 1; i <= 3; ++i) REQUIRE(full.spool->put(heartbeat(i)));
    full.fill(at);
    if (!full.spool->acknowledge(1, 2)) ++refused;
    full.make_room();
    REQUIRE(full.spool->acknowledge(1, 2));
    const auto outgoing = full.spool->next_batch(kMaxBatchEvents, kMaxBatchBytes);
    REQUIRE(outgoing);
    CHECK(outgoing->first_seq == 3);
    check_whole(full);
  }
  CHECK(refused > 0);
}

}  // namespace
}  // namespace khien::agent
