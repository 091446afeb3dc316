#include "khien/fleet/fleet.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "province.hpp"

namespace khien::fleet {
namespace {

const Sha256 kFile = sha256("/usr/bin/true");
// Long enough that no lease of before has a say.
constexpr Duration kLater = minutes(21);

// Three branches agree on kFile.
struct Agreed : Province {
  AgentIdentity a = machine("A"), b = machine("B"), c = machine("C"), d = machine("D");
  Agreed() {
    for (const auto& agent : {a, b, c}) vote(agent, kFile);
  }
};

TEST_CASE("(1) clean is told once machines of three different branches judged so under the same content") {
  Province province;
  const auto a = province.machine("A"), b = province.machine("B"), c = province.machine("C"), d = province.machine("D");
  CHECK(province.ask(d, kFile) == FleetWord::judge);
  province.vote(a, kFile);
  CHECK(province.ask(d, kFile) == FleetWord::judge);
  province.vote(b, kFile);
  CHECK(province.ask(d, kFile) == FleetWord::judge);
  province.vote(c, kFile, kContent + 1);  // other rules
  CHECK(province.ask(d, kFile) == FleetWord::judge);
  province.vote(c, kFile);
  CHECK(province.ask(d, kFile) == FleetWord::clean);
  CHECK(province.ask(d, kFile, kContent + 1) == FleetWord::judge);
  CHECK(province.ask(d, sha256("another")) == FleetWord::judge);
}

TEST_CASE("(1) a unit has one vote, however many machines it has and however often they vote") {
  Province province;
  const auto d = province.machine("D");
  for (int i = 0; i < 10; ++i) {
    const auto one = province.machine("A");
    province.vote(one, kFile);
    province.vote(one, kFile);
  }
  province.vote(province.machine("B"), kFile);
  CHECK(province.ask(d, kFile) == FleetWord::judge);
  province.vote(province.machine("C"), kFile);
  CHECK(province.ask(d, kFile) == FleetWord::clean);
}

TEST_CASE("(1) an office and all below it have one vote, whoever makes units and tokens there") {
  Province province;
  const auto d = province.machine("D");
  const UnitId office = province.unit(province.tenant, "A", province.tenant.root);
  for (const char* child : {"A1", "A2", "A3"}) {
    const UnitId below = province.unit(province.tenant, child, office);
    province.vote(province.enrol(province.tenant, below, kNow - days(30)), kFile);
    province.vote(province.enrol(province.tenant, province.unit(province.tenant, std::string(child) + "x", below), kNow - days(30)), kFile);
  }
  province.vote(province.machine("A"), kFile);
  CHECK(province.ask(d, kFile) == FleetWord::judge);
  province.vote(province.machine("B"), kFile);
  CHECK(province.ask(d, kFile) == FleetWord::judge);
  // The root's own machines are a branch as well.
  province.vote(province.enrol(province.tenant, province.tenant.root, kNow - days(30)), kFile);
  CHECK(province.ask(d, kFile) == FleetWord::clean);
}

TEST_CASE("(1) a machine's word counts when it is three days old") {
  Province province;
  std::vector<AgentIdentity> fresh;
  for (const char* unit : {"A", "B", "C"}) {
    fresh.push_back(province.enrol(province.tenant, province.unit(province.tenant, unit, province.tenant.root), kNow));
  }
  province.clock.advance(Duration{kVoterAge.ms - 1});
  for (const auto& agent : fresh) province.vote(agent, kFile);
  // Nor does anybody wait for them.
  for (const auto& agent : fresh) CHECK(province.ask(agent, kFile) == FleetWord::judge);
  CHECK(province.ask(province.machine("D"), kFile) == FleetWord::judge);
  CHECK(province.desk->counts().votes_lost == 3);
  province.clock.advance(Duration{1});
  for (const auto& agent : fresh) province.vote(agent, kFile);
  CHECK(province.ask(province.machine("E"), kFile) == FleetWord::clean);
}

TEST_CASE("(1) a province of fewer branches than must agree is told that nothing is shared") {
  Province province;
  const auto a = province.machine("A");
  province.machine("A");
  CHECK(province.status_now().branches == 1);
  province.enrol(province.tenant, province.unit(province.tenant, "below A", province.unit(province.tenant, "A", {})), kNow);
  CHECK(province.status_now().branches == 1);
  province.machine("B");
  province.enrol(province.tenant, province.tenant.root, kNow);
  CHECK(province.status_now().branches == 3);
  CHECK(province.ask(a, kFile) == FleetWord::judge);
}

TEST_CASE("(1) how many must agree is the province's to say") {
  Province province({.agreement = 1, .check_per_mille = 250});
  const auto a = province.machine("A");
  province.vote(a, kFile);
  CHECK(province.ask(a, kFile) == FleetWord::clean);
  CHECK(province.desk->take(a, {kContent, {}, {}}).value().check_per_mille == 250);
}

TEST_CASE("(2) one machine that finds it malicious ends it under every content, and earlier words are recalled") {
  Agreed province;
  for (const auto& agent : {province.a, province.b, province.c}) province.vote(agent, kFile, kContent + 1);
  REQUIRE(province.ask(province.d, kFile) == FleetWord::clean);
  const auto before = province.recall_number(province.d);
  const auto wrong = province.write([&](store::Connection& connection) {
    return contest(connection, province.d, kFile, kContent, province.clock.now());
  }).value();
  const std::set<MachineId> named(wrong.begin(), wrong.end());
  CHECK(named == std::set<MachineId>{province.a.machine, province.b.machine, province.c.machine});
  CHECK(province.ask(province.d, kFile) == FleetWord::judge);
  CHECK(province.ask(province.d, kFile, kContent + 1) == FleetWord::judge);
  province.tick();
  CHECK(province.recall_number(province.d) > before);

  // Told once; and votes of any number do not bring it back.
  const auto again = province.write([&](store::Connection& connection) {
    return contest(connection, province.a, kFile, kContent, province.clock.now());
  }).value();
  CHECK(again.empty());
  for (const char* unit : {"E", "F", "G", "H"}) province.vote(province.machine(unit), kFile);
  CHECK(province.ask(province.d, kFile) == FleetWord::judge);
}

TEST_CASE("(2) what is found under another content accuses nobody") {
  Agreed province;
  const auto wrong = province.write([&](store::Connection& connection) {
    return contest(connection, province.d, kFile, kContent + 7, province.clock.now());
  }).value();
  CHECK(wrong.empty());
  CHECK(province.ask(province.d, kFile) == FleetWord::judge);
}

// How many recalls there are in so many days, while `each` is done every ten minutes.
int recalls_in(Province& province, Duration span, const std::function<void()>& each) {
  const auto start = province.clock.now();
  const auto somebody = province.machine("somebody");
  auto number = province.recall_number(somebody);
  int recalls = 0;
  while (province.clock.now() - start < span) {
    each();
    province.clock.advance(minutes(11));
    province.tick();
    const auto now = province.recall_number(somebody);
    recalls += now != number ? 1 : 0;
    number = now;
  }
  return recalls;
}

TEST_CASE("(2) whoever cries malware at what all agree on costs three recalls a day, one in ten minutes, and so many files") {
  Agreed province;
  int i = 0;
  const auto cry = [&] {
    const auto file = sha256(std::to_string(i++));
    for (const auto& agent : {province.a, province.b, province.c}) province.vote(agent, file);
    province.find_malicious(province.d, file);
  };
  const auto before = province.recall_number(province.a);
  for (int at_once = 0; at_once < 5; ++at_once) {
    cry();
    province.tick();
  }
  CHECK(province.recall_number(province.a) == before + 1);
  CHECK(recalls_in(province, hours(23), cry) == 2);
  // What is beyond is owed; another machine's find is not kept waiting, though the liar named it first.
  const auto honest = province.machine("honest");
  const auto file = sha256("malware");
  for (const auto& agent : {province.a, province.b, province.c}) province.vote(agent, file);
  province.find_malicious(province.d, file);
  province.find_malicious(honest, file);
  const auto last = province.recall_number(province.a);
  province.tick();
  CHECK(province.recall_number(province.a) == last + 1);
  CHECK(recalls_in(province, days(1), cry) <= 3);
  REQUIRE(province.hub->write([&](store::Connection& connection) -> Result<void> {
    for (int n = 0; n < 12'000; ++n) {
      TRY_VOID(contest(connection, province.d, sha256(std::to_string(n)), kContent, province.clock.now()));
    }
    return {};
  }));
  const auto by_d = province.read([&](store::Connection& c) -> Result<std::int64_t> {
    std::int64_t files = 0;
    TRY_VOID(c.query_one("SELECT count(*) FROM fleet_contested WHERE machine_id = ?1", {province.d.machine},
                         [&](const store::Row& row) -> Result<void> {
                           files = row.integer(0);
                           return {};
                         }));
    return files;
  });
  CHECK(by_d == 10'000);
}

TEST_CASE("(2) a recall is owed only for what enough others agreed on without the accuser") {
  Agreed province;
  int i = 0;
  // It votes for what nobody has, or two others have, and finds it malicious.
  CHECK(recalls_in(province, days(2), [&] {
          const auto file = sha256(std::to_string(++i));
          province.vote(province.d, file);
          if (i % 2 == 0) province.vote(province.a, file);
          if (i % 2 == 0) province.vote(province.b, file);
          province.find_malicious(province.d, file);
        }) == 0);
  // Two trusted ones are not three.
  REQUIRE(province.write([&](store::Connection& c) {
    return recall_machine(c, province.tenant.tenant, province.c.machine, "broken into", province.clock.now());
  }));
  const auto before = province.recall_number(province.a);
  province.find_malicious(province.d, kFile);
  province.tick();
  CHECK(province.recall_number(province.a) == before);
}

TEST_CASE("(2) one machine has others named for a few files a day, and never itself") {
  Province province;
  const auto accuser = province.machine("A"), accused = province.machine("B");
  const auto accuse = [&](int n) {
    const auto file = sha256(std::to_string(n));
    province.vote(accuser, file);
    province.vote(accused, file);
    return province.find_malicious(accuser, file);
  };
  std::size_t named = 0;
  for (int n = 0; n < 50; ++n) {
    const auto wrong = accuse(n);
    CHECK(std::ranges::find(wrong, accuser.machine) == wrong.end());
    named += wrong.size();
  }
  CHECK(named == 4);
  CHECK(province.status_now().contested == 50);
  province.clock.advance(days(1));
  CHECK(accuse(50) == std::vector{accused.machine});
}

TEST_CASE("(3) rare, unknown and malicious are one word, and waiting is told only of what enough units look at") {
  Agreed province;
  REQUIRE(province.write([&](store::Connection& c) { return contest(c, province.a, sha256("bad"), 0, kNow); }));
  const auto rare = sha256("one office's letter");
  province.vote(province.a, rare);
  province.vote(province.b, rare);
  for (int i = 0; i < 3; ++i) {
    CHECK(province.ask(province.d, sha256("bad")) == FleetWord::judge);
    CHECK(province.ask(province.d, rare) == FleetWord::judge);
    CHECK(province.ask(province.d, sha256("nobody's")) == FleetWord::judge);
  }
  // Two units look: a third still learns nothing.
  const auto fresh = sha256("after an update");
  CHECK(province.ask(province.a, fresh) == FleetWord::judge);
  CHECK(province.ask(province.machine("A"), fresh) == FleetWord::judge);
  CHECK(province.ask(province.b, fresh) == FleetWord::judge);
  CHECK(province.ask(province.c, fresh) == FleetWord::judge);
  CHECK(province.ask(province.d, fresh) == FleetWord::later);
  CHECK(province.ask(province.machine("A"), fresh) == FleetWord::later);
  CHECK(province.ask(province.a, fresh) == FleetWord::judge);  // it is one of those who look
  // They never came back: others look.
  province.clock.advance(kLater);
  CHECK(province.ask(province.d, fresh) == FleetWord::judge);
}

TEST_CASE("a changed signature costs three looks in the province, and then none") {
  Province province;
  std::vector<AgentIdentity> machines;
  for (int unit = 0; unit < 20; ++unit) {
    for (int i = 0; i < 5; ++i) machines.push_back(province.machine("unit " + std::to_string(unit)));
  }
  int looks = 0;
  for (const auto& agent : machines) {
    if (province.ask(agent, kFile) == FleetWord::judge) {
      ++looks;
      province.vote(agent, kFile);
    }
  }
  for (const auto& agent : machines) CHECK(province.ask(agent, kFile) == FleetWord::clean);
  // The first unit's five asked one after another while nobody else did.
  CHECK(looks <= 5 + 5 + 1);
}

TEST_CASE("(4) a recall by file, by machine and by content makes everybody judge again") {
  Agreed province;
  const TenantId tenant = province.tenant.tenant;
  const auto before = province.recall_number(province.d);
  SUBCASE("by file, for good") {
    REQUIRE(province.write([&](store::Connection& c) { return recall_file(c, tenant, kFile, "doubt", kNow); }));
    CHECK(province.ask(province.d, kFile) == FleetWord::judge);
    province.vote(province.machine("E"), kFile);
    CHECK(province.ask(province.d, kFile) == FleetWord::judge);
  }
  SUBCASE("by machine: what it said and will say") {
    REQUIRE(province.write([&](store::Connection& c) {
      return recall_machine(c, tenant, province.a.machine, "broken into", kNow);
    }));
    CHECK(province.ask(province.d, kFile) == FleetWord::judge);
    province.vote(province.a, kFile);
    CHECK(province.ask(province.d, kFile) == FleetWord::judge);
    // Nor does it end what others agree on.
    REQUIRE(province.write([&](store::Connection& c) { return contest(c, province.a, kFile, kContent, kNow); }));
    province.vote(province.d, kFile);
    CHECK(province.ask(province.d, kFile) == FleetWord::clean);
    REQUIRE(province.write([&](store::Connection& c) -> Result<int> {
      TRY_VOID(trust_machine(c, tenant, province.a.machine));
      return 0;
    }));
    CHECK(province.ask(province.d, kFile) == FleetWord::clean);
  }
  SUBCASE("by machine: whom it accused") {
    REQUIRE(province.write([&](store::Connection& c) { return contest(c, province.d, kFile, kContent, kNow); }));
    CHECK(province.ask(province.a, kFile) == FleetWord::judge);
    REQUIRE(province.write([&](store::Connection& c) {
      return recall_machine(c, tenant, province.d.machine, "a liar", kNow);
    }));
    CHECK(province.ask(province.a, kFile) == FleetWord::clean);
  }
  SUBCASE("by content, until it is agreed anew") {
    REQUIRE(province.write([&](store::Connection& c) { return recall_content(c, tenant, kContent, "bad rules", kNow); }));
    CHECK(province.ask(province.d, kFile) == FleetWord::judge);
    for (int i = 0; i < 3; ++i) province.tick();
    for (const auto& agent : {province.a, province.b, province.c}) province.vote(agent, kFile);
    CHECK(province.ask(province.d, kFile) == FleetWord::clean);
    CHECK(province.read([&](store::Connection& c) { return status(c, tenant, {}); }).contents.size() == 1);
  }
  CHECK(province.recall_number(province.d) > before);
}

TEST_CASE("(4) what is not there cannot be recalled") {
  Agreed province;
  const TenantId tenant = province.tenant.tenant;
  CHECK(province.write([&](store::Connection& c) { return recall_machine(c, tenant, MachineId{999}, "r", kNow); }).error().code() ==
        Code::not_found);
  CHECK(province.write([&](store::Connection& c) { return recall_content(c, tenant, 1, "r", kNow); }).error().code() ==
        Code::not_found);
}

TEST_CASE("(5) another tenant's votes, malware and recalls are not heard of") {
  Agreed province;
  const auto other = province.add_tenant("Tỉnh khác");
  const auto x = province.machine_of(other, "X");
  CHECK(province.ask(x, kFile) == FleetWord::judge);
  const auto before = province.recall_number(x);
  for (const char* unit : {"X", "Y", "Z"}) province.vote(province.machine_of(other, unit), sha256("theirs"));
  CHECK(province.ask(x, sha256("theirs")) == FleetWord::clean);
  province.clock.advance(kLater);
  CHECK(province.ask(province.d, sha256("theirs")) == FleetWord::judge);
  REQUIRE(province.write([&](store::Connection& c) { return contest(c, x, kFile, kContent, kNow); }));
  CHECK(province.ask(province.d, kFile) == FleetWord::clean);
  REQUIRE(province.write([&](store::Connection& c) {
    return recall_content(c, province.tenant.tenant, kContent, "r", kNow);
  }));
  CHECK(province.recall_number(x) == before);
  CHECK(province.ask(x, sha256("theirs")) == FleetWord::clean);
  CHECK(province.write([&](store::Connection& c) {
    return recall_machine(c, other.tenant, province.a.machine, "r", kNow);
  }).error().code() == Code::not_found);
}

TEST_CASE("(1) a machine that moves to another branch is counted once for a file, where it was when it voted") {
  Agreed province;
  const auto file = sha256("moved");
  province.vote(province.a, file);
  const auto scope = store::TenantScope::for_test(province.tenant.tenant, {province.tenant.root});
  const auto elsewhere = province.machine("elsewhere");
  const auto unit = province.read([&](store::Connection& c) {
    return estate::get_machine(c, scope, elsewhere.machine, kNow);
  }).unit;
  REQUIRE(province.write([&](store::Connection& c) -> Result<int> {
    TRY_VOID(estate::move_machine(c, scope, province.a.machine, unit));
    return 0;
  }));
  province.vote(province.a, file);
  province.vote(province.b, file);
  const auto voters = province.read([&](store::Connection& c) { return report(c, province.tenant.tenant, file); }).contents[0].voters;
  CHECK(voters == std::vector{province.a.machine, province.b.machine});
  // From now on it speaks for where it is.
  const auto later = sha256("later");
  province.vote(province.a, later);
  province.vote(elsewhere, later);
  province.vote(province.machine("A"), later);
  CHECK(province.read([&](store::Connection& c) { return report(c, province.tenant.tenant, later); }).contents[0].voters.size() == 2);
}

TEST_CASE("bounds: a machine cannot fill the table of contents, and stale ones are cleared away") {
  Agreed province;
  for (std::uint64_t content = 1; content <= 20; ++content) province.vote(province.d, kFile, content);
  auto seen = province.read([&](store::Connection& c) { return status(c, province.tenant.tenant, {}); });
  CHECK(seen.contents.size() == 1 + static_cast<std::size_t>(kMaxContentsOfMachine));
  province.clock.advance(days(15));
  for (int i = 0; i < 20; ++i) province.tick();
  seen = province.read([&](store::Connection& c) { return status(c, province.tenant.tenant, {}); });
  CHECK(seen.contents.empty());
  CHECK(province.ask(province.d, kFile) == FleetWord::judge);
}

TEST_CASE("bounds: a machine that opens contents for weeks, and a branch full of such machines, keep no place from the province") {
  Province province;
  std::vector<AgentIdentity> liars;
  for (int i = 0; i < 20; ++i) liars.push_back(province.machine("A"));
  std::uint64_t made_up = 1'000;
  const auto one_day = [&](std::size_t how_many) {
    for (std::size_t i = 0; i < how_many; ++i) {
      for (int n = 0; n < 6; ++n) province.vote(liars[i], kFile, ++made_up);
      for (std::uint64_t old = 1'001; old < made_up && how_many == 1; ++old) province.vote(liars[i], kFile, old);
    }
    province.clock.advance(days(1));
    for (int n = 0; n < 12; ++n) province.tick();
  };
  for (int day = 0; day < 20; ++day) one_day(1);
  CHECK(province.status_now().contents.size() == static_cast<std::size_t>(kMaxContentsOfMachine));
  one_day(liars.size());
  CHECK(province.status_now().contents.size() == static_cast<std::size_t>(kMaxContents));
  for (const char* unit : {"B", "C", "D"}) province.vote(province.machine(unit), kFile);
  CHECK(province.ask(province.machine("E"), kFile) == FleetWord::clean);
  CHECK(province.status_now().contents.size() == static_cast<std::size_t>(kMaxContents));
  // What the province took up stays, however many are opened.
  for (int day = 0; day < 5; ++day) one_day(liars.size());
  CHECK(province.ask(province.machine("E"), kFile) == FleetWord::clean);
}

TEST_CASE("bounds: what a machine opened and the province took up is not its own any more") {
  Agreed province;
  for (std::uint64_t content = 1; content <= 8; ++content) {
    for (const auto& agent : {province.a, province.b, province.c}) province.vote(agent, kFile, content);
    province.clock.advance(days(1));
    CHECK(province.ask(province.d, kFile, content) == FleetWord::clean);
  }
}

TEST_CASE("what a person sees: files, those that are told, and how often, about") {
  Agreed province;
  province.vote(province.a, sha256("rare"));
  const FleetQuestion many{kContent, std::vector<Sha256>(1'000, kFile), {}};
  for (int i = 0; i < 4; ++i) REQUIRE(province.desk->take(province.d, many));
  province.settle();
  const auto seen = province.read([&](store::Connection& c) { return status(c, province.tenant.tenant, {}); });
  REQUIRE(seen.contents.size() == 1);
  CHECK(seen.contents[0].content == kContent);
  CHECK(seen.contents[0].files == 2);
  CHECK(seen.contents[0].agreed == 1);
  CHECK(seen.contents[0].answers > 3'000);
  CHECK(seen.contents[0].answers < 5'000);
  const auto file = province.read([&](store::Connection& c) { return report(c, province.tenant.tenant, kFile); });
  REQUIRE(file.contents.size() == 1);
  CHECK(file.contents[0].voters.size() == 3);
  CHECK_FALSE(file.contested);
  CHECK(province.desk->counts().clean == 4'000);
}

TEST_CASE("a machine that asks without end is refused for the day") {
  Agreed province;
  // Under a content that nobody knows: quickly answered.
  FleetQuestion question{kContent + 99, std::vector<Sha256>(FleetQuestion::kMaxAsked, sha256("x")), {}};
  std::int64_t asked = 0;
  while (province.desk->take(province.d, question)) asked += static_cast<std::int64_t>(question.asked.size());
  CHECK(asked <= kHashesOfMachine);
  CHECK(asked > kHashesOfMachine - 2 * static_cast<std::int64_t>(FleetQuestion::kMaxAsked));
  CHECK(province.desk->take(province.d, question).error().code() == Code::exhausted);
  CHECK(province.ask(province.a, kFile) == FleetWord::clean);
  province.clock.advance(days(1));
  CHECK(province.ask(province.d, kFile) == FleetWord::clean);
}

}  // namespace
}  // namespace khien::fleet
