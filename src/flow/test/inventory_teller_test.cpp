// Lists that people handed in for devices without an agent, on their way to the road.
#include "khien/flow/inventory_teller.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "khien/estate/devices.hpp"
#include "road.hpp"

namespace khien::flow {
namespace {

struct Office {
  Road road;
  HubSensor sensor{road.flow(), road.ledger(), road.clock()};

  DeviceId device(std::string name) {
    return road.write([&](store::Connection& c) {
      return estate::create_device(c, road.scope(), {.unit = road.root(), .name = std::move(name), .kind = estate::DeviceKind::network},
                                   estate::DeviceSource::hand, road.clock().now());
    }).value();
  }
  void hand_in(DeviceId device, std::string version) {
    road.clock().advance(seconds(1));
    const Package package{.purl = "pkg:generic/fortios@" + version, .name = "FortiOS", .version = version, .source = {}, .source_version = {}};
    REQUIRE(road.write([&](store::Connection& c) {
      return estate::hand_in(c, road.scope(), device, {.format = "hand", .file_name = "", .packages = {package}}, kAnalyst, road.clock().now());
    }));
  }
  // As no list is kept that goes by hand_in().
  void spoil(DeviceId device, std::string text) {
    REQUIRE(road.write([&](store::Connection& c) { return c.run("UPDATE device_inventory SET untold = ?2 WHERE device_id = ?1", {device, text}); }));
  }
  std::int64_t waiting() { return road.number("SELECT count(*) FROM device_inventory WHERE untold IS NOT NULL"); }
  bool waits_for(std::int64_t left) {
    for (int i = 0; i < 500 && waiting() != left; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return waiting() == left;
  }
};

TEST_CASE("a list that cannot be told holds up no other, and is told when it can be") {
  Office office;
  InventoryTeller teller(office.road.hub(), office.sensor, office.road.clock());
  const auto first = office.device("fw-1"), second = office.device("fw-2"), third = office.device("fw-3");
  for (const auto device : {first, second, third}) office.hand_in(device, "7.4.1");
  office.spoil(first, R"([["pkg:generic/x@1","x","1","",")" + std::string(2'000, 'x') + R"("]])");
  office.spoil(second, "no list");
  CHECK_FALSE(teller.tell());
  CHECK(office.waiting() == 2);
  office.road.apply();
  CHECK(office.road.number("SELECT count(*) FROM machine_package") == 1);
  // What was told is told once, however often the others fail.
  const auto newest = office.road.ledger().newest().value();
  CHECK_FALSE(teller.tell());
  CHECK(office.road.ledger().newest().value() == newest);
  office.hand_in(first, "7.4.2");
  office.hand_in(second, "7.4.2");
  CHECK(teller.tell().value() == 2);
  CHECK(office.waiting() == 0);
}

// As the list is kept; no event carries what number `spoiled` is made of.
std::string kept_list(int packages, int spoiled) {
  std::string list;
  for (int i = 0; i < packages; ++i) {
    const auto name = "x" + std::to_string(i);
    list += (i == 0 ? "[" : ",") + (R"(["pkg:generic/)" + name + R"(@1",")" + name + R"(","1","",")") + std::string(i == spoiled ? 2'000 : 0, 'x') + R"("])";
  }
  return list + "]";
}

TEST_CASE("of a list that fails between its parts no part is told twice, and it becomes whole") {
  Office office;
  InventoryTeller teller(office.road.hub(), office.sensor, office.road.clock());
  const auto device = office.device("fw-1");
  office.hand_in(device, "7.4.1");
  office.spoil(device, kept_list(2'500, 1'500));
  const auto before = office.road.ledger().newest().value().value;
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(teller.tell());
    CHECK(office.road.ledger().newest().value().value == before + 1);
  }
  office.spoil(device, kept_list(2'500, -1));
  CHECK(teller.tell().value() == 1);
  CHECK(office.road.ledger().newest().value().value == before + 3);
  office.road.apply();
  CHECK(office.road.number("SELECT count(*) FROM machine_package") == 2'500);
  CHECK(office.road.number("SELECT count(*) FROM machine_inventory_part") == 0);
  // What takes the place of a list that was begun is told from its first part on.
  office.hand_in(device, "7.4.2");
  office.spoil(device, kept_list(2'500, 1'500));
  CHECK_FALSE(teller.tell());
  office.hand_in(device, "7.4.3");
  CHECK(teller.tell().value() == 1);
  office.road.apply();
  CHECK(office.road.number("SELECT count(*) FROM machine_package") == 1);
}

TEST_CASE("its thread tells what waited, what the bell says has come, and ends when it is told to") {
  Office office;
  const auto first = office.device("fw-1"), second = office.device("fw-2");
  office.hand_in(first, "7.4.1");
  InventoryTeller teller(office.road.hub(), office.sensor, office.road.clock());
  teller.start();
  CHECK(office.waits_for(0));
  office.hand_in(second, "7.4.1");
  teller.wake();
  CHECK(office.waits_for(0));
  // A failure does not make it deaf: the bell is heard before the pause is over.
  office.hand_in(first, "7.4.2");
  office.spoil(first, "no list");
  teller.wake();
  office.hand_in(second, "7.4.2");
  teller.wake();
  CHECK(office.waits_for(1));
  teller.stop();
  office.hand_in(second, "7.4.3");
  teller.wake();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(office.waiting() == 2);
}

}  // namespace
}  // namespace khien::flow
