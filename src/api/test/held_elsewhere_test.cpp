// What a unit outside of the caller's scope holds: the caller learns no more than that
// it cannot be registered, and the province's centre learns who tried.
#include "khien/core/bytes.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

struct Neighbours {
  Neighbours() {
    province = world.add_tenant("Tỉnh Lam Giang");
    first = world.add_unit(province, province.root, "Xã Đông");
    second = world.add_unit(province, province.root, "Xã Tây");
    admin = world.add_person(province.tenant, "admin", Role::province_admin, {province.root});
    east = world.add_person(province.tenant, "east", Role::unit_officer, {first});
    west = world.add_person(province.tenant, "west", Role::unit_officer, {second});
  }
  std::string audit(UserId who) {
    auto browser = world.session(province.tenant, who);
    return browser.get("/api/v1/audit?q=held_elsewhere").body;
  }
  std::string in(UnitId unit, std::string_view rest) { return R"({"unit":)" + std::to_string(unit.value) + "," + std::string(rest) + "}"; }

  World world;
  estate::NewTenant province;
  UnitId first;
  UnitId second;
  UserId admin;
  UserId east;
  UserId west;
};

TEST_CASE("each thing that somebody else holds is refused in the same bytes, and audited") {
  Neighbours n;
  auto west = n.world.session(n.province.tenant, n.west);
  REQUIRE(west.post("/api/v1/sites", n.in(n.second, R"("address":"https://tay.example.gov.vn")")).status == 201);
  REQUIRE(west.post("/api/v1/devices", n.in(n.second, R"("name":"pc","kind":"workstation","serial":"SN-1")")).status == 201);
  REQUIRE(west.post("/api/v1/address-ranges", n.in(n.second, R"("range":"203.0.113.0/28")")).status == 201);
  auto east = n.world.session(n.province.tenant, n.east);
  const auto site = east.post("/api/v1/sites", n.in(n.first, R"("address":"https://tay.example.gov.vn")"));
  const auto device = east.post("/api/v1/devices", n.in(n.first, R"("name":"pc","kind":"workstation","serial":"SN-1")"));
  const auto range = east.post("/api/v1/address-ranges", n.in(n.first, R"("range":"203.0.113.0/30")"));
  CHECK(site.status == 409);
  CHECK(whole(site) == whole(device));
  CHECK(whole(site) == whole(range));
  CHECK(site.body.find("Tây") == std::string::npos);
  CHECK(site.body.find("field") == std::string::npos);
  const auto told = n.audit(n.admin);
  CHECK(field_of(told, "total") == "3");
  CHECK(field_of(told, "items.0.who") == "east");
  CHECK(field_of(told, "items.0.action") == "identity.held_elsewhere");
  CHECK(field_of(told, "items.0.object") == "unit:" + std::to_string(n.first.value));
  CHECK(field_of(told, "items.0.detail") == "range 203.0.113.0/30");
  CHECK(field_of(told, "items.1.detail") == "serial SN-1");
  CHECK(field_of(told, "items.2.detail") == "address https://tay.example.gov.vn");
  // The log is the centre's: neither the holder's people nor the asker read it.
  CHECK(field_of(n.audit(n.west), "code") == "denied");
  CHECK(field_of(n.audit(n.east), "code") == "denied");
  // What the caller sees is said as ever, and is nobody's concern.
  const auto own = west.post("/api/v1/sites", n.in(n.second, R"("address":"https://tay.example.gov.vn")"));
  CHECK(own.status == 409);
  CHECK(own.body.find("Đã có trang") != std::string::npos);
  CHECK(field_of(n.audit(n.admin), "total") == "3");
}

TEST_CASE("a change that reaches for what others hold is audited with its own object") {
  Neighbours n;
  auto west = n.world.session(n.province.tenant, n.west);
  REQUIRE(west.post("/api/v1/devices", n.in(n.second, R"("name":"pc","kind":"workstation","serial":"SN-1")")).status == 201);
  auto east = n.world.session(n.province.tenant, n.east);
  const auto made = east.post("/api/v1/devices", n.in(n.first, R"("name":"pc","kind":"workstation")"));
  REQUIRE(made.status == 201);
  const auto id = field_of(made.body, "id");
  CHECK(east.send(net::Method::patch, "/api/v1/devices/" + id, R"({"serial":"SN-1"})").status == 409);
  CHECK(field_of(n.audit(n.admin), "items.0.object") == "updateDevice:" + id);
  CHECK(field_of(east.get("/api/v1/devices").body, "items.0.serial") == "");
}

TEST_CASE("a list that reaches for what others hold is audited once, with how many rows") {
  Neighbours n;
  auto west = n.world.session(n.province.tenant, n.west);
  for (const char* serial : {"SN-1", "SN-2"}) {
    REQUIRE(west.post("/api/v1/devices", n.in(n.second, R"("name":")" + std::string(serial) + R"(","kind":"workstation","serial":")" + serial + "\"")).status == 201);
  }
  auto east = n.world.session(n.province.tenant, n.east);
  const auto content = to_base64(as_bytes("name,serial\na,SN-1\nb,SN-2\nc,SN-3\n"));
  const auto preview = east.post("/api/v1/imports", n.in(n.first, R"("kind":"devices","file_name":"a.csv","content":")" + content + "\""));
  REQUIRE(preview.status == 201);
  CHECK(field_of(preview.body, "adds") == "1");
  const auto told = n.audit(n.admin);
  CHECK(field_of(told, "total") == "1");
  CHECK(field_of(told, "items.0.detail") == "2 rows");
}

}  // namespace
}  // namespace khien::api
