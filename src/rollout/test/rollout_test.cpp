#include "khien/rollout/rollout.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/core/signature.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/rollout/view.hpp"
#include "khien/store/store.hpp"

namespace khien::rollout {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};

Bytes seed(int number) { return Bytes(32, std::byte(number)); }

// One key for everything: who may sign is Trust's test, not ours.
std::string root_file(std::int64_t version, int key) {
  RootDocument document;
  document.keys = {ed25519_public_key(seed(key)).value()};
  const Sha256 id = key_id(document.keys.front());
  document.roles = {{.type = SignedType::root, .threshold = 1, .keys = {id}}, {.type = SignedType::content, .threshold = 1, .keys = {id}}};
  const std::string text = to_json(document);
  SignedEnvelope envelope{statement_about(SignedType::root, "root", version, kNow, days(365), as_bytes(text))};
  REQUIRE(sign(envelope, seed(key)));
  return signed_file(envelope, text);
}

SignedEnvelope envelope_of(std::int64_t version, std::string_view payload) {
  SignedEnvelope envelope{statement_about(SignedType::content, "scan", version, kNow, days(30), as_bytes(payload))};
  REQUIRE(sign(envelope, seed(1)));
  return envelope;
}

// A hub with some machines, each of a unit of its own.
class Hub {
 public:
  explicit Hub(int machines) {
    std::string pattern = (std::filesystem::temp_directory_path() / "khien-rollout-XXXXXX").string();
    khien_assert(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    store = store::Store::open({.path = folder_ + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    tenant = run<estate::NewTenant>([](auto& c) { return estate::create_tenant(c, "Tỉnh", kNow); });
    for (int i = 0; i < machines; ++i) add_machine("xã " + std::to_string(i));
    must([](auto& c) { return take_root(c, root_file(1, 1)); });
  }
  ~Hub() {
    store.reset();
    std::filesystem::remove_all(folder_);
  }
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  template <class T, class Work>
  T run(Work work) {
    std::optional<T> answer;
    const auto done = store->write([&](store::Connection& connection) -> Result<void> {
      TRY(answer, work(connection));
      return {};
    });
    REQUIRE_MESSAGE(done, done.error().what());
    return std::move(*answer);
  }
  template <class Work>
  Result<void> attempt(Work work) {
    return store->write([&](store::Connection& connection) -> Result<void> { return work(connection); });
  }
  template <class Work>
  void must(Work work) {
    const auto done = attempt(work);
    REQUIRE_MESSAGE(done, done.error().what());
  }

  void add_machine(const std::string& unit_name) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    machines.push_back(run<AgentIdentity>([&](store::Connection& c) -> Result<AgentIdentity> {
      TRY(const auto unit, estate::create_unit(c, scope, unit_name, estate::UnitKind::commune, tenant.root, kNow));
      TRY(const auto token, estate::create_token(c, scope, unit, UserId{1}, hours(1), kNow, random));
      return estate::redeem_token(
          c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "may", .agent_version = "0.1"}, kNow);
    }));
    reports.emplace_back();
    wants.emplace_back();
  }

  void publish(std::int64_t version, const std::string& payload, bool emergency = false) {
    must([&](auto& c) { return begin(c, envelope_of(version, payload), emergency, "tried", now); });
  }
  // Every machine reports, and takes what it is offered.
  void everybody_asks() {
    must([&](auto& c) -> Result<void> {
      for (std::size_t i = 0; i < machines.size(); ++i) {
        if (asleep.contains(i)) continue;
        TRY_VOID(estate::apply_heard_from(c, machines[i], now));
        TRY(const auto offer, answer(c, machines[i], reports[i], now));
        for (const Sha256& hash : offer.recalled) {
          if (reports[i].content == hash) reports[i] = {};
        }
        if (offer.envelope.empty()) continue;
        wants[i] = signed_envelope_from_json(offer.envelope)->statement.payload_sha256;
        TRY_VOID(check_fetch(c, machines[i], *wants[i]));
        reports[i].content = wants[i];
        reports[i].state = ContentState::good;
      }
      return {};
    });
  }
  void pass(Duration time) {
    for (std::int64_t left = time.ms; left > 0; left -= kLongestStep.ms) {
      now = now + kLongestStep;
      everybody_asks();
      must([&](auto& c) -> Result<void> {
        TRY_VOID(step(c, kLongestStep, now));
        return {};
      });
    }
  }
  std::int64_t carrying(const std::string& payload) const {
    return std::ranges::count(reports, std::optional(sha256(payload)), &ContentReport::content);
  }
  Release of(std::int64_t version) {
    return run<Release>([&](auto& c) { return release(c, version); });
  }

  std::unique_ptr<store::Store> store;
  estate::NewTenant tenant;
  std::vector<AgentIdentity> machines;
  std::vector<ContentReport> reports;
  std::vector<std::optional<Sha256>> wants;
  std::set<std::size_t> asleep;
  Timestamp now = kNow;
  SeededRandom random{7};

 private:
  std::string folder_;
};

TEST_CASE("a release goes through its rings in their time, critical machines last") {
  Hub hub(60);
  hub.must([&](auto& c) { return mark(c, hub.tenant.tenant, hub.machines[0].machine, "lab"); });
  hub.must([&](auto& c) { return mark(c, hub.tenant.tenant, hub.machines[1].machine, "critical"); });
  hub.publish(1, "one");
  hub.pass(minutes(29));
  CHECK(hub.carrying("one") == 1);
  CHECK(hub.reports[0].content == sha256("one"));
  hub.pass(minutes(2));
  hub.pass(minutes(118));
  CHECK(hub.carrying("one") == 3);
  hub.pass(minutes(3));
  hub.pass(hours(5));
  CHECK(hub.carrying("one") == 6);
  hub.pass(minutes(63));
  CHECK(hub.carrying("one") == 59);
  CHECK_FALSE(hub.reports[1].content);
  hub.pass(hours(7));
  CHECK(hub.carrying("one") == 60);
  CHECK(hub.of(1).rollout.standing == Standing::done);
}

TEST_CASE("time in which the hub did not look, or that a clock jumped over, does not count") {
  Hub hub(5);
  hub.publish(1, "one");
  hub.pass(minutes(20));
  hub.now = hub.now + days(30);
  hub.must([&](auto& c) -> Result<void> {
    TRY_VOID(step(c, days(30), hub.now));
    return {};
  });
  CHECK(hub.of(1).rollout.ring == Ring::lab);
  CHECK(hub.of(1).rollout.baked.ms == minutes(21).ms);
}

TEST_CASE("where three have it one failure halts it, whoever has it goes back, and nobody gets it any more") {
  Hub hub(40);
  hub.publish(1, "bad");
  hub.pass(minutes(33));
  REQUIRE(hub.carrying("bad") == 3);
  std::size_t struck = 0;
  for (auto& report : hub.reports) {
    if (report.content != sha256("bad") || struck == 2) continue;
    report = {.banned = {{sha256("bad"), BanReason::failed, "the worker died"}}};
    ++struck;
    hub.everybody_asks();
    hub.must([&](auto& c) -> Result<void> {
      TRY_VOID(step(c, seconds(10), hub.now));
      return {};
    });
    CHECK(hub.of(1).rollout.standing == Standing::halted);
  }
  CHECK(hub.of(1).why == "failures 1");
  hub.pass(hours(3));
  CHECK(hub.carrying("bad") == 0);
  CHECK(hub.attempt([&](auto& c) { return resume(c, 1, hub.now); }).error().code() == Code::conflict);
  const auto told = hub.run<std::vector<Failure>>([](auto& c) { return failures_of(c, sha256("bad"), 10); });
  REQUIRE(told.size() == 2);
  CHECK(told[0].detail == "the worker died");
}

TEST_CASE("machines that fall silent with it halt it") {
  Hub hub(40);
  hub.publish(1, "bad");
  hub.pass(minutes(33));
  for (std::size_t i = 0; i < hub.reports.size() && hub.asleep.size() < 2; ++i) {
    if (hub.reports[i].content == sha256("bad")) hub.asleep.insert(i);
  }
  hub.pass(minutes(4));
  CHECK(hub.of(1).rollout.standing == Standing::rolling);
  hub.pass(minutes(2));
  CHECK(hub.of(1).rollout.standing == Standing::halted);
  CHECK(hub.of(1).why.starts_with("silence 2 : 3"));
}

TEST_CASE("a person pauses, lets it go on from the beginning of its ring, and takes it back") {
  Hub hub(10);
  hub.publish(1, "one");
  hub.pass(minutes(20));
  hub.must([&](auto& c) { return pause(c, 1, "waiting", hub.now); });
  hub.pass(hours(1));
  CHECK(hub.of(1).rollout.ring == Ring::lab);
  hub.must([&](auto& c) { return resume(c, 1, hub.now); });
  hub.pass(minutes(29));
  CHECK(hub.of(1).rollout.ring == Ring::lab);
  hub.pass(minutes(3));
  CHECK(hub.carrying("one") == 3);
  hub.must([&](auto& c) { return roll_back(c, 1, "no", hub.now); });
  hub.pass(minutes(2));
  CHECK(hub.carrying("one") == 0);
}

TEST_CASE("a newer release pauses the older one, and who was not reached gets the newer") {
  Hub hub(10);
  hub.publish(1, "one");
  hub.pass(minutes(32));
  hub.publish(2, "two", true);
  CHECK(hub.of(1).rollout.standing == Standing::paused);
  CHECK(hub.attempt([&](auto& c) { return begin(c, envelope_of(2, "again"), false, "", hub.now); }).error().code() == Code::conflict);
  hub.pass(hours(4));
  CHECK(hub.of(2).rollout.standing == Standing::done);
  CHECK(hub.carrying("two") == 10);
}

TEST_CASE("a tenant stands still, waits, or stays at a version") {
  Hub hub(10);
  const auto hold = [&](Hold wanted) { hub.must([&](auto& c) { return set_hold(c, hub.tenant.tenant, wanted, hub.now); }); };
  hold({.kind = Hold::Kind::freeze});
  hub.publish(1, "one", true);
  hub.pass(hours(1));
  CHECK(hub.carrying("one") == 0);
  hold({});
  hub.pass(hours(4));
  REQUIRE(hub.of(1).rollout.standing == Standing::done);
  CHECK(hub.carrying("one") == 10);
  hold({.kind = Hold::Kind::pin, .version = 1});
  hub.publish(2, "two", true);
  hub.pass(hours(1));
  CHECK(hub.carrying("two") == 0);
  CHECK(hub.attempt([&](auto& c) { return set_hold(c, hub.tenant.tenant, {.kind = Hold::Kind::pin, .version = 9}, hub.now); }).error().code() ==
        Code::not_found);
}

TEST_CASE("a machine is given what was offered to it and nothing else, and not what it has banned") {
  Hub hub(40);
  hub.publish(1, "one");
  hub.pass(minutes(33));
  std::size_t outside = 0;
  while (hub.reports[outside].content) ++outside;
  CHECK(hub.attempt([&](auto& c) { return check_fetch(c, hub.machines[outside], sha256("one")); }).error().code() == Code::not_found);
  std::size_t inside = 0;
  while (!hub.reports[inside].content) ++inside;
  const ContentReport banned{.banned = {{sha256("one"), BanReason::refused, ""}}};
  const auto offer = hub.run<ContentOffer>([&](auto& c) { return answer(c, hub.machines[inside], banned, hub.now); });
  CHECK(offer.envelope.empty());
}

TEST_CASE("roots follow roots, and agents are told of those they miss") {
  Hub hub(1);
  CHECK_FALSE(hub.attempt([](auto& c) { return take_root(c, root_file(2, 9)); }));
  CHECK_FALSE(hub.attempt([](auto& c) { return take_root(c, root_file(1, 1)); }));
  hub.must([](auto& c) { return take_root(c, root_file(2, 1)); });
  const auto offer = hub.run<ContentOffer>([&](auto& c) { return answer(c, hub.machines[0], {.root_version = 1}, hub.now); });
  REQUIRE(offer.roots.size() == 1);
  CHECK(offer.roots[0] == root_file(2, 1));
}

TEST_CASE("what is imported is believed once, and what it refused is remembered") {
  Hub hub(0);
  const auto take = [&](const SignedEnvelope& envelope, std::string_view payload, Timestamp when) {
    std::optional<Error> refusal;
    hub.must([&](auto& c) { return accept(c, envelope, sha256(payload), payload.size(), when, refusal); });
    return refusal ? std::optional(refusal->code()) : std::nullopt;
  };
  CHECK_FALSE(take(envelope_of(2, "two"), "two", kNow));
  CHECK(take(envelope_of(1, "one"), "one", kNow) == Code::conflict);
  CHECK(take(envelope_of(3, "three"), "three", kNow + days(31)) == Code::unavailable);
  CHECK(take(envelope_of(3, "three"), "three", kNow) == Code::unavailable);
}

// What a person may see of it: the machines of one scope, and no other's.
struct Seen {
  std::array<RingFare, kRings> rings{};
  Holding holding;
  std::vector<Carried> carried;
  std::vector<NamedMachine> safe;
  std::vector<NamedFailure> failures;
};
Seen seen_by(Hub& hub, const store::TenantScope& scope, std::int64_t version) {
  return hub.run<Seen>([&](store::Connection& c) -> Result<Seen> {
    Seen seen;
    TRY(const auto one, release(c, version));
    TRY(seen.rings, ring_fares(c, scope, one, hub.now));
    TRY(seen.holding, holding(c, scope));
    TRY(seen.carried, carried(c, scope));
    TRY(seen.safe, in_safe_mode(c, scope, 10));
    TRY(seen.failures, failures_in(c, scope, one.sha256, 10));
    return seen;
  });
}

TEST_CASE("who carries it, fails and lags is counted within the scope, each machine once") {
  Hub hub(40);
  hub.publish(1, "one");
  hub.pass(minutes(33));
  REQUIRE(hub.carrying("one") == 3);
  const auto all = store::TenantScope::for_test(hub.tenant.tenant, {hub.tenant.root});
  auto seen = seen_by(hub, all, 1);
  CHECK(seen.rings[static_cast<std::size_t>(Ring::one_percent)].good == 3);
  CHECK(seen.rings[static_cast<std::size_t>(Ring::one_percent)].members == 3);
  CHECK(seen.rings[static_cast<std::size_t>(Ring::rest)].members == 36);
  CHECK(seen.rings[static_cast<std::size_t>(Ring::rest)].good == 0);
  CHECK(seen.holding.machines == 40);
  CHECK(seen.holding.by_state[static_cast<std::size_t>(ContentState::good)] == 3);
  CHECK(seen.holding.by_state[static_cast<std::size_t>(ContentState::factory)] == 37);
  REQUIRE(seen.carried.size() == 1);
  CHECK(seen.carried[0].machines == 3);

  // One of the three fails with it, another's worker cannot load anything any more.
  std::vector<std::size_t> carriers;
  for (std::size_t i = 0; i < hub.reports.size(); ++i) {
    if (hub.reports[i].content) carriers.push_back(i);
  }
  hub.reports[carriers[0]] = {.banned = {{sha256("one"), BanReason::failed, "the worker died"}}};
  hub.reports[carriers[1]] = {.state = ContentState::safe};
  // Joined since: in the rest.
  hub.add_machine("xã sau");
  hub.everybody_asks();
  seen = seen_by(hub, all, 1);
  const auto& ring = seen.rings[static_cast<std::size_t>(Ring::one_percent)];
  CHECK(ring.failed == 1);
  CHECK(ring.members == 3);
  CHECK(ring.good + ring.failed + ring.given <= ring.members);
  CHECK(seen.rings[static_cast<std::size_t>(Ring::rest)].members == 37);
  REQUIRE(seen.failures.size() == 1);
  CHECK(seen.failures[0].where.machine == hub.machines[carriers[0]].machine);
  CHECK(seen.failures[0].detail == "the worker died");

  // Another's scope knows that there is a release, and nothing of these machines.
  const auto elsewhere = hub.run<UnitId>([&](store::Connection& c) -> Result<UnitId> {
    return estate::create_unit(c, all, "xã không máy", estate::UnitKind::commune, hub.tenant.root, kNow);
  });
  seen = seen_by(hub, store::TenantScope::for_test(hub.tenant.tenant, {elsewhere}), 1);
  CHECK(seen.holding.machines == 0);
  CHECK(seen.carried.empty());
  CHECK(seen.failures.empty());
  CHECK(seen.safe.empty());
  for (const auto& one : seen.rings) CHECK(one.members == 0);
  const auto foreign = hub.run<estate::NewTenant>([](auto& c) { return estate::create_tenant(c, "Tỉnh khác", kNow); });
  CHECK(seen_by(hub, store::TenantScope::for_test(foreign.tenant, {hub.tenant.root}), 1).holding.machines == 0);
}

TEST_CASE("a machine in safe mode is named, and the pulse changes with what a screen shows") {
  Hub hub(6);
  const auto pulse_now = [&] { return hub.run<Sha256>([](auto& c) { return pulse(c); }); };
  const auto empty = pulse_now();
  hub.publish(1, "one");
  const auto begun = pulse_now();
  CHECK(begun != empty);
  hub.everybody_asks();
  const auto asked = pulse_now();
  CHECK(asked != begun);
  hub.everybody_asks();
  hub.everybody_asks();
  const auto calm = pulse_now();
  hub.everybody_asks();
  CHECK(pulse_now() == calm);
  hub.reports[2] = {.state = ContentState::safe};
  hub.asleep = {0, 1, 3, 4, 5};
  hub.everybody_asks();
  CHECK(pulse_now() != calm);
  const auto all = store::TenantScope::for_test(hub.tenant.tenant, {hub.tenant.root});
  const auto seen = seen_by(hub, all, 1);
  REQUIRE(seen.safe.size() == 1);
  CHECK(seen.safe[0].machine == hub.machines[2].machine);
  CHECK(seen.safe[0].unit_name == "xã 2");
}

}  // namespace
}  // namespace khien::rollout
