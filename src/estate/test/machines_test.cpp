#include "khien/estate/machines.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "hub.hpp"
#include "khien/estate/devices.hpp"

namespace khien::estate {
namespace {

using Health = MachineHealth;

struct Estate {
  Hub hub;
  NewTenant tenant = hub.tenant("Tỉnh");
  store::TenantScope scope = whole(tenant);

  AgentIdentity machine(std::string_view name) { return hub.machine(scope, tenant.root, name); }
  Machine now(const AgentIdentity& agent, Timestamp at = kNow) {
    return hub.read([&](store::Connection& c) { return get_machine(c, scope, agent.machine, at); }).value();
  }
  void seen(const AgentIdentity& agent, const MachineSeen& machine, Timestamp at = kNow) {
    REQUIRE(hub.write([&](store::Connection& c) { return apply_machine_seen(c, agent, machine, at); }));
  }
  void heard(const AgentIdentity& agent, Timestamp at) {
    REQUIRE(hub.write([&](store::Connection& c) { return apply_heard_from(c, agent, at); }));
  }
  void engines(const AgentIdentity& agent, std::vector<EngineState> engines) {
    REQUIRE(hub.write([&](store::Connection& c) { return apply_protection(c, agent, {std::move(engines)}); }));
  }
  void scanned(const AgentIdentity& agent, const ScanSeen& scan) {
    REQUIRE(hub.write([&](store::Connection& c) { return apply_scan(c, agent, scan); }));
  }
  void complete_scan(const AgentIdentity& agent, Timestamp at = kNow, std::uint64_t files = 10) {
    scanned(agent, {.scan = 1, .state = ScanSeen::State::complete, .started_at = at, .finished_at = at, .files_scanned = files});
  }
  void findings(const AgentIdentity& agent, std::int64_t open, std::int64_t malware) {
    REQUIRE(hub.write([&](store::Connection& c) { return set_open_findings(c, agent, open, malware); }));
  }
  Result<void> packages(const AgentIdentity& agent, const PackagesSeen& seen) {
    return hub.write([&](store::Connection& c) { return apply_packages(c, agent, seen); });
  }
  MachinePage list(const MachineQuery& query, Timestamp at = kNow) { return list(query, scope, at); }
  MachinePage list(const MachineQuery& query, const store::TenantScope& of, Timestamp at = kNow) {
    return hub.read([&](store::Connection& c) { return list_machines(c, of, query, at); }).value();
  }
  PackagePage installed(const AgentIdentity& agent, std::string_view words = {}, std::string_view cursor = {},
                        std::size_t limit = 100) {
    return hub.read([&](store::Connection& c) {
                return list_packages(c, scope, agent.machine, words, cursor, limit);
              }).value();
  }
};

// "10.0.0.5 0-10 first; …" in days from kNow.
std::string held(Estate& e, const AgentIdentity& agent) {
  std::string all;
  REQUIRE(e.hub.read([&](store::Connection& c) {
    return c.query("SELECT address, since, until, is_first FROM machine_address WHERE machine_id = ?1 ORDER BY since, address", {agent.machine}, [&](const store::Row& row) -> Result<void> {
      const auto day = [](Timestamp at) { return std::to_string((at - kNow).ms / days(1).ms); };
      all += (all.empty() ? "" : "; ") + std::string(row.text(0)) + " " + day(row.time(1)) + "-" + (row.is_null(2) ? "" : day(row.time(2))) + (row.integer(3) != 0 ? " first" : "");
      return {};
    });
  }));
  return all;
}

TEST_CASE("which address a machine had when: by what it told, in whatever order it came") {
  Estate e;
  const auto agent = e.machine("may");
  const auto tell = [&](std::vector<std::string> addresses, int day) {
    MachineSeen seen;
    seen.hostname = "may";
    seen.addresses = std::move(addresses);
    e.seen(agent, seen, kNow + days(day));
  };
  tell({"10.0.0.5", "fe80::1"}, 1);
  CHECK(held(e, agent) == "10.0.0.5 1- first; fe80::1 1- first");
  tell({"10.0.0.5", "fe80::1"}, 2);
  tell({"10.0.0.7", "fe80::1"}, 3);
  CHECK(held(e, agent) == "10.0.0.5 1-3 first; fe80::1 1- first; 10.0.0.7 3-");
  // What was told before arrives late: what is known since stands.
  tell({"10.0.0.9"}, 2);
  CHECK(held(e, agent) == "10.0.0.5 1-3 first; fe80::1 1- first; 10.0.0.7 3-");
  tell({"10.0.0.5", "10.0.0.5"}, 4);
  CHECK(held(e, agent) == "10.0.0.5 1-3 first; fe80::1 1-4 first; 10.0.0.7 3-4; 10.0.0.5 4-");
  // More than a year later the oldest are forgotten.
  tell({"10.0.0.5"}, 410);
  CHECK(held(e, agent) == "10.0.0.5 4-");
}

EngineState engine(Engine which, EngineState::State state) { return {.engine = which, .state = state}; }
constexpr auto kRunning = EngineState::State::running;
constexpr auto kDegraded = EngineState::State::degraded;
constexpr auto kAbsent = EngineState::State::absent;

std::vector<std::string> names(const MachinePage& page) {
  std::vector<std::string> all;
  for (const auto& machine : page.items) all.push_back(machine.seen.hostname);
  return all;
}

std::vector<std::string> names(const PackagePage& page) {
  std::vector<std::string> all;
  for (const auto& package : page.items) all.push_back(package.name + " " + package.version);
  return all;
}

TEST_CASE("a machine is pending until its first scan is complete, then protected") {
  Estate it;
  const auto agent = it.machine("a");
  CHECK(it.now(agent).health == Health::pending);
  it.scanned(agent, {.scan = 1, .started_at = kNow, .files_seen = 5});
  CHECK(it.now(agent).health == Health::pending);
  it.complete_scan(agent);
  CHECK(it.now(agent).health == Health::protected_);
  CHECK(it.now(agent).files_scanned == 10);
  CHECK(it.now(agent).last_complete_scan_at == kNow);
}

TEST_CASE("a scan that is older than a week asks for attention") {
  Estate it;
  const auto agent = it.machine("a");
  it.complete_scan(agent);
  it.heard(agent, kNow + days(7));
  CHECK(it.now(agent, kNow + days(7)).health == Health::protected_);
  it.heard(agent, kNow + days(7) + seconds(1));
  CHECK(it.now(agent, kNow + days(7) + seconds(1)).health == Health::attention);
}

TEST_CASE("an engine that does not run asks for attention; watching in part does not") {
  Estate it;
  const auto agent = it.machine("a");
  it.complete_scan(agent);
  const auto health = [&](std::vector<EngineState> engines) {
    it.engines(agent, std::move(engines));
    return it.now(agent).health;
  };
  CHECK(health({engine(Engine::yara, kRunning), engine(Engine::clamav, kAbsent)}) == Health::attention);
  CHECK(health({engine(Engine::yara, kDegraded)}) == Health::attention);
  CHECK(health({engine(Engine::yara, kRunning), engine(Engine::watch, kDegraded)}) == Health::protected_);
  CHECK(health({engine(Engine::yara, kRunning), engine(Engine::watch, kAbsent)}) == Health::attention);
  CHECK(health({}) == Health::attention);
  CHECK(health({engine(Engine::yara, kRunning)}) == Health::protected_);
  CHECK(it.now(agent).engines.size() == 1);
}

TEST_CASE("a machine that was not heard for three minutes is silent, unless it is infected") {
  Estate it;
  const auto agent = it.machine("a");
  it.complete_scan(agent);
  CHECK(it.now(agent, kNow + kSilentAfter).health == Health::protected_);
  CHECK(it.now(agent, kNow + kSilentAfter + milliseconds(1)).health == Health::silent);
  it.findings(agent, 2, 1);
  CHECK(it.now(agent, kNow + hours(1)).health == Health::infected);
  it.findings(agent, 2, 0);
  CHECK(it.now(agent).health == Health::protected_);
  CHECK(it.now(agent).open_findings == 2);
}

TEST_CASE("an older word of the machine about itself does not overwrite a newer one") {
  Estate it;
  const auto agent = it.machine("a");
  it.seen(agent, {.hostname = "new", .addresses = {"10.0.0.1", "fe80::1"}}, kNow + seconds(2));
  it.seen(agent, {.hostname = "old"}, kNow + seconds(1));
  CHECK(it.now(agent).seen.hostname == "new");
  CHECK(it.now(agent).seen.addresses == std::vector<std::string>{"10.0.0.1", "fe80::1"});
  it.heard(agent, kNow - hours(1));
  CHECK(it.now(agent).last_seen == kNow + seconds(2));
}

TEST_CASE("progress of a scan that is complete is an old fact; a new scan is not") {
  Estate it;
  const auto agent = it.machine("a");
  it.complete_scan(agent);
  it.scanned(agent, {.scan = 1, .started_at = kNow, .files_scanned = 3});
  CHECK(it.now(agent).scan->state == ScanSeen::State::complete);
  it.scanned(agent, {.scan = 2, .started_at = kNow, .files_scanned = 3});
  CHECK(it.now(agent).scan->state == ScanSeen::State::running);
  CHECK(it.now(agent).scan->files_scanned == 3);
  // Of the last complete one.
  CHECK(it.now(agent).files_scanned == 10);
  CHECK(it.now(agent).health == Health::protected_);
}

TEST_CASE("when a machine looks at files is what it said last; one that does not say is not guessed") {
  Estate it;
  const auto agent = it.machine("a");
  CHECK_FALSE(it.now(agent).on_access);
  const AccessState told{.mode = AccessState::Mode::notify, .wanted = AccessState::Mode::permission, .why = "no", .denied = 2,
                         .late = UINT64_MAX};
  const auto tell = [&](std::optional<AccessState> on_access) {
    const ProtectionSeen seen{.engines = {engine(Engine::yara, kRunning)}, .on_access = std::move(on_access)};
    REQUIRE(it.hub.write([&](store::Connection& c) { return apply_protection(c, agent, seen); }));
  };
  tell(told);
  REQUIRE(it.now(agent).on_access);
  CHECK(it.now(agent).on_access->mode == AccessState::Mode::notify);
  CHECK(it.now(agent).on_access->wanted == AccessState::Mode::permission);
  CHECK(it.now(agent).on_access->why == "no");
  CHECK(it.now(agent).on_access->denied == 2);
  CHECK(it.now(agent).on_access->late < 2'000'000'000'000);
  tell(std::nullopt);
  CHECK_FALSE(it.now(agent).on_access);
}

TEST_CASE("a medium that was looked at says nothing of the machine, and is remembered for a while") {
  Estate it;
  const auto agent = it.machine("a");
  ScanSeen seen{.scan = 1, .started_at = kNow, .finished_at = {}, .files_seen = 3, .files_scanned = 2};
  seen.medium = Medium{.mount_point = "/media/an/USB", .file_system = "vfat", .source = "/dev/sdb1"};
  it.scanned(agent, seen);
  seen.state = ScanSeen::State::complete;
  seen.finished_at = kNow + seconds(3);
  seen.files_seen = 9;
  seen.medium->cut_short = true;
  it.scanned(agent, seen);
  CHECK(it.now(agent).health == Health::pending);
  CHECK_FALSE(it.now(agent).scan);
  REQUIRE(it.now(agent).media.size() == 1);
  CHECK(it.now(agent).media[0] == seen);
  // Progress that comes late changes nothing.
  ScanSeen late = seen;
  late.state = ScanSeen::State::running;
  late.files_seen = 4;
  it.scanned(agent, late);
  CHECK(it.now(agent).media[0].files_seen == 9);

  for (std::int64_t number = 2; number <= 30; ++number) {
    seen.scan = number;
    it.scanned(agent, seen);
  }
  CHECK(it.now(agent).media.size() == 20);
  CHECK(it.now(agent).media.front().scan == 30);
}

TEST_CASE("an agent whose clock is ahead cannot keep its scan young for ever") {
  Estate it;
  const auto agent = it.machine("a");
  it.complete_scan(agent, kNow + days(10'000));
  CHECK(it.now(agent).last_complete_scan_at == kNow);
}

TEST_CASE("no machine can spoil the sums that others are in") {
  Estate it;
  for (const auto* name : {"a", "b"}) {
    it.complete_scan(it.machine(name), kNow, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  }
  const auto counts = it.hub.read([&](store::Connection& c) { return count_machines(c, it.scope, {}, kNow); });
  REQUIRE(counts);
  CHECK(counts->total == 2);
  CHECK(counts->files_scanned == 2'000'000'000'000);
}

TEST_CASE("hostile names are kept as text: cut, made valid, never refused") {
  Estate it;
  const auto agent = it.machine("a");
  const std::string odd = std::string("\xff\0'; DROP TABLE machine; --", 27) + std::string(1'000, 'x');
  it.seen(agent, {.hostname = odd, .addresses = {std::string("\0", 1), "\"]", "\xC0"}});
  const auto machine = it.now(agent);
  CHECK(machine.seen.hostname.size() <= 255);
  CHECK(machine.seen.hostname.starts_with("\uFFFD"));
  CHECK(machine.seen.addresses.size() == 3);
  CHECK(machine.seen.addresses[1] == "\"]");
  CHECK(it.list({}).total == 1);
}

// One machine of each health, and a second protected one.
struct EachHealth : Estate {
  AgentIdentity infected = machine("e-infected");
  AgentIdentity attention = machine("d-attention");
  AgentIdentity silent = hub.machine(scope, tenant.root, "c-silent", kNow - hours(1));
  AgentIdentity pending = machine("b-pending");
  AgentIdentity fine = machine("a-Đặng");
  AgentIdentity also_fine = machine("a-Zung");

  EachHealth() {
    findings(infected, 1, 1);
    engines(attention, {engine(Engine::yara, kAbsent)});
    complete_scan(fine, kNow, 100);
    complete_scan(also_fine, kNow - hours(2), 11);
  }
};

TEST_CASE("machines come worst first, then in Vietnamese order of their names") {
  EachHealth it;
  const std::vector<std::string> expected{"e-infected", "d-attention", "c-silent", "b-pending", "a-Đặng", "a-Zung"};
  CHECK(names(it.list({})) == expected);
  CHECK(it.list({}).total == 6);
  std::vector<std::string> paged;
  MachineQuery query{.limit = 1};
  for (;;) {
    const auto page = it.list(query);
    REQUIRE(page.items.size() == 1);
    CHECK(page.total == 6);
    paged.push_back(page.items[0].seen.hostname);
    if (!page.next) break;
    query.cursor = *page.next;
  }
  CHECK(paged == expected);
}

TEST_CASE("machines can be narrowed by health, unit and words") {
  EachHealth it;
  CHECK(names(it.list({.health = Health::silent})) == std::vector<std::string>{"c-silent"});
  CHECK(it.list({.health = Health::protected_}).total == 2);
  it.seen(it.fine, {.hostname = "a-Đặng", .addresses = {"192.168.7.9"}});
  CHECK(names(it.list({.words = "dang"})) == std::vector<std::string>{"a-Đặng"});
  CHECK(names(it.list({.words = "192.168.7"})) == std::vector<std::string>{"a-Đặng"});
  CHECK(it.list({.words = "tinh"}).total == 6);  // the unit's name
  CHECK(it.list({.words = "tinh dang", .health = Health::silent}).total == 0);
  const auto commune = it.hub.unit(it.scope, it.tenant.root, "Xã");
  CHECK(it.list({.unit = commune}).total == 0);
  REQUIRE(it.hub.write([&](store::Connection& c) { return move_machine(c, it.scope, it.fine.machine, commune); }));
  CHECK(names(it.list({.unit = commune})) == std::vector<std::string>{"a-Đặng"});
}

TEST_CASE("each choice counts what it would leave, and leaves what it counted") {
  Estate it;
  const UnitId commune = it.hub.unit(it.scope, it.tenant.root, "Xã An Lộc");
  const auto describe = [&](const AgentIdentity& agent, std::string_view name, std::string_view os, std::optional<Timestamp> content) {
    MachineSeen seen;
    seen.hostname = name;
    seen.os_name = os;
    it.seen(agent, seen);
    EngineState running = engine(Engine::yara, kRunning);
    running.updated_at = content;
    it.engines(agent, {running});
  };
  const auto fresh = it.machine("a"), old = it.machine("b"), never = it.hub.machine(it.scope, commune, "c"), gone = it.machine("d");
  describe(fresh, "a", "Ubuntu 24.04", kNow);
  describe(old, "b", "Debian 12", kNow - kContentOld);
  describe(never, "c", "Debian 12", std::nullopt);
  describe(gone, "d", "Debian 12", std::nullopt);
  it.complete_scan(old);
  const DeviceChange line{.unit = it.tenant.root, .name = "b", .kind = DeviceKind::server};
  REQUIRE(it.hub.write([&](store::Connection& c) { return create_device(c, it.scope, line, DeviceSource::hand, kNow); }));
  REQUIRE(it.hub.write([&](store::Connection& c) { return revoke_machine(c, it.scope, gone.machine, kNow); }));

  const auto facets = [&](const MachineQuery& query) {
    return it.hub.read([&](store::Connection& c) { return machine_facets(c, it.scope, query, kNow); }).value();
  };
  const auto all = facets({});
  REQUIRE(all.os.size() == 2);
  CHECK(all.os[0].name == "Debian 12");
  CHECK(all.os[0].machines == 3);
  CHECK(all.by_kind == std::array<std::int64_t, 4>{0, 1, 0, 3});
  CHECK(all.updated == 1);
  CHECK(all.not_updated == 2);  // the revoked one is neither
  REQUIRE(all.units.size() == 2);
  CHECK(all.units[0].machines == 3);
  const auto counts = it.hub.read([&](store::Connection& c) { return count_protection(c, it.scope, {}, kNow); }).value();
  CHECK(counts.not_updated == all.not_updated);

  CHECK(names(it.list({.not_updated = true})) == std::vector<std::string>{"c", "b"});
  CHECK(it.list({.not_updated = true}).total == 2);
  CHECK(names(it.list({.not_updated = false})) == std::vector<std::string>{"a"});
  CHECK(names(it.list({.kind = MachineKind::server})) == std::vector<std::string>{"b"});
  CHECK(it.list({.os = "Debian 12", .kind = MachineKind::unlisted}).total == 2);
  CHECK(it.list({.os = "Debian"}).total == 0);
  CHECK(names(it.list({.words = "b", .os = "Debian 12", .kind = MachineKind::server, .not_updated = true})) == std::vector<std::string>{"b"});

  // With one choice made, it still says what the others of its own kind would leave.
  const auto servers = facets({.kind = MachineKind::server});
  CHECK(servers.by_kind == all.by_kind);
  REQUIRE(servers.os.size() == 1);
  CHECK(servers.os[0].machines == 1);
  CHECK(servers.updated == 0);
  CHECK(servers.not_updated == 1);
  CHECK(servers.units.size() == 1);
  CHECK(facets({.health = Health::pending, .not_updated = true}).by_kind == std::array<std::int64_t, 4>{0, 0, 0, 1});

  // Pages of a narrowed list follow each other.
  const auto first = it.list({.not_updated = true, .limit = 1});
  REQUIRE(first.next);
  CHECK(names(it.list({.not_updated = true, .cursor = *first.next, .limit = 1})) == std::vector<std::string>{"b"});
  // Another's scope counts nothing of these.
  const auto other = whole(it.hub.tenant("Tỉnh khác"));
  CHECK(it.hub.read([&](store::Connection& c) { return machine_facets(c, other, {}, kNow); }).value().os.empty());
}

TEST_CASE("machines are counted by health and by unit") {
  EachHealth it;
  const auto commune = it.hub.unit(it.scope, it.tenant.root, "Xã");
  REQUIRE(it.hub.write([&](store::Connection& c) { return move_machine(c, it.scope, it.infected.machine, commune); }));
  const auto count = [&](std::optional<UnitId> unit) {
    return it.hub.read([&](store::Connection& c) { return count_machines(c, it.scope, unit, kNow); }).value();
  };
  const auto all = count({});
  CHECK(all.total == 6);
  CHECK(all.infected == 1);
  CHECK(all.attention == 1);
  CHECK(all.silent == 1);
  CHECK(all.pending == 1);
  CHECK(all.protected_ == 2);
  CHECK(all.files_scanned == 111);
  CHECK(all.last_scan_at == kNow);
  CHECK(count(commune).total == 1);
  CHECK(count(commune).infected == 1);
  CHECK_FALSE(count(commune).last_scan_at);

  const auto by_unit =
      it.hub.read([&](store::Connection& c) { return machines_by_unit(c, it.scope, {}, kNow); }).value();
  REQUIRE(by_unit.size() == 2);
  CHECK(by_unit[0].unit == it.tenant.root);
  CHECK(by_unit[0].counts.total == 5);
  CHECK(by_unit[1].name == "Xã");
  CHECK(by_unit[1].open_findings == 1);
}

TEST_CASE("a package list is what its last whole inventory named") {
  Estate it;
  const auto agent = it.machine("a");
  const Package bash{"pkg:deb/debian/bash@5", "bash", "5", "", ""};
  const Package curl{"pkg:deb/debian/curl@7", "curl", "7", "", ""};
  const Package curl8{"pkg:deb/debian/curl@8", "curl", "8", "", ""};
  const Package zlib{"pkg:deb/debian/zlib1g@1", "zlib1g", "1", "zlib", "1"};
  REQUIRE(it.packages(agent, {1, 1, 2, {bash, curl}}));
  REQUIRE(it.packages(agent, {1, 2, 2, {zlib}}));
  CHECK(names(it.installed(agent)) == std::vector<std::string>{"bash 5", "curl 7", "zlib1g 1"});
  CHECK(it.installed(agent).items[2] == zlib);
  CHECK(it.now(agent).packages_total == 3);

  // Half of the next one: nothing is taken away yet.
  REQUIRE(it.packages(agent, {2, 2, 2, {curl8}}));
  CHECK(it.installed(agent).total == 4);
  REQUIRE(it.packages(agent, {2, 2, 2, {curl8}}));
  CHECK(it.installed(agent).total == 4);
  REQUIRE(it.packages(agent, {2, 1, 2, {bash}}));
  CHECK(names(it.installed(agent)) == std::vector<std::string>{"bash 5", "curl 8"});
  CHECK(it.now(agent).packages_total == 2);
}

TEST_CASE("an inventory that lost a part takes nothing away, and the next one does") {
  Estate it;
  const auto agent = it.machine("a");
  REQUIRE(it.packages(agent, {1, 1, 1, {{"p:a", "a", "1", "", ""}, {"p:b", "b", "1", "", ""}}}));
  REQUIRE(it.packages(agent, {2, 2, 2, {{"p:c", "c", "1", "", ""}}}));
  REQUIRE(it.packages(agent, {3, 1, 2, {{"p:d", "d", "1", "", ""}}}));
  CHECK(it.installed(agent).total == 4);
  REQUIRE(it.packages(agent, {3, 2, 2, {}}));
  CHECK(names(it.installed(agent)) == std::vector<std::string>{"d 1"});
}

TEST_CASE("one agent's name for a package is not another's") {
  Estate it;
  const auto honest = it.machine("a");
  const auto liar = it.machine("b");
  REQUIRE(it.packages(liar, {1, 1, 1, {{"pkg:deb/debian/bash@5", "harmless", "0", "", ""}}}));
  REQUIRE(it.packages(honest, {1, 1, 1, {{"pkg:deb/debian/bash@5", "bash", "5", "", ""}}}));
  CHECK(names(it.installed(honest)) == std::vector<std::string>{"bash 5"});
  CHECK(names(it.installed(liar)) == std::vector<std::string>{"harmless 0"});
}

TEST_CASE("packages are paged by name and searched") {
  Estate it;
  const auto agent = it.machine("a");
  PackagesSeen seen{1, 1, 1, {}};
  for (int i = 10; i < 40; ++i) seen.packages.push_back({"p", "lib" + std::to_string(i), "1", "", ""});
  seen.packages.push_back({"p2", "lib10", "2", "", ""});
  REQUIRE(it.packages(agent, seen));
  std::vector<std::string> paged;
  std::string cursor;
  for (;;) {
    const auto page = it.installed(agent, {}, cursor, 4);
    for (auto& name : names(page)) paged.push_back(std::move(name));
    if (!page.next) break;
    CHECK(page.items.size() == 4);
    cursor = *page.next;
  }
  CHECK(paged.size() == 31);
  CHECK(paged == names(it.installed(agent)));
  CHECK(it.installed(agent, "LIB2").total == 10);
  CHECK(it.installed(agent, "lib10 2").total == 1);
}

TEST_CASE("an inventory of absurdly many parts is refused") {
  Estate it;
  const auto agent = it.machine("a");
  CHECK(it.packages(agent, {1, 1, 1'001, {}}).error().code() == Code::invalid);
  CHECK(it.packages(agent, {1, 0, 1, {}}).error().code() == Code::invalid);
}

TEST_CASE("what lies outside the scope is answered as if it did not exist") {
  Estate it;
  const auto mine = it.hub.unit(it.scope, it.tenant.root, "Của ta");
  const auto beside = it.hub.unit(it.scope, it.tenant.root, "Bên cạnh");
  const auto there = it.hub.tenant("Khác");
  const auto own = it.hub.machine(it.scope, mine, "own");
  const std::vector<MachineId> foreign{it.hub.machine(it.scope, beside, "beside").machine,
                                       it.hub.machine(whole(there), there.root, "there").machine};
  const auto scope = store::TenantScope::for_test(it.tenant.tenant, {mine});
  CHECK(names(it.list({}, scope)) == std::vector<std::string>{"own"});
  CHECK(it.hub.read([&](store::Connection& c) { return count_machines(c, scope, {}, kNow); })->total == 1);

  const auto answers = [&](MachineId id) {
    std::vector<std::string> all;
    const auto add = [&](const auto& answer) { all.push_back(answer ? "found" : answer.error().what()); };
    add(it.hub.read([&](store::Connection& c) { return get_machine(c, scope, id, kNow); }));
    add(it.hub.read([&](store::Connection& c) { return list_packages(c, scope, id, {}, {}, 10); }));
    add(it.hub.write([&](store::Connection& c) { return move_machine(c, scope, id, mine); }));
    add(it.hub.write([&](store::Connection& c) { return revoke_machine(c, scope, id, kNow); }));
    return all;
  };
  const auto absent = answers(MachineId{999'999});
  CHECK(absent == std::vector<std::string>(4, "there is no such machine"));
  for (const auto id : foreign) CHECK(answers(id) == absent);
  CHECK(answers(own.machine) == std::vector<std::string>(4, "found"));
  CHECK(it.now(own).revoked);

  const auto into = [&](UnitId unit) {
    return it.hub.write([&](store::Connection& c) { return move_machine(c, scope, own.machine, unit); });
  };
  const auto nowhere = into(UnitId{999'999});
  CHECK(nowhere.error().code() == Code::not_found);
  for (const UnitId unit : {beside, it.tenant.root, there.root}) CHECK(into(unit).error().what() == nowhere.error().what());
  for (const UnitId unit : {beside, it.tenant.root, there.root, UnitId{999'999}}) {
    const auto page = it.hub.read([&](store::Connection& c) { return list_machines(c, scope, {.unit = unit}, kNow); });
    CHECK(page.error().what() == nowhere.error().what());
    CHECK_FALSE(it.hub.read([&](store::Connection& c) { return count_machines(c, scope, unit, kNow); }));
    CHECK_FALSE(it.hub.read([&](store::Connection& c) { return machines_by_unit(c, scope, unit, kNow); }));
  }
}

TEST_CASE("an agent's word reaches its own machine alone, also under another tenant's number") {
  Estate it;
  const auto agent = it.machine("a");
  const auto there = it.hub.tenant("Khác");
  const AgentIdentity forged{there.tenant, agent.machine};
  it.seen(forged, {.hostname = "taken over"}, kNow + hours(1));
  it.findings(forged, 5, 5);
  CHECK(it.now(agent).seen.hostname == "a");
  CHECK(it.now(agent).health == Health::pending);
}

}  // namespace
}  // namespace khien::estate
