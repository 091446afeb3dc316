// Devices without an agent, and sites, from an advisory to a proven patch.
#include <doctest/doctest.h>

#include "khien/advisory/distribution.hpp"
#include "khien/estate/device_inventories.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/patching.hpp"
#include "khien/estate/stand_ins.hpp"
#include "khien/flow/inventory_teller.hpp"
#include "khien/inventory/inventory.hpp"
#include "khien/inventory/observed.hpp"
#include "province.hpp"

namespace khien::patch {
namespace {

constexpr std::string_view kForti = "CVE-2024-21762";
constexpr std::string_view kDrupal = "CVE-2018-7600";

// A record of NVD: by the maker's name alone.
void by_cpe(Feeds& feeds, std::string_view cve, std::string cpe, std::string fixed) {
  advisory::Affected affected{.package = advisory::key_of_cpe(cpe), .basis = advisory::Basis::cpe,
                              .ranges = {{.introduced = {}, .fixed = std::move(fixed)}}, .versions = {}, .cpe = cpe};
  feeds.advisories.push_back({.id = std::string(cve), .feed = "nvd", .cves = {std::string(cve)}, .title = "About it", .description = {},
                              .severity = Severity::critical, .cvss_score = {}, .cvss_vector = {}, .published = {}, .modified = {},
                              .affected = {std::move(affected)}, .references = {}});
  feeds.attacked(std::string(cve));
}

struct Office : Province {
  Office() : sensor(road.flow(), road.ledger(), road.clock()), teller(road.hub(), sensor, road.clock()) {
    unit = road.unit(road.root(), "Sở Y tế");
    other = road.unit(road.root(), "Sở Công thương");
    by_cpe(feeds, kForti, "cpe:2.3:o:fortinet:fortios:*:*:*:*:*:*:*:*", "7.4.3");
    by_cpe(feeds, kDrupal, "cpe:2.3:a:drupal:drupal:*:*:*:*:*:*:*:*", "7.58");
    bring();
  }
  DeviceId device(std::string name, UnitId in) {
    return road.write([&](store::Connection& c) {
      return estate::create_device(c, road.scope(), {.unit = in, .name = std::move(name), .kind = estate::DeviceKind::network},
                                   estate::DeviceSource::hand, road.clock().now());
    }).value();
  }
  Result<bool> hand_in(DeviceId device, std::vector<Package> packages) {
    return road.write([&](store::Connection& c) {
      return estate::hand_in(c, road.scope(), device, {.format = "hand", .file_name = "a.csv", .packages = std::move(packages)}, kAnalyst,
                             road.clock().now());
    });
  }
  std::int64_t tell_all() {
    const auto told = teller.tell();
    REQUIRE_MESSAGE(told, told.error().what());
    road.apply();
    tend();
    return *told;
  }
  void firmware(DeviceId device, std::string_view version) {
    REQUIRE(hand_in(device, {inventory::typed_package("Fortinet", "FortiOS", version).value()}));
    tell_all();
  }
  void look(SiteId site, std::vector<Fact> facts, bool answered = true) {
    REQUIRE(road.tell({SiteSeen{.site = site, .look = ++looks, .started_at = road.clock().now(), .finished_at = road.clock().now(),
                                .answered = answered, .pages = 1, .views = 4, .limited = 0, .facts = std::move(facts)}}));
    road.apply();
    tend();
  }
  std::optional<AdvisoryMachine> standing(std::string_view name, DeviceId device) {
    for (auto& one : machines(name)) {
      if (one.stands_for_device == device) return one;
    }
    return std::nullopt;
  }
  std::optional<PatchState> site_state(std::string_view name, SiteId site) {
    for (auto& one : machines(name)) {
      if (one.stands_for_site == site) return one.state;
    }
    return std::nullopt;
  }
  std::optional<PatchState> device_state(std::string_view name, DeviceId device) {
    const auto one = standing(name, device);
    return one ? std::optional(one->state) : std::nullopt;
  }
  Result<void> change(DeviceId device, const estate::DeviceChange& change) {
    return road.write([&](store::Connection& c) { return estate::update_device(c, road.scope(), device, change, road.clock().now()); });
  }

