#include "khien/estate/enrolment.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <optional>
#include <thread>
#include <vector>

#include "hub.hpp"

namespace khien::estate {
namespace {

Result<NewToken> made(Hub& hub, const store::TenantScope& scope, UnitId unit, Duration valid, std::uint64_t seed = 7) {
  SeededRandom random(seed);
  return hub.write(
      [&](store::Connection& c) { return create_token(c, scope, unit, kAdmin, valid, kNow, random); });
}

Result<AgentIdentity> redeemed(Hub& hub, std::string_view secret, Timestamp now) {
  return hub.write([&](store::Connection& c) {
    return redeem_token(c, {.secret = std::string(secret), .csr_pem = {}, .hostname = "may-01", .agent_version = "0.1"},
                        now);
  });
}

TokenRecord state(Hub& hub, const store::TenantScope& scope, EnrolmentTokenId id, Timestamp now) {
  return hub.read([&](store::Connection& c) { return get_token(c, scope, id, now); }).value();
}

TEST_CASE("a token makes one machine in its unit") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto commune = hub.unit(scope, tenant.root, "Xã");
  const auto token = made(hub, scope, commune, hours(1)).value();
  CHECK(token.secret.reveal().size() == 43);
  CHECK(state(hub, scope, token.id, kNow).state == "open");

  const auto agent = redeemed(hub, token.secret.reveal(), kNow).value();
  CHECK(agent.tenant == tenant.tenant);
  const auto machine =
      hub.read([&](store::Connection& c) { return get_machine(c, scope, agent.machine, kNow); }).value();
  CHECK(machine.unit == commune);
  CHECK(machine.seen.hostname == "may-01");
  CHECK(machine.health == MachineHealth::pending);
  const auto used = state(hub, scope, token.id, kNow);
  CHECK(used.state == "used");
  CHECK(used.machine == agent.machine);
  CHECK(used.unit_name == "Xã");
}

TEST_CASE("an unknown, used, expired or revoked token is denied in the same words") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto used = made(hub, scope, tenant.root, hours(1), 1).value();
  const auto expired = made(hub, scope, tenant.root, hours(1), 2).value();
  const auto revoked = made(hub, scope, tenant.root, hours(24), 3).value();
  REQUIRE(redeemed(hub, used.secret.reveal(), kNow));
  REQUIRE(hub.write([&](store::Connection& c) { return revoke_token(c, scope, revoked.id, kNow); }));

  const auto later = kNow + hours(1);
  const auto unknown = redeemed(hub, "nobody-made-this", later);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code() == Code::denied);
  for (const auto* token : {&used, &expired, &revoked}) {
    const auto answer = redeemed(hub, token->secret.reveal(), later);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == Code::denied);
    CHECK(answer.error().what() == unknown.error().what());
  }
  CHECK(state(hub, scope, expired.id, later).state == "expired");
  CHECK(state(hub, scope, revoked.id, later).state == "revoked");
  // A refusal leaves no machine behind.
  CHECK(hub.read([&](store::Connection& c) { return count_machines(c, scope, {}, kNow); })->total == 1);
}

TEST_CASE("of 200 machines with one token, one wins") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto token = made(hub, scope, tenant.root, hours(1)).value();
  std::atomic<int> winners = 0;
  std::atomic<int> denied = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 200; ++i) {
    threads.emplace_back([&] {
      const auto agent = redeemed(hub, token.secret.reveal(), kNow);
      if (agent) ++winners;
      if (!agent && agent.error().code() == Code::denied) ++denied;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(winners == 1);
  CHECK(denied == 199);
  CHECK(hub.read([&](store::Connection& c) { return count_machines(c, scope, {}, kNow); })->total == 1);
}

TEST_CASE("two machines in one transaction cannot share a token either") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto token = made(hub, whole(tenant), tenant.root, hours(1)).value();
  const auto both = hub.write([&](store::Connection& c) -> Result<void> {
    const EnrolRequest request{.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "a", .agent_version = {}};
    TRY_VOID([&]() -> Result<void> {
      TRY(const auto first, redeem_token(c, request, kNow));
      CHECK(first.machine);
      return {};
    }());
    CHECK_FALSE(redeem_token(c, request, kNow));
    return {};
  });
  CHECK(both);
}

TEST_CASE("a token is valid for 24 hours at most, and only for a unit in scope") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto other = hub.tenant("Khác");
  const auto scope = whole(tenant);
  CHECK(made(hub, scope, tenant.root, hours(24), 1));
  for (const Duration valid : {Duration{hours(24).ms + 1}, Duration{0}, Duration{-1}}) {
    CHECK(made(hub, scope, tenant.root, valid, 2).error().code() == Code::invalid);
  }
  const auto foreign = made(hub, scope, other.root, hours(1), 3);
  const auto absent = made(hub, scope, UnitId{12345}, hours(1), 4);
  CHECK(foreign.error().code() == Code::not_found);
  CHECK(foreign.error().what() == absent.error().what());
}

