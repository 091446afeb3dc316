// What agents may do: T3 (certificates), T17 (replay), T26 (enrolment).
#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "agent_trust.hpp"
#include "khien/estate/machines.hpp"
#include "khien/model/fleet.hpp"
#include "khien/flow/orders.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

using net::Method;

struct TwoProvinces {
  TwoProvinces() {
    a = world.add_tenant("Tỉnh A");
    b = world.add_tenant("Tỉnh B");
    admin = world.add_person(a.tenant, "admin", Role::province_admin, {a.root});
  }
  Secret token_for(const estate::NewTenant& tenant) {
    Secret secret;
    const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(auto token, estate::create_token(c, scope, tenant.root, UserId{1}, hours(1), world.clock.now(), world.random));
      secret = std::move(token.secret);
      return {};
    });
    return secret;
  }
  net::Response enrol(std::string_view secret, std::string_view address = "192.0.2.1") {
    const auto key = net::make_key_and_request("x").value();
    auto request = request_of(Method::post, "/agent/v1/enrol",
                              to_json(EnrolRequest{std::string(secret), key.csr_pem, "may", "0.1.0"}));
    request.peer_address = std::string(address);
    return answer_of(*world.agents, std::move(request));
  }
  std::int64_t events_of(MachineId machine) {
    const auto events = world.ledger->read_after({0}, 10'000).value();
    return std::ranges::count_if(events, [&](const store::StoredEvent& e) { return e.machine == machine; });
  }

  World world;
  estate::NewTenant a;
  estate::NewTenant b;
  UserId admin;
};

TEST_CASE("an enrolled machine's events are acknowledged, stored once, and numbered on") {
  TwoProvinces two;
  auto machine = two.world.enrol(two.a, two.a.root, "mx1");
  const auto now = two.world.clock.now();
  const auto replayed = two.world.batch_request(machine, {{now, Heartbeat{}}, {now, Heartbeat{.uptime_ms = 1}}});
  const auto first = two.world.report(machine, {{now, Heartbeat{}}, {now, Heartbeat{.uptime_ms = 1}}});
  REQUIRE_MESSAGE(first.status == 200, first.body);
  const auto acknowledgement = acknowledgement_from_json(first.body).value();
  CHECK(acknowledgement.seq_hi == 2);
  CHECK(acknowledgement.batch_sha256 == sha256(*replayed.body));
  // The same batch five times more: same word, nothing new.
  for (int i = 0; i < 5; ++i) CHECK(late_answer_of(*two.world.agents, replayed).body == first.body);
  CHECK(two.events_of(machine.identity.machine) == 2);
}

TEST_CASE("a batch that leaves a gap is told where to go on, and the same number with other bytes is refused") {
  TwoProvinces two;
  auto machine = two.world.enrol(two.a, two.a.root, "mx1");
  const auto now = two.world.clock.now();
  two.world.report(machine, {{now, Heartbeat{}}});
  auto ahead = machine;
  ahead.next_seq = 10;
  const auto gap = late_answer_of(*two.world.agents, two.world.batch_request(ahead, {{now, Heartbeat{}}}));
  CHECK(gap.status == 409);
  CHECK(field_of(gap.body, "code") == "conflict");
  CHECK(field_of(gap.body, "expected_seq") == "2");
  CHECK(field_of(gap.body, "epoch") == "1");
  auto again = machine;
  again.next_seq = 1;
  const auto forked = late_answer_of(*two.world.agents, two.world.batch_request(again, {{now, Heartbeat{.uptime_ms = 9}}}));
  CHECK(forked.status == 409);
  CHECK(two.events_of(machine.identity.machine) == 1);
}

