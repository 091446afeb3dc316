// One list of what many devices without an agent run.
#include <doctest/doctest.h>

#include <algorithm>

#include "hub.hpp"
#include "khien/estate/device_inventories.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/imports.hpp"

namespace khien::estate {
namespace {

using Rows = std::vector<std::vector<std::string>>;
const std::vector<std::string> kHead{"Tên thiết bị", "Đơn vị", "Hãng", "Sản phẩm", "Phiên bản"};

Table table_of(Rows rows, std::vector<std::string> head = kHead) {
  rows.insert(rows.begin(), std::move(head));
  Table table;
  table.sheets.push_back({.name = "A"});
  for (auto& cells : rows) table.sheets[0].rows.push_back({static_cast<std::int64_t>(table.sheets[0].rows.size()) + 1, std::move(cells)});
  return table;
}

struct Office {
  Office() : tenant(hub.tenant("Tỉnh")), scope(whole(tenant)), east(hub.unit(scope, tenant.root, "Xã Đông")), west(hub.unit(scope, tenant.root, "Xã Tây")) {}

  DeviceId device(UnitId unit, std::string name, std::string serial = "", std::string mac = "") {
    return hub.write([&](store::Connection& c) {
      return create_device(c, scope, {.unit = unit, .name = std::move(name), .kind = DeviceKind::network, .serial = std::move(serial), .mac = std::move(mac)},
                           DeviceSource::hand, kNow);
    }).value();
  }
  ImportPlan plan(const Table& table, std::optional<UnitId> unit = {}) {
    return hub.rehearse(tenant.tenant, [&](store::Connection& c) {
      return plan_import(c, scope, ImportKind::appliances, unit.value_or(tenant.root), table, kNow);
    }).value();
  }
  Result<ImportReport> apply(const Table& table, const Sha256& digest, Timestamp now = kNow) {
    return hub.write([&](store::Connection& c) {
      return apply_import(c, scope, ImportKind::appliances, tenant.root, table, digest, now, {kAdmin, "tuong-lua.csv"});
    });
  }
  ImportReport take(const Table& table) { return apply(table, plan(table).digest).value(); }
  std::vector<Package> list_of(DeviceId device) {
    UntoldInventory last;
    for (;;) {
      const auto next = hub.read([&](store::Connection& c) { return next_untold(c, last); }).value();
      if (!next) return {};
      if (next->device == device) return hub.read([&](store::Connection& c) { return untold_packages(c, *next); }).value();
      last = *next;
    }
  }
  std::int64_t lists() {
    return hub.read([](store::Connection& c) -> Result<std::int64_t> {
      std::int64_t count = 0;
      TRY_VOID(c.query_one("SELECT count(*) FROM device_inventory", {}, [&](const store::Row& row) -> Result<void> {
        count = row.integer(0);
        return {};
      }));
      return count;
    }).value();
  }