TEST_CASE("tokens are listed newest first, and only those of the scope") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto other = hub.tenant("Khác");
  const auto scope = whole(tenant);
  const auto commune = hub.unit(scope, tenant.root, "Xã");
  const auto first = made(hub, scope, tenant.root, hours(1), 1).value();
  const auto second = made(hub, scope, commune, hours(1), 2).value();
  const auto foreign = made(hub, whole(other), other.root, hours(1), 3).value();
  const auto listed = [&](const store::TenantScope& of) {
    std::vector<EnrolmentTokenId> ids;
    const auto tokens = hub.read([&](store::Connection& c) { return list_tokens(c, of, kNow); }).value();
    for (const auto& token : tokens) ids.push_back(token.id);
    return ids;
  };
  CHECK(listed(scope) == std::vector{second.id, first.id});
  const auto of_commune = store::TenantScope::for_test(tenant.tenant, {commune});
  CHECK(listed(of_commune) == std::vector{second.id});
  for (const auto id : {first.id, foreign.id, EnrolmentTokenId{4711}}) {
    const auto got = hub.read([&](store::Connection& c) { return get_token(c, of_commune, id, kNow); });
    CHECK(got.error().what() == "there is no such enrolment token");
    CHECK(hub.write([&](store::Connection& c) { return revoke_token(c, of_commune, id, kNow); }).error().code() ==
          Code::not_found);
  }
}

TEST_CASE("a used token cannot be revoked; revoking twice is the same as once") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto token = made(hub, scope, tenant.root, hours(1)).value();
  const auto revoke = [&](EnrolmentTokenId id) {
    return hub.write([&](store::Connection& c) { return revoke_token(c, scope, id, kNow); });
  };
  CHECK(revoke(token.id));
  CHECK(revoke(token.id));
  const auto used = made(hub, scope, tenant.root, hours(1), 9).value();
  REQUIRE(redeemed(hub, used.secret.reveal(), kNow));
  CHECK(revoke(used.id).error().code() == Code::conflict);
}

TEST_CASE("a token of the command line has no author, one of a person has that person") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  SeededRandom random(7);
  const auto token = hub.write([&](store::Connection& c) {
    return create_token(c, scope, tenant.root, std::nullopt, hours(1), kNow, random);
  });
  CHECK_FALSE(state(hub, scope, token.value().id, kNow).created_by);
  CHECK(state(hub, scope, made(hub, scope, tenant.root, hours(1), 9).value().id, kNow).created_by == kAdmin);
}

// As 0.1.0 left them, with 0 for the command line.
void fill_before_authors(store::Store& store) {
  REQUIRE(store.write([](store::Connection& c) -> Result<void> {
    TRY(const auto tenant, create_tenant(c, "Tỉnh", kNow));
    for (const std::int64_t author : {0, 7, 0}) {
      TRY_VOID(c.run("INSERT INTO enrolment_token (tenant_id, unit_id, secret_sha256, created_at, created_by, expires_at)"
                     " VALUES (?1, ?2, randomblob(32), ?3, ?4, ?5)",
                     {tenant.tenant, tenant.root, kNow, author, kNow + hours(1)}));
    }
    TRY_VOID(c.run("DELETE FROM enrolment_token WHERE id = 3"));
    return {};
  }));
}