TEST_CASE("what cannot be read is refused before anything is stored") {
  TwoProvinces two;
  auto machine = two.world.enrol(two.a, two.a.root, "mx1");
  const auto send = [&](std::string body, std::string_view encoding) {
    auto request = request_of(Method::post, "/agent/v1/batch", std::move(body));
    if (!encoding.empty()) request.headers.add("Content-Encoding", std::string(encoding));
    request.certificate = machine.certificate;
    return late_answer_of(*two.world.agents, std::move(request)).status;
  };
  CHECK(send("", "") == 422);
  CHECK(send("{}", "") == 422);
  CHECK(send("not zstd", "zstd") == 422);
  CHECK(send("{}", "gzip") == 422);
  const auto bomb = ingest::compress_upload(std::string(64u << 20, ' '));
  CHECK(send(bomb, "zstd") == 413);
  CHECK(two.world.ledger->newest().value().value == 0);
}

// T3 cert_swap: {two tenants} × {valid, over, revoked, of another machine, of a
// machine that is none, without a name}, on every operation.
TEST_CASE("data lands under the certificate's own machine, or nowhere") {
  TwoProvinces two;
  struct Held {
    std::string name;
    EnrolledMachine machine;
    bool good;
  };
  std::vector<Held> certificates;
  std::vector<EnrolledMachine> valid;
  for (const auto* tenant : {&two.a, &two.b}) {
    const auto good = two.world.enrol(*tenant, tenant->root, "good");
    const auto revoked = two.world.enrol(*tenant, tenant->root, "revoked");
    const auto scope = store::TenantScope::for_test(tenant->tenant, {tenant->root});
    two.world.write([&](store::Connection& c) {
      return estate::revoke_machine(c, scope, revoked.identity.machine, two.world.clock.now());
    });
    auto over = good;
    over.certificate.not_after = two.world.clock.now() - seconds(1);
    // Made by our own authority for somebody else: the name alone must not do.
    auto foreign = good;
    foreign.certificate.agent = {tenant->tenant == two.a.tenant ? two.b.tenant : two.a.tenant,
                                 good.identity.machine};
    auto absent = good;
    absent.certificate.agent = {tenant->tenant, MachineId{999'999}};
    auto nameless = good;
    nameless.certificate.agent.reset();
    certificates.push_back({"valid", good, true});
    certificates.push_back({"revoked", revoked, false});
    certificates.push_back({"over", over, false});
    certificates.push_back({"of another tenant", foreign, false});
    certificates.push_back({"of no machine", absent, false});
    certificates.push_back({"without a name", nameless, false});
    valid.push_back(good);
  }
  // A certificate of one machine with the key of the other.
  auto swapped = valid[0];
  swapped.certificate.sha256 = valid[1].certificate.sha256;
  certificates.push_back({"another machine's key", swapped, false});

  REQUIRE(certificates.size() == 13);
  const auto now = two.world.clock.now();
  const auto key = net::make_key_and_request("x").value();
  int pairs = 0;
  for (const auto& held : certificates) {
    for (const auto& claimed : certificates) {
      // The body speaks for another machine; only the certificate is believed.
      auto request = two.world.batch_request(claimed.machine, {{now, described("claims " + claimed.name)}});
      request.certificate = held.machine.certificate;
      request.headers.add("X-Khien-Machine", claimed.machine.identity.uri());
      const auto answer = late_answer_of(*two.world.agents, std::move(request));
      CHECK_MESSAGE((held.good ? answer.status == 200 || answer.status == 409 : answer.status == 403), held.name);
      ++pairs;
    }
    auto fleet = request_of(Method::post, "/agent/v1/fleet", to_json(FleetQuestion{1, {sha256("x")}, {sha256("x")}}));
    fleet.certificate = held.machine.certificate;
    CHECK_MESSAGE(answer_of(*two.world.agents, std::move(fleet)).status == (held.good ? 200 : 403), held.name);
    auto renew = request_of(Method::post, "/agent/v1/renew", to_json(RenewRequest{key.csr_pem}));
    renew.certificate = held.machine.certificate;
    if (!held.good) CHECK_MESSAGE(answer_of(*two.world.agents, std::move(renew)).status == 403, held.name);
  }
  std::set<std::int64_t> machines;
  for (const auto& event : two.world.ledger->read_after({0}, 1'000).value()) {
    const auto& owner = event.tenant == two.a.tenant ? valid[0] : valid[1];
    CHECK(event.machine == owner.identity.machine);
    machines.insert(event.machine.value);
  }
  CHECK(machines.size() == 2);
  MESSAGE(pairs, " pairs of certificate and claim, 0 cross writes");
}

TEST_CASE("without a client certificate nothing but the CA and enrolment answers") {
  TwoProvinces two;
  CHECK(late_answer_of(*two.world.agents, request_of(Method::post, "/agent/v1/batch", "x")).status == 403);
  CHECK(answer_of(*two.world.agents, request_of(Method::post, "/agent/v1/renew", "{}")).status == 403);
  CHECK(answer_of(*two.world.agents, request_of(Method::post, "/agent/v1/fleet", "{}")).status == 403);
  const auto ca = answer_of(*two.world.agents, request_of(Method::get, "/agent/v1/ca"));
  CHECK(ca.status == 200);
  CHECK(net::certificate_sha256(ca.body).value() == two.world.authority->sha256());
  for (const char* path : {"/", "/agent/v1/enrol", "/agent/v1/ca/", "/agent/v2/ca", "/api/v1/session"}) {
    CHECK(answer_of(*two.world.agents, request_of(Method::get, path)).status == 404);
  }
}

net::Response ask_fleet(World& world, const EnrolledMachine& machine, std::string body) {
  auto request = request_of(Method::post, "/agent/v1/fleet", std::move(body));
  request.certificate = machine.certificate;
  return answer_of(*world.agents, std::move(request));
}

TEST_CASE("what a province's machines share about files stays in it") {
  TwoProvinces two;
  const auto file = sha256("common");
  const auto question = to_json(FleetQuestion{1, {file}, {}});
  const auto units_of = [&](const estate::NewTenant& tenant) {
    std::vector<EnrolledMachine> machines;
    for (const char* name : {"Sở A", "Sở B", "Sở C"}) {
      const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
      UnitId unit;
      two.world.write([&](store::Connection& c) -> Result<void> {
        TRY(unit, estate::create_unit(c, scope, name, estate::UnitKind::department, tenant.root, two.world.clock.now()));
        return {};
      });
      machines.push_back(two.world.enrol(tenant, unit, name));
    }
    return machines;
  };
  const auto ours = units_of(two.a);
  const auto theirs = units_of(two.b);
  two.world.clock.advance(fleet::kVoterAge);
  for (const auto& machine : ours) {
    REQUIRE(ask_fleet(two.world, machine, to_json(FleetQuestion{1, {}, {file}})).status == 200);
  }
  two.world.write([](store::Connection&) -> Result<void> { return {}; });
  const auto told = ask_fleet(two.world, ours[0], question);
  CHECK(fleet_answer_from_json(told.body, 1).value().words[0] == FleetWord::clean);
  const auto foreign = ask_fleet(two.world, theirs[0], question);
  CHECK(fleet_answer_from_json(foreign.body, 1).value().words[0] == FleetWord::judge);
  // Byte for byte as of a file that nobody has.
  CHECK(whole(foreign) == whole(ask_fleet(two.world, theirs[0], to_json(FleetQuestion{1, {sha256("absent")}, {}}))));
}

TEST_CASE("a question to the fleet that cannot be read, or is too long, is refused") {
  TwoProvinces two;
  const auto machine = two.world.enrol(two.a, two.a.root, "mx1");
  CHECK(ask_fleet(two.world, machine, "").status == 422);
  CHECK(ask_fleet(two.world, machine, "{}").status == 422);
  CHECK(ask_fleet(two.world, machine, R"({"content":"x","ask":"","clean":""})").status == 422);
  const std::string many = to_base64url(Bytes(32 * (FleetQuestion::kMaxAsked + 1)));
  CHECK(ask_fleet(two.world, machine, R"({"content":"0000000000000001","ask":")" + many + R"(","clean":""})").status == 413);
  CHECK(ask_fleet(two.world, machine, std::string(1u << 20, ' ')).status == 413);
}

TEST_CASE("a token is good for one machine: of many at once one wins, the rest hear the same words") {
  TwoProvinces two;
  const auto secret = two.token_for(two.a);
  const auto key = net::make_key_and_request("x").value();
  const auto body = to_json(EnrolRequest{std::string(secret.reveal()), key.csr_pem, "may", "0.1.0"});
  std::atomic<int> winners{0};
  std::atomic<int> losers{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          auto request = request_of(Method::post, "/agent/v1/enrol", body);
          request.peer_address = "192.0.2." + std::to_string(t);
          two.world.agents->handle(std::move(request), [&](net::Response response) {
            (response.status == 200 ? winners : losers) += 1;
          });
        }
      });
    }
  }
  CHECK(winners == 1);
  CHECK(losers == 99);
  const auto used = whole(two.enrol(secret.reveal()));
  CHECK(whole(two.enrol(to_base64url(two.world.random.bytes(32)))) == used);
  const auto old = two.token_for(two.a);
  two.world.clock.advance(hours(2));
  CHECK(whole(two.enrol(old.reveal())) == used);
  CHECK(used.starts_with("403"));
}

