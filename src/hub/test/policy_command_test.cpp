#include <doctest/doctest.h>

#include <memory>

#include "hub_set_up.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/env.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/hub/office.hpp"
#include "khien/policy/machine_policies.hpp"
#include "khien/store/audit_log.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

struct Owner {
  Owner() {
    config.folder = folder.path();
    tenant = set_up_first_time(*hub, config, env).value().tenant;
    REQUIRE(hub->write([this](store::Connection& c) -> Result<void> {
      TRY(const auto scope, api::owner_scope(c, tenant));
      const auto root = scope.roots().front();
      TRY(const auto token, estate::create_token(c, scope, root, std::nullopt, hours(1), env.clock.now(), env.random));
      TRY(machine, estate::redeem_token(c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "may", .agent_version = "0.1"}, env.clock.now()));
      return {};
    }));
    for (const auto* name : {"an", "binh"}) REQUIRE(run({"user", "add", name, "--role", "soc_operator"}) == 0);
    REQUIRE(run({"user", "add", "chi", "--role", "leader"}) == 0);
  }
  int run(const std::vector<std::string>& words) {
    console = std::make_unique<KeptConsole>(Language::en);
    Office office{.hub = *hub, .ledger = *ledger, .env = env, .config = config, .tenant = tenant, .ca_sha256 = {}, .audit_public_key = {}};
    return run_office_command(office, words, *console);
  }
  // As `prepare` makes of a file.
  static std::string file(std::string_view policy) { return "--content=" + to_base64(as_bytes(policy)); }

  TemporaryFolder folder;
  Env env = system_env();
  Config config = default_config();
  std::unique_ptr<store::Store> hub = store::Store::open({.path = folder.path() + "/khien.db", .migrations = store::hub_migrations()}).value();
  std::unique_ptr<store::Ledger> ledger = store::Ledger::open({.path = folder.path() + "/ledger.db"}).value();
  TenantId tenant;
  AgentIdentity machine;
  std::unique_ptr<KeptConsole> console;
};

TEST_CASE("khien policy: preview, set, a second person, and what the machine is to do") {
  Owner owner;
  const auto file = Owner::file(R"({"format":1,"files_per_second":200,"locked":["files_per_second"]})");
  CHECK(owner.run({"policy", "preview", "f", file}) == 0);
  CHECK(owner.console->said().find("1 of 1 machines change") != std::string::npos);
  CHECK(owner.console->said().find("files_per_second\tnull → 200\t1") != std::string::npos);
  CHECK(owner.run({"policy", "list"}) == 0);
  CHECK(owner.console->said().empty());

  CHECK(owner.run({"policy", "set", "f", file, "--as", "chi", "--reason", "x"}) == 1);
  CHECK(owner.run({"policy", "set", "f", file, "--as", "an"}) == 1);
  CHECK(owner.run({"policy", "set", "f", file, "--as", "an", "--reason", "theo chỉ đạo"}) == 0);
  CHECK(owner.run({"policy", "publish", "1", "--as", "an"}) == 1);
  const std::string machine = std::to_string(owner.machine.machine.value);
  CHECK(owner.run({"policy", "effective", machine}) == 0);
  CHECK(owner.console->said().find(R"("version":0)") != std::string::npos);
  CHECK(owner.run({"policy", "publish", "1", "--as", "binh"}) == 0);
  CHECK(owner.run({"policy", "effective", machine}) == 0);
  CHECK(owner.console->said().find(R"("version":1)") != std::string::npos);
  CHECK(owner.console->said().find(R"("files_per_second":{"value":200)") != std::string::npos);
  CHECK(owner.run({"policy", "list"}) == 0);
  CHECK(owner.console->said().find("\tany\t1\tin_force\t") != std::string::npos);
  CHECK(owner.run({"policy", "show", "1"}) == 0);
  CHECK(owner.console->said().find(R"("locked":["files_per_second"])") != std::string::npos);
}

TEST_CASE("khien policy: what is wrong is said, and nothing is made") {
  Owner owner;
  CHECK(owner.run({"policy", "preview", "f", Owner::file(R"({"format":1,"run":"x"})")}) == 1);
  CHECK(owner.console->complained().find("run: is not known") != std::string::npos);
  CHECK(owner.run({"policy", "set", "f"}) == 2);
  CHECK(owner.run({"policy", "publish", "1", "--as", "an"}) == 1);
  CHECK(owner.run({"policy", "effective", "x"}) == 1);
  CHECK(owner.run({"policy"}) == 2);
  CHECK(owner.run({"policy", "list"}) == 0);
  CHECK(owner.console->said().empty());
}

}  // namespace
}  // namespace khien::hub
