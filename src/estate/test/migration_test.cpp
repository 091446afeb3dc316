// A database of 0.1 becomes one of today with all it had.
#include <doctest/doctest.h>

#include <algorithm>

#include "hub.hpp"
#include "khien/estate/devices.hpp"
#include "khien/store/connection.hpp"

namespace khien::estate {
namespace {

TEST_CASE("an old database keeps its units, machines and scopes, and gains their past and their devices") {
  std::string folder = (std::filesystem::temp_directory_path() / "khien-migrate-XXXXXX").string();
  khien_assert(mkdtemp(folder.data()) != nullptr);
  const std::string path = folder + "/hub.db";
  const auto all = store::hub_migrations();
  const auto first_new = std::ranges::find_if(all, [](const store::Migration& m) { return m.name >= "0040"; });
  {
    const auto old = store::Store::open({.path = path, .migrations = {all.begin(), first_new}, .vfs = {}, .on_fatal = {}}).value();
    const auto filled = old->write([](store::Connection& c) {
      return c.run_script(
          "INSERT INTO tenant (id, name, created_at) VALUES (1, 'Tỉnh', 0);"
          "INSERT INTO unit (id, tenant_id, parent_id, name, name_folded, name_order, kind, created_at) VALUES "
          "(1, 1, NULL, 'Tỉnh', 'tinh', x'01', 'province', 0), (2, 1, 1, 'Xã', 'xa', x'02', 'commune', 0);"
          "INSERT INTO unit_ancestor (tenant_id, unit_id, ancestor_id, distance) VALUES (1,1,1,0), (1,2,2,0), (1,2,1,1);"
          "INSERT INTO machine (id, tenant_id, unit_id, hostname, hostname_order, search_key, enrolled_at, last_seen, revoked_at) "
          "VALUES (5, 1, 2, 'PC-1.xa', x'00', 'pc-1.xa' || char(10) || '10.0.0.1', 0, 0, NULL), "
          "(6, 1, 2, 'PC-2', x'01', 'pc-2', 0, 0, 1);"
          "INSERT INTO enrolment_token (id, tenant_id, unit_id, secret_sha256, created_at, created_by, expires_at) "
          "VALUES (1, 1, 2, zeroblob(32), 0, 1, 9);");
    });
    REQUIRE_MESSAGE(filled, filled.error().what());
  }
  const auto now = store::Store::open({.path = path, .migrations = all, .vfs = {}, .on_fatal = {}});
  REQUIRE_MESSAGE(now, now.error().what());
  const auto scope = store::TenantScope::for_test(TenantId{1}, {UnitId{1}});
  CHECK((*now)->write([&](store::Connection& c) -> Result<void> {
    TRY(const auto units, list_units(c, scope));
    CHECK(units.size() == 2);
    CHECK(units[1].kind == UnitKind::commune);
    CHECK_FALSE(units[1].valid_from);
    TRY(const auto then, list_units(c, scope, Date::of(2020, 1, 1).value()));
    CHECK(then.size() == 2);
    TRY(const auto devices, list_devices(c, scope, {}, kNow));
    REQUIRE(devices.items.size() == 1);
    CHECK(devices.items[0].machine == MachineId{5});
    CHECK(devices.items[0].source == DeviceSource::agent);
    // The machine's key is spelled as a new one's would be.
    TRY(const auto named, create_device(c, scope, {.unit = UnitId{2}, .name = "pc-1"}, DeviceSource::import, kNow));
    TRY(const auto device, get_device(c, scope, named, kNow));
    CHECK(device.machine == MachineId{5});
    // New kinds are taken, and what hung on the units still does.
    TRY_VOID(create_unit(c, scope, "Công an", UnitKind::police, UnitId{1}, kNow));
    TRY_VOID(c.query("PRAGMA foreign_key_check", {}, [](const store::Row&) -> Result<void> {
      return Error(Code::corrupt, "a foreign key is broken");
    }));
    return c.query_one("SELECT unit_id FROM enrolment_token", {}, [](const store::Row& row) -> Result<void> {
      CHECK(row.integer(0) == 2);
      return {};
    });
  }));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace khien::estate