TEST_CASE("a request that gets no certificate does not use the token up") {
  TwoProvinces two;
  const auto secret = two.token_for(two.a);
  const EnrolRequest bad{std::string(secret.reveal()), "not a request", "may", "0.1.0"};
  const auto refused = answer_of(*two.world.agents, request_of(Method::post, "/agent/v1/enrol", to_json(bad)));
  CHECK(refused.status == 422);
  CHECK(two.enrol(secret.reveal()).status == 200);
}

TEST_CASE("a network tries a bounded number of wrong tokens in a quarter of an hour; right ones are not counted") {
  TwoProvinces two;
  for (int i = 0; i < 130; ++i) REQUIRE(two.enrol(two.token_for(two.a).reveal(), "192.0.2.1").status == 200);
  int answered = 0;
  for (int i = 0; i < 300; ++i) answered += two.enrol(to_base64url(two.world.random.bytes(32)), "192.0.2.1").status == 403;
  CHECK(answered == 120);
  const auto secret = two.token_for(two.a);
  CHECK(two.enrol(secret.reveal(), "192.0.2.1").status == 429);
  CHECK(two.enrol(secret.reveal(), "192.0.2.2").status == 200);
}

TEST_CASE("renewing gives a new certificate; the one before holds for the overlap, then no more") {
  TwoProvinces two;
  auto machine = two.world.enrol(two.a, two.a.root, "mx1");
  auto old = machine;
  const auto key = net::make_key_and_request("x").value();
  auto request = request_of(Method::post, "/agent/v1/renew", to_json(RenewRequest{key.csr_pem}));
  request.certificate = machine.certificate;
  const auto answer = answer_of(*two.world.agents, std::move(request));
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  machine.certificate = two.world.peer_of(issued_certificate_from_json(answer.body)->certificate_pem);
  machine.certificate.agent = machine.identity;
  const auto now = two.world.clock.now();
  CHECK(two.world.report(machine, {{now, Heartbeat{}}}).status == 200);
  CHECK(two.world.report(old, {{now, Heartbeat{}}}).status == 200);
  two.world.clock.advance(hours(25));
  old.next_seq = machine.next_seq;
  CHECK(two.world.report(machine, {{now, Heartbeat{}}}).status == 200);
  old.next_seq = machine.next_seq;
  CHECK(two.world.report(old, {{now, Heartbeat{}}}).status == 403);
}

