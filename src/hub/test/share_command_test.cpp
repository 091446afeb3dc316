#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "hub_set_up.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/env.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/exchange/key_sealer.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/installation.hpp"
#include "khien/hub/office.hpp"
#include "sharing_set_up.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

struct Owner {
  Owner() {
    config.folder = folder.path();
    tenant = set_up_first_time(*hub, config, env).value().tenant;
    REQUIRE(hub->write([this](store::Connection& c) -> Result<void> {
      TRY(const auto scope, api::owner_scope(c, tenant));
      for (const auto* name : {"that", "mau"}) {
        TRY(const auto token, estate::create_token(c, scope, scope.roots().front(), std::nullopt, hours(1), env.clock.now(), env.random));
        TRY(const auto machine,
            estate::redeem_token(c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = name, .agent_version = "0.1"},
                                 env.clock.now()));
        static_cast<void>(machine);
      }
      TRY_VOID(c.run("UPDATE machine SET sample_at = last_seen WHERE hostname = 'mau'"));
      return {};
    }));
  }
  int run(const std::vector<std::string>& words) {
    console = std::make_unique<KeptConsole>(Language::en);
    Office office{.hub = *hub, .ledger = *ledger, .env = env, .config = config, .tenant = tenant, .ca_sha256 = {}, .audit_public_key = {}};
    return run_office_command(office, words, *console);
  }
  void give_key() {
    const auto key = exchange::make_throw_away_key("Khiên").value();
    certificate = key.certificate_pem;
    config.sharing.key_file = folder.path() + "/key.pem";
    config.sharing.certificate_file = folder.path() + "/certificate.pem";
    REQUIRE(env.files.write(config.sharing.key_file, key.key_pem.reveal(), 0600));
    REQUIRE(env.files.write(config.sharing.certificate_file, certificate, 0600));
    config.sharing.organ_id = "000.00.12.H28";
    config.sharing.organ_name = "UBND tỉnh";
  }

  TemporaryFolder folder;
  Env env = system_env();
  Config config = default_config();
  std::unique_ptr<store::Store> hub = store::Store::open({.path = folder.path() + "/khien.db", .migrations = store::hub_migrations()}).value();
  std::unique_ptr<store::Ledger> ledger = store::Ledger::open({.path = folder.path() + "/ledger.db"}).value();
  TenantId tenant;
  std::string certificate;
  std::unique_ptr<KeptConsole> console;
};

Result<exchange::AvReport> read_as(const std::string& scheme, const std::string& xml) {
  TRY(const auto content, find_content());
  TRY(const auto table, read_share_scheme(content, scheme, system_files()));
  Budget budget({.depth = 40});
  return table.read(xml, budget);
}

int typed(std::vector<std::string> words, KeptConsole& console) {
  words.insert(words.end(), {"--folder", "/nowhere/khien"});
  return run_command_line(words, console);
}

TEST_CASE("khien share avreport --demo: no hub is needed; of the sample province alone, signed with a key that is thrown away") {
  // The other scheme is another table (avreport_test); the province takes seconds to make.
  KeptConsole console(Language::en);
  REQUIRE_MESSAGE(typed({"share", "avreport", "--scheme", "8676", "--demo", "-o", "-"}, console) == 0, console.complained());
  const auto read = read_as("8676", console.said());
  REQUIRE_MESSAGE(read, read.error().what());
  CHECK(read->rows.size() == exchange::kMostRows);  // as much as one message holds
  CHECK(read->from.name.contains("mẫu"));
  CHECK(std::ranges::count(read->rows, exchange::RowKind::malware, &exchange::ReportRow::kind) > 0);
  CHECK(typed({"share", "avreport", "--scheme", "2290", "--demo", "--send"}, console) == 2);
  CHECK(typed({"share", "avreport", "--scheme", "1", "--demo", "-o", "-"}, console) == 2);
  CHECK(typed({"share", "avreport", "--scheme", "2290", "--demo"}, console) == 2);
  CHECK(typed({"share", "avreport", "--scheme", "2290", "--send", "--token", "x"}, console) == 2);
  CHECK(typed({"share", "avreport", "--scheme", "2290", "-o", "-", "--token", "x"}, console) == 2);  // and by which library?
}

TEST_CASE("khien share avreport -o: of real machines alone, with the key of the settings") {
  Owner owner;
  CHECK(owner.run({"share", "avreport", "--scheme", "2290", "-o", "-"}) == 1);
  CHECK(owner.console->complained().contains("OrganId"));
  owner.give_key();
  const std::string file = owner.folder.path() + "/m.xml";
  REQUIRE(owner.run({"share", "avreport", "--scheme", "2290", "--since", "2026-01-01", "-o", file}) == 0);
  const auto xml = owner.env.files.read(file, 1u << 20).value();
  CHECK(exchange::check_seal(xml, owner.certificate));
  CHECK(read_as("2290", xml).value().rows.at(0).facts.at("name") == "that");
  owner.config.sharing.key_file.clear();
  CHECK(owner.run({"share", "avreport", "--scheme", "2290", "-o", "-"}) == 1);
  CHECK(owner.console->complained().contains("key_file"));
}

TEST_CASE("khien share: wrong use is said, and who is not configured gets nothing") {
  Owner owner;
  owner.give_key();
  CHECK(owner.run({"share"}) == 2);
  CHECK(owner.run({"share", "avreport", "-o", "-"}) == 2);
  CHECK(owner.run({"share", "avreport", "--scheme", "2290"}) == 2);
  CHECK(owner.run({"share", "avreport", "--scheme", "2290", "-o", "-", "--since", "hôm qua"}) == 2);
  CHECK(owner.run({"share", "avreport", "--scheme", "2290", "--send"}) == 1);
  CHECK(owner.console->complained().contains("url_2290"));
  CHECK(owner.run({"share", "status"}) == 0);
  CHECK(owner.console->said().contains("Nothing is shared"));
  // Nobody listens there: it waits, and says so.
  owner.config.sharing.url_2290 = "http://127.0.0.1:1/";
  CHECK(owner.run({"share", "avreport", "--scheme", "2290", "--send"}) == 1);
  CHECK(owner.console->said().contains("queued 1"));
}

}  // namespace
}  // namespace khien::hub
