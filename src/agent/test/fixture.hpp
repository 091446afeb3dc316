#pragma once

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "khien/agent/identity.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/env.hpp"
#include "khien/core/file.hpp"
#include "khien/store/store.hpp"

#include "fake_hub.hpp"
#include "spool.hpp"
#include "temporary_folder.hpp"
#include "uploader.hpp"

namespace khien::agent {

inline constexpr Timestamp kNoon{1'795'000'000'000};  // a day of 2026

inline Observation heartbeat(std::int64_t number) {
  return {kNoon, Heartbeat{.uptime_ms = number, .spool_events = 0, .memory_bytes = 0, .cpu_ms = 0}};
}
inline Observation detection(const std::string& path) {
  FileSeen file;
  file.path = path;
  file.verdict = FileVerdict::malicious;
  return {kNoon, file};
}
inline Observation protection(std::int64_t number) {
  return {kNoon, ProtectionSeen{{{Engine::yara, EngineState::State::running, number, {}, ""}}}};
}

// A spool in a folder of its own that can be opened again and again.
struct SpoolHouse {
  TemporaryFolder folder;
  Spool::Limits limits;
  std::uint32_t remembered = 0;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Spool> spool;

  SpoolHouse() { open(); }
  void open() {
    close();
    store::Store::Options options;
    options.path = folder / "spool.db";
    options.migrations = store::agent_migrations();
    store = store::Store::open(options).value();
    spool = Spool::open(*store, {.limits = limits,
                                 .known_epoch = remembered,
                                 .remember_epoch = [this](std::uint32_t epoch) -> Result<void> {
                                   remembered = epoch;
                                   return {};
                                 }})
                .value();
  }
  void close() {
    spool.reset();
    store.reset();
  }
  Spool::Outgoing next() { return spool->next_batch(kMaxBatchEvents, kMaxBatchBytes).value(); }
};

// An enrolled agent's road to a fake hub.
struct UploadHouse {
  ManualClock clock{kNoon};
  SeededRandom random{1};
  FakeHub hub{clock};
  SpoolHouse house;
  std::unique_ptr<Identity> identity;
  std::unique_ptr<HubLink> link;
  std::unique_ptr<Uploader> uploader;

  UploadHouse() {
    const Env env{clock, random, system_files()};
    const Enrolment enrolment{.hub_url = "https://hub:8444/",
                              .token = hub.token(),
                              .folder = identity_folder(),
                              .hostname = "mx1",
                              .agent_version = "test"};
    REQUIRE(enrol(enrolment, env, hub.fetch_ca(), hub.factory()));
    start();
  }
  std::string identity_folder() { return house.folder / "identity"; }

  // As after a restart of the process.
  void start() {
    uploader.reset();
    link.reset();
    identity = std::make_unique<Identity>(Identity::load(identity_folder(), system_files()).value());
    link = std::make_unique<HubLink>(*identity, hub.factory(), clock, random);
    uploader = std::make_unique<Uploader>(*house.spool, *link, clock, random);
  }
  void restart() {
    house.open();
    start();
  }
  Spool& spool() { return *house.spool; }

  // Lets time pass as the uploader asks, until nothing waits; the time it took.
  Duration drain(Duration at_most = hours(3)) {
    const Duration began = clock.monotonic();
    while (!spool().state().idle()) {
      const Duration pause = uploader->step();
      if (spool().state().idle()) break;
      clock.advance(std::max(pause, milliseconds(1)));
      REQUIRE(clock.monotonic().ms - began.ms <= at_most.ms);
    }
    return {clock.monotonic().ms - began.ms};
  }
};

}  // namespace khien::agent