  Hub hub;
  NewTenant tenant;
  store::TenantScope scope;
  UnitId east, west;
};

std::string said_of(const ImportReport& report, std::int64_t row) {
  std::string all;
  for (const auto& one : report.problems) {
    if (one.row == row) all += one.column + " '" + one.value + "': " + one.message.vi + "\n";
  }
  return all;
}
bool starts(const std::string& text, std::string_view words) { return text.starts_with(words); }

TEST_CASE("all rows of a device are its list; the next list takes its place, and the same one changes nothing") {
  Office o;
  const auto wall = o.device(o.east, "fw-dong"), host = o.device(o.west, "esxi-tay");
  const auto first = table_of({{"FW-DONG", "", "Fortinet", "FortiGate", "v7.4.1 build2463"},
                               {"esxi-tay", "Xã Tây", "VMware", "ESXi", "8.0.1"},
                               {"fw-dong", "Xã Đông", "", "FortiManager 7.2.0", ""}});
  CHECK(guess_import_kind(first) == ImportKind::appliances);
  const auto planned = o.plan(first);
  CHECK(planned.report.problems_total == 0);
  CHECK(planned.report.adds == 3);
  CHECK(planned.report.sample.front().text == "fw-dong: Fortinet FortiGate 7.4.1");
  CHECK(o.lists() == 0);
  REQUIRE(o.apply(first, planned.digest));
  REQUIRE(o.list_of(wall).size() == 2);
  CHECK(o.list_of(wall)[1].name == "fortios");
  CHECK(o.list_of(wall)[1].version == "7.4.1");
  CHECK(o.list_of(wall)[0].name == "fortimanager");
  CHECK(o.list_of(host).size() == 1);
  const auto fact = o.hub.read([&](store::Connection& c) { return handed_in(c, o.scope, wall); }).value();
  CHECK(fact->who == kAdmin);
  CHECK(fact->file_name == "tuong-lua.csv");
  CHECK(fact->format == "appliances-csv");

  const auto again = o.plan(table_of({{"fw-dong", "", "", "FortiManager", "7.2.0"}, {"esxi-tay", "", "VMware", "ESXi", "8.0.1"},
                                      {"fw-dong", "", "Fortinet", "FortiOS", "7.4.1"}}));
  CHECK(again.report.same == 3);
  const auto next = o.take(table_of({{"fw-dong", "", "Fortinet", "FortiOS", "7.4.3"}}));
  CHECK(next.changes == 1);
  REQUIRE(next.notes.size() == 1);
  CHECK(starts(next.notes[0].vi, "1 thiết bị đang có danh sách phần mềm dài hơn"));
  REQUIRE(o.list_of(wall).size() == 1);
  CHECK(o.list_of(wall)[0].version == "7.4.3");
  CHECK(o.list_of(host).size() == 1);
}

TEST_CASE("each wrong row is named with its column, and nothing of the list is taken") {
  Office o;
  o.device(o.east, "fw");
  o.device(o.east, "hai");
  o.device(o.west, "hai");
  o.hub.machine(o.scope, o.east, "co-tac-tu");
  const auto gone = o.device(o.east, "bo-roi");
  REQUIRE(o.hub.write([&](store::Connection& c) { return update_device(c, o.scope, gone, {.retired_on = std::optional(vietnam_day(kNow))}, kNow); }));
  const auto table = table_of({{"fw", "", "Fortinet", "FortiOS", "7.4.1"},
                               {"khong-co", "", "Fortinet", "FortiOS", "7.4.1"},
                               {"hai", "", "Fortinet", "FortiOS", "7.4.1"},
                               {"hai", "Xã Tây", "Vô danh", "Hộp đen", "1"},
                               {"fw", "", "Fortinet", "FortiOS", "mới nhất"},
                               {"fw", "Xã Bắc", "", "", "1"},
                               {"co-tac-tu", "", "Fortinet", "FortiOS", "7.4.1"},
                               {"bo-roi", "", "Fortinet", "FortiOS", "7.4.1"},
                               {"fw", "", "", "FortiGate", "7.4.1"},
                               {"", "", "Fortinet", "FortiOS", "#N/A"}});
  const auto planned = o.plan(table);
  const auto& report = planned.report;
  CHECK(said_of(report, 2).empty());
  CHECK(starts(said_of(report, 3), "Tên thiết bị 'khong-co': Danh sách thiết bị tại nơi nhập không có thiết bị này"));
  CHECK(starts(said_of(report, 4), "Tên thiết bị 'hai': Có nhiều thiết bị cùng tên này"));
  CHECK(starts(said_of(report, 5), "Sản phẩm 'Hộp đen': Chưa có cảnh báo nào nói về sản phẩm"));
  CHECK(starts(said_of(report, 6), "Phiên bản 'mới nhất': Đây không phải là số phiên bản"));
  CHECK(said_of(report, 7) == "Sản phẩm '': Cần tên sản phẩm.\nĐơn vị 'Xã Bắc': Không có đơn vị với mã hoặc tên này trong phạm vi nhập.\n");
  CHECK(starts(said_of(report, 8), "Tên thiết bị 'co-tac-tu': Tác tử trên máy"));
  CHECK(starts(said_of(report, 9), "Tên thiết bị 'bo-roi': Thiết bị đã thanh lý"));
  CHECK(said_of(report, 10) == " '': Dòng này trùng với một dòng phía trên.\n");
  CHECK(starts(said_of(report, 11), "Phiên bản '#N/A': Ô này chứa lỗi của bảng tính"));
  CHECK(report.problems_total == 10);
  CHECK_FALSE(o.apply(table, planned.digest));
  CHECK(o.lists() == 0);
  const auto without = o.plan(table_of({{"fw", "FortiOS"}}, {"Tên thiết bị", "Sản phẩm"})).report;
  CHECK(starts(said_of(without, 0), " '': Không tìm thấy dòng tiêu đề"));
}

TEST_CASE("a device is known by serial number, MAC address or name, and one elsewhere as if it were none") {
  Office o;
  const auto by_serial = o.device(o.east, "a", "SN1"), by_mac = o.device(o.east, "b", "", "00:15:5d:00:00:02");
  const auto namesake = o.device(o.east, "c", "SN3");
  const std::vector<std::string> head{"device", "serial", "mac", "product", "version"};
  const auto list = table_of({{"khác tên", "sn1", "", "FortiOS", "7.4.1"}, {"", "", "00-15-5D-00-00-02", "FortiOS", "7.4.2"}}, head);
  CHECK(o.take(list).adds == 2);
  CHECK(o.list_of(by_serial).front().version == "7.4.1");
  CHECK(o.list_of(by_mac).front().version == "7.4.2");
  const auto wrong = o.plan(table_of({{"a", "SN1", "00:15:5d:00:00:02", "FortiOS", "1"}, {"c", "SN9", "", "FortiOS", "1"}}, head)).report;
  CHECK(starts(said_of(wrong, 2), "device 'a': Số máy và địa chỉ MAC đang thuộc hai thiết bị"));
  CHECK(starts(said_of(wrong, 3), "device 'c': Danh sách thiết bị tại nơi nhập không có"));
  const auto theirs = table_of({{"a", "SN1", "", "FortiOS", "1"}, {"không có", "SN0", "", "FortiOS", "1"}}, head);
  const auto below = o.plan(theirs, o.west).report;
  REQUIRE(below.problems.size() == 2);
  CHECK(below.problems[0].message == below.problems[1].message);
  CHECK(rows_held_elsewhere(below) == 0);
  CHECK(o.list_of(namesake).empty());
}

TEST_CASE("a list that somebody else handed in meanwhile is not replaced unseen") {
  Office o;
  const auto wall = o.device(o.east, "fw");
  o.take(table_of({{"fw", "", "", "FortiOS", "7.4.1"}}));
  const auto table = table_of({{"fw", "", "", "FortiOS", ""}});
  const auto planned = o.plan(table);
  CHECK(starts(planned.report.notes.at(0).vi, "1 dòng không có phiên bản"));
  const auto other = table_of({{"fw", "", "", "FortiOS", "7.4.3"}});
  REQUIRE(o.apply(other, o.plan(other).digest, kNow + hours(1)));
  CHECK(o.apply(table, planned.digest).error().code() == Code::conflict);
  CHECK(o.list_of(wall).front().version == "7.4.3");
  REQUIRE(o.apply(table, o.plan(table).digest, kNow + hours(2)));
  CHECK(o.list_of(wall).front().version.empty());
}

TEST_CASE("imports of before stay when their table takes one kind more") {
  Folder folder;
  const std::string path = folder.path() + "/hub.db";
  const auto all = store::hub_migrations();
  const auto first_new = std::ranges::find_if(all, [](const store::Migration& m) { return m.name >= "0213"; });
  {
    const auto old = store::Store::open({.path = path, .migrations = {all.begin(), first_new}, .vfs = {}, .on_fatal = {}}).value();
    REQUIRE(old->write([](store::Connection& c) -> Result<void> {
      TRY(const auto made, create_tenant(c, "Tỉnh", kNow));
      TRY_VOID(c.run("INSERT INTO bulk_import (id, tenant_id, unit_id, kind, file_name, state, report, plan_sha256, content, created_at, created_by) "
                     "VALUES (7, ?1, ?2, 'units', 'a.csv', 'previewed', '{}', zeroblob(32), '{}', 1, 1)", {made.tenant, made.root}));
      TRY_VOID(c.run("DELETE FROM bulk_import WHERE id = 9"));
      return c.run_script("UPDATE sqlite_sequence SET seq = 9 WHERE name = 'bulk_import'");
    }));
  }
  const auto now = store::Store::open({.path = path, .migrations = all, .vfs = {}, .on_fatal = {}}).value();
  CHECK(now->write([](store::Connection& c) -> Result<void> {
    TRY_VOID(c.query("PRAGMA foreign_key_check", {}, [](const store::Row&) -> Result<void> { return Error(Code::corrupt, "a key is broken"); }));
    TRY_VOID(c.run("INSERT INTO bulk_import (tenant_id, unit_id, kind, file_name, state, report, plan_sha256, created_at, created_by) "
                   "SELECT tenant_id, unit_id, 'appliances', file_name, 'discarded', report, plan_sha256, 2, 1 FROM bulk_import WHERE id = 7 AND content = '{}'"));
    CHECK(c.last_insert_id() == 10);
    return {};
  }));
}

}  // namespace
}  // namespace khien::estate
