// From a draft in a browser to a machine that does as it says: two persons, a signed
// file for that machine alone, what it tells, and drift that closes by itself.
#include "khien/core/signature.hpp"
#include "khien/flow/findings.hpp"
#include "khien/model/policy.hpp"
#include "khien/model/signed_envelope.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

struct Province {
  Province() {
    tenant = world.add_tenant("Tỉnh A");
    commune = world.add_unit(tenant, tenant.root, "Xã An Lộc");
    writer = world.add_person(tenant.tenant, "an", Role::soc_operator, {tenant.root});
    second = world.add_person(tenant.tenant, "binh", Role::province_admin, {tenant.root});
  }
  // What the API says it wants.
  std::string draft(std::string_view policy, UnitId unit) {
    JsonWriter json;
    json.begin_object().field("unit", unit.value).field("role", "any").field("policy", policy);
    json.field("valid_from", to_string(vietnam_day(world.clock.now()))).field("reason", "theo chỉ đạo").end_object();
    return json.take();
  }
  std::string publish(std::string_view policy, UnitId unit) {
    auto one = world.session(tenant.tenant, writer);
    const auto made = one.post("/api/v1/policies", draft(policy, unit));
    REQUIRE_MESSAGE(made.status == 201, made.body);
    const auto id = field_of(made.body, "policy.id");
    const auto decision = R"({"publish":true,"read":")" + field_of(made.body, "policy.draft.digest") + "\"}";
    CHECK(one.post("/api/v1/policies/" + id + "/decision", decision).status == 409);
    CHECK(world.session(tenant.tenant, second, false).post("/api/v1/policies/" + id + "/decision", decision).status == 403);
    auto two = world.session(tenant.tenant, second);
    CHECK(two.post("/api/v1/policies/" + id + "/decision", R"({"publish":true,"read":")" + std::string(64, '0') + "\"}").status == 409);
    const auto decided = two.post("/api/v1/policies/" + id + "/decision", decision);
    REQUIRE_MESSAGE(decided.status == 200, decided.body);
    CHECK(field_of(decided.body, "policy.in_force.number") == "1");
    CHECK(field_of(decided.body, "policy.draft") == "null");
    return id;
  }
  net::Response ask(const EnrolledMachine& machine, std::string body = policy_request(0)) {
    return answer_of(*world.agents, world.agent_request(machine, "/agent/v1/policy", std::move(body)));
  }
  // The document of an answer that the province's key signed.
  PolicyDocument document(const net::Response& answer) {
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    const auto file = read_signed_file(as_bytes(answer.body)).value();
    const auto key = ed25519_public_key(world.policy_seed).value();
    CHECK(check_signature(file.envelope, key).has_value());
    CHECK(file.envelope.statement.payload_sha256 == sha256(file.payload));
    CHECK(file.envelope.statement.type == SignedType::policy);
    return policy_document_from_json(as_text(file.payload)).value();
  }
  std::int64_t says(EnrolledMachine& machine, const PolicySeen& seen) {
    const auto answer = world.report(machine, {{world.clock.now(), seen}});
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return acknowledgement_from_json(answer.body).value().policy_version;
  }
  std::vector<flow::FindingRecord> open() {
    std::vector<flow::FindingRecord> all;
    const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(auto page, flow::list_findings(c, scope, {}));
      all = std::move(page.items);
      return {};
    });
    return all;
  }

  World world;
  estate::NewTenant tenant;
  UnitId commune;
  UserId writer, second;
};