TEST_CASE("a certificate can be renewed ten times an hour, no more") {
  TwoProvinces two;
  auto machine = two.world.enrol(two.a, two.a.root, "mx1");
  const auto key = net::make_key_and_request("x").value();
  int renewed = 0;
  int told_to_wait = 0;
  for (int i = 0; i < 20; ++i) {
    auto request = request_of(Method::post, "/agent/v1/renew", to_json(RenewRequest{key.csr_pem}));
    request.certificate = machine.certificate;
    const auto answer = answer_of(*two.world.agents, std::move(request));
    renewed += answer.status == 200;
    told_to_wait += answer.status == 429;
    if (answer.status != 200) continue;
    machine.certificate = two.world.peer_of(issued_certificate_from_json(answer.body)->certificate_pem);
    machine.certificate.agent = machine.identity;
  }
  CHECK(renewed == 10);
  CHECK(told_to_wait == 10);
}

TEST_CASE("revoking a machine in the browser ends its uploads at once; by another hand within a minute") {
  TwoProvinces two;
  auto machine = two.world.enrol(two.a, two.a.root, "mx1");
  auto other = two.world.enrol(two.a, two.a.root, "mx2");
  const auto now = two.world.clock.now();
  CHECK(two.world.report(machine, {{now, Heartbeat{}}}).status == 200);
  CHECK(two.world.report(other, {{now, Heartbeat{}}}).status == 200);
  auto browser = two.world.session(two.a.tenant, two.admin);
  const auto target = "/api/v1/machines/" + std::to_string(machine.identity.machine.value);
  REQUIRE(browser.send(Method::patch, target, R"({"revoked":true})").status == 200);
  CHECK(two.world.report(machine, {{now, Heartbeat{}}}).status == 403);
  CHECK(browser.send(Method::patch, target, R"({"revoked":true})").status == 409);
  // Straight in the database, as a command line would.
  const auto scope = store::TenantScope::for_test(two.a.tenant, {two.a.root});
  two.world.write([&](store::Connection& c) { return estate::revoke_machine(c, scope, other.identity.machine, now); });
  two.world.clock.advance(seconds(61));
  CHECK(two.world.report(other, {{now, Heartbeat{}}}).status == 403);
}

