#include "khien/estate/units.hpp"

#include <doctest/doctest.h>

#include "hub.hpp"

namespace khien::estate {
namespace {

std::vector<Unit> listed(Hub& hub, const store::TenantScope& scope) {
  return hub.read([&](store::Connection& c) { return list_units(c, scope); }).value();
}

std::vector<std::string> names(const std::vector<Unit>& units) {
  std::vector<std::string> all;
  for (const Unit& unit : units) all.push_back(unit.name);
  return all;
}

Result<Unit> got(Hub& hub, const store::TenantScope& scope, UnitId id) {
  return hub.read([&](store::Connection& c) { return get_unit(c, scope, id); });
}

Result<void> changed(Hub& hub, const store::TenantScope& scope, UnitId id, const UnitChange& change) {
  return hub.write([&](store::Connection& c) { return update_unit(c, scope, id, change, kNow); });
}

Result<void> deleted(Hub& hub, const store::TenantScope& scope, UnitId id) {
  return hub.write([&](store::Connection& c) { return delete_unit(c, scope, id); });
}

TEST_CASE("a tenant begins with one unit that has no parent") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh Thử Nghiệm");
  const auto units = listed(hub, whole(tenant));
  REQUIRE(units.size() == 1);
  CHECK(units[0].id == tenant.root);
  CHECK(units[0].kind == UnitKind::province);
  CHECK_FALSE(units[0].parent);
  CHECK(hub.read([&](store::Connection& c) { return tenant_name(c, tenant.tenant); }).value() == "Tỉnh Thử Nghiệm");
  CHECK(hub.read([&](store::Connection& c) { return all_tenants(c); }).value() == std::vector{tenant.tenant});
}

TEST_CASE("parents come before children, and siblings in Vietnamese order") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  // By code point Đ comes after Z; in a Vietnamese dictionary between D and E.
  const auto east = hub.unit(scope, tenant.root, "Xã Đông");
  hub.unit(scope, tenant.root, "Xã Yên");
  hub.unit(scope, tenant.root, "Xã Dân");
  hub.unit(scope, tenant.root, "Xã Giang");
  hub.unit(scope, east, "Trường An");
  CHECK(names(listed(hub, scope)) ==
        std::vector<std::string>{"Tỉnh", "Xã Dân", "Xã Đông", "Trường An", "Xã Giang", "Xã Yên"});
}

TEST_CASE("machines are counted in a unit and in all above it") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto commune = hub.unit(scope, tenant.root, "Xã");
  const auto school = hub.unit(scope, commune, "Trường");
  hub.machine(scope, school, "a");
  hub.machine(scope, commune, "b");
  const auto units = listed(hub, scope);
  CHECK(units[0].machines == 2);
  CHECK(units[1].machines == 2);
  CHECK(units[2].machines == 1);
  CHECK(got(hub, scope, commune)->machines == 2);
  CHECK(got(hub, scope, school)->machines == 1);
}

TEST_CASE("a name is kept in normal form, and a sibling cannot have the same") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto made = hub.unit(scope, tenant.root, "  Xa\u0303 Mo\u0302\u0323t ");  // marks apart
  CHECK(got(hub, scope, made)->name == "Xã Một");
  const auto again = hub.write([&](store::Connection& c) {
    return create_unit(c, scope, "Xã Một", UnitKind::commune, tenant.root, kNow);
  });
  REQUIRE_FALSE(again);
  CHECK(again.error().code() == Code::conflict);
  CHECK(again.error().what() == "another unit there has this name");
  // Elsewhere it may.
  CHECK(hub.unit(scope, made, "Xã Một"));
}

