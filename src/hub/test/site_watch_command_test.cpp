// khien site list, show, recheck: what a hub without a browser is asked.
#include <doctest/doctest.h>

#include <fstream>
#include <memory>

#include "hub_set_up.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/env.hpp"
#include "khien/estate/sites.hpp"
#include "khien/hub/office.hpp"
#include "khien/store/audit_log.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

// A hub's databases with one site.
struct SiteOwner {
  SiteOwner() {
    config.folder = folder.path();
    const auto set_up = set_up_first_time(*hub, config, env).value();
    tenant = set_up.tenant;
    administrator = set_up.administrator->username;
    REQUIRE(hub->write([this](store::Connection& c) -> Result<void> {
      TRY(const auto scope, api::owner_scope(c, tenant));
      TRY(site, estate::create_site(c, scope, {.unit = scope.roots().front(), .address = "xa.gov.vn"}, env.clock.now()));
      return {};
    }));
  }
  int run(const std::vector<std::string>& words) {
    console = std::make_unique<KeptConsole>(Language::en);
    Office office{.hub = *hub,
                  .ledger = *ledger,
                  .env = env,
                  .config = config,
                  .tenant = tenant,
                  .ca_sha256 = {},
                  .audit_public_key = {}};
    return run_office_command(office, words, *console);
  }
  bool wished() {
    bool found = false;
    REQUIRE(hub->read([&](store::Connection& c) {
      return c.query("SELECT 1 FROM site_watch WHERE wished_at IS NOT NULL", {}, [&](const store::Row&) -> Result<void> {
        found = true;
        return {};
      });
    }));
    return found;
  }

  TemporaryFolder folder;
  Env env = system_env();
  Config config = default_config();
  std::unique_ptr<store::Store> hub =
      store::Store::open({.path = folder / "khien.db", .migrations = store::hub_migrations()}).value();
  std::unique_ptr<store::Ledger> ledger = store::Ledger::open({.path = folder / "ledger.db"}).value();
  TenantId tenant;
  std::string administrator;
  SiteId site;
  std::unique_ptr<KeptConsole> console;
};

TEST_CASE("sites are listed and shown, for people and for programs") {
  SiteOwner owner;
  const auto id = std::to_string(owner.site.value);
  REQUIRE(owner.run({"site", "list"}) == 0);
  CHECK(owner.console->said().starts_with(id + "\tnot_yet\thttps://xa.gov.vn\t"));
  REQUIRE(owner.run({"site", "list", "--json", "--status", "not_yet"}) == 0);
  CHECK(owner.console->said().find(R"("address":"https://xa.gov.vn")") != std::string::npos);
  REQUIRE(owner.run({"site", "list", "--status", "ill"}) == 0);
  CHECK(owner.console->said().empty());
  REQUIRE(owner.run({"site", "show", id, "--json"}) == 0);
  CHECK(owner.console->said().find(R"("pages":[],"cases":[])") != std::string::npos);
  CHECK(owner.console->said().find(R"("label_check":{"ready":false,"level":"unknown","consent":"paper","encryption":"unknown","not_listed":"paper"})") != std::string::npos);
  CHECK(owner.run({"site", "show", "999"}) == 1);
  CHECK(owner.run({"site", "show", "x"}) != 0);
  CHECK(owner.run({"site", "list", "--status", "odd"}) != 0);
  for (const std::string option : {"--class", "--label", "--certificate"}) CHECK(owner.run({"site", "list", option, "odd"}) != 0);
  REQUIRE(owner.run({"site", "list", "--label", "none", "--certificate", "none"}) == 0);
  CHECK(owner.console->said().starts_with(id));
  CHECK(owner.console->said().ends_with("\t-\n"));
  for (const std::string option : {"--waiting", "--overdue"}) {
    REQUIRE(owner.run({"site", "list", option}) == 0);
    CHECK(owner.console->said().empty());
  }
  REQUIRE(owner.run({"site", "list", "--class", "compromised"}) == 0);
  CHECK(owner.console->said().empty());
  REQUIRE(owner.run({"site", "list", "--counts"}) == 0);
  CHECK(owner.console->said().find("status.not_yet\t1\n") != std::string::npos);
  REQUIRE(owner.run({"site", "list", "--counts", "--json"}) == 0);
  CHECK(owner.console->said().find(R"("certificate.none":1)") != std::string::npos);
  CHECK(owner.run({"site"}) == 2);
}

TEST_CASE("what a search engine lists is taken from a file, in somebody's name") {
  SiteOwner owner;
  const auto id = std::to_string(owner.site.value);
  const std::string file = owner.folder / "list.csv";
  std::ofstream(file) << "Top pages,Clicks\nhttps://xa.gov.vn/uploads/a.html,3\nhttps://khac.gov.vn/,1\n";
  CHECK(owner.run({"site", "listed", id, "--file", file}) != 0);
  CHECK(owner.run({"site", "listed", id, "--as", owner.administrator}) != 0);
  CHECK(owner.run({"site", "listed", id, "--file", owner.folder / "none", "--as", owner.administrator}) != 0);
  REQUIRE(owner.run({"site", "listed", id, "--file", file, "--as", owner.administrator, "--json"}) == 0);
  CHECK(owner.console->said().find(R"("added":1,"known":0,"elsewhere":1,"left_out":0)") != std::string::npos);
  REQUIRE(owner.run({"site", "show", id, "--json"}) == 0);
  CHECK(owner.console->said().find(R"("listed":1)") != std::string::npos);
}

TEST_CASE("a look is asked for in somebody's name, and is in the audit log") {
  SiteOwner owner;
  const auto id = std::to_string(owner.site.value);
  CHECK(owner.run({"site", "recheck", id}) != 0);
  CHECK(owner.run({"site", "recheck", id, "--as", "nobody"}) != 0);
  CHECK_FALSE(owner.wished());
  REQUIRE(owner.run({"site", "recheck", id, "--as", owner.administrator}) == 0);
  CHECK(owner.wished());
  REQUIRE(owner.hub->read([&](store::Connection& c) -> Result<void> {
    TRY(const auto log, store::read_audit_before(c, owner.tenant, 1'000, 1));
    CHECK(log.at(0).entry.action == "site.look");
    CHECK(log.at(0).entry.object == "site:" + id);
    return {};
  }));
}

}  // namespace
}  // namespace khien::hub
