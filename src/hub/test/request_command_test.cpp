#include <doctest/doctest.h>

#include <memory>

#include "hub_set_up.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/env.hpp"
#include "khien/hub/office.hpp"
#include "khien/request/help.hpp"
#include "khien/request/requests.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

// A hub's databases with one request to one commune, and one that is stuck.
struct Asking {
  Asking() {
    config.folder = folder.path();
    tenant = set_up_first_time(*hub, config, env).value().tenant;
    REQUIRE(hub->write([this](store::Connection& c) -> Result<void> {
      const auto now = env.clock.now();
      TRY(const auto scope, api::owner_scope(c, tenant));
      const auto root = scope.roots().front();
      TRY(const auto commune, estate::create_unit(c, scope, "Xã Mỹ Châu", estate::UnitKind::commune, root, now));
      const request::NewRequest wanted{.unit = root, .title = "Rà soát tài khoản", .text = "Báo cáo.", .basis = {}, .due = {}, .fields = {}, .attachments = {},
                                       .audience = {.units = {commune}, .kinds = {}, .below = {}}};
      TRY_VOID(request::send_request(c, scope, wanted, {1}, now));
      TRY_VOID(request::ask_for_help(c, scope, {.unit = commune, .title = "Không gỡ được tệp", .about_id = {}, .page = {},
                                                .words = {.words = "Tệp tự sinh lại.", .before = {}, .after = {}, .evidence = {}}}, {1}, now));
      return {};
    }));
  }
  int run(const std::vector<std::string>& words) {
    console = std::make_unique<KeptConsole>(Language::en);
    Office office{.hub = *hub, .ledger = *ledger, .env = env, .config = config, .tenant = tenant, .ca_sha256 = {}, .audit_public_key = {}};
    return run_office_command(office, words, *console);
  }
  std::string out() { return console->said(); }

  TemporaryFolder folder;
  Config config = default_config();
  Env env = system_env();
  std::unique_ptr<store::Store> hub = store::Store::open({.path = folder / "khien.db", .migrations = store::hub_migrations()}).value();
  std::unique_ptr<store::Ledger> ledger = store::Ledger::open({.path = folder / "ledger.db"}).value();
  TenantId tenant;
  std::unique_ptr<KeptConsole> console;
};

TEST_CASE("request: what units are asked, unit by unit, and who is stuck") {
  Asking asking;
  CHECK(asking.run({"request", "list"}) == 0);
  CHECK(asking.out() == "1\tRà soát tài khoản\t-\t0/1\t0\n");
  CHECK(asking.run({"request", "list", "--late"}) == 0);
  CHECK(asking.out().empty());
  CHECK(asking.run({"request", "show", "1"}) == 0);
  CHECK(asking.out().find("  not read\tXã Mỹ Châu\t-\n") != std::string::npos);
  CHECK(asking.run({"request", "show", "1", "--json"}) == 0);
  CHECK(asking.out().find(R"("state":"sent")") != std::string::npos);
  CHECK(asking.run({"request", "help-desk"}) == 0);
  CHECK(asking.out().find("\tnew\t") != std::string::npos);
  CHECK(asking.run({"request", "show", "7"}) != 0);
  CHECK(asking.run({"request", "show", "x"}) == 2);
  CHECK(asking.run({"request"}) == 2);
}

}  // namespace
}  // namespace khien::hub