TEST_CASE("names that are empty, too long or more than one line are refused") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  std::string longest;
  for (int i = 0; i < 200; ++i) longest += "ế";
  CHECK(hub.unit(scope, tenant.root, longest));
  for (const std::string& bad : {std::string("  "), longest + "x", std::string("a\nb"), std::string("\xff")}) {
    const auto made = hub.write(
        [&](store::Connection& c) { return create_unit(c, scope, bad, UnitKind::other, tenant.root, kNow); });
    REQUIRE_FALSE(made);
    CHECK(made.error().code() == Code::invalid);
  }
}

TEST_CASE("a moved subtree is in the scope of its new place and no longer in that of its old") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto north = hub.unit(scope, tenant.root, "Bắc");
  const auto south = hub.unit(scope, tenant.root, "Nam");
  const auto school = hub.unit(scope, north, "Trường");
  const auto room = hub.unit(scope, school, "Phòng");
  const auto of_north = store::TenantScope::for_test(tenant.tenant, {north});
  const auto of_south = store::TenantScope::for_test(tenant.tenant, {south});
  CHECK(got(hub, of_north, room));

  REQUIRE(changed(hub, scope, school, {.name = {}, .kind = {}, .parent = south}));
  CHECK_FALSE(got(hub, of_north, room));
  CHECK_FALSE(got(hub, of_north, school));
  CHECK(got(hub, of_south, room));
  CHECK(names(listed(hub, of_south)) == std::vector<std::string>{"Nam", "Trường", "Phòng"});
  CHECK(names(listed(hub, of_north)) == std::vector<std::string>{"Bắc"});
}

TEST_CASE("a unit cannot be moved into itself or below itself, nor the topmost anywhere") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto commune = hub.unit(scope, tenant.root, "Xã");
  const auto school = hub.unit(scope, commune, "Trường");
  for (const UnitId into : {commune, school}) {
    const auto moved = changed(hub, scope, commune, {.name = {}, .kind = {}, .parent = into});
    REQUIRE_FALSE(moved);
    CHECK(moved.error().code() == Code::invalid);
  }
  const auto moved = changed(hub, scope, tenant.root, {.name = {}, .kind = {}, .parent = commune});
  REQUIRE_FALSE(moved);
  CHECK(moved.error().code() == Code::invalid);
  CHECK(names(listed(hub, scope)) == std::vector<std::string>{"Tỉnh", "Xã", "Trường"});
}

TEST_CASE("a unit may be renamed while it moves to where its old name is taken") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto north = hub.unit(scope, tenant.root, "Bắc");
  const auto south = hub.unit(scope, tenant.root, "Nam");
  const auto school = hub.unit(scope, north, "Trường");
  hub.unit(scope, south, "Trường");
  const auto only_moved = changed(hub, scope, school, {.name = {}, .kind = {}, .parent = south});
  REQUIRE_FALSE(only_moved);
  CHECK(only_moved.error().code() == Code::conflict);
  // Refused whole: the tree is as it was.
  CHECK(got(hub, store::TenantScope::for_test(tenant.tenant, {north}), school));
  CHECK(changed(hub, scope, school, {.name = "Trường Mới", .kind = UnitKind::school, .parent = south}));
  CHECK(got(hub, scope, school)->name == "Trường Mới");
  CHECK(got(hub, scope, school)->kind == UnitKind::school);
}

TEST_CASE("the tree has a bottom: units cannot be nested without end") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  UnitId parent = tenant.root;
  for (int i = 0; i < 32; ++i) parent = hub.unit(scope, parent, "x");
  const auto deeper =
      hub.write([&](store::Connection& c) { return create_unit(c, scope, "x", UnitKind::other, parent, kNow); });
  REQUIRE_FALSE(deeper);
  CHECK(deeper.error().code() == Code::invalid);
  // Nor by moving a chain below another.
  const auto side = hub.unit(scope, tenant.root, "bên");
  const auto chain = hub.unit(scope, side, "y");
  REQUIRE(changed(hub, scope, chain, {.name = {}, .kind = {}, .parent = tenant.root}));
  CHECK_FALSE(changed(hub, scope, side, {.name = {}, .kind = {}, .parent = parent}));
}

