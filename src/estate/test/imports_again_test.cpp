// A list comes again and again, through programs that change what they touch:
// what it says already is there, and nothing that ended comes back.
#include <doctest/doctest.h>

#include "hub.hpp"
#include "khien/estate/contacts.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/succession.hpp"
#include "khien/estate/systems.hpp"

namespace khien::estate {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Table table_of(const Rows& rows, std::string sheet = "A") {
  Table table;
  TableSheet& first = table.sheets.emplace_back();
  first.name = std::move(sheet);
  for (std::size_t i = 0; i < rows.size(); ++i) first.rows.push_back({static_cast<std::int64_t>(i) + 1, rows[i]});
  return table;
}

struct Office {
  Office() : tenant(hub.tenant("Tỉnh")), scope(whole(tenant)), unit(hub.unit(scope, tenant.root, "Xã Đông")) {}
  ImportPlan plan(ImportKind kind, const Table& table) {
    return hub.rehearse(tenant.tenant,
                        [&](store::Connection& c) { return plan_import(c, scope, kind, tenant.root, table, kNow); })
        .value();
  }
  ImportReport report(ImportKind kind, const Rows& rows) { return plan(kind, table_of(rows)).report; }
  ImportReport apply(ImportKind kind, const Rows& rows) {
    const auto table = table_of(rows);
    const auto planned = plan(kind, table);
    auto applied = hub.write(
        [&](store::Connection& c) { return apply_import(c, scope, kind, tenant.root, table, planned.digest, kNow); });
    REQUIRE(applied);
    return std::move(applied).value();
  }
  // Nothing is added, changed or wrong.
  void is_known(ImportKind kind, const Rows& rows) {
    const auto again = report(kind, rows);
    CAPTURE(again.problems_total);
    CHECK(again.adds == 0);
    CHECK(again.changes == 0);
    CHECK(again.problems_total == 0);
    CHECK(again.same == static_cast<std::int64_t>(rows.size()) - 1);
  }
  std::vector<Unit> units() {
    return hub.read([&](store::Connection& c) { return list_units(c, scope); }).value();
  }
  UnitId unit_named(std::string_view name) {
    for (const Unit& it : units()) {
      if (it.name == name) return it.id;
    }
    return {};
  }
  std::vector<Device> devices() {
    return hub.read([&](store::Connection& c) { return list_devices(c, scope, {}, kNow); }).value().items;
  }
  Hub hub;
  NewTenant tenant;
  store::TenantScope scope;
  UnitId unit;
};

bool says(const ImportReport& report, std::string_view words) {
  for (const LocalText& note : report.notes) {
    if (note.vi.find(words) != note.vi.npos) return true;
  }
  return false;
}

TEST_CASE("a unit is the same in another case, with blanks of all kinds and without the zeros of its code") {
  Office o;
  o.apply(ImportKind::units, {{"name", "code", "parent", "type"}, {"Xã Tây", "00004", "", "xã"}, {"Trường A", "", "00004", ""}});
  o.is_known(ImportKind::units, {{"name", "code", "parent"}, {"XÃ TÂY", "00004", ""}, {"TRƯỜNG A", "", "xa tay"}});
  o.is_known(ImportKind::units, {{"Type", "Parent", "NAME", "code"}, {"", "4", "Trường\u00a0 A\u00a0", ""}, {"", "", "\u200bXã  Tây ", "4"}});
  CHECK(o.unit_named("Xã Tây"));
  // Marks are no case: this is another unit.
  CHECK(o.report(ImportKind::units, {{"name"}, {"Xa Dong"}}).adds == 1);
}

TEST_CASE("a unit whose parent's cell is empty stays where it is") {
  Office o;
  o.apply(ImportKind::units, {{"name", "code", "parent"}, {"Trường A", "T1", "Xã Đông"}});
  o.is_known(ImportKind::units, {{"name", "code", "parent"}, {"Trường A", "T1", ""}});
}

TEST_CASE("a list from before a merger does not bring the old units back") {
  Office o;
  const Rows list{{"name", "code"}, {"Xã Tây", "T1"}, {"Xã Nam", ""}};
  o.apply(ImportKind::units, list);
  for (const char* name : {"Xã Tây", "Xã Nam"}) {
    const auto gone = o.unit_named(name);
    REQUIRE(o.hub.write([&](store::Connection& c) {
      return succeed_unit(c, o.scope, gone,
                          {.kind = SuccessionKind::merge, .on = *Date::of(2025, 7, 1), .decision = "1", .into = {o.unit}}, kNow);
    }));
  }
  const auto again = o.report(ImportKind::units, list);
  CHECK(again.adds == 0);
  CHECK(again.problems_total == 2);
  CHECK(again.problems[0].message.vi.find("đã kết thúc") != std::string::npos);
  // Founded again, and said so.
  const auto founded = o.report(ImportKind::units, {{"name", "code", "from"}, {"Xã Tây", "T1", "1/1/2026"}, {"Xã Nam", "", "30/6/2025"}});
  CHECK(founded.adds == 1);
  CHECK(founded.problems_total == 1);
}

TEST_CASE("contacts that are past, and those in another case, are not added again") {
  Office o;
  const Rows list{{"name", "unit", "phone", "from", "to"},
                  {"Lê Thị Dung", "Xã Đông", "0912345678", "1/1/2024", "31/12/2024"},
                  {"Lê Thị Dung", "Xã Đông", "0912345678", "1/1/2025", ""}};
  CHECK(o.apply(ImportKind::contacts, list).adds == 2);
  o.is_known(ImportKind::contacts, list);
  o.is_known(ImportKind::contacts, {{"name", "unit", "phone"}, {"LÊ THỊ DUNG", "xa dong", "912345678"}});
  o.is_known(ImportKind::contacts, {{"name", "unit"}, {"Lê Thị Dung", "Xã Đông"}});
  // Days that no stretch has are another.
  CHECK(o.report(ImportKind::contacts, {{"name", "unit", "phone", "from", "to"},
                                        {"Lê Thị Dung", "Xã Đông", "0912345678", "1/1/2023", "31/12/2023"}}).adds == 1);
  CHECK(o.report(ImportKind::contacts, {{"name", "unit", "phone"}, {"A", "Xã Đông", "0912345678"}, {"a", "Xã Đông", "0912345678"}}).problems_total == 1);
}

TEST_CASE("a system in another case is the same, a site that will end is there until it has") {
  Office o;
  const Rows systems{{"name", "unit"}, {"Một cửa điện tử", "Xã Đông"}};
  o.apply(ImportKind::systems, systems);
  o.is_known(ImportKind::systems, {{"name", "unit"}, {"MỘT CỬA ĐIỆN TỬ", "xã đông"}});
  CHECK(o.report(ImportKind::systems, {{"name", "unit"}, {"X", "Xã Đông"}, {"x", "Xã Đông"}}).problems_total == 1);
  const Rows sites{{"address", "unit"}, {"xadong.example.gov.vn", "Xã Đông"}};
  o.apply(ImportKind::sites, sites);
  const auto site = o.hub.read([&](store::Connection& c) { return list_sites(c, o.scope, {}, kNow); }).value().items.at(0);
  REQUIRE(o.hub.write([&](store::Connection& c) {
    return update_site(c, o.scope, site.id, {.valid_to = std::optional(vietnam_day(kNow) + 30)});
  }));
  o.is_known(ImportKind::sites, sites);
  const auto twice = o.hub.write([&](store::Connection& c) {
    return create_site(c, o.scope, {.unit = o.unit, .address = "https://xadong.example.gov.vn"}, kNow);
  });
  CHECK(twice.error().code() == Code::conflict);
}

TEST_CASE("a retired device stays retired when its list comes again, and the preview says so") {
  Office o;
  const Rows list{{"name", "unit", "serial"}, {"PC-1", "Xã Đông", "S1"}, {"PC-2", "Xã Đông", ""}};
  o.apply(ImportKind::devices, list);
  for (const Device& device : o.devices()) {
    REQUIRE(o.hub.write([&](store::Connection& c) {
      return update_device(c, o.scope, device.id, {.retired_on = std::optional(vietnam_day(kNow))}, kNow);
    }));
  }
  o.is_known(ImportKind::devices, list);
  CHECK(says(o.report(ImportKind::devices, list), "2 thiết bị trong danh sách đã thanh lý"));
}

TEST_CASE("a device keeps its name in another case, and words for nothing are no serial number") {
  Office o;
  o.apply(ImportKind::devices, {{"name", "unit", "serial"}, {"PC-1", "Xã Đông", "Không có"}, {"PC-2", "Xã Đông", "chưa rõ"}});
  CHECK(o.devices().size() == 2);
  CHECK(o.devices()[0].serial.empty());
  o.is_known(ImportKind::devices, {{"SERIAL", "UNIT", "NAME"}, {"", "XÃ ĐÔNG", "pc-1"}, {"", "Xã Đông", "Pc-2"}});
}

TEST_CASE("what a spreadsheet broke is named: errors, columns too narrow, serial numbers in powers of ten") {
  Office o;
  const auto report = o.report(ImportKind::devices, {{"name", "serial", "mac", "note"},
                                                     {"a", "1.23457E+15", "", ""},
                                                     {"#N/A", "", "", ""},
                                                     {"b", "", "", "#######"},
                                                     {"c", "5CE+1", "", "# 1"}});
  CHECK(report.adds == 1);
  REQUIRE(report.problems_total == 3);
  CHECK(report.problems[0].column == "serial");
  CHECK(report.problems[1].message.en == "the cell holds an error of the spreadsheet, or its column was too narrow");
  CHECK(report.problems[2].column == "note");
}

TEST_CASE("the preview says which sheet is read and which are not") {
  Office o;
  auto table = table_of({{"name"}, {"a"}}, "Máy");
  table.sheets.push_back({.name = "Bìa", .rows = {{1, {"Danh sách"}}}});
  table.sheets.push_back({.name = "Trống", .rows = {}});
  const auto report = o.plan(ImportKind::devices, table).report;
  REQUIRE(report.notes.size() == 1);
  CHECK(report.notes[0].en == "Only the sheet “Máy” is read, not “Bìa”. Import each sheet from a file of its own.");
  CHECK(o.report(ImportKind::devices, {{"name"}, {"a"}}).notes.empty());
}

TEST_CASE("headings of two rows: the lower one is read, not taken for a device") {
  Office o;
  const auto report = o.report(ImportKind::devices, {{"Tên máy", "Cấu hình", ""}, {"Tên máy", "Loại máy", "Địa chỉ MAC"}, {"a", "máy trạm", ""}});
  CHECK(report.adds == 1);
  CHECK(report.problems_total == 0);
}

TEST_CASE("leases of a Windows server, as PowerShell and as its console export them") {
  Office o;
  const auto script = o.report(ImportKind::dhcp_leases,
                               {{"IPAddress", "ScopeId", "AddressState", "ClientId", "HostName", "ClientType"},
                                {"192.0.2.7", "192.0.2.0", "Active", "00-15-5d-0a-0b-0c", "KE-TOAN-1.xa.local", "Dhcp"},
                                {"192.0.2.8", "192.0.2.0", "Active", "00-15-5d-0a-0b-0d", "", "Dhcp"},
                                {"192.0.2.9", "192.0.2.0", "Active", "52-41-53-20-e0-1d-2a-00-00-00-00-00-00-00-00-00", "ras", "Dhcp"},
                                {"192.0.2.10", "192.0.2.0", "Active", "da-a1-19-00-00-01", "Galaxy", "Dhcp"},
                                {"192.0.2.11", "192.0.2.0", "Active", "52-54-00-00-00-01", "may-ao", "Dhcp"}});
  CHECK(script.problems_total == 0);
  CHECK(script.adds == 3);
  CHECK(says(script, "1 dòng có địa chỉ MAC ngẫu nhiên"));
  CHECK(says(script, "1 dòng không có địa chỉ MAC"));
  const Rows console{{"Client IP Address", "Name", "Lease Expiration", "Type", "Unique ID", "Description"},
                     {"192.0.2.7", "KE-TOAN-1", "11/30/2026 8:00:00 AM", "DHCP", "00155d0a0b0c", ""}};
  CHECK(o.apply(ImportKind::dhcp_leases, console).adds == 1);
  CHECK(o.devices()[0].mac == "00:15:5d:0a:0b:0c");
  CHECK(o.devices()[0].source == DeviceSource::dhcp);
  o.is_known(ImportKind::dhcp_leases, console);
  // The address went to another card: another device, not the same.
  CHECK(o.report(ImportKind::dhcp_leases, {{"name", "mac", "address"}, {"khac", "00:15:5d:0a:0b:ff", "192.0.2.7"}}).adds == 1);
  // In a list by hand, a random address is what somebody wrote.
  CHECK(o.report(ImportKind::devices, {{"name", "mac"}, {"x", "da-a1-19-00-00-01"}}).adds == 1);
}

TEST_CASE("a person's previews are few, and what was thrown away is forgotten after a month") {
  Office o;
  const auto table = table_of({{"name"}, {"a"}});
  const auto keep = [&](UserId person, Timestamp now) {
    const auto plan = o.plan(ImportKind::devices, table);
    return o.hub.write([&](store::Connection& c) {
      return keep_preview(c, o.scope, {.kind = ImportKind::devices, .unit = o.unit, .file_name = "a", .table = &table, .created_by = person}, plan, now);
    }).value();
  };
  const auto state = [&](ImportId id) {
    const auto record = o.hub.read([&](store::Connection& c) { return get_import(c, o.scope, id); });
    return record ? record->state : std::string("gone");
  };
  const auto other = keep(UserId{2}, kNow);
  std::vector<ImportId> mine;
  for (int i = 0; i < 6; ++i) mine.push_back(keep(kAdmin, kNow));
  CHECK(state(mine[0]) == "discarded");
  CHECK(state(mine[1]) == "previewed");
  CHECK(state(other) == "previewed");
  keep(UserId{3}, kNow + hours(25));
  CHECK(state(mine[5]) == "discarded");
  keep(UserId{3}, kNow + hours(24 * 30 + 1));
  CHECK(state(mine[5]) == "gone");
}

TEST_CASE("rows land below the unit of the import, and a name of several units is no name") {
  Office o;
  const auto west = o.hub.unit(o.scope, o.tenant.root, "Xã Tây");
  for (const UnitId unit : {o.unit, west}) o.hub.unit(o.scope, unit, "Trường A");
  const auto table = table_of({{"name", "unit"}, {"a", "Trường A"}, {"b", "Xã Tây"}, {"c", ""}});
  const auto many = o.plan(ImportKind::devices, table).report;
  REQUIRE(many.problems_total == 1);
  CHECK(many.problems[0].message.en == "several units have this name; use the unit's code");
  const auto below = o.hub.rehearse(o.tenant.tenant, [&](store::Connection& c) {
    return plan_import(c, o.scope, ImportKind::devices, o.unit, table, kNow);
  }).value().report;
  REQUIRE(below.problems_total == 1);
  CHECK(below.problems[0].row == 3);
  CHECK(below.problems[0].message.en == "no unit of this code or name lies where the rows land");
}

TEST_CASE("a list cannot take the device of a unit that its author does not see") {
  Office o;
  const auto west = o.hub.unit(o.scope, o.tenant.root, "Xã Tây");
  o.apply(ImportKind::devices, {{"name", "unit", "mac", "serial"}, {"pc", "Xã Đông", "00:15:5d:00:00:01", "S1"}});
  const auto scope = store::TenantScope::for_test(o.tenant.tenant, {west});
  for (const Rows& rows : {Rows{{"name", "mac"}, {"x", "00:15:5d:00:00:01"}}, Rows{{"name", "serial"}, {"x", "S1"}}}) {
    const auto report = o.hub.rehearse(o.tenant.tenant, [&](store::Connection& c) {
      return plan_import(c, scope, ImportKind::devices, west, table_of(rows), kNow);
    }).value().report;
    CHECK(report.problems_total == 1);
    CHECK(report.adds + report.changes + report.same == 0);
  }
}

TEST_CASE("an import is confirmed or thrown away once, never with rows that are wrong, never too long") {
  Office o;
  const auto keep = [&](const Table& table) {
    const auto plan = o.plan(ImportKind::devices, table);
    return o.hub.write([&](store::Connection& c) {
      return keep_preview(c, o.scope, {.kind = ImportKind::devices, .unit = o.tenant.root, .file_name = "a", .table = &table, .created_by = kAdmin}, plan, kNow);
    }).value();
  };
  const auto confirm = [&](ImportId id) { return o.hub.write([&](store::Connection& c) { return confirm_import(c, o.scope, id, kNow); }); };
  const auto discard = [&](ImportId id) { return o.hub.write([&](store::Connection& c) { return discard_import(c, o.scope, id); }); };
  const auto wrong = keep(table_of({{"name", "mac"}, {"a", ""}, {"b", "xyz"}}));
  CHECK(confirm(wrong).error().code() == Code::conflict);
  CHECK(o.devices().empty());
  REQUIRE(discard(wrong));
  CHECK(discard(wrong).error().code() == Code::conflict);
  const auto good = keep(table_of({{"name"}, {"a"}}));
  CHECK(confirm(good).value() == "confirmed");
  CHECK(discard(good).error().code() == Code::conflict);
  CHECK(confirm(wrong).error().code() == Code::conflict);
  Table endless = table_of({{"name"}});
  for (std::size_t i = 0; i <= kMaxImportRows; ++i) endless.sheets[0].rows.push_back({static_cast<std::int64_t>(i) + 2, {}});
  const auto report = o.plan(ImportKind::devices, endless).report;
  REQUIRE(report.problems_total == 1);
  CHECK(report.problems[0].value == "50001");
}

TEST_CASE("a preview is of one moment and leaves nothing, and the numbers it gives are those that come") {
  Office o;
  o.hub.tenant("Tỉnh khác");
  const auto table = table_of({{"name", "code", "parent"}, {"Xã Tây", "T", ""}, {"Trường", "", "T"}});
  const auto rehearsed = o.plan(ImportKind::units, table);
  CHECK(o.units().size() == 2);
  CHECK(o.plan(ImportKind::units, table).digest == rehearsed.digest);
  const auto written = o.hub.write(
      [&](store::Connection& c) { return plan_import(c, o.scope, ImportKind::units, o.tenant.root, table, kNow); });
  CHECK(written->digest == rehearsed.digest);
  CHECK(o.hub.write([&](store::Connection& c) {
    return apply_import(c, o.scope, ImportKind::units, o.tenant.root, table, rehearsed.digest, kNow);
  }));
}

}  // namespace
}  // namespace khien::estate
