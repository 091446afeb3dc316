#include "khien/estate/imports.hpp"

#include <doctest/doctest.h>

#include "hub.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/systems.hpp"

namespace khien::estate {
namespace {

Table table_of(const std::vector<std::vector<std::string>>& rows) {
  Table table;
  TableSheet& sheet = table.sheets.emplace_back();
  for (std::size_t i = 0; i < rows.size(); ++i) sheet.rows.push_back({static_cast<std::int64_t>(i) + 1, rows[i]});
  return table;
}

struct Office {
  Office() : tenant(hub.tenant("Tỉnh")), scope(whole(tenant)), unit(hub.unit(scope, tenant.root, "Xã Đông")) {}
  Result<ImportPlan> plan(ImportKind kind, const Table& table) {
    return hub.rehearse(tenant.tenant, [&](store::Connection& c) { return plan_import(c, scope, kind, tenant.root, table, kNow); });
  }
  Result<ImportReport> apply(ImportKind kind, const Table& table) {
    const auto planned = plan(kind, table);
    if (!planned) return planned.error();
    return hub.write(
        [&](store::Connection& c) { return apply_import(c, scope, kind, tenant.root, table, planned->digest, kNow); });
  }
  std::int64_t devices() {
    return hub.read([&](store::Connection& c) { return count_devices(c, scope, {}, kNow); })->expected;
  }
  std::size_t units() {
    return hub.read([&](store::Connection& c) { return list_units(c, scope); })->size();
  }
  Hub hub;
  NewTenant tenant;
  store::TenantScope scope;
  UnitId unit;
};

const Table kUnits = table_of({{"Danh sách đơn vị"},
                               {"STT", "Mã đơn vị", "Tên đơn vị", "Trực thuộc", "Loại"},
                               {"1", "T1", "Trường Một", "X1", ""},
                               {"2", "X1", "Xã Tây", "", "xã"}});

TEST_CASE("units come in any order, parents by code or name, headings with or without marks") {
  Office o;
  const auto done = o.apply(ImportKind::units, kUnits);
  REQUIRE(done);
  CHECK(done->adds == 2);
  const auto units = o.hub.read([&](store::Connection& c) { return list_units(c, o.scope); }).value();
  REQUIRE(units.size() == 4);
  CHECK(units[2].name == "Xã Tây");
  CHECK(units[2].kind == UnitKind::commune);
  CHECK(units[3].parent == units[2].id);
  CHECK(units[3].kind == UnitKind::school);
  // Again: nothing.
  const auto again = o.plan(ImportKind::units, kUnits).value().report;
  CHECK(again.same == 2);
  CHECK(again.adds + again.changes + again.problems_total == 0);
}

TEST_CASE("a device's serial is found under what offices call it") {
  for (const auto heading : {"Số sê-ri", "Số máy", "Serial Number", "S/N"}) {
    Office o;
    // The same serial twice is a fault; under a heading that nobody knows it would go unseen.
    const auto plan = o.plan(ImportKind::devices, table_of({{"Tên máy", heading}, {"pc-1", "5CD1234"}, {"pc-2", "5CD1234"}}));
    REQUIRE(plan);
    CHECK_MESSAGE(plan->report.problems_total == 1, heading);
  }
}

TEST_CASE("a preview changes nothing and names every row and column that is wrong, in both languages") {
  Office o;
  const auto plan = o.plan(ImportKind::devices, table_of({{"ten may", "dia chi mac", "don vi", "loai"},
                                                          {"pc-1", "00:15:5d:00:00:01", "xa dong", "máy trạm"},
                                                          {"pc-2", "xyz", "", ""},
                                                          {"", "00:15:5d:00:00:03", "", ""},
                                                          {"pc-4", "", "Xã Không Có", ""},
                                                          {"pc-5", "00-15-5D-00-00-01", "", ""},
                                                          {"pc-6", "", "", "bàn là"}}));
  REQUIRE(plan);
  const auto& report = plan->report;
  CHECK(o.devices() == 0);
  CHECK(report.rows == 6);
  CHECK(report.adds == 1);
  REQUIRE(report.problems_total == 5);
  CHECK(report.problems[0].row == 3);
  CHECK(report.problems[0].column == "dia chi mac");
  CHECK(report.problems[0].value == "xyz");
  CHECK(report.problems[0].message.vi == "Địa chỉ MAC không hợp lệ.");
  CHECK(report.problems[1].message.en == "a device needs a name");
  CHECK(report.problems[2].column == "don vi");
  CHECK(report.problems[3].message.en == "the row is about the same as one above");
  CHECK(report.problems[4].value == "bàn là");
  CHECK(o.apply(ImportKind::devices, table_of({{"name"}, {""}, {"a"}})));
}

TEST_CASE("a row with several bad columns names each of them") {
  Office o;
  const auto devices = o.plan(ImportKind::devices, table_of({{"name", "mac", "unit", "kind"}, {"a", "xyz", "Không Có", "bàn là"}}));
  CHECK(devices->report.rows == 1);
  REQUIRE(devices->report.problems_total == 3);
  CHECK(devices->report.problems[0].column == "kind");
  CHECK(devices->report.problems[1].column == "mac");
  CHECK(devices->report.problems[2].column == "unit");
  const auto contacts = o.plan(ImportKind::contacts, table_of({{"name", "phone", "email", "valid_to"}, {"", "12", "x", "31/2/2026"}}));
  CHECK(contacts->report.problems_total == 4);
  const auto units = o.plan(ImportKind::units, table_of({{"name", "code", "type", "from"}, {"A", "ü", "cái bàn", "x"}}));
  CHECK(units->report.problems_total == 3);
}

TEST_CASE("units that belong to each other in a circle are named, and nothing is half-written") {
  Office o;
  const auto before = o.units();
  const auto circle = table_of({{"name", "code", "parent"}, {"A", "a", "b"}, {"B", "b", "a"}, {"C", "c", ""}});
  const auto plan = o.plan(ImportKind::units, circle).value().report;
  CHECK(plan.problems_total == 2);
  CHECK(plan.problems[0].column == "parent");
  const auto applied = o.apply(ImportKind::units, circle);
  REQUIRE_FALSE(applied);
  CHECK(o.units() == before);
}

TEST_CASE("what was previewed is what is done: a change meanwhile makes it stale") {
  Office o;
  const auto table = table_of({{"name", "mac"}, {"pc-1", "00:15:5d:00:00:01"}});
  const auto preview = [&] {
    const auto plan = o.hub.rehearse(o.tenant.tenant, [&](store::Connection& c) {
      return plan_import(c, o.scope, ImportKind::devices, o.unit, table, kNow);
    });
    return o.hub.write([&](store::Connection& c) {
              return keep_preview(c, o.scope, {.kind = ImportKind::devices, .unit = o.unit, .file_name = "a\x1b.csv", .table = &table, .created_by = kAdmin}, plan.value(), kNow);
            }).value();
  };
  const auto confirm = [&](ImportId id) {
    return o.hub.write([&](store::Connection& c) { return confirm_import(c, o.scope, id, kNow); });
  };
  const auto first = preview();
  CHECK(o.devices() == 0);
  REQUIRE(o.hub.write([&](store::Connection& c) {
    return create_device(c, o.scope, {.unit = o.unit, .name = "khác", .mac = "00:15:5d:00:00:01"}, DeviceSource::hand, kNow);
  }));
  CHECK(confirm(first).value() == "stale");
  const auto record = o.hub.read([&](store::Connection& c) { return get_import(c, o.scope, first); }).value();
  CHECK(record.state == "stale");
  CHECK(record.file_name == "a\\u001B.csv");
  const auto second = preview();
  CHECK(confirm(second).value() == "confirmed");
  CHECK(confirm(second).error().code() == Code::conflict);
  CHECK(o.devices() == 1);
  const auto elsewhere = store::TenantScope::for_test(o.tenant.tenant, {o.hub.unit(o.scope, o.tenant.root, "Khác")});
  CHECK(o.hub.read([&](store::Connection& c) { return get_import(c, elsewhere, second); }).error().code() == Code::not_found);
}

TEST_CASE("systems, sites, contacts and ranges are imported, and again without a change") {
  Office o;
  const std::vector<std::pair<ImportKind, Table>> lists = {
      {ImportKind::systems, table_of({{"Tên hệ thống", "Đơn vị", "Cấp độ", "Căn cứ cấp độ", "Ngày phê duyệt", "Ngày lập hồ sơ"},
                                      {"Một cửa", "Xã Đông", "3", "nd-85-2016", "22/11/2024", "2024-10-01"}})},
      {ImportKind::sites, table_of({{"Địa chỉ trang", "Đơn vị", "Nhãn tín nhiệm", "Nhãn hết hạn", "Tên miền hết hạn"},
                                    {"XaDong.example.gov.vn/", "Xã Đông", "TN-1", "1/2/2027", "31/12/2026"}})},
      {ImportKind::contacts, table_of({{"Họ và tên", "Vai trò", "Đơn vị", "Điện thoại", "24/7"},
                                       {"Lê Thị Dung", "Lãnh đạo", "Xã Đông", "0912 345 678", "x"}})},
      {ImportKind::address_ranges, table_of({{"Dải địa chỉ", "Đơn vị"}, {"203.0.113.0/28", "Xã Đông"}})},
  };
  for (const auto& [kind, table] : lists) {
    CAPTURE(to_string(kind));
    CHECK(guess_import_kind(table) == kind);
    const auto done = o.apply(kind, table);
    REQUIRE(done);
    CHECK(done->adds == 1);
    CHECK(o.plan(kind, table).value().report.same == 1);
  }
  const auto sites = o.hub.read([&](store::Connection& c) { return list_sites(c, o.scope, {}, kNow); }).value();
  CHECK(to_string(*sites.items.at(0).domain_valid_to) == "2026-12-31");
  CHECK(to_string(*sites.items.at(0).label_valid_to) == "2027-02-01");
  REQUIRE(o.apply(ImportKind::sites, table_of({{"Địa chỉ trang", "Tên miền hết hạn"}, {"xadong.example.gov.vn", "31/12/2027"}})));
  const auto renewed = o.hub.read([&](store::Connection& c) { return get_site(c, o.scope, sites.items[0].id); }).value();
  CHECK(to_string(*renewed.domain_valid_to) == "2027-12-31");
  const auto systems = o.hub.read([&](store::Connection& c) { return list_systems(c, o.scope, {}, kNow); }).value();
  CHECK(systems.items[0].level->level == 3);
  CHECK(to_string(*systems.items[0].approved_at) == "2024-11-22");
  const auto bad = o.plan(ImportKind::systems, table_of({{"name", "approved", "unit"}, {"X", "30/2/2027", "Xã Đông"}})).value().report;
  REQUIRE(bad.problems_total == 1);
  CHECK(bad.problems[0].column == "approved");
  CHECK(bad.problems[0].value == "30/2/2027");
}

TEST_CASE("a list names a machine that enrolled before: one device, now with its list's name") {
  Office o;
  const auto agent = o.hub.machine(o.scope, o.unit, "pc-1");
  CHECK(o.devices() == 1);
  REQUIRE(o.apply(ImportKind::devices, table_of({{"name", "unit", "note"}, {"PC-1", "Xã Đông", "kế toán"}})));
  CHECK(o.devices() == 1);
  const auto page = o.hub.read([&](store::Connection& c) { return list_devices(c, o.scope, {}, kNow); }).value();
  CHECK(page.items[0].machine == agent.machine);
  CHECK(page.items[0].source == DeviceSource::import);
}

TEST_CASE("a table without headings says which are needed") {
  Office o;
  const auto report = o.plan(ImportKind::contacts, table_of({{"1", "2"}})).value().report;
  REQUIRE(report.problems_total == 1);
  CHECK(report.problems[0].row == 0);
  CHECK(report.problems[0].message.vi.find("Không tìm thấy dòng tiêu đề") == 0);
}

TEST_CASE("a list of guesses is put down at its twentieth row about what others hold") {
  Office o;
  const UnitId other = o.hub.unit(o.scope, o.tenant.root, "Xã Tây");
  std::vector<std::vector<std::string>> theirs{{"name", "unit", "serial"}};
  std::vector<std::vector<std::string>> guesses{{"name", "unit", "serial"}};
  for (int i = 0; i < 40; ++i) {
    const std::string serial = "SN-" + std::to_string(100 + i);
    if (i % 2 == 0 || i > 30) theirs.push_back({"x" + serial, "Xã Tây", serial});
    guesses.push_back({"y" + serial, "", serial});
  }
  REQUIRE(o.apply(ImportKind::devices, table_of(theirs)));
  const auto narrow = store::TenantScope::for_test(o.tenant.tenant, {o.unit});
  const auto planned = o.hub.write([&](store::Connection& c) {
    return plan_import(c, narrow, ImportKind::devices, o.unit, table_of(guesses), kNow);
  }).value();
  CHECK(rows_held_elsewhere(planned.report) == 20);
  CHECK(planned.report.rows == 40);
  // The twentieth is row 35 of the list; nothing is said of the five behind it.
  CHECK(planned.report.adds == 15);
  CHECK(planned.report.problems.front().row == 0);
  CHECK(planned.report.problems.front().message.en.find("put down here") != std::string::npos);
  CHECK(planned.report.problems.back().row == 36);
  for (const auto& problem : planned.report.problems) CHECK(problem.message.vi.find("Tây") == std::string::npos);
  CHECK(other.value > 0);
}

TEST_CASE("rows about what others hold are counted behind any number of bad ones") {
  Office o;
  REQUIRE(o.hub.unit(o.scope, o.tenant.root, "Xã Tây").value > 0);
  REQUIRE(o.apply(ImportKind::devices, table_of({{"name", "unit", "serial"}, {"x", "Xã Tây", "SN-1"}})));
  std::vector<std::vector<std::string>> rows{{"name", "unit", "serial", "mac"}};
  for (int i = 0; i < 600; ++i) rows.push_back({"z" + std::to_string(i), "", "", "no mac"});
  rows.push_back({"y", "", "SN-1", ""});
  const auto narrow = store::TenantScope::for_test(o.tenant.tenant, {o.unit});
  const auto planned = o.hub.write([&](store::Connection& c) {
    return plan_import(c, narrow, ImportKind::devices, o.unit, table_of(rows), kNow);
  }).value();
  CHECK(rows_held_elsewhere(planned.report) == 1);
}

}  // namespace
}  // namespace khien::estate