TEST_CASE("a unit with children or machines stays; an empty one goes with its unused tokens") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto commune = hub.unit(scope, tenant.root, "Xã");
  const auto school = hub.unit(scope, commune, "Trường");
  const auto with_child = deleted(hub, scope, commune);
  REQUIRE_FALSE(with_child);
  CHECK(with_child.error().code() == Code::conflict);

  const auto agent = hub.machine(scope, school, "a");
  const auto with_machine = deleted(hub, scope, school);
  REQUIRE_FALSE(with_machine);
  CHECK(with_machine.error().code() == Code::conflict);

  REQUIRE(hub.write([&](store::Connection& c) { return move_machine(c, scope, agent.machine, tenant.root); }));
  CHECK(deleted(hub, scope, school));
  CHECK_FALSE(got(hub, scope, school));
  CHECK(deleted(hub, scope, commune));
}

TEST_CASE("a unit that is somebody's scope stays, whoever keeps the accounts") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto commune = hub.unit(whole(tenant), tenant.root, "Xã");
  REQUIRE(hub.write([&](store::Connection& c) {
    return c.run(
        "INSERT INTO account (id, tenant_id, username, name, name_order, role, password, password_is_one_time, "
        "created_at) VALUES (7, ?1, 'lan', 'Lan', x'00', 'unit_officer', '-', 0, 0)",
        {tenant.tenant});
  }));
  REQUIRE(hub.write([&](store::Connection& c) {
    return c.run("INSERT INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, 7, ?2)",
                 {tenant.tenant, commune});
  }));
  const auto refused = deleted(hub, whole(tenant), commune);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Code::conflict);
  CHECK(got(hub, whole(tenant), commune));
}

TEST_CASE("the top of one's scope cannot be removed") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto commune = hub.unit(whole(tenant), tenant.root, "Xã");
  const auto own = deleted(hub, store::TenantScope::for_test(tenant.tenant, {commune}), commune);
  REQUIRE_FALSE(own);
  CHECK(own.error().code() == Code::conflict);
  CHECK(deleted(hub, whole(tenant), commune));
}

TEST_CASE("what lies outside the scope is answered as if it did not exist") {
  Hub hub;
  const auto here = hub.tenant("Ở đây");
  const auto there = hub.tenant("Ở kia");
  const auto mine = hub.unit(whole(here), here.root, "Của ta");
  const auto sibling = hub.unit(whole(here), here.root, "Bên cạnh");
  const auto scope = store::TenantScope::for_test(here.tenant, {mine});
  const UnitId absent{999'999};

  for (const UnitId foreign : {there.root, here.root, sibling}) {
    const std::string expected = got(hub, scope, absent).error().what();
    CHECK(got(hub, scope, foreign).error().what() == expected);
    CHECK(got(hub, scope, foreign).error().code() == Code::not_found);
    CHECK(changed(hub, scope, foreign, {.name = "x", .kind = {}, .parent = {}}).error().what() == expected);
    CHECK(changed(hub, scope, mine, {.name = {}, .kind = {}, .parent = foreign}).error().what() == expected);
    CHECK(deleted(hub, scope, foreign).error().what() == expected);
    CHECK(hub.write([&](store::Connection& c) {
               return create_unit(c, scope, "x", UnitKind::other, foreign, kNow);
             }).error().what() == expected);
  }
  CHECK(names(listed(hub, scope)) == std::vector<std::string>{"Của ta"});
  // Nor does a scope's root tell what is above it.
  CHECK_FALSE(listed(hub, scope)[0].parent);
  CHECK_FALSE(got(hub, scope, mine)->parent);
  // A scope that names another tenant's unit as its root opens nothing.
  CHECK(listed(hub, store::TenantScope::for_test(here.tenant, {there.root})).empty());
}

}  // namespace
}  // namespace khien::estate