TEST_CASE("published, fetched, told of: drift is a finding that closes by itself") {
  Province p;
  auto machine = p.world.enrol(p.tenant, p.commune, "pc-01", p.writer);
  auto sibling = p.world.enrol(p.tenant, p.tenant.root, "mx-tinh", p.writer);
  CHECK(p.says(machine, {}) == 0);
  CHECK(p.ask(machine).status == 204);
  p.publish(R"({"format":1,"on_access":"notify","files_per_second":300,"locked":["on_access"]})", p.commune);
  CHECK(p.says(machine, {}) == 1);
  CHECK(p.says(sibling, {}) == 0);
  CHECK(p.ask(sibling).status == 204);
  const auto document = p.document(p.ask(machine));
  CHECK(document.machine == machine.identity);
  CHECK(document.version == 1);
  CHECK(document.settings.on_access == OnAccess::notify);

  // It stays behind.
  p.world.clock.advance(hours(5));
  p.says(machine, {});
  REQUIRE(p.open().size() == 1);
  CHECK(p.open()[0].rule == "policy:not_applied");
  auto reader = p.world.session(p.tenant.tenant, p.writer);
  const auto page = reader.get("/api/v1/machines/" + std::to_string(machine.identity.machine.value) + "/policy");
  REQUIRE_MESSAGE(page.status == 200, page.body);
  CHECK(field_of(page.body, "desired.version") == "1");
  CHECK(field_of(page.body, "seen.version") == "0");
  CHECK(field_of(page.body, "drift") == "array:1");
  const auto finding = reader.get("/api/v1/findings/" + std::to_string(p.open()[0].id.value));
  CHECK(finding.status == 200);
  CHECK(finding.body.find("Máy chưa áp dụng chính sách mới") != std::string::npos);

  // It follows, but its own file keeps one setting.
  PolicySeen seen{.state = PolicySeen::State::in_force, .version = 1};
  seen.differences = {{PolicySetting::files_per_second, PolicyDeviation::local}};
  p.says(machine, seen);
  REQUIRE(p.open().size() == 1);
  CHECK(p.open()[0].rule == "policy:differs");
  seen.differences.clear();
  p.says(machine, seen);
  CHECK(p.open().empty());
  const auto list = reader.get("/api/v1/policies");
  CHECK(field_of(list.body, "counts.in_line") == "1");
}

TEST_CASE("a machine is given its own policy and no other's, signed anew and never older") {
  Province p;
  auto mine = p.world.enrol(p.tenant, p.commune, "pc-01", p.writer);
  const auto elsewhere = p.world.add_tenant("Tỉnh B");
  auto foreign = p.world.enrol(elsewhere, elsewhere.root, "pc-b", p.writer);
  p.publish(R"({"format":1,"files_per_second":300})", p.commune);
  CHECK(p.ask(foreign).status == 204);
  CHECK(p.ask(mine, R"({"version":"x"})").status == 422);
  CHECK(p.ask(mine, R"({"version":-1})").status == 422);
  CHECK(p.ask(mine, std::string(2'000, ' ')).status == 413);
  auto stranger = request_of(net::Method::post, "/agent/v1/policy", policy_request(0));
  CHECK(answer_of(*p.world.agents, std::move(stranger)).status == 403);
  // Who names another machine is still who its certificate says.
  const auto named = p.ask(mine, R"({"version":0,"machine":)" + std::to_string(foreign.identity.machine.value) + "}");
  CHECK(p.document(named).machine == mine.identity);
  const auto first = p.ask(mine, policy_request(1));
  p.world.clock.advance(days(1));
  const auto later = p.ask(mine, policy_request(1));
  CHECK(p.document(first) == p.document(later));
  CHECK(first.body != later.body);  // it lives longer
  // A hub that was put back to an older copy goes on above what its agent has.
  CHECK(p.document(p.ask(mine, policy_request(77))).version == 78);
  CHECK(p.ask(mine, policy_request(INT64_MAX)).status == 422);
  int refused = 0;
  for (int i = 0; i < 100; ++i) refused += p.ask(mine).status == 429 ? 1 : 0;
  CHECK(refused > 30);
}

TEST_CASE("what is wrong with a draft is named by its field, in a preview too") {
  Province p;
  auto browser = p.world.session(p.tenant.tenant, p.writer);
  const auto field = [&](std::string_view policy) {
    const auto answer = browser.post("/api/v1/policies", p.draft(policy, p.commune));
    CHECK(answer.status == 422);
    return field_of(answer.body, "field");
  };
  CHECK(field(R"({"format":1,"run":"x"})") == "run");
  CHECK(field(R"({"format":1,"exclusions":[{"path":"/","reason":"x","until":"2026-12-01"}]})") == "exclusions[0].path");
  CHECK(field(R"({"format":1,"exclusions":[{"path":"/a/b","reason":"x","until":"2029-12-01"}]})") == "exclusions[0].until");
  CHECK(field("not json") == "policy");
  p.world.enrol(p.tenant, p.commune, "pc-01", p.writer);
  const auto trial = R"({"unit":)" + std::to_string(p.tenant.root.value) +
                     R"(,"role":"any","policy":"{\"format\":1,\"cpu_percent\":30}","valid_from":"2026-12-01"})";
  const auto seen = browser.post("/api/v1/policies/preview", trial);
  REQUIRE_MESSAGE(seen.status == 200, seen.body);
  CHECK(field_of(seen.body, "touched") == "1");
  CHECK(field_of(seen.body, "changes.0.after") == "30");
  CHECK(field_of(browser.get("/api/v1/policies").body, "items") == "array:0");
}

}  // namespace
}  // namespace khien::api
