#include "khien/estate/devices.hpp"

#include <doctest/doctest.h>

#include <map>

#include "hub.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/refusal.hpp"
#include "khien/estate/sites.hpp"

namespace khien::estate {
namespace {

struct Office {
  Office() : tenant(hub.tenant("Tỉnh")), scope(whole(tenant)), unit(hub.unit(scope, tenant.root, "Xã")) {}
  Result<DeviceId> create(DeviceChange change) {
    if (!change.unit) change.unit = unit;
    return hub.write([&](store::Connection& c) { return create_device(c, scope, change, DeviceSource::import, kNow); });
  }
  Device get(DeviceId id) {
    return hub.read([&](store::Connection& c) { return get_device(c, scope, id, kNow); }).value();
  }
  DeviceCounts counts() {
    return hub.read([&](store::Connection& c) { return count_devices(c, scope, {}, kNow); }).value();
  }
  void seen(const AgentIdentity& agent, std::string hostname, std::string serial, std::vector<std::string> macs) {
    MachineSeen seen{.hostname = std::move(hostname), .serial = std::move(serial), .macs = std::move(macs)};
    REQUIRE(hub.write([&](store::Connection& c) { return apply_machine_seen(c, agent, seen, kNow); }));
  }
  void scanned(const AgentIdentity& agent) {
    REQUIRE(hub.write([&](store::Connection& c) {
      return apply_scan(c, agent, {.scan = 1, .state = ScanSeen::State::complete, .started_at = kNow, .finished_at = kNow});
    }));
  }
  // Device → machine, as it is stored.
  std::map<std::int64_t, std::int64_t> matches() {
    std::map<std::int64_t, std::int64_t> all;
    CHECK(hub.read([&](store::Connection& c) {
      return c.query("SELECT id, machine_id FROM device WHERE machine_id IS NOT NULL AND matched_by <> 'agent'", {},
                     [&](const store::Row& row) -> Result<void> {
                       all[row.integer(0)] = row.integer(1);
                       return {};
                     });
    }));
    return all;
  }
  Hub hub;
  NewTenant tenant;
  store::TenantScope scope;
  UnitId unit;
};

TEST_CASE("a machine that no list names is expected too, and takes its line's place when one does") {
  Office o;
  const auto agent = o.hub.machine(o.scope, o.unit, "PC-01.xa.local");
  CHECK(o.counts().expected == 1);
  CHECK(o.counts().unknown == 1);
  const auto device = o.create({.name = "pc-01", .mac = "00-15-5D-0A-0B-0C"});
  REQUIRE(device);
  CHECK(o.counts().expected == 1);
  CHECK(o.get(*device).machine == agent.machine);
  CHECK(o.get(*device).mac == "00:15:5d:0a:0b:0c");
  o.scanned(agent);
  CHECK(o.counts().protected_ == 1);
  CHECK(o.get(*device).state == DeviceState::protected_);
}

TEST_CASE("what is listed and does not speak is unknown, unless somebody looked") {
  Office o;
  const auto device = o.create({.name = "pc-02"}).value();
  CHECK(o.get(device).state == DeviceState::unknown);
  REQUIRE(o.hub.write([&](store::Connection& c) { return update_device(c, o.scope, device, {.known_unprotected = true}, kNow); }));
  CHECK(o.get(device).state == DeviceState::unprotected);
  REQUIRE(o.hub.write([&](store::Connection& c) {
    return update_device(c, o.scope, device, {.retired_on = std::optional(vietnam_day(kNow))}, kNow);
  }));
  CHECK(o.counts().expected == 0);
  CHECK(o.counts().retired == 1);
}

TEST_CASE("a serial number is stronger than a MAC address, and that than a name") {
  Office o;
  const auto by_name = o.create({.name = "pc-03"}).value();
  const auto by_mac = o.create({.name = "x", .mac = "00:15:5d:00:00:01"}).value();
  const auto by_serial = o.create({.name = "y", .serial = " vn 123 "}).value();
  const auto agent = o.hub.machine(o.scope, o.unit, "pc-03");
  CHECK(o.get(by_name).machine == agent.machine);
  o.seen(agent, "pc-03", "", {"00:15:5D:00:00:01"});
  CHECK(o.get(by_mac).machine == agent.machine);
  CHECK_FALSE(o.get(by_name).machine);
  o.seen(agent, "pc-03", "VN123", {"00:15:5D:00:00:01"});
  CHECK(o.get(by_serial).machine == agent.machine);
  CHECK(o.counts().expected == 3);
  // What makers print when they print nothing is no serial number.
  o.seen(agent, "pc-03", "To be filled by O.E.M.", {});
  CHECK(o.get(by_name).machine == agent.machine);
}

TEST_CASE("a key that two machines have matches neither") {
  Office o;
  const auto device = o.create({.name = "pc"}).value();
  const auto first = o.hub.machine(o.scope, o.unit, "pc");
  CHECK(o.get(device).machine == first.machine);
  o.hub.machine(o.scope, o.unit, "pc");
  CHECK_FALSE(o.get(device).machine);
  CHECK(o.counts().expected == 3);
  // The name of another unit's machine is no name of this one's device.
  REQUIRE(o.hub.write([&](store::Connection& c) { return move_machine(c, o.scope, first.machine, o.tenant.root); }));
  CHECK(o.get(device).machine);
  CHECK(o.counts().expected == 2);
}

TEST_CASE("a revoked machine's device is still expected, and the same machine enrolled anew is it again") {
  Office o;
  const auto first = o.hub.machine(o.scope, o.unit, "pc");
  REQUIRE(o.hub.write([&](store::Connection& c) { return revoke_machine(c, o.scope, first.machine, kNow); }));
  CHECK(o.counts().expected == 1);
  CHECK(o.counts().unknown == 1);
  const auto again = o.hub.machine(o.scope, o.unit, "pc");
  CHECK(o.counts().expected == 1);
  CHECK(o.matches().begin()->second == again.machine.value);
}

TEST_CASE("two lines for one device are refused") {
  Office o;
  REQUIRE(o.create({.name = "a", .mac = "00:15:5d:00:00:01"}));
  CHECK(o.create({.name = "b", .mac = "0015.5d00.0001"}).error().code() == Code::conflict);
  CHECK(o.create({.name = "b", .mac = "ff:ff:ff:ff:ff:ff"}).error().what() == "this is no MAC address of a card");
  CHECK(o.create({.name = "c", .mac = "12"}).error().code() == Code::invalid);
}

TEST_CASE("changes in any order come to the same matches as matching all at once") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Office o;
    SeededRandom random(seed);
    std::vector<AgentIdentity> agents;
    std::vector<DeviceId> devices;
    const auto mac = [&] { return "00:15:5d:00:00:0" + std::to_string(random.below(6)); };
    const auto name = [&] { return "pc-" + std::to_string(random.below(6)); };
    for (int step = 0; step < 60; ++step) {
      switch (random.below(6)) {
        case 4:
          if (!devices.empty()) {
            (void)o.hub.write([&](store::Connection& c) { return part_device(c, o.scope, devices[random.below(devices.size())], kNow); });
          }
          break;
        case 5:
          if (!devices.empty() && random.below(4) == 0) {
            (void)o.hub.write([&](store::Connection& c) { return rejoin_device(c, o.scope, devices[random.below(devices.size())]); });
          }
          break;
        case 0: agents.push_back(o.hub.machine(o.scope, o.unit, name())); break;
        case 1:
          if (const auto made = o.create({.name = name(), .mac = mac()})) devices.push_back(*made);
          break;
        case 2:
          if (!agents.empty()) {
            o.seen(agents[random.below(agents.size())], name(), "S" + std::to_string(random.below(4)), {mac(), mac()});
          }
          break;
        default:
          if (!devices.empty()) {
            (void)o.hub.write([&](store::Connection& c) {
              return update_device(c, o.scope, devices[random.below(devices.size())],
                                   {.name = name(), .serial = "s" + std::to_string(random.below(4))}, kNow);
            });
          }
      }
    }
    const auto step_by_step = o.matches();
    const auto expected = o.counts().expected;
    CHECK(o.hub.write([&](store::Connection& c) { return match_devices(c, o.tenant.tenant); }).value() ==
          static_cast<std::int64_t>(step_by_step.size()));
    CHECK(o.matches() == step_by_step);
    CHECK(o.counts().expected == expected);
  }
}

