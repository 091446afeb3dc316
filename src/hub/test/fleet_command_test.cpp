#include <doctest/doctest.h>

#include <memory>

#include "hub_set_up.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/env.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/fleet/fleet.hpp"
#include "khien/hub/office.hpp"
#include "khien/store/audit_log.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

const Sha256 kFile = sha256("file");

// A hub's databases with one machine, old enough to vote, which called kFile clean.
struct Owner {
  Owner() {
    config.folder = folder.path();
    tenant = set_up_first_time(*hub, config, env).value().tenant;
    REQUIRE(hub->write([this](store::Connection& c) -> Result<void> {
      TRY(const auto scope, api::owner_scope(c, tenant));
      const Timestamp then = env.clock.now() - fleet::kVoterAge;
      TRY(const auto token,
          estate::create_token(c, scope, scope.roots().front(), std::nullopt, hours(1), then, env.random));
      TRY(machine, estate::redeem_token(c,
                                        {.secret = std::string(token.secret.reveal()),
                                         .csr_pem = {},
                                         .hostname = "may",
                                         .agent_version = "0.1"},
                                        then));
      return {};
    }));
    fleet::Desk desk(*hub, env, {});
    REQUIRE(desk.take(machine, {0x1234, {}, {kFile}}));
    REQUIRE(hub->write([](store::Connection&) -> Result<void> { return {}; }));
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
  std::string last_action() {
    std::string action;
    REQUIRE(hub->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto log, store::read_audit_before(c, tenant, 1'000, 1));
      action = log.at(0).entry.action + " " + log.at(0).entry.object;
      return {};
    }));
    return action;
  }

  TemporaryFolder folder;
  Config config = default_config();
  Env env = system_env();
  std::unique_ptr<store::Store> hub =
      store::Store::open({.path = folder / "khien.db", .migrations = store::hub_migrations()}).value();
  std::unique_ptr<store::Ledger> ledger = store::Ledger::open({.path = folder / "ledger.db"}).value();
  TenantId tenant;
  AgentIdentity machine;
  std::unique_ptr<KeptConsole> console;
};

TEST_CASE("khien fleet shows what is shared") {
  Owner owner;
  REQUIRE(owner.run({"fleet", "status", "--json"}) == 0);
  const std::string said = owner.console->said();
  CHECK(said.find(R"("agreement":3)") != said.npos);
  CHECK(said.find(R"("branches":1)") != said.npos);
  CHECK(said.find(R"("content":"0000000000001234")") != said.npos);
  CHECK(said.find(R"("files":1,"agreed":0)") != said.npos);
  REQUIRE(owner.run({"fleet", "file", kFile.hex()}) == 0);
  CHECK(owner.console->said().find("\"voters\":[" + std::to_string(owner.machine.machine.value) + "]") != said.npos);
  CHECK(owner.run({"fleet", "status"}) == 0);
  CHECK(owner.console->said().find("Nothing is shared: 1 units") != std::string::npos);
}

TEST_CASE("khien fleet recall is logged, with its reason, and says what cannot be recalled") {
  Owner owner;
  const std::string machine = std::to_string(owner.machine.machine.value);
  CHECK(owner.run({"fleet", "recall", "machine", machine}) == 2);  // no reason
  REQUIRE(owner.run({"fleet", "recall", "machine", machine, "--reason", "broken into"}) == 0);
  CHECK(owner.last_action() == "fleet.recall machine:" + machine);
  REQUIRE(owner.run({"fleet", "trust", machine}) == 0);
  CHECK(owner.last_action() == "fleet.trust machine:" + machine);
  REQUIRE(owner.run({"fleet", "recall", "file", kFile.hex(), "--reason", "doubt"}) == 0);
  REQUIRE(owner.run({"fleet", "recall", "content", "0000000000001234", "--reason", "bad rules"}) == 0);
  CHECK(owner.run({"fleet", "recall", "content", "0000000000001234", "--reason", "again"}) == 1);
  CHECK(owner.run({"fleet", "recall", "machine", "999", "--reason", "r"}) == 1);
  CHECK(owner.run({"fleet", "recall", "file", "zz", "--reason", "r"}) == 1);
  CHECK(owner.run({"fleet", "recall", "nothing", "1", "--reason", "r"}) == 1);
  CHECK(owner.run({"fleet"}) == 2);
}

}  // namespace
}  // namespace khien::hub
