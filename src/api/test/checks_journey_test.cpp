// From how a machine is set up to what a person reads, and to its end: an agent's
// facts, a finding with its why, steps and clause, the setting mended, the finding
// closed by itself.
#include <string>

#include "world.hpp"

namespace khien::api {
namespace {

constexpr std::string_view kChecks = R"(clause: { vi: "TCVN 14423:2026, nhóm x.6", en: "TCVN 14423:2026, group x.6" }
clauses: [T14423-3.6]
checks:
  - id: ssh-root-password
    subject: "sshd_config: PermitRootLogin"
    severity: high
    title: { vi: Root đăng nhập bằng mật khẩu, en: Root signs in with a password }
    why: { vi: Dễ bị dò., en: It is guessed. }
    steps: [{ vi: Đặt PermitRootLogin no, en: Set PermitRootLogin no }]
    when: [{ fact: ssh.permit_root_login, is: [yes] }, { fact: listen.public, is: [tcp/22, tcp/2222] }]
    hit: { ssh.permit_root_login: yes, listen.public: tcp/22 }
    miss: { ssh.permit_root_login: no, listen.public: tcp/22 }
)";

ApiOptions with_checks() {
  Budget budget({});
  ApiOptions options;
  options.checks = std::make_shared<const check::CheckSet>(
      check::CheckSet::load({{"t.yaml", std::string(kChecks)}}, budget).value());
  return options;
}

ConfigurationSeen sshd(std::string root_login) {
  return {{{"listen.public", "tcp/2222"}, {"listen.public", "tcp/80"}, {"ssh.permit_root_login", std::move(root_login)}}, {}};
}

TEST_CASE("a setting is found, told with its clause, mended and closed; and only its own people see it") {
  World world(with_checks());
  const auto province = world.add_tenant("Tỉnh");
  const auto commune = world.add_unit(province, province.root, "Xã Đông");
  const auto other = world.add_unit(province, province.root, "Xã Tây");
  const auto officer = world.add_person(province.tenant, "dong", Role::unit_officer, {commune});
  const auto stranger = world.add_person(province.tenant, "tay", Role::unit_officer, {other});
  auto machine = world.enrol(province, commune, "srv-1");
  REQUIRE(world.report(machine, {{kStart, described("srv-1")}, {kStart, bad_file("/tmp/x")}, {kStart, sshd("yes")}}).status == 200);

  auto browser = world.session(province.tenant, officer);
  const auto id = std::to_string(machine.identity.machine.value);
  const auto list = browser.get("/api/v1/findings?judge=law&machine=" + id).body;
  CHECK(field_of(list, "total") == "1");
  CHECK(field_of(list, "items.0.rule") == "check:ssh-root-password");
  CHECK(field_of(list, "items.0.title.vi") == "Root đăng nhập bằng mật khẩu");
  CHECK(field_of(browser.get("/api/v1/findings?machine=" + id).body, "total") == "2");
  CHECK(field_of(browser.get("/api/v1/findings?judge=scan&machine=" + id).body, "total") == "1");
  const auto refused = browser.get("/api/v1/findings?judge=law");
  CHECK(refused.status == 400);
  CHECK(field_of(refused.body, "field") == "judge");

  const auto path = "/api/v1/findings/" + field_of(list, "items.0.id");
  auto detail = browser.get(path).body;
  CHECK(field_of(detail, "what_happened.vi") == "Dễ bị dò.");
  CHECK(field_of(detail, "what_to_do.0.en") == "Set PermitRootLogin no");
  CHECK(field_of(detail, "clause.en") == "TCVN 14423:2026, group x.6");
  CHECK(field_of(detail, "clauses.0") == "T14423-3.6");
  // What made it hold, and nothing of the rest.
  CHECK(detail.find("tcp/2222") != std::string::npos);
  CHECK(detail.find("tcp/80") == std::string::npos);
  auto away = world.session(province.tenant, stranger);
  CHECK(whole(away.get(path)) == whole(away.get("/api/v1/findings/999999")));
  CHECK(whole(away.get("/api/v1/findings?judge=law&machine=" + id)) == whole(away.get("/api/v1/findings?judge=law&machine=999999")));

  world.clock.advance(hours(4));
  REQUIRE(world.report(machine, {{world.clock.now(), sshd("no")}}).status == 200);
  auto later = world.session(province.tenant, officer);
  detail = later.get(path).body;
  CHECK(field_of(detail, "finding.state") == "resolved");
  CHECK(field_of(later.get("/api/v1/findings?judge=law&machine=" + id).body, "total") == "0");
}

TEST_CASE("a machine's page says what the national format asks") {
  World world(with_checks());
  const auto province = world.add_tenant("Tỉnh");
  const auto admin = world.add_person(province.tenant, "admin", Role::province_admin, {province.root});
  auto machine = world.enrol(province, province.root, "srv-1");
  auto browser = world.session(province.tenant, admin);
  const auto path = "/api/v1/machines/" + std::to_string(machine.identity.machine.value);
  CHECK(field_of(browser.get(path).body, "machine.protection_on") == "null");
  CHECK(field_of(browser.get(path).body, "machine.firewall") == "unknown");

  auto protection = all_running(kStart - days(16));
  protection.products = {{"mdatp", "Microsoft Defender", false, kStart}};
  protection.firewall = FirewallState::off;
  REQUIRE(world.report(machine, {{kStart, protection}}).status == 200);
  const auto body = browser.get(path).body;
  CHECK(field_of(body, "machine.protection_on") == "true");
  CHECK(field_of(body, "machine.firewall") == "off");
  CHECK(field_of(body, "machine.not_updated") == "true");
  CHECK(field_of(body, "products.0.name") == "Microsoft Defender");
  CHECK(field_of(body, "products.0.on") == "false");
  CHECK(field_of(browser.get("/api/v1/machines").body, "items.0.not_updated") == "true");
}

}  // namespace
}  // namespace khien::api
