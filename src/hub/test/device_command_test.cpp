// khien device list, inventory: what the interface takes for a device without an agent.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "khien/api/accounts.hpp"
#include "khien/core/env.hpp"
#include "khien/core/file.hpp"
#include "khien/estate/devices.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"
#include "khien/hub/data_folder.hpp"
#include "khien/hub/hub.hpp"
#include "khien/store/store.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

struct Said {
  int code = 0;
  std::string out, err;
};

// A province's folder with a firewall, and no hub running.
struct Province {
  Province() {
    start().reset();
    auto hub = open();
    REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.query_one("SELECT id FROM tenant", {}, [&](const store::Row& row) -> Result<void> {
        tenant = {row.integer(0)};
        return {};
      }));
      TRY(const auto scope, api::owner_scope(c, tenant));
      TRY(device, estate::create_device(c, scope, {.unit = scope.roots().front(), .name = "fw-soyte", .kind = estate::DeviceKind::network},
                                        estate::DeviceSource::hand, system_clock().now()));
      return {};
    }));
  }
  std::unique_ptr<store::Store> open() {
    return store::Store::open({.path = folder / "khien.db", .migrations = store::hub_migrations()}).value();
  }
  std::unique_ptr<Hub> start() {
    Hub::Options options;
    options.config = default_config();
    options.config.folder = folder.path();
    options.config.names = {"localhost"};
    options.config.people_address = options.config.agents_address = "127.0.0.1";
    options.config.people_port = options.config.agents_port = options.config.monitor_port = 0;
    return Hub::start(std::move(options), system_env()).value();
  }
  Said run(std::vector<std::string> words, Language language = Language::en) {
    words.insert(words.begin(), "device");
    words.insert(words.end(), {"--folder", folder.path()});
    KeptConsole console(language);
    const int code = run_command_line(words, console);
    return {code, console.said(), console.complained()};
  }
  Said inventory(std::vector<std::string> words, Language language = Language::en) {
    words.insert(words.begin(), {"inventory", std::to_string(device.value)});
    return run(std::move(words), language);
  }
  std::int64_t number(store::Sql sql) {
    std::int64_t value = 0;
    // Beside a hub that runs: a look, no second owner.
    auto connection = store::Connection::open({.path = folder / "khien.db"}).value();
    REQUIRE(connection.query_one(sql, {}, [&](const store::Row& row) -> Result<void> {
      value = row.integer(0);
      return {};
    }));
    return value;
  }

  TemporaryFolder folder;
  TenantId tenant;
  DeviceId device;
};

const std::vector<std::string> kFortinet{"--vendor", "Fortinet", "--product", "FortiOS", "--version", "7.4.3"};

std::vector<std::string> with(std::vector<std::string> words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more);
  return words;
}

TEST_CASE("a product typed by hand is shown, taken on somebody's word, and taken once; the list tells what there is") {
  Province province;
  const auto id = std::to_string(province.device.value);
  CHECK(province.run({"list"}).out.starts_with(id + "\tnetwork\tunknown\tfw-soyte\t"));
  CHECK(province.run({"list", "--words", "no such"}).out.contains("There is none"));
  CHECK(province.inventory({}).out.contains("No list of software"));
  CHECK(province.inventory(kFortinet).out.contains("Nothing was changed. Add --confirm"));
  CHECK(province.number("SELECT count(*) FROM device_inventory") == 0);
  CHECK(province.inventory(with(kFortinet, {"--confirm"})).err.contains("--as USER"));
  CHECK(province.number("SELECT count(*) FROM device_inventory") == 0);

  const auto taken = province.inventory(with(kFortinet, {"--confirm", "--as", "admin", "--json"}));
  CAPTURE(taken.err);
  CHECK(taken.code == 0);
  CHECK(taken.out.contains(R"("packages":1,"without_version":0)"));
  CHECK(taken.out.contains(R"("changed":true,"taken":true)"));
  CHECK(province.inventory({}).out.starts_with("hand\t1\t"));
  CHECK(province.inventory(with(kFortinet, {"--confirm", "--as", "admin"})).out.contains("nothing changes"));
  CHECK(province.number("SELECT count(*) FROM audit_entry WHERE leaf LIKE '%device.inventory%as admin%'") == 1);
}

TEST_CASE("a list out of a file is read in the worker; what cannot be judged, or is no list, is refused in words") {
  Province province;
  const auto write = [&](const char* name, std::string_view text) {
    REQUIRE(system_files().write(province.folder / name, text, 0600));
    return province.folder / name;
  };
  const auto csv = write("fw.csv", "Hãng,Sản phẩm,Phiên bản\nFortinet,FortiOS,7.4.1\nFortinet,FortiManager,\n");
  const auto shown = province.inventory({csv, "--json"});
  CAPTURE(shown.err);
  CHECK(shown.out.contains(R"("format":"appliances-csv","packages":2,"without_version":1)"));
  CHECK(shown.out.contains(R"("changed":true,"taken":false)"));
  CHECK(province.inventory({csv, "--confirm", "--as", "admin"}).out.contains("The list is taken."));
  CHECK(province.inventory({}).out.contains("\tfw.csv\n"));

  const auto dpkg = write("status", "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\n\n");
  CHECK(province.inventory({dpkg}, Language::vi).err.contains("--os debian:12"));
  CHECK(province.inventory({dpkg, "--os", "debian:12", "--json"}).out.contains(R"("packages":1)"));
  CHECK(province.inventory({write("no.bin", std::string_view("\0\1\2", 3))}).code == 1);
  CHECK(province.inventory({province.folder / "nowhere.csv"}).code == 2);
  CHECK(province.inventory({"--product", "Không ai biết"}).code == 1);
  CHECK(province.run({"inventory", "9999"}).code == 1);
  CHECK(province.run({"inventory", "fw"}).code == 2);
}

TEST_CASE("a running hub tells what the command line took at once, and what was taken without one at its start") {
  Province province;
  REQUIRE(province.inventory(with(kFortinet, {"--confirm", "--as", "admin"})).code == 0);
  CHECK(province.number("SELECT count(*) FROM device_inventory WHERE untold IS NOT NULL") == 1);
  const auto hub = province.start();
  const auto soon = [&](store::Sql sql, std::int64_t wanted) {
    for (int i = 0; i < 500 && province.number(sql) != wanted; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return province.number(sql) == wanted;
  };
  CHECK(soon("SELECT count(*) FROM machine_package p JOIN package k ON k.id = p.package_id WHERE k.version = '7.4.3'", 1));
  REQUIRE(province.inventory({"--product", "FortiOS", "--version", "7.4.4", "--confirm", "--as", "admin"}).code == 0);
  CHECK(soon("SELECT count(*) FROM machine_package p JOIN package k ON k.id = p.package_id WHERE k.version = '7.4.4'", 1));
  CHECK(province.number("SELECT count(*) FROM device_inventory WHERE untold IS NOT NULL") == 0);
}

}  // namespace
}  // namespace khien::hub
