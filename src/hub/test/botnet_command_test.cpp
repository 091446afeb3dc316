#include <doctest/doctest.h>

#include <memory>

#include "hub_set_up.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/env.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/office.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

struct Owner {
  Owner() {
    config.folder = folder.path();
    tenant = set_up_first_time(*hub, config, env).value().tenant;
    REQUIRE(hub->write([this](store::Connection& c) -> Result<void> {
      TRY(const auto scope, api::owner_scope(c, tenant));
      TRY(const auto unit, estate::create_unit(c, scope, "Xã An Lộc", estate::UnitKind::commune, scope.roots().front(), env.clock.now()));
      TRY_VOID(estate::create_address_range(c, scope, unit, "203.0.113.0/28", "NAT", env.clock.now()));
      return {};
    }));
  }
  int run(const std::vector<std::string>& words) {
    console = std::make_unique<KeptConsole>(Language::en);
    Office office{.hub = *hub, .ledger = *ledger, .env = env, .config = config, .tenant = tenant, .ca_sha256 = {}, .audit_public_key = {}};
    return run_office_command(office, words, *console);
  }
  int import(std::string_view text, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"botnet", "import", "list.csv", "--content=" + to_base64(as_bytes(text))};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  bool says(std::string_view part) const { return console->said().find(part) != std::string::npos; }

  TemporaryFolder folder;
  Env env = system_env();
  Config config = default_config();
  std::unique_ptr<store::Store> hub = store::Store::open({.path = folder.path() + "/khien.db", .migrations = store::hub_migrations()}).value();
  std::unique_ptr<store::Ledger> ledger = store::Ledger::open({.path = folder.path() + "/ledger.db"}).value();
  TenantId tenant;
  std::unique_ptr<KeptConsole> console;
};

TEST_CASE("khien botnet brings in a list, shows what is open, and two lists without it end it") {
  Owner owner;
  CHECK(owner.import("IP,Malware\n203.0.113.5,Mirai\n192.0.2.7,Sality\n", {"--date=2026-01-01", "--complete", "--preview"}) == 0);
  CHECK(owner.says("2 rows, 2 addresses: 2 new"));
  CHECK(owner.run({"botnet", "list", "--json"}) == 0);
  CHECK(owner.console->said() == "[]\n");

  CHECK(owner.import("IP,Malware\n203.0.113.5,Mirai\n192.0.2.7,Sality\n", {"--date=2026-01-01", "--complete", "--json"}) == 0);
  CHECK(owner.says(R"("applied":true)"));
  CHECK(owner.run({"botnet", "list", "--view=unknown"}) == 0);
  CHECK(owner.says("192.0.2.7\tnew"));
  CHECK(owner.says("(unit unknown)"));
  CHECK_FALSE(owner.says("203.0.113.5"));
  CHECK(owner.run({"botnet", "log", "fw.csv", "--unit=xa an loc", "--content=" + to_base64(as_bytes("time,inside,outside\n2026-01-01 08:00,10.0.0.5,8.8.8.8\n"))}) == 0);
  CHECK(owner.says("1 lines, 0 touch 0 addresses"));

  CHECK(owner.import("IP\n", {"--date=2026-01-08", "--complete"}) == 0);
  CHECK(owner.import("IP\n", {"--date=2026-01-15"}) == 0);  // only some: it says nothing of the others
  CHECK(owner.run({"botnet", "list"}) == 0);
  CHECK(owner.says("203.0.113.5\tnew"));
  CHECK(owner.import("IP\n", {"--date=2026-01-16", "--complete"}) == 0);
  CHECK(owner.run({"botnet", "list", "--view=delisted", "--json"}) == 0);
  CHECK(owner.says(R"("address":"203.0.113.5","unit":"Xã An Lộc","state":"delisted")"));
}

TEST_CASE("a wrong row is 1 and nothing is taken; wrong use is 2") {
  Owner owner;
  CHECK(owner.import("IP\n203.0.113.5\n10.0.0.1\n") == 1);
  CHECK(owner.says("row 3 · IP · '10.0.0.1': A private address"));
  CHECK(owner.run({"botnet", "list"}) == 0);
  CHECK(owner.says("There is none."));
  CHECK(owner.import("IP\n203.0.113.5\n", {"--date=2026-02-30"}) == 2);
  CHECK(owner.import("IP\n203.0.113.5\n", {"--date=2999-01-01"}) == 1);
  CHECK(owner.run({"botnet", "list", "--view=x"}) == 2);
  CHECK(owner.run({"botnet", "lookup", "--found=many"}) == 2);
  CHECK(owner.run({"botnet", "lookup", "--found=0", "--note=không có"}) == 0);
  CHECK(owner.run({"botnet"}) == 2);
}

}  // namespace
}  // namespace khien::hub
