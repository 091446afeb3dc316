// The whole interface in the order in which a province meets it; every answer is
// checked against schema/openapi.yaml, and every operation must have been asked.
#include "journey.hpp"
#include "totp.hpp"
#include "walk_botnet.hpp"
#include "walk_messages.hpp"
#include "walk_roster.hpp"

namespace khien::api {
namespace {

using net::Method;

TEST_CASE("every operation answers as the interface says, from the first password to the first catch") {
  Journey journey;
  World& world = journey.world;
  const auto province = world.add_tenant("Tỉnh Lam Giang");
  std::string password;
  world.write([&](store::Connection& c) -> Result<void> {
    TRY(const auto made, create_account(c, {province.tenant, "admin", "Trần Thị Bình", Role::province_admin,
                                            {province.root}},
                                        kCheap, world.clock.now(), world.random));
    password = made.one_time_password.reveal();
    return {};
  });

  // Sign in, change the one-time password, set up the second factor.
  journey.get("/session", 401);
  const auto session = journey.ask(Method::post, "/session", 200,
                                   R"({"username":"admin","password":")" + password + R"("})");
  CHECK(field_of(session, "must_change_password") == "true");
  CHECK(field_of(session, "tenant") == "Tỉnh Lam Giang");
  CHECK(field_of(session, "sample") == "false");
  journey.get("/overview", 403);
  journey.ask(Method::put, "/session/password", 200,
              R"({"current":")" + password + R"(","new":"một mật khẩu rất dài"})");
  journey.ask(Method::post, "/session/totp", 403);
  journey.ask(Method::post, "/session/step-up", 200, R"({"password":"một mật khẩu rất dài"})");
  const auto setup = journey.ask(Method::post, "/session/totp", 200);
  CHECK(field_of(setup, "uri").starts_with("otpauth://totp/Khien:admin?secret="));
  Bytes secret;
  REQUIRE(world.hub->read([&](store::Connection& c) -> Result<void> {
            TRY(const auto person, find_credentials(c, "admin"));
            secret = person->totp_pending;
            return {};
          }).has_value());
  CHECK(field_of(setup, "secret") == to_base32(secret));
  journey.ask(Method::put, "/session/totp", 200,
              R"({"totp":")" + totp_code(secret, totp_step(world.clock.now())) + R"("})");
  CHECK(field_of(journey.get("/session"), "totp_enabled") == "true");

  // Before any machine: nothing was looked at.
  CHECK(field_of(journey.get("/overview"), "verdict.level") == "unknown");
  CHECK(field_of(journey.get("/machines"), "total") == "0");

  // Units, a token, a machine.
  const auto root = std::to_string(province.root.value);
  const auto commune = field_of(journey.ask(Method::post, "/units", 201,
                                            R"({"name":"Xã Mỹ Châu","kind":"commune","parent":)" + root + "}"),
                                "id");
  journey.ask(Method::patch, "/units/" + commune, 200, R"({"name":"Phường Mỹ Châu"})");
  const auto spare = field_of(
      journey.ask(Method::post, "/units", 201, R"({"name":"Tạm","kind":"other","parent":)" + root + "}"), "id");
  journey.ask(Method::delete_, "/units/" + spare, 204);
  journey.get("/units");
  walk_estate(journey, root, commune);
  const auto token = journey.ask(Method::post, "/enrolment-tokens", 201, R"({"unit":)" + commune + "}");
  CHECK(field_of(token, "command") ==
        "sudo khien-agent enroll https://hub.example.gov.vn:8444 " + field_of(token, "secret"));
  const auto carried = EnrolmentToken::from_text(field_of(token, "secret"));
  REQUIRE(carried.has_value());
  const auto unused = journey.ask(Method::post, "/enrolment-tokens", 201, R"({"unit":)" + commune + R"(,"valid_hours":1})");
  journey.ask(Method::delete_, "/enrolment-tokens/" + field_of(unused, "token.id"), 204);
  auto machine = world.enrol(province, {std::stoll(commune)}, "mx1");
  CHECK(field_of(unused, "token.created_by.name") == "Trần Thị Bình");
  // One of the command line is by nobody who has an account.
  world.write([&](store::Connection& c) -> Result<void> {
    const auto scope = store::TenantScope::for_test(province.tenant, {province.root});
    TRY_VOID(estate::create_token(c, scope, province.root, std::nullopt, hours(1), world.clock.now(), world.random));
    return {};
  });
  CHECK(field_of(journey.get("/enrolment-tokens"), "items.0.created_by") == "null");

  // It speaks: who it is, what is installed, how it is protected, and a bad file.
  PackagesSeen packages{.inventory = 1, .part = 1, .parts = 1, .packages = {}};
  packages.packages.push_back({"pkg:deb/debian/bash@5.2?arch=amd64", "bash", "5.2", "", ""});
  const auto now = world.clock.now();
  const auto answer = world.report(machine, {{now, described("mx1")},
                                             {now, packages},
                                             {now, all_running(now)},
                                             {now, complete_scan(now)},
                                             {now, bad_file("/srv/thư mục/eicar.com")}});
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  world.clock.advance(seconds(10));

  const auto machines = journey.get("/machines?health=infected&q=mx1&limit=5");
  CHECK(field_of(machines, "items.0.name") == "mx1");
  const auto id = field_of(machines, "items.0.id");
  CHECK(field_of(journey.get("/machines?content=updated&kind=unlisted&os=Debian%20GNU%2FLinux%2012"), "total") == "1");
  CHECK(field_of(journey.get("/machines?content=not_updated"), "total") == "0");
  CHECK(field_of(journey.get("/machine-facets?content=not_updated"), "content.updated") == "1");
  CHECK(field_of(journey.get("/machine-facets?kind=server"), "kinds.unlisted") == "1");
  journey.get("/machine-facets?kind=laptop", 422);
  journey.get("/machines/" + id);
  CHECK(field_of(journey.get("/machines/" + id + "/packages?q=bash"), "items.0.version") == "5.2");
  const auto overview = journey.get("/overview?unit=" + root);
  CHECK(field_of(overview, "verdict.level") == "alarm");
  CHECK(field_of(overview, "content.machines") == "1");
  CHECK(field_of(overview, "attention.0.kind") == "finding");
  CHECK(field_of(overview, "findings.critical") == "1");

  // A line of the list has the machine's name and is taken for it, until a person says that it is not.
  const auto line = field_of(journey.ask(Method::post, "/devices", 201, R"({"name":"mx1","kind":"workstation","unit":)" + commune + "}"), "id");
  const auto lines = std::stoi(field_of(journey.get("/devices"), "total"));
  journey.ask(Method::post, "/devices/" + line + "/parting", 200);
  CHECK(std::stoi(field_of(journey.get("/devices"), "total")) == lines + 1);
  journey.ask(Method::post, "/devices/" + line + "/parting", 409);
  journey.ask(Method::delete_, "/devices/" + line + "/parting", 200);
  CHECK(std::stoi(field_of(journey.get("/devices"), "total")) == lines);

  // The catch, down to its bytes.
  const auto findings = journey.get("/findings?view=open&severity=critical,high&machine=" + id);
  CHECK(field_of(findings, "counts.open") == "1");
  CHECK(field_of(findings, "items.0.subject") == "/srv/thư mục/eicar.com");
  const auto finding = field_of(findings, "items.0.id");
  const auto groups = journey.get("/findings?group=rule");
  CHECK(field_of(groups, "items") == "array:0");
  CHECK(field_of(groups, "groups.0.assets") == "1");
  CHECK(field_of(journey.get("/findings?rule=" + field_of(groups, "groups.0.rule")), "items.0.id") == finding);
  CHECK(field_of(journey.get("/findings?rule=yara:khien"), "total") == "0");
  const auto detail = journey.get("/findings/" + finding);
  CHECK(field_of(detail, "facts.0.value") == "/srv/thư mục/eicar.com");
  const auto observation = journey.get("/observations/" + field_of(detail, "evidence.0.id"));
  CHECK(field_of(observation, "hash_ok") == "true");
  CHECK(sha256(field_of(observation, "raw")).hex() == field_of(observation, "observation.event_sha256"));
  journey.ask(Method::patch, "/findings/" + finding, 422, R"({"state":"suppressed"})");
  const auto taken = journey.ask(Method::patch, "/findings/" + finding, 200, R"({"state":"in_progress","take":true})");
  CHECK(field_of(taken, "finding.owner.name") == "Trần Thị Bình");

  walk_access(journey, machine, finding);
  walk_incidents(journey, province, commune, finding);
  walk_quarantine(journey, province, machine, finding);
  walk_website(journey, province.tenant, commune);
  walk_advisory(journey, machine, commune);
  walk_firewall(journey, commune);
  walk_letter(journey);
  walk_reports(journey, commune);
  walk_sharing(journey, province.tenant);
  walk_messages(journey);
  walk_roster(journey, commune);
  walk_botnet(journey, commune);
  walk_requests(journey, province, commune);
  walk_outside(journey, province);
  walk_help(journey, province, commune);

  const auto scan = journey.ask(Method::post, "/units/" + commune + "/scan", 201);
  CHECK(std::stoi(field_of(scan, "machines")) + std::stoi(field_of(scan, "waiting")) == 1);
  CHECK(field_of(journey.ask(Method::post, "/units/" + commune + "/scan", 409), "message.vi").find("trong vòng một giờ") != std::string::npos);

  // People.
  journey.get("/users");
  CHECK(field_of(journey.get("/people?unit=" + commune), "items.0.role") != "null");
  const auto made = journey.ask(
      Method::post, "/users", 201,
      R"({"username":"officer","name":"Lê Văn C","role":"unit_officer","scope":[)" + commune + "]}");
  const auto user = field_of(made, "user.id");
  journey.ask(Method::patch, "/users/" + user, 200, R"({"name":"Lê Văn Cường","role":"leader"})");
  journey.ask(Method::post, "/users/" + user + "/password", 200);

  walk_duties(journey, province, commune);
  walk_directives(journey, province, commune);
  walk_levels(journey, province, commune);
  walk_content(journey);
  walk_policies(journey, province, commune, id);

  // Proof, and the end.
  REQUIRE(world.api->tick().has_value());
  const auto audit = journey.get("/audit?limit=3");
  CHECK(field_of(audit, "items.0.action") == "policy.publish");
  CHECK(field_of(journey.get("/audit?q=password_reset&limit=1"), "items.0.object") == "user:" + user);
  CHECK(field_of(audit, "next") != "null");
  CHECK(field_of(journey.get("/audit?q=ENROL&cursor=9999"), "items.0.action").find("enrol") != std::string::npos);
  const auto verified = journey.ask(Method::post, "/audit/verify", 200);
  CHECK(field_of(verified, "ok") == "true");
  CHECK(field_of(verified, "checkpoints") == "1");
  journey.ask(Method::patch, "/machines/" + id, 200, R"({"revoked":true})");
  CHECK(world.report(machine, {{now, Heartbeat{}}}).status == 403);
  journey.ask(Method::delete_, "/session", 204);
  journey.get("/session", 401);

  journey.asked.insert("streamEvents");  // events_test.cpp
  for (const Route& route : routes()) CHECK_MESSAGE(journey.asked.contains(route.name), route.name);
}

}  // namespace
}  // namespace khien::api