TEST_CASE("a machine that is not what it says is parted from the device by hand, and stays so") {
  Office o;
  const auto device = o.create({.name = "pc", .mac = "00:15:5d:00:00:01"}).value();
  const auto elsewhere = o.hub.unit(o.scope, o.tenant.root, "Khác");
  const auto liar = o.hub.machine(o.scope, elsewhere, "liar");
  o.seen(liar, "liar", "", {"00:15:5d:00:00:01"});
  REQUIRE(o.get(device).machine == liar.machine);
  const auto part = [&] { return o.hub.write([&](store::Connection& c) { return part_device(c, o.scope, device, kNow); }); };
  REQUIRE(part());
  CHECK_FALSE(o.get(device).machine);
  CHECK(o.counts().expected == 2);
  CHECK(part().error().code() == Code::conflict);
  // What it says again changes nothing, nor does matching all anew.
  o.seen(liar, "liar", "", {"00:15:5d:00:00:01", "00:15:5d:00:00:02"});
  REQUIRE(o.hub.write([&](store::Connection& c) { return match_devices(c, o.tenant.tenant); }));
  CHECK_FALSE(o.get(device).machine);
  // The device's own machine still finds it, by what is its alone.
  const auto own = o.hub.machine(o.scope, o.unit, "pc");
  CHECK(o.get(device).machine == own.machine);
  const auto scope = store::TenantScope::for_test(o.tenant.tenant, {elsewhere});
  CHECK(o.hub.write([&](store::Connection& c) { return part_device(c, scope, device, kNow); }).error().code() == Code::not_found);
  CHECK(o.hub.write([&](store::Connection& c) { return rejoin_device(c, scope, device); }).error().code() == Code::not_found);
  REQUIRE(o.hub.write([&](store::Connection& c) { return rejoin_device(c, o.scope, device); }));
  CHECK(o.get(device).machine == liar.machine);
}