TEST_CASE("orders go to the machine of the certificate, of this tenant, while it is trusted") {
  TwoProvinces two;
  auto mine = two.world.enrol(two.a, two.a.root, "mx1");
  auto sibling = two.world.enrol(two.a, two.a.root, "mx2");
  auto foreign = two.world.enrol(two.b, two.b.root, "mx3");
  const auto scope = store::TenantScope::for_test(two.a.tenant, {two.a.root});
  two.world.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(flow::order_scan(c, scope, two.admin, mine.identity.machine, two.world.clock.now()));
    return {};
  });
  const auto ask = [&](const EnrolledMachine& machine, std::string body = orders_request()) {
    return answer_of(*two.world.agents, two.world.agent_request(machine, "/agent/v1/orders", std::move(body)));
  };
  CHECK(orders_from_json(ask(mine).body).value().size() == 1);
  CHECK(orders_from_json(ask(sibling).body).value().empty());
  CHECK(orders_from_json(ask(foreign).body).value().empty());
  CHECK(ask(mine, R"({"version":2})").status == 422);
  CHECK(ask(mine, std::string(2'000, ' ')).status == 413);
  CHECK(ask(mine, R"({"version":1,"machine":)" + std::to_string(foreign.identity.machine.value) + "}").status == 200);
  auto stranger = request_of(Method::post, "/agent/v1/orders", orders_request());
  CHECK(answer_of(*two.world.agents, std::move(stranger)).status == 403);
  two.world.write([&](store::Connection& c) -> Result<void> {
    return estate::revoke_machine(c, scope, mine.identity.machine, two.world.clock.now());
  });
  two.world.agents->forget(mine.identity);
  CHECK(ask(mine).status == 403);
}

}  // namespace
}  // namespace khien::api