TEST_CASE("tokens of a database from before keep their ids, and 0 becomes no author") {
  const Folder folder;
  const std::string path = folder.path() + "/hub.db";
  const auto all = store::hub_migrations();
  std::vector<store::Migration> before;
  std::ranges::copy_if(all, std::back_inserter(before),
                       [](const auto& migration) { return migration.name != "0019_enrolment_token_author"; });
  REQUIRE(before.size() == all.size() - 1);
  fill_before_authors(*store::Store::open({.path = path, .migrations = before}).value());

  const auto store = store::Store::open({.path = path, .migrations = all}).value();
  const auto scope = store::TenantScope::for_test(TenantId{1}, {UnitId{1}});
  std::vector<TokenRecord> tokens;
  REQUIRE(store->read([&](store::Connection& c) -> Result<void> {
    TRY(tokens, list_tokens(c, scope, kNow));
    return {};
  }));
  REQUIRE(tokens.size() == 2);
  CHECK(tokens[0].created_by == UserId{7});
  CHECK_FALSE(tokens[1].created_by);
  // The third is gone, but its id is nobody else's.
  SeededRandom random(1);
  REQUIRE(store->write([&](store::Connection& c) -> Result<void> {
    TRY(const auto token, create_token(c, scope, UnitId{1}, UserId{7}, hours(1), kNow, random));
    CHECK(token.id == EnrolmentTokenId{4});
    return {};
  }));
}

TEST_CASE("the secret itself is nowhere in the database") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto token = made(hub, whole(tenant), tenant.root, hours(1)).value();
  std::int64_t found = -1;
  REQUIRE(hub.store().read([&](store::Connection& c) {
    return c.query_one("SELECT count(*) FROM enrolment_token WHERE instr(secret_sha256, ?1) > 0",
                       {as_bytes(token.secret.reveal())}, [&](const store::Row& row) -> Result<void> {
                         found = row.integer(0);
                         return {};
                       });
  }));
  CHECK(found == 0);
}

struct Certified {
  Hub hub;
  NewTenant tenant = hub.tenant("Tỉnh");
  AgentIdentity agent = hub.machine(whole(tenant), tenant.root, "a");

  Result<void> bind(std::string_view certificate, Timestamp overlap_until) {
    return hub.write([&](store::Connection& c) {
      return bind_certificate(c, agent, sha256(certificate), kNow + days(30), overlap_until);
    });
  }
  Result<void> check(std::string_view certificate) { return check_as(agent, certificate); }
  Result<void> check_as(const AgentIdentity& identity, std::string_view certificate) {
    return hub.read([&](store::Connection& c) { return check_agent(c, identity, sha256(certificate)); });
  }
  void hear(Timestamp at) {
    REQUIRE(hub.write([&](store::Connection& c) { return apply_heard_from(c, agent, at); }));
  }
};

TEST_CASE("an agent is known by the certificate it was given, and by no other") {
  Certified it;
  CHECK(it.check("one").error().code() == Code::not_found);
  REQUIRE(it.bind("one", kNow));
  CHECK(it.check("one"));
  CHECK(it.check("two").error().code() == Code::not_found);
  // Another tenant's name over the same certificate is nobody.
  CHECK(it.check_as({TenantId{99}, it.agent.machine}, "one").error().code() == Code::not_found);
  CHECK(it.check_as({it.agent.tenant, MachineId{99}}, "one").error().code() == Code::not_found);
}

TEST_CASE("the certificate before is good until the overlap ends, and the one before that is not") {
  Certified it;
  REQUIRE(it.bind("one", kNow));
  REQUIRE(it.bind("two", kNow + hours(1)));
  CHECK(it.check("one"));
  CHECK(it.check("two"));
  it.hear(kNow + hours(1) + milliseconds(1));
  CHECK(it.check("one").error().code() == Code::denied);
  CHECK(it.check("two"));
  REQUIRE(it.bind("three", kNow + hours(5)));
  CHECK(it.check("one").error().code() == Code::not_found);
  CHECK(it.check("two"));
  CHECK(it.check("three"));
}

TEST_CASE("a revoked machine is denied, and gets no new certificate") {
  Certified it;
  REQUIRE(it.bind("one", kNow));
  REQUIRE(it.hub.write(
      [&](store::Connection& c) { return revoke_machine(c, whole(it.tenant), it.agent.machine, kNow); }));
  CHECK(it.check("one").error().code() == Code::denied);
  CHECK(it.bind("two", kNow).error().code() == Code::denied);
}

}  // namespace
}  // namespace khien::estate