  flow::HubSensor sensor;
  flow::InventoryTeller teller;
  UnitId unit, other;
  std::int64_t looks = 0;
};

std::vector<Fact> drupal(std::string version) {
  return {{"cms.name", "Drupal"}, {"cms.version", version}, {"cms.cpe", "cpe:2.3:a:drupal:drupal:" + version + ":*:*:*:*:*:*:*"}};
}

TEST_CASE("a firewall without an agent is unknown, open by its list, late, patched by the next list, and open again") {
  Office p;
  const auto firewall = p.device("fw-soyte", p.unit);
  // Followed is what somebody has: another office's, mended long ago.
  p.firmware(p.device("fw-soct", p.other), "7.4.1");
  CHECK(p.named(kForti).counts.open == 1);
  CHECK(p.named(kForti).counts.unknown == 1);
  CHECK(p.list({}, p.scope_of(p.unit)).items.empty());

  p.firmware(firewall, "7.4.1");
  const auto open = p.standing(kForti, firewall);
  REQUIRE(open);
  CHECK(open->state == PatchState::open);
  CHECK(open->name == "fw-soyte");
  CHECK(open->packages.front().fixed == "7.4.3");
  CHECK(p.named(kForti).counts.open == 2);
  CHECK(p.named(kForti).counts.unknown == 0);
  REQUIRE(p.list({}, p.scope_of(p.unit)).items.size() == 1);
  CHECK(p.list({}, p.scope_of(p.unit)).items.front().counts.open == 1);

  p.road.clock().advance(days(20));
  p.tend();
  CHECK(p.named(kForti).overdue);
  const auto patching = p.road.read([&](store::Connection& c) { return estate::patching_by_unit(c, p.road.scope()); }).value();
  CHECK(patching.at(p.unit) == estate::Patching{1, 1});

  p.firmware(firewall, "7.4.3");
  const auto proven = p.standing(kForti, firewall);
  CHECK(proven->state == PatchState::patched);
  REQUIRE(proven->proof);
  const auto proof = p.road.read([&](store::Connection& c) {
    return flow::get_observation(c, p.road.ledger(), p.scope_of(p.unit), *proven->proof);
  });
  REQUIRE(proof);
  CHECK(proof->event.text.find("7.4.3") != std::string::npos);
  CHECK_FALSE(p.road.read([&](store::Connection& c) {
    return flow::get_observation(c, p.road.ledger(), p.scope_of(p.other), *proven->proof);
  }));

  p.firmware(firewall, "7.4.2");
  CHECK(p.device_state(kForti, firewall) == PatchState::open);
}

TEST_CASE("a version that is not told is unknown, never fine, and closes nothing") {
  Office p;
  const auto firewall = p.device("fw", p.unit);
  p.firmware(firewall, "");
  CHECK(p.named(kForti).counts.unknown == 1);
  CHECK(p.named(kForti).counts.not_affected == 0);
  p.firmware(firewall, "7.4.1");
  p.firmware(firewall, "");
  CHECK(p.device_state(kForti, firewall) == PatchState::open);
}

TEST_CASE("the same list again changes nothing, and a crash before it was told loses nothing") {
  Office p;
  const auto firewall = p.device("fw", p.unit);
  const auto package = inventory::typed_package("", "FortiGate", "v7.4.1 build2463").value();
  CHECK(package.purl.starts_with("pkg:appliance/fortinet/fortios@7.4.1?cpe=cpe"));
  REQUIRE(p.hand_in(firewall, {package}).value());
  CHECK_FALSE(p.hand_in(firewall, {package}).value());
  // Only now is it told, as at the next start.
  CHECK(p.tell_all() == 1);
  CHECK(p.device_state(kForti, firewall) == PatchState::open);
  const auto before = p.road.ledger().newest().value();
  CHECK_FALSE(p.hand_in(firewall, {package}).value());
  CHECK(p.tell_all() == 0);
  CHECK(p.road.ledger().newest().value() == before);
}

TEST_CASE("typed, in a file of its own or in a list of many devices: the same is the same") {
  Office p;
  const auto firewall = p.device("fw", p.unit);
  REQUIRE(p.hand_in(firewall, {inventory::typed_package("Fortinet", "FortiGate", "v7.4.1 build2463").value()}).value());
  Budget budget(inventory::inventory_limits());
  const auto file = inventory::read_inventory(as_bytes(std::string_view("Hãng;Sản phẩm;Phiên bản\nFortinet;FortiOS;7.4.1\n")), {}, budget).value();
  CHECK_FALSE(p.hand_in(firewall, inventory::packages_of(file)).value());
  Table many;
  many.sheets = {{.name = "A", .rows = {{1, {"Thiết bị", "Sản phẩm", "Phiên bản"}}, {2, {"fw", "FortiOS 7.4.1", ""}}}}};
  CHECK(p.road.write([&](store::Connection& c) {
    return estate::plan_import(c, p.road.scope(), estate::ImportKind::appliances, p.road.root(), many, p.road.clock().now());
  }).value().report.same == 1);
}

TEST_CASE("one list that no event could carry is refused, and long ones go in many parts") {
  Office p;
  const auto firewall = p.device("fw", p.unit), server = p.device("srv", p.other);
  auto odd = inventory::typed_package("Fortinet", "FortiOS", "7.4.1").value();
  odd.purl += "?x=" + std::string(1'100, 'x');
  CHECK(p.hand_in(firewall, {odd}).error().code() == Code::exhausted);
  p.firmware(firewall, "7.4.1");
  CHECK(p.device_state(kForti, firewall) == PatchState::open);
  std::vector<Package> many;
  for (int i = 0; i < 3'000; ++i) many.push_back({.purl = "pkg:generic/p" + std::to_string(i) + "@1?x=" + std::string(900, '%'), .name = std::string(900, '"'), .version = "1", .source = {}, .source_version = {}});
  REQUIRE(p.hand_in(server, many).value());
  CHECK(p.tell_all() == 1);
  std::int64_t held = 0;
  REQUIRE(p.road.hub().read([&](store::Connection& c) {
    return c.query_one("SELECT packages_total FROM machine WHERE device_id = ?1", {server}, [&](const store::Row& row) -> Result<void> {
      held = row.integer(0);
      return {};
    });
  }));
  CHECK(held == 3'000);
}

TEST_CASE("a device's own agent is the word from the moment it enrols; revoked, the list is again") {
  Office p;
  const auto server = p.device("may-1", p.unit);
  p.firmware(server, "7.4.1");
  CHECK(p.named(kForti).counts.open == 1);
  const auto agent = p.road.machine_of(p.road.scope(), p.unit, "may-1");
  p.tend();
  // It told nothing yet: unknown, and no list speaks for it any more.
  CHECK(p.named(kForti).counts.open == 0);
  CHECK(p.named(kForti).counts.unknown == 1);
  CHECK(p.hand_in(server, {inventory::typed_package("", "FortiOS", "7.4.3").value()}).error().code() == Code::conflict);
  p.tell(agent, {{"bash", "5.2-1"}});
  CHECK(p.named(kForti).counts.not_affected == 1);
  CHECK(p.named(kForti).counts.open + p.named(kForti).counts.unknown == 0);
  REQUIRE(p.road.write([&](store::Connection& c) { return estate::revoke_machine(c, p.road.scope(), agent.machine, p.road.clock().now()); }));
  p.tend();
  CHECK(p.named(kForti).counts.open == 1);
}

TEST_CASE("a list handed in just before its device is retired or enrolled is not judged, and may be handed in again") {
  Office p;
  const auto firewall = p.device("fw", p.unit), server = p.device("may-3", p.unit);
  const auto old = inventory::typed_package("", "FortiOS", "7.4.1").value();
  REQUIRE(p.hand_in(firewall, {old}).value());
  REQUIRE(p.hand_in(server, {old}).value());
  REQUIRE(p.teller.tell().value() == 2);
  REQUIRE(p.change(firewall, {.retired_on = std::optional(vietnam_day(p.road.clock().now()))}));
  const auto agent = p.road.machine_of(p.road.scope(), p.unit, "may-3");
  p.tell_all();
  CHECK(p.road.number("SELECT count(*) FROM finding") == 0);
  CHECK(p.road.number("SELECT count(*) FROM machine_package") == 0);
  CHECK(p.road.flow().lag().value().failed == 0);

  REQUIRE(p.change(firewall, {.retired_on = std::optional<Date>()}));
  REQUIRE(p.hand_in(firewall, {old}).value());
  p.tell_all();
  CHECK(p.device_state(kForti, firewall) == PatchState::open);
  REQUIRE(p.road.write([&](store::Connection& c) { return estate::revoke_machine(c, p.road.scope(), agent.machine, p.road.clock().now()); }));
  REQUIRE(p.hand_in(server, {old}).value());
  p.tell_all();
  CHECK(p.device_state(kForti, server) == PatchState::open);
}

TEST_CASE("a look that ends when its site is switched off says nothing of its software") {
  Office p;
  const auto site = p.road.site_of(p.road.scope(), p.unit, "https://soyte.gov.vn");
  REQUIRE(p.road.tell({SiteSeen{.site = site, .look = 1, .started_at = p.road.clock().now(), .finished_at = p.road.clock().now(),
                                .answered = true, .pages = 1, .views = 4, .limited = 0, .facts = drupal("7.56")}}));
  REQUIRE(p.road.write([&](store::Connection& c) {
    return estate::update_site(c, p.road.scope(), site, {.valid_to = std::optional(vietnam_day(p.road.clock().now()))});
  }));
  p.road.apply();
  CHECK(p.road.number("SELECT count(*) FROM machine_package") == 0);
}

TEST_CASE("it moves, is called otherwise and is retired with its device, and is on no list of machines") {
  Office p;
  const auto firewall = p.device("fw", p.unit);
  p.firmware(firewall, "7.4.1");
  const auto now = p.road.clock().now();
  CHECK(p.road.read([&](store::Connection& c) { return estate::list_machines(c, p.road.scope(), {}, now); }).value().total == 0);
  CHECK(p.road.read([&](store::Connection& c) { return estate::count_machines(c, p.road.scope(), {}, now); }).value().total == 0);
  CHECK(p.road.read([&](store::Connection& c) { return estate::count_protection(c, p.road.scope(), {}, now); }).value().machines == 0);
  REQUIRE(p.change(firewall, {.unit = p.other, .name = "fw-moi"}));
  CHECK(p.standing(kForti, firewall)->unit == p.other);
  CHECK(p.standing(kForti, firewall)->name == "fw-moi");
  CHECK(p.list({}, p.scope_of(p.unit)).items.empty());
  CHECK(p.list({}, p.scope_of(p.other)).items.front().counts.open == 1);
  const auto machine = p.standing(kForti, firewall)->machine;
  CHECK(p.road.write([&](store::Connection& c) { return estate::move_machine(c, p.road.scope(), machine, p.unit); }).error().code() == Code::not_found);
  REQUIRE(p.change(firewall, {.retired_on = std::optional(vietnam_day(now))}));
  CHECK(p.named(kForti).counts.open == 0);
  CHECK(p.named(kForti).counts.unknown == 0);
  CHECK(p.hand_in(firewall, {inventory::typed_package("", "FortiOS", "7.4.3").value()}).error().code() == Code::conflict);
}

TEST_CASE("a site is affected by what it shows, mended by a newer version, and never by hiding it") {
  Office p;
  const auto site = p.road.site_of(p.road.scope(), p.unit, "https://soyte.gov.vn");
  p.look(site, {{"cms.name", "Liferay Portal"}});
  CHECK(p.road.number("SELECT count(*) FROM machine") == 0);
  p.look(site, {{"cms.name", "Drupal"}, {"cms.version", "7"}});
  CHECK(p.site_state(kDrupal, site) == PatchState::unknown);
  p.look(site, drupal("7.56"));
  CHECK(p.site_state(kDrupal, site) == PatchState::open);
  CHECK(p.named(kDrupal).counts.open == 1);
  p.look(site, {});
  p.look(site, {}, false);
  CHECK(p.site_state(kDrupal, site) == PatchState::open);
  p.look(site, drupal("7.58"));
  CHECK(p.site_state(kDrupal, site) == PatchState::patched);
  p.look(site, drupal("7.57"));
  CHECK(p.site_state(kDrupal, site) == PatchState::open);
  // One of two names is left: the other is hidden, not gone. Another in its place is another.
  const std::vector<Fact> server{{"cms.name", "nginx"}, {"cms.version", "1.14.0"}, {"cms.cpe", "cpe:2.3:a:f5:nginx:1.14.0:*:*:*:*:*:*:*"}};
  auto both = drupal("7.57");
  both.insert(both.end(), server.begin(), server.end());
  p.look(site, both);
  p.look(site, server);
  CHECK(p.site_state(kDrupal, site) == PatchState::open);
  p.look(site, {{"cms.name", "WordPress"}, {"cms.version", "6.5.2"}});
  CHECK(p.site_state(kDrupal, site) == PatchState::patched);
  p.look(site, drupal("7.57"));
  CHECK(p.site_state(kDrupal, site) == PatchState::open);
  REQUIRE(p.road.write([&](store::Connection& c) { return estate::update_site(c, p.road.scope(), site, {.unit = p.other}); }));
  CHECK(p.list({}, p.scope_of(p.unit)).items.empty());
  CHECK(p.list({}, p.scope_of(p.other)).items.size() == 1);
}

TEST_CASE("an agent names no device, and a device of another tenant does not exist") {
  Office p;
  const auto firewall = p.device("fw", p.unit);
  const auto agent = p.road.machine_of(p.road.scope(), p.unit, "may-2");
  PackagesSeen lie{.inventory = 1, .packages = {inventory::typed_package("", "FortiOS", "7.4.3").value()}, .device = firewall};
  p.firmware(firewall, "7.4.1");
  REQUIRE(p.road.observe(agent, {lie}));
  p.road.apply();
  CHECK(p.device_state(kForti, firewall) == PatchState::open);
  const auto elsewhere = p.road.write([&](store::Connection& c) { return estate::create_tenant(c, "Tỉnh khác", flow::kNow); }).value();
  lie.inventory = 9;
  REQUIRE(p.road.tell(elsewhere.tenant, {lie}));
  const auto failed = p.road.flow().lag().value().failed;
  p.road.apply();
  CHECK(p.road.flow().lag().value().failed == failed + 1);
  CHECK(p.device_state(kForti, firewall) == PatchState::open);
  CHECK(p.road.number("SELECT count(*) FROM machine WHERE stand_in > 0") == 1);
}

TEST_CASE("a person's decision holds it, and the list ends that") {
  Office p;
  const auto firewall = p.device("fw", p.unit);
  p.firmware(firewall, "7.4.1");
  const auto machine = p.standing(kForti, firewall)->machine;
  REQUIRE(p.decide(kForti, {.kind = DecisionKind::mitigated, .machine = machine, .unit = {}, .package = {}, .reason = "SSL VPN đã tắt", .until = p.day(30)}));
  CHECK(p.device_state(kForti, firewall) == PatchState::mitigated);
  p.firmware(firewall, "7.4.3");
  CHECK(p.device_state(kForti, firewall) == PatchState::patched);
}

}  // namespace
}  // namespace khien::patch
