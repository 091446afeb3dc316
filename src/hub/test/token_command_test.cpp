#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <sstream>

#include "hub_set_up.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/env.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/hub/office.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/store/audit_log.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

// The databases of a hub that does not run, and whoever owns them.
struct Owner {
  Owner() {
    config.folder = folder.path();
    tenant = set_up_first_time(*hub, config, system_env()).value().tenant;
  }
  int run(const std::vector<std::string>& words) {
    Office office{.hub = *hub,
                  .ledger = *ledger,
                  .env = system_env(),
                  .config = config,
                  .tenant = tenant,
                  .ca_sha256 = {},
                  .audit_public_key = {},
                  .agents_port = 8444};
    return run_office_command(office, words, console);
  }
  template <class Value>
  Value read(const std::function<Result<Value>(store::Connection&)>& work) {
    Value value{};
    REQUIRE(hub->read([&](store::Connection& connection) -> Result<void> {
      TRY(value, work(connection));
      return {};
    }));
    return value;
  }
  std::vector<estate::TokenRecord> tokens() {
    return read<std::vector<estate::TokenRecord>>(
        [this](store::Connection& connection) -> Result<std::vector<estate::TokenRecord>> {
          TRY(const auto scope, api::owner_scope(connection, tenant));
          return estate::list_tokens(connection, scope, system_clock().now());
        });
  }

  TemporaryFolder folder;
  Config config = default_config();
  std::unique_ptr<store::Store> hub =
      store::Store::open({.path = folder / "khien.db", .migrations = store::hub_migrations()}).value();
  std::unique_ptr<store::Ledger> ledger = store::Ledger::open({.path = folder / "ledger.db"}).value();
  TenantId tenant;
  KeptConsole console{Language::en};
};

TEST_CASE("many tokens at once are all different, a line each; too many are none") {
  Owner owner;
  REQUIRE(owner.run({"token", "create", "--count", "50", "--json"}) == 0);
  std::set<std::string> lines;
  std::istringstream said(owner.console.said());
  for (std::string line; std::getline(said, line);) lines.insert(line);
  CHECK(lines.size() == 50);
  CHECK(owner.run({"token", "create", "--count", "0"}) == 1);
  CHECK(owner.run({"token", "create", "--count", "1001"}) == 1);
  CHECK(owner.tokens().size() == 50);
}

TEST_CASE("what is printed is the one line to type on a machine: the hub's address, then the token") {
  Owner owner;
  owner.config.names = {"khien.example.gov.vn"};
  REQUIRE(owner.run({"token", "create", "--count", "2"}) == 0);
  std::istringstream said(owner.console.said());
  std::string line;
  std::getline(said, line);  // what to do with the lines
  for (int i = 0; i < 2; ++i) {
    REQUIRE(std::getline(said, line));
    const std::string head = "  sudo khien-agent enroll https://khien.example.gov.vn:8444 ";
    REQUIRE_MESSAGE(line.starts_with(head), line);
    CHECK(EnrolmentToken::from_text(line.substr(head.size())).has_value());
  }
}

TEST_CASE("a token of the command line is nobody's, and is logged by the names that the screens use") {
  Owner owner;
  REQUIRE(owner.run({"token", "create"}) == 0);
  const auto tokens = owner.tokens();
  REQUIRE(tokens.size() == 1);
  CHECK_FALSE(tokens[0].created_by);
  REQUIRE(owner.run({"token", "revoke", std::to_string(tokens[0].id.value)}) == 0);
  const auto log = owner.read<std::vector<store::AuditRecord>>([&](store::Connection& connection) {
    return store::read_audit_before(connection, owner.tenant, 1'000, 2);
  });
  CHECK(log.at(0).entry.action == "enrolment_token.revoke");
  CHECK(log.at(1).entry.action == "enrolment_token.create");
  CHECK(log.at(1).entry.who == "system");
}

}  // namespace
}  // namespace khien::hub
