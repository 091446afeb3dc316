#include <doctest/doctest.h>

#include "hub.hpp"
#include "khien/estate/contacts.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/refusal.hpp"
#include "khien/estate/succession.hpp"
#include "khien/estate/systems.hpp"
#include "khien/estate/unit_roles.hpp"

namespace khien::estate {
namespace {

Date on(int year, int month, int day) { return Date::of(year, month, day).value(); }
const Date kMerger = on(2025, 7, 1);

std::vector<std::string> names(const std::vector<Unit>& units) {
  std::vector<std::string> all;
  for (const Unit& unit : units) all.push_back(unit.name);
  return all;
}

struct Province {
  Province() : tenant(hub.tenant("Tỉnh")), scope(whole(tenant)) {}
  std::vector<std::string> as_of(Date date) {
    return names(hub.read([&](store::Connection& c) { return list_units(c, scope, date); }).value());
  }
  std::vector<std::string> now() {
    return names(hub.read([&](store::Connection& c) { return list_units(c, scope); }).value());
  }
  Result<void> succeed(UnitId unit, NewSuccession succession) {
    if (succession.decision.empty()) succession.decision = "1660/NQ-UBTVQH15";
    return hub.write([&](store::Connection& c) { return succeed_unit(c, scope, unit, succession, kNow); });
  }
  Result<void> change(UnitId unit, const UnitChange& change) {
    return hub.write([&](store::Connection& c) { return update_unit(c, scope, unit, change, kNow); });
  }
  UnitId add(std::string_view name, UnitId parent, std::optional<Date> from = {}, std::string code = {}) {
    return hub.write([&](store::Connection& c) {
             return create_unit(c, scope, {.name = std::string(name), .kind = UnitKind::commune, .parent = parent, .code = code, .valid_from = from}, kNow);
           }).value();
  }
  Unit get(UnitId id) {
    return hub.read([&](store::Connection& c) { return get_unit(c, scope, id); }).value();
  }
  Hub hub;
  NewTenant tenant;
  store::TenantScope scope;
};

std::string refused(const Result<void>& result) { return result ? "done" : result.error().what(); }

TEST_CASE("communes that merge are there as they were, and gone as it is now") {
  Province p;
  const auto a = p.add("Xã A", p.tenant.root, {}, "00001");
  const auto b = p.add("Xã B", p.tenant.root);
  const auto c = p.add("Xã C", p.tenant.root, kMerger);
  const auto machine = p.hub.machine(p.scope, a, "may-1").machine;
  REQUIRE(p.succeed(a, {.kind = SuccessionKind::merge, .on = kMerger, .into = {c}}));
  REQUIRE(p.succeed(b, {.kind = SuccessionKind::merge, .on = kMerger, .into = {c}}));
  CHECK(p.now() == std::vector<std::string>{"Tỉnh", "Xã C"});
  CHECK(p.as_of(on(2025, 6, 30)) == std::vector<std::string>{"Tỉnh", "Xã A", "Xã B"});
  CHECK(p.as_of(kMerger) == std::vector<std::string>{"Tỉnh", "Xã C"});
  CHECK(p.get(a).valid_to == on(2025, 6, 30));
  // What hung on it hangs on the heir, and both mergers are one event.
  CHECK(p.hub.read([&](store::Connection& k) { return get_machine(k, p.scope, machine, kNow); })->unit == c);
  const auto events = p.hub.read([&](store::Connection& k) { return list_successions(k, p.scope, c); }).value();
  REQUIRE(events.size() == 1);
  CHECK(events[0].from.size() == 2);
  CHECK(events[0].into[0].name == "Xã C");
  // The code is free for a successor, and the name for a namesake.
  CHECK(p.add("Xã A", p.tenant.root, kMerger, "00001"));
}

TEST_CASE("an abolished district hands its communes up, and the day before they still are its own") {
  Province p;
  const auto district = p.add("Huyện X", p.tenant.root);
  const auto commune = p.add("Xã Y", district);
  REQUIRE(p.succeed(district, {.kind = SuccessionKind::abolish, .on = kMerger, .into = {}}));
  CHECK(p.get(commune).parent == p.tenant.root);
  const auto before = p.hub.read([&](store::Connection& c) { return list_units(c, p.scope, on(2025, 6, 30)); }).value();
  CHECK(names(before) == std::vector<std::string>{"Tỉnh", "Huyện X", "Xã Y"});
  CHECK(before[2].parent == district);
  CHECK(refused(p.change(district, {.name = "Khác", .kind = {}, .parent = {}})) ==
        "the unit has ended and does not change any more");
}

TEST_CASE("a view of another day has as many machines as that of today") {
  Province p;
  const auto a = p.hub.unit(p.scope, p.tenant.root, "Xã A");
  const auto heir = p.add("Xã C", p.tenant.root, kMerger);
  p.hub.machine(p.scope, a, "pc-1");
  p.hub.machine(p.scope, heir, "pc-2");
  REQUIRE(p.succeed(a, {.kind = SuccessionKind::merge, .on = kMerger, .into = {heir}}));
  const auto sum = [&](const Date day) {
    const auto units = p.hub.read([&](store::Connection& c) { return list_units(c, p.scope, day); }).value();
    return units.at(0).machines;
  };
  CHECK(sum(kMerger) == 2);
  CHECK(sum(kMerger - 1) == 2);
}

TEST_CASE("machines of one name in two units that merge stay the devices they are") {
  Province p;
  const auto a = p.hub.unit(p.scope, p.tenant.root, "Xã A");
  const auto b = p.hub.unit(p.scope, p.tenant.root, "Xã B");
  std::vector<AgentIdentity> machines;
  for (const UnitId unit : {a, b}) {
    REQUIRE(p.hub.write([&](store::Connection& c) {
      return create_device(c, p.scope, {.unit = unit, .name = "ke-toan-1"}, DeviceSource::import, kNow);
    }));
    machines.push_back(p.hub.machine(p.scope, unit, "KE-TOAN-1"));
    const MachineSeen seen{.hostname = "KE-TOAN-1", .serial = "S" + std::to_string(unit.value)};
    REQUIRE(p.hub.write([&](store::Connection& c) { return apply_machine_seen(c, machines.back(), seen, kNow); }));
  }
  const auto matched = [&] {
    std::int64_t count = 0;
    const auto page = p.hub.read([&](store::Connection& c) { return list_devices(c, p.scope, {}, kNow); }).value();
    for (const Device& device : page.items) count += device.machine && device.source != DeviceSource::agent;
    return std::pair(count, page.counts.expected);
  };
  REQUIRE(matched() == std::pair<std::int64_t, std::int64_t>(2, 2));
  REQUIRE(p.succeed(a, {.kind = SuccessionKind::merge, .on = on(2026, 7, 1), .into = {b}}));
  CHECK(matched() == std::pair<std::int64_t, std::int64_t>(2, 2));
  REQUIRE(p.hub.write([&](store::Connection& c) { return match_devices(c, p.tenant.tenant); }));
  CHECK(matched() == std::pair<std::int64_t, std::int64_t>(2, 2));
}

TEST_CASE("nobody enrols into a unit that has ended") {
  Province p;
  const auto a = p.hub.unit(p.scope, p.tenant.root, "Xã A");
  REQUIRE(p.succeed(a, {.kind = SuccessionKind::abolish, .on = on(2026, 7, 1)}));
  SeededRandom random(1);
  const auto token = p.hub.write([&](store::Connection& c) { return create_token(c, p.scope, a, kAdmin, hours(1), kNow, random); });
  CHECK_FALSE(token);
}

TEST_CASE("a renaming keeps the old name for the days before it") {
  Province p;
  const auto unit = p.add("Sở TT&TT", p.tenant.root);
  REQUIRE(p.succeed(unit, {.kind = SuccessionKind::rename, .on = on(2025, 3, 1), .into = {}, .new_name = "Sở KH&CN"}));
  CHECK(p.as_of(on(2025, 2, 28))[1] == "Sở TT&TT");
  CHECK(p.as_of(on(2025, 3, 1))[1] == "Sở KH&CN");
  CHECK(refused(p.succeed(unit, {.kind = SuccessionKind::rename, .on = on(2025, 3, 1), .into = {}, .new_name = "Z"})) ==
        "the unit has a change on that day or later; periods must not overlap");
  CHECK(refused(p.succeed(unit, {.kind = SuccessionKind::rename, .on = on(2024, 1, 1), .into = {}, .new_name = "Z"})) ==
        "the unit has a change on that day or later; periods must not overlap");
}

TEST_CASE("a change counts from today unless it corrects what was never right") {
  Province p;
  const auto unit = p.add("Xa", p.tenant.root);
  REQUIRE(p.change(unit, {.name = "Xã", .kind = {}, .parent = {}, .correct = true}));
  CHECK(p.as_of(on(2020, 1, 1))[1] == "Xã");
  REQUIRE(p.change(unit, {.name = "Phường", .kind = {}, .parent = {}}));
  CHECK(p.as_of(on(2026, 11, 21))[1] == "Xã");
  CHECK(p.as_of(on(2026, 11, 22))[1] == "Phường");
  // Twice on one day is one change.
  REQUIRE(p.change(unit, {.name = "Phường Mới", .kind = {}, .parent = {}}));
  CHECK(p.hub.read([&](store::Connection& c) { return list_unit_versions(c, p.scope); })->size() == 3);
  CHECK(refused(p.change(unit, {.name = "Y", .kind = {}, .parent = {}, .from = on(2026, 11, 23)})) ==
        "the day lies ahead; enter the change on that day or later");
}

TEST_CASE("a move that reaches back may not make a circle on any day") {
  Province p;
  const auto a = p.add("A", p.tenant.root);
  const auto b = p.add("B", a);
  // Until 2025 B was below A; then it moved out.
  REQUIRE(p.change(b, {.name = {}, .kind = {}, .parent = p.tenant.root, .from = on(2025, 1, 1)}));
  CHECK(refused(p.change(a, {.name = {}, .kind = {}, .parent = b, .from = on(2024, 6, 1)})) ==
        "on a day since the change the unit would lie below itself; choose a later day");
  CHECK(p.change(a, {.name = {}, .kind = {}, .parent = b, .from = on(2025, 1, 1)}));
}

TEST_CASE("a unit lives within the life of whom it belongs to, and days do not run ahead") {
  Province p;
  const auto young = p.add("Trẻ", p.tenant.root, kMerger);
  const auto older = p.hub.write([&](store::Connection& c) {
    return create_unit(c, p.scope, {.name = "X", .parent = young, .valid_from = on(2025, 6, 30)}, kNow);
  });
  REQUIRE_FALSE(older);
  CHECK(older.error().what() == "a unit cannot be older than the one it belongs to");
  CHECK(refused(p.succeed(young, {.kind = SuccessionKind::abolish, .on = on(2026, 11, 23), .into = {}})) ==
        "the day lies ahead; enter the change on that day or later");
  CHECK(refused(p.succeed(young, {.kind = SuccessionKind::abolish, .on = kMerger, .into = {}})) ==
        "the unit has a change on that day or later; periods must not overlap");
}

TEST_CASE("each kind of succession asks for its successors, and every refusal has its words") {
  Province p;
  const auto a = p.add("A", p.tenant.root);
  const auto b = p.add("B", a);
  const auto late = p.add("C", p.tenant.root, on(2026, 1, 1));
  const auto expect = [&](SuccessionKind kind, std::vector<UnitId> into, std::string_view words) {
    const auto result = p.succeed(a, {.kind = kind, .on = kMerger, .into = std::move(into)});
    CHECK(refused(result) == words);
    REQUIRE_FALSE(result);
    REQUIRE(refusal_of(result.error()) != nullptr);
    CHECK(std::string_view(refusal_of(result.error())->vi) != "");
  };
  expect(SuccessionKind::merge, {}, "a merger needs exactly one successor");
  expect(SuccessionKind::split, {late}, "a split needs at least two different successors");
  expect(SuccessionKind::merge, {a}, "a unit cannot succeed itself");
  expect(SuccessionKind::merge, {b}, "the successor lies below the unit that ends; move it out first");
  expect(SuccessionKind::merge, {late}, "a successor must exist on that day and still");
  expect(SuccessionKind::rename, {late}, "a renaming has no successor");
  CHECK(refused(p.succeed(p.tenant.root, {.kind = SuccessionKind::abolish, .on = kMerger, .into = {}})) ==
        "the topmost unit cannot end");
  CHECK(p.now().size() == 4);
}

TEST_CASE("no scope grows by a merger: who saw the old unit sees it, and nothing of the new") {
  Province p;
  const auto a = p.add("A", p.tenant.root);
  const auto c = p.add("C", p.tenant.root);
  const auto officer = store::TenantScope::for_test(p.tenant.tenant, {a});
  const auto heir = store::TenantScope::for_test(p.tenant.tenant, {c});
  REQUIRE(p.succeed(a, {.kind = SuccessionKind::merge, .on = kMerger, .into = {c}}));
  CHECK(p.hub.read([&](store::Connection& k) { return get_unit(k, officer, a); }));
  CHECK_FALSE(p.hub.read([&](store::Connection& k) { return get_unit(k, officer, c); }));
  // Whoever answers for the heir sees its past.
  CHECK(p.hub.read([&](store::Connection& k) { return get_unit(k, heir, a); }));
}

TEST_CASE("a role has one holder on any day, by a decision, and ends with its unit") {
  Province p;
  const auto department = p.add("Sở", p.tenant.root);
  const auto police = p.add("Công an", p.tenant.root);
  const auto assign = [&](UnitId unit, Date from, std::optional<Date> to) {
    return p.hub.write([&](store::Connection& c) {
      return assign_unit_role(c, p.scope, {unit, "standing_body", from, to, "QĐ 1"});
    });
  };
  REQUIRE(assign(department, on(2018, 1, 1), on(2025, 2, 28)));
  CHECK(assign(police, on(2025, 2, 28), {}).error().code() == Code::conflict);
  const auto role = assign(police, on(2025, 3, 1), {});
  REQUIRE(role);
  REQUIRE(p.succeed(police, {.kind = SuccessionKind::merge, .on = kMerger, .into = {department}}));
  CHECK(p.hub.read([&](store::Connection& c) { return get_unit_role(c, p.scope, *role); })->valid_to == on(2025, 6, 30));
  CHECK(p.hub.read([&](store::Connection& c) { return list_unit_roles(c, p.scope, department); })->size() == 1);
}

TEST_CASE("a level holds under its rules, from a day on, and periods do not overlap") {
  Province p;
  const auto id = p.hub.write([&](store::Connection& c) {
                         return create_system(c, p.scope, {.unit = p.tenant.root, .name = "Một cửa", .monitor = "VNPT", .assessor = "vnpt"}, kNow);
                       }).value();
  const auto set = [&](Date from, int level, std::string rule) {
    return p.hub.write([&](store::Connection& c) {
      return set_system_level(c, p.scope, id, {.valid_from = from, .level = level, .rule = rule}, kNow);
    });
  };
  REQUIRE(set(on(2020, 1, 1), 3, "nd-85-2016"));
  REQUIRE(set(on(2026, 8, 19), 2, "nd-331-2026"));
  CHECK(refused(set(on(2024, 1, 1), 4, "nd-85-2016")) == "the system has a level from a later day; periods must not overlap");
  const auto levels = p.hub.read([&](store::Connection& c) { return list_system_levels(c, p.scope, id); }).value();
  REQUIRE(levels.size() == 2);
  CHECK(levels[0].valid_to == on(2026, 8, 18));
  const auto then = p.hub.read([&](store::Connection& c) { return get_system(c, p.scope, id, kNow - days(365)); }).value();
  CHECK(then.level->level == 3);
  CHECK(warnings_of(then)[0].en == "From level 3 on, whoever assesses must be independent of whoever monitors.");
  const auto page = p.hub.read([&](store::Connection& c) { return list_systems(c, p.scope, {}, kNow); }).value();
  CHECK(page.by_level[2] == 1);
  CHECK(page.items.size() == 1);
}

}  // namespace
}  // namespace khien::estate