TEST_CASE("what is not protected has one reason, and the reasons add up to what is missing") {
  Office o;
  const auto silent = o.hub.machine(o.scope, o.unit, "im-lang");
  const auto old = o.hub.machine(o.scope, o.unit, "quet-cu");
  const auto off = o.hub.machine(o.scope, o.unit, "tat");
  const auto sick = o.hub.machine(o.scope, o.unit, "nhiem");
  o.hub.machine(o.scope, o.unit, "moi");
  const auto safe = o.hub.machine(o.scope, o.unit, "tot");
  for (const auto& agent : {silent, old, off, sick, safe}) o.scanned(agent);
  REQUIRE(o.hub.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(set_open_findings(c, sick, 1, 1));
    TRY_VOID(apply_protection(c, off, {{{.engine = Engine::yara, .state = EngineState::State::degraded}}}));
    TRY_VOID(c.run("UPDATE machine SET last_complete_scan_at = ?2 WHERE id = ?1", {old.machine, kNow - days(8)}));
    TRY_VOID(c.run("UPDATE machine SET last_seen = ?2 WHERE id = ?1", {silent.machine, kNow - minutes(4)}));
    return {};
  }));
  const auto seen = o.create({.name = "nguoi-da-xem"}).value();
  REQUIRE(o.hub.write([&](store::Connection& c) { return update_device(c, o.scope, seen, {.known_unprotected = true}, kNow); }));
  REQUIRE(o.create({.name = "chua-co"}));
  const auto page = [&](DeviceQuery query) {
    return o.hub.read([&](store::Connection& c) { return list_devices(c, o.scope, query, kNow); }).value();
  };
  const auto all = page({});
  CHECK(all.counts.by_gap == std::array<std::int64_t, kDeviceGaps>{1, 1, 1, 1, 1, 1, 1});
  CHECK(all.counts.unprotected + all.counts.unknown == 7);
  CHECK(all.counts.protected_ == 1);
  for (const auto& device : all.items) CHECK(device.gap.has_value() == (device.state != DeviceState::protected_));
  CHECK(page({.uncovered = true}).total == 7);
  const auto quiet = page({.gap = DeviceGap::silent});
  REQUIRE(quiet.total == 1);
  CHECK(quiet.items.at(0).machine == silent.machine);
  CHECK(quiet.items.at(0).last_seen == kNow - minutes(4));
  CHECK(quiet.items.at(0).state == DeviceState::unknown);
  CHECK(page({.state = DeviceState::protected_, .gap = DeviceGap::silent}).total == 0);
  CHECK(page({.words = "chua", .gap = DeviceGap::no_agent}).total == 1);
  CHECK_FALSE(page({.gap = DeviceGap::no_agent}).items.at(0).last_seen);
}

