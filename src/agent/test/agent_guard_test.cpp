#include "agent_house.hpp"

namespace khien::agent {
namespace {

class FakeGuard final : public probe::AccessGuard {
 public:
  explicit FakeGuard(std::vector<std::string>& also) : also_(also) {}
  Result<void> also(const std::string& folder) override {
    also_.push_back(folder);
    return {};
  }
  Counts counts() const override { return {.asked = 9, .known = 5, .judged = 4, .denied = 2, .late = 1}; }
  bool alive() const override { return is_alive; }

  bool is_alive = true;

 private:
  std::vector<std::string>& also_;
};

struct GuardedHouse : AgentHouse {
  FakeGuard* guard = nullptr;
  FakeMedia* media = nullptr;
  std::vector<std::string> also;
  probe::AccessGuard::Options asked_for;
  std::optional<probe::AccessGuard::Parts> guard_parts;
  std::string no_guard;
  std::int64_t used_ms = 0;

  GuardedHouse() {
    options.on_access = AccessMode::permission;
    change_parts = [this](AgentParts& parts) {
      auto fake_media = std::make_unique<FakeMedia>();
      media = fake_media.get();
      parts.media = std::move(fake_media);
      parts.start_guard_worker = parts.engines.start_worker;
      parts.processor_time = [this] { return Duration{used_ms}; };
      parts.start_guard = [this](probe::AccessGuard::Options wanted,
                                 probe::AccessGuard::Parts with) -> Result<std::unique_ptr<probe::AccessGuard>> {
        if (!no_guard.empty()) return Error(Code::denied, no_guard);
        asked_for = std::move(wanted);
        guard_parts.emplace(std::move(with));
        auto fake = std::make_unique<FakeGuard>(also);
        guard = fake.get();
        return std::unique_ptr<probe::AccessGuard>(std::move(fake));
      };
    };
    start();
  }
  OnAccess told() {
    run(seconds(30));  // looked at, spooled and uploaded
    const auto all = stored<ProtectionSeen>();
    REQUIRE_FALSE(all.empty());
    REQUIRE(all.back().on_access);
    return *all.back().on_access;
  }
};

TEST_CASE("which mode is in force is told, with why it is not the one that is wanted") {
  GuardedHouse house;
  OnAccess now = house.told();
  CHECK(now.mode == OnAccess::Mode::permission);
  CHECK(now.wanted == OnAccess::Mode::permission);
  CHECK(now.why.empty());
  CHECK(now.denied == 2);
  CHECK(now.late == 1);
  CHECK(house.asked_for.roots == house.options.roots);
  CHECK(std::ranges::find(house.asked_for.exclude, house.options.folder) != house.asked_for.exclude.end());

  house.guard->is_alive = false;
  now = house.told();
  CHECK(now.mode == OnAccess::Mode::notify);
  CHECK(now.why == "the guard failed");

  house.no_guard = "fanotify: not permitted";
  house.start();
  now = house.told();
  CHECK(now.mode == OnAccess::Mode::notify);
  CHECK(now.wanted == OnAccess::Mode::permission);
  CHECK(now.why == "fanotify: not permitted");

  house.watcher->fails = true;
  now = house.told();
  CHECK(now.mode == OnAccess::Mode::scheduled);

  house.options.on_access = AccessMode::notify;
  house.start();
  now = house.told();
  CHECK(now.mode == OnAccess::Mode::notify);
  CHECK(now.why.empty());
  house.watcher->fails = true;
  now = house.told();
  CHECK(now.mode == OnAccess::Mode::scheduled);
  CHECK(now.why == "watching for changes failed");
}

TEST_CASE("counts alone are no reason to tell how the machine is protected") {
  GuardedHouse house;
  house.run(minutes(1));
  CHECK(house.stored<ProtectionSeen>().size() == 1);
}

TEST_CASE("what the guard denies reaches the hub, the file and who wanted it") {
  GuardedHouse house;
  house.run(seconds(1));
  const std::string path = house.tree / "evil";
  std::ofstream(path) << eicar();
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const probe::AccessGuard::Access access{.pid = 7, .exec = true, .status = status_of(file).value(), .path = path,
                                          .program = "/bin/bash", .uid = 33};
  REQUIRE(house.guard_parts->judge(file, access) == probe::AccessGuard::Word::deny);
  REQUIRE(house.guard_parts->may_deny(access));
  house.guard_parts->tell({probe::AccessGuard::Event::Kind::denied, access});
  house.run(seconds(6));
  const auto denied = house.stored<AccessSeen>();
  REQUIRE(denied.size() == 1);
  CHECK(denied[0].path == path);
  CHECK(denied[0].uid == 33);
  CHECK(denied[0].matches.size() == 1);
  const auto files = house.stored<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == path);
  // Known now, without a look.
  CHECK(house.guard_parts->known(access.status) == probe::AccessGuard::Word::deny);
}

TEST_CASE("a medium that is mounted is guarded as well") {
  GuardedHouse house;
  TemporaryFolder medium;
  std::ofstream(medium / "evil") << eicar();
  house.media->mount(medium.path());
  house.run(seconds(2));
  CHECK(house.also == std::vector<std::string>{medium.path()});
  REQUIRE(house.stored<FileSeen>().size() == 1);
}

TEST_CASE("what the agent used is not forgotten by a restart") {
  GuardedHouse house;
  house.run(seconds(1));
  house.used_ms = Governor::capacity(50).ms + 3'000;
  house.run(seconds(1));
  house.used_ms = 0;
  house.start();  // the old one ends
  std::ofstream(house.tree / "evil") << eicar();
  house.watcher->written(house.tree / "evil");
  house.run(seconds(20));
  CHECK(house.stored<FileSeen>().empty());  // 3 s of debt, 3 % of 20 s
  house.run(minutes(2));
  CHECK(house.stored<FileSeen>().size() == 1);
}

TEST_CASE("a share of more than a core is refused") {
  AgentOptions options;
  options.cpu_percent = 101;
  CHECK(check_options(options).error().what().find("cpu_percent") != std::string::npos);
}

}  // namespace
}  // namespace khien::agent
