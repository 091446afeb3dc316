#include "agent_house.hpp"

namespace khien::agent {
namespace {

class FakeGuard final : public probe::AccessGuard {
 public:
  explicit FakeGuard(std::vector<std::string>& also, int& guards) : also_(also), guards_(guards) { ++guards_; }
  ~FakeGuard() override { --guards_; }
  Result<void> also(const std::string& folder) override {
    also_.push_back(folder);
    return {};
  }
  Counts counts() const override { return {.asked = 9, .known = 5, .judged = 4, .denied = 2, .late = 1}; }
  Result<void> adopt(const std::vector<std::string>& roots, const std::vector<std::string>& exclude) override {
    adopted_roots = roots;
    adopted_exclude = exclude;
    return {};
  }
  bool alive() const override { return is_alive; }
  std::string left_out() const override { return not_guarded; }

  bool is_alive = true;
  std::string not_guarded;
  std::vector<std::string> adopted_roots, adopted_exclude;

 private:
  std::vector<std::string>& also_;
  int& guards_;
};

struct GuardedHouse : AgentHouse {
  FakeGuard* guard = nullptr;
  FakeMedia* media = nullptr;
  std::vector<std::string> also;
  probe::AccessGuard::Options asked_for;
  std::optional<probe::AccessGuard::Parts> guard_parts;
  std::string no_guard;
  std::string limits;
  int guards = 0;  // that there are
  int tries = 0;
  std::int64_t used_ms = 0;