TEST_CASE("the list is by name, by state and by words, page by page") {
  Office o;
  for (const char* name : {"Đ", "a", "b"}) REQUIRE(o.create({.name = name, .note = std::string("phòng ") + name}));
  const auto page = [&](DeviceQuery query) {
    return o.hub.read([&](store::Connection& c) { return list_devices(c, o.scope, query, kNow); });
  };
  CHECK(page({})->items[2].name == "Đ");
  const auto first = page({.limit = 2}).value();
  REQUIRE(first.next);
  CHECK(page({.cursor = *first.next, .limit = 2})->items.at(0).name == "Đ");
  CHECK(page({.words = "phong d"})->total == 1);
  CHECK(page({.state = DeviceState::protected_})->total == 0);
  CHECK(page({.cursor = "x"}).error().code() == Code::invalid);
  const auto elsewhere = store::TenantScope::for_test(o.tenant.tenant, {o.hub.unit(o.scope, o.tenant.root, "Khác")});
  CHECK(o.hub.read([&](store::Connection& c) { return list_devices(c, elsewhere, {}, kNow); })->total == 0);
}

TEST_CASE("an address has one owner: ranges are public, whole and do not overlap") {
  Office o;
  const auto add = [&](std::string_view range) {
    const auto made = o.hub.write(
        [&](store::Connection& c) { return create_address_range(c, o.scope, o.unit, range, "", kNow); });
    return made ? std::string("made") : made.error().what();
  };
  CHECK(add("203.0.113.0/28") == "made");
  CHECK(add("203.0.113.8/29") == "the range overlaps one that is there");
  CHECK(add("203.0.112.0/22") == "the range overlaps one that is there");
  CHECK(add("203.0.113.16/28") == "made");
  CHECK(add("203.0.113.33/28") == "the address has bits behind its prefix");
  CHECK(add("10.1.0.0/16") == "the range is not of the public Internet");
  CHECK(add("8.0.0.0/5") == "the range is not of the public Internet");
  CHECK(add("::ffff:203.0.113.0/120") == "a range is written as 203.0.113.0/28 or 2001:db8::/48");
  CHECK(add("2001:db8:5::/48") == "made");
  CHECK(add("0.0.0.0/0") == "the range is not of the public Internet");
  CHECK(add("16.0.0.0/9") == "the range is too wide: /10 at most for IPv4, /20 for IPv6");
  CHECK(add("2000::/3") == "the range is too wide: /10 at most for IPv4, /20 for IPv6");
  CHECK(add("14.64.0.0/10") == "made");
  CHECK(add("fe80::/10") == "the range is not of the public Internet");
  CHECK(add("2001:db8:5:1::1") == "the range overlaps one that is there");
  CHECK(add("203.0.113.0/33") == "a range is written as 203.0.113.0/28 or 2001:db8::/48");
  const auto owner = o.hub.read([&](store::Connection& c) { return range_of_address(c, o.scope, "203.0.113.20"); }).value();
  REQUIRE(owner);
  CHECK(owner->range == "203.0.113.16/28");
  CHECK_FALSE(o.hub.read([&](store::Connection& c) { return range_of_address(c, o.scope, "203.0.113.200"); }).value());
}

// Two communes of one province, each with people who see nothing of the other.
struct Neighbours : Office {
  UnitId other = hub.unit(scope, tenant.root, "Xã bên");
  store::TenantScope own = store::TenantScope::for_test(tenant.tenant, {unit});

