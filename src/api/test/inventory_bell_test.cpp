// Lists of software that people hand in ring for whoever tells the road of them: behind the
// commit, and only where there is something to tell.
#include <chrono>
#include <thread>

#include "khien/flow/inventory_teller.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

using net::Method;

struct HandedIn {
  HandedIn() {
    tenant = world.add_tenant("Tỉnh A");
    officer = world.add_person(tenant.tenant, "an", Role::province_admin, {tenant.root});
    browser.emplace(world.session(tenant.tenant, officer));
    world.on_inventory = [this] { waited_at_ring = waiting(); };
  }
  std::string device(std::string_view name) {
    const auto made = browser->post("/api/v1/devices", R"({"kind":"network","name":")" + std::string(name) + R"(","unit":)" + std::to_string(tenant.root.value) + "}");
    REQUIRE_MESSAGE(made.status == 201, made.body);
    return field_of(made.body, "id");
  }
  int hand_in(const std::string& device, std::string_view version, bool confirm) {
    return browser->post("/api/v1/devices/" + device + "/inventory", R"({"product":"FortiOS","version":")" + std::string(version) + R"(","confirm":)" +
                                                                        (confirm ? "true}" : "false}")).status;
  }
  // As it is previewed; "" where it has a fault.
  std::string import(std::string_view kind, std::string_view csv) {
    const auto seen = browser->post("/api/v1/imports", R"({"kind":")" + std::string(kind) + R"(","file_name":"x.csv","content":")" + to_base64(as_bytes(csv)) +
                                                           R"(","unit":)" + std::to_string(tenant.root.value) + "}");
    REQUIRE_MESSAGE(seen.status == 201, seen.body);
    return field_of(seen.body, "id");
  }
  int confirm(const std::string& import) { return browser->post("/api/v1/imports/" + import + "/confirm", "").status; }
  std::int64_t waiting() {
    std::int64_t count = 0;
    const auto read = world.hub->read([&](store::Connection& c) {
      return c.query_one("SELECT count(*) FROM device_inventory WHERE untold IS NOT NULL", {}, [&](const store::Row& row) -> Result<void> {
        count = row.integer(0);
        return {};
      });
    });
    REQUIRE(read);
    return count;
  }

  World world;
  estate::NewTenant tenant;
  UserId officer;
  std::optional<Browser> browser;
  std::int64_t waited_at_ring = -1;
};

TEST_CASE("a list that is taken rings once, behind its commit; one that is shown, refused or the same does not") {
  HandedIn office;
  const auto device = office.device("fw-1");
  CHECK(office.hand_in(device, "7.4.1", false) == 200);
  CHECK(office.hand_in("90000", "7.4.1", true) == 404);
  CHECK(office.browser->post("/api/v1/devices/" + device + "/inventory", R"({"confirm":true})").status == 422);
  CHECK(office.world.inventories_told == 0);
  CHECK(office.hand_in(device, "7.4.1", true) == 200);
  CHECK(office.world.inventories_told == 1);
  CHECK(office.waited_at_ring == 1);
  CHECK(office.hand_in(device, "7.4.1", true) == 200);
  CHECK(office.world.inventories_told == 1);
}

TEST_CASE("a list of appliances rings when it is confirmed, and other lists do not") {
  HandedIn office;
  office.device("fw-1");
  const auto list = office.import("appliances", "Thiết bị;Hãng;Sản phẩm;Phiên bản\nfw-1;Fortinet;FortiOS;7.4.4\n");
  CHECK(office.world.inventories_told == 0);
  CHECK(office.confirm(list) == 200);
  CHECK(office.world.inventories_told == 1);
  CHECK(office.waited_at_ring == 1);
  const auto faulty = office.import("appliances", "Thiết bị;Hãng;Sản phẩm;Phiên bản\nfw-9;Fortinet;FortiOS;7.4.4\n");
  CHECK(office.confirm(faulty) == 409);
  const auto devices = office.import("devices", "Tên thiết bị;Loại;Đơn vị\nfw-2;network;Tỉnh A\n");
  CHECK(office.confirm(devices) < 500);
  CHECK(office.world.inventories_told == 1);
}

TEST_CASE("the bell is the teller's: what is handed in reaches the road by nothing else") {
  HandedIn office;
  flow::HubSensor sensor(*office.world.road, *office.world.ledger, office.world.clock);
  flow::InventoryTeller teller(*office.world.hub, sensor, office.world.clock);
  teller.start();
  office.world.on_inventory = [&] { teller.wake(); };
  for (const char* version : {"7.4.1", "7.4.2"}) {
    CHECK(office.hand_in(version[4] == '1' ? office.device("fw-1") : office.device("fw-2"), version, true) == 200);
    for (int i = 0; i < 1'000 && office.waiting() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(office.waiting() == 0);
  }
  teller.stop();
}

}  // namespace
}  // namespace khien::api