  explicit GuardedHouse(TemporaryFolder::Place place = TemporaryFolder::Place::memory) : AgentHouse(place) {
    // No daily scan comes between: one that the governor holds up waits by the real clock.
    options.scan_at_minute = static_cast<int>((clock.now().ms / 60'000 + 7 * 60 + 12 * 60) % (24 * 60));
    options.on_access = OnAccess::permission;
    change_parts = [this](AgentParts& parts) {
      auto fake_media = std::make_unique<FakeMedia>();
      media = fake_media.get();
      parts.media = std::move(fake_media);
      parts.start_guard_worker = parts.engines.start_worker;
      parts.limits = [this] { return limits; };
      parts.processor_time = [this] { return Duration{used_ms}; };
      parts.start_guard = [this](probe::AccessGuard::Options wanted,
                                 probe::AccessGuard::Parts with) -> Result<std::unique_ptr<probe::AccessGuard>> {
        ++tries;
        if (!no_guard.empty()) return Error(Code::denied, no_guard);
        asked_for = std::move(wanted);
        guard_parts.emplace(std::move(with));
        auto fake = std::make_unique<FakeGuard>(also, guards);
        guard = fake.get();
        return std::unique_ptr<probe::AccessGuard>(std::move(fake));
      };
    };
    start();
  }
  AccessState told() {
    run(seconds(30));  // looked at, spooled and uploaded
    const auto all = stored<ProtectionSeen>();
    REQUIRE_FALSE(all.empty());
    REQUIRE(all.back().on_access);
    return *all.back().on_access;
  }
};

TEST_CASE("which mode is in force is told, with why it is not the one that is wanted") {
  GuardedHouse house;
  AccessState now = house.told();
  CHECK(now.mode == AccessState::Mode::permission);
  CHECK(now.wanted == AccessState::Mode::permission);
  CHECK(now.why.empty());
  CHECK(now.denied == 2);
  CHECK(now.late == 1);
  CHECK(house.asked_for.roots == house.options.roots);
  CHECK(std::ranges::find(house.asked_for.exclude, house.options.folder) != house.asked_for.exclude.end());

  house.guard->is_alive = false;
  now = house.told();
  CHECK(now.mode == AccessState::Mode::notify);
  CHECK(now.why == "the guard failed");

  house.no_guard = "fanotify: not permitted";
  house.start();
  now = house.told();
  CHECK(now.mode == AccessState::Mode::notify);
  CHECK(now.wanted == AccessState::Mode::permission);
  CHECK(now.why == "fanotify: not permitted");

  house.watcher->fails = true;
  now = house.told();
  CHECK(now.mode == AccessState::Mode::scheduled);

  house.options.on_access = OnAccess::notify;
  house.start();
  now = house.told();
  CHECK(now.mode == AccessState::Mode::notify);
  CHECK(now.why.empty());
  house.watcher->fails = true;
  now = house.told();
  CHECK(now.mode == AccessState::Mode::scheduled);
  CHECK(now.why == "watching for changes failed");
}

TEST_CASE("a guard that failed is tried again, seldom") {
  GuardedHouse house;
  house.run(seconds(1));
  house.guard->is_alive = false;
  CHECK(house.told().mode == AccessState::Mode::notify);
  CHECK(house.guards == 0);
  house.no_guard = "fanotify: not now";
  house.run(minutes(9));
  CHECK(house.tries == 1);
  house.run(minutes(2));
  CHECK(house.tries == 2);
  CHECK(house.told().why == "fanotify: not now");
  house.no_guard.clear();
  house.run(minutes(11));
  CHECK(house.tries == 3);
  CHECK(house.guards == 1);
  CHECK(house.told().mode == AccessState::Mode::permission);
}

TEST_CASE("roots that the guard could not be put before are told of") {
  GuardedHouse house;
  house.run(seconds(1));
  house.guard->not_guarded = "/home is not on a disk of this machine";
  const AccessState now = house.told();
  CHECK(now.mode == AccessState::Mode::permission);
  CHECK(now.why == "not guarded: /home is not on a disk of this machine");
}

TEST_CASE("limits of the service that hold up who is asked for are told of, while there is a guard") {
  GuardedHouse house;
  house.limits = "CPUQuota";
  CHECK(house.told().why == "the service's CPUQuota can hold up every start of a program");
  house.options.on_access = OnAccess::notify;
  house.start();
  CHECK(house.told().why.empty());
}

TEST_CASE("an owner whose files are not denied any more is told of, and the guard goes on") {
  GuardedHouse house;
  house.run(seconds(1));
  for (std::uint64_t i = 0; i < 21; ++i) {
    probe::AccessGuard::Access access{.path = house.tree / "evil"};
    access.status.inode = i;
    access.status.owner_uid = 1'000;
    CHECK(house.guard_parts->may_deny(access) == (i < 20));
  }
  const AccessState now = house.told();
  CHECK(now.mode == AccessState::Mode::permission);
  CHECK(now.why.find("of one owner") != std::string::npos);
}

TEST_CASE("counts alone are no reason to tell how the machine is protected") {
  GuardedHouse house;
  house.run(minutes(1));
  CHECK(house.stored<ProtectionSeen>().size() == 1);
}

TEST_CASE("what the guard denies reaches the hub, the file and who wanted it") {
  // Of files in memory nothing is known: their times do not tell.
  GuardedHouse house(TemporaryFolder::Place::disk);
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
  house.run(seconds(1));  // the first scan, of nothing
  std::ofstream(house.tree / "evil") << eicar();
  house.watcher->written(house.tree / "evil");
  house.run(seconds(20));
  CHECK(house.stored<FileSeen>().empty());  // 3 s of debt, 3 % of 21 s
  house.run(minutes(2));
  CHECK(house.stored<FileSeen>().size() == 1);
}

// Its own file only looks afterwards; the hub has policies.
struct AskedHouse : GuardedHouse {
  AskedHouse() {
    options.on_access = OnAccess::notify;
    hub.policy_seed = Bytes(32, std::byte{7});
    enrol_again();
    tries = 0;
  }
  void give(std::int64_t version, const std::string& settings) {
    hub.give_policy(version, R"({"format":1,)" + settings + "}");
    run(minutes(2));
  }
  using Differences = std::vector<PolicySeen::Difference>;
  Differences differences() {
    const auto all = stored<PolicySeen>();
    REQUIRE_FALSE(all.empty());
    return all.back().differences;
  }
};

TEST_CASE("a policy puts the guard up, changes it and takes it away, without a restart") {
  AskedHouse house;
  CHECK(house.told().mode == AccessState::Mode::notify);
  CHECK(house.guards == 0);
  TemporaryFolder medium, more;
  house.media->mount(medium.path());
  house.run(seconds(2));

  house.give(1, R"("on_access":"permission")");
  CHECK(house.differences().empty());
  CHECK(house.told().mode == AccessState::Mode::permission);
  CHECK(house.tries == 1);
  CHECK(house.asked_for.roots == house.options.roots);
  CHECK(house.also == std::vector<std::string>{medium.path()});  // it was there before the guard

  house.give(2, R"("on_access":"permission","roots":[")" + more.path() + "\"]");
  CHECK(house.tries == 1);
  CHECK(std::ranges::count(house.guard->adopted_roots, more.path()) == 1);
  CHECK(std::ranges::count(house.guard->adopted_exclude, house.options.folder) == 1);

  house.give(3, R"("on_access":"notify")");
  CHECK(house.guards == 0);
  const AccessState now = house.told();
  CHECK(now.mode == AccessState::Mode::notify);
  CHECK(now.wanted == AccessState::Mode::notify);
  CHECK(now.why.empty());
  CHECK(now.denied == 2);  // since the agent began, not since there is a guard
  house.give(4, R"("on_access":"permission")");
  CHECK(house.guards == 1);
}

TEST_CASE("a guard that a policy asks for and that is not to be had is said, and not tried without end") {
  AskedHouse house;
  house.no_guard = "fanotify: not permitted";
  house.give(1, R"("on_access":"permission")");
  CHECK(house.differences() == AskedHouse::Differences{{PolicySetting::on_access, PolicyDeviation::unsupported}});
  const AccessState now = house.told();
  CHECK(now.mode == AccessState::Mode::notify);
  CHECK(now.wanted == AccessState::Mode::permission);
  CHECK(now.why == "fanotify: not permitted");
  CHECK(house.tries == 1);
  house.no_guard.clear();
  house.give(2, R"("on_access":"permission","files_per_second":500)");
  CHECK(house.tries == 2);
  CHECK(house.guards == 1);
  CHECK(house.differences().empty());

  // A guard that fails while it is there is no longer what the policy asks for.
  house.guard->is_alive = false;
  house.run(seconds(20));
  CHECK(house.guards == 0);
  CHECK(house.differences() == AskedHouse::Differences{{PolicySetting::on_access, PolicyDeviation::unsupported}});
}

TEST_CASE("a policy's share of processor time is taken at once, not below the own file's least") {
  AskedHouse house;
  house.options.policy.least_cpu_percent = 20;
  house.start();
  house.run(seconds(1));
  house.used_ms = Governor::capacity(50).ms + 30'000;
  house.run(seconds(1));
  std::ofstream(house.tree / "evil") << eicar();
  house.watcher->written(house.tree / "evil");
  house.run(minutes(4));
  CHECK(house.stored<FileSeen>().empty());  // 30 s of debt, 3 % of 4 minutes
  house.give(1, R"("cpu_percent":10)");
  CHECK(house.differences() == AskedHouse::Differences{{PolicySetting::cpu_percent, PolicyDeviation::bound}});
  house.run(minutes(4));  // 12 % of that
  CHECK(house.stored<FileSeen>().size() == 1);
}

TEST_CASE("media are looked at because a policy asks, and not left alone because one does") {
  AskedHouse house;
  house.options.scan_media = false;
  house.start();
  TemporaryFolder medium;
  std::ofstream(medium / "evil") << eicar();
  house.media->mount(medium.path());
  house.run(seconds(20));
  CHECK(house.stored<FileSeen>().empty());
  house.give(1, R"("removable_media":"scan")");
  CHECK(house.differences().empty());
  CHECK(house.stored<FileSeen>().size() == 1);

  house.options.scan_media = true;
  house.start();
  house.give(2, R"("removable_media":"ignore")");
  CHECK(house.differences() == AskedHouse::Differences{{PolicySetting::removable_media, PolicyDeviation::bound}});
  CHECK(house.agent->scan_policy_for_test().media);
}

TEST_CASE("a share of more than a core is refused") {
  AgentOptions options;
  options.cpu_percent = 101;
  CHECK(check_options(options).error().what().find("cpu_percent") != std::string::npos);
}

}  // namespace
}  // namespace khien::agent