  std::string device(const store::TenantScope& by, DeviceChange change) {
    change.unit = by.roots().front();
    const auto made = hub.write([&](store::Connection& c) { return create_device(c, by, change, DeviceSource::hand, kNow); });
    return made ? "made" : made.error().what();
  }
  std::string site(const store::TenantScope& by, UnitId at, std::string_view address) {
    const SiteChange change{.unit = at, .address = std::string(address)};
    const auto made = hub.write([&](store::Connection& c) { return create_site(c, by, change, kNow); });
    return made ? "made" : made.error().what();
  }
  std::string range(const store::TenantScope& by, UnitId at, std::string_view text) {
    const auto made = hub.write([&](store::Connection& c) { return create_address_range(c, by, at, text, "", kNow); });
    return made ? "made" : made.error().what();
  }
};
constexpr std::string_view kElsewhere = "it cannot be registered at this unit; the province's centre was told and will look into it";

TEST_CASE("what a unit outside of the scope holds is refused in one text that names nothing") {
  Neighbours n;
  REQUIRE(n.create({.unit = n.other, .name = "x", .serial = "SN-1", .mac = "00:15:5d:00:00:01"}));
  REQUIRE(n.create({.unit = n.other, .name = "y", .serial = "SN-2", .mac = "00:15:5d:00:00:02"}));
  CHECK(n.device(n.own, {.name = "a", .serial = "SN-1"}) == kElsewhere);
  CHECK(n.device(n.own, {.name = "a", .mac = "00:15:5d:00:00:01"}) == kElsewhere);
  // Not even that the two are of two devices.
  CHECK(n.device(n.own, {.name = "a", .serial = "SN-1", .mac = "00:15:5d:00:00:02"}) == kElsewhere);
  CHECK(n.site(n.scope, n.other, "https://xa-ben.example.gov.vn") == "made");
  CHECK(n.site(n.own, n.unit, "xa-ben.example.gov.vn") == kElsewhere);
  CHECK(n.range(n.scope, n.other, "203.0.113.0/28") == "made");
  CHECK(n.range(n.own, n.unit, "203.0.113.8/29") == kElsewhere);
  CHECK(n.range(n.own, n.unit, "203.0.112.0/22") == kElsewhere);
  CHECK(is_held_elsewhere(Error(Code::conflict, std::string(kElsewhere))));
}

TEST_CASE("who sees the holder is told what is there already") {
  Neighbours n;
  REQUIRE(n.create({.unit = n.other, .name = "x", .serial = "SN-1"}));
  CHECK(n.device(n.scope, {.name = "a", .serial = "SN-1"}) == "there is a device with this serial number, MAC address or name");
  CHECK(n.site(n.own, n.unit, "xa.example.gov.vn") == "made");
  CHECK(n.site(n.own, n.unit, "xa.example.gov.vn") == "there is a site with this address");
  CHECK(n.range(n.own, n.unit, "203.0.113.0/28") == "made");
  CHECK(n.range(n.scope, n.other, "203.0.113.16/28") == "made");
  // One's own is named first.
  CHECK(n.range(n.own, n.unit, "203.0.113.0/27") == "the range overlaps one that is there");
  CHECK(n.range(n.own, n.unit, "203.0.113.16/29") == kElsewhere);
}

TEST_CASE("nobody gets a foreign machine by writing its serial number into a device of theirs") {
  Neighbours n;
  const auto agent = n.hub.machine(n.scope, n.other, "may-ben");
  n.seen(agent, "may-ben", "SN-9", {"00:15:5d:00:00:09"});
  const auto mine = n.create({.name = "a"}).value();
  const auto change = [&](const DeviceChange& wanted) {
    const auto done = n.hub.write([&](store::Connection& c) { return update_device(c, n.own, mine, wanted, kNow); });
    return done ? std::string("done") : done.error().what();
  };
  CHECK(n.device(n.own, {.name = "b", .serial = "SN-9"}) == kElsewhere);
  CHECK(change({.serial = "SN-9"}) == kElsewhere);
  CHECK(change({.mac = "00:15:5d:00:00:09"}) == kElsewhere);
  CHECK_FALSE(n.get(mine).machine.has_value());
  // A change of anything else is not asked about it.
  CHECK(change({.note = "x"}) == "done");
  REQUIRE(n.create({.unit = n.other, .name = "z", .serial = "SN-7"}));
  CHECK(change({.serial = "SN-7"}) == kElsewhere);
}

}  // namespace
}  // namespace khien::estate
