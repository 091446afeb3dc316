// What a hub in wrong hands, or somebody between, can make an agent follow: nothing
// that the pinned key did not sign for it, and nothing older.
#include "policy_book.hpp"

#include <doctest/doctest.h>

#include <random>

#include "khien/core/clock.hpp"
#include "khien/core/signature.hpp"
#include "temporary_folder.hpp"

namespace khien::agent {
namespace {

constexpr AgentIdentity kSelf{TenantId{1}, MachineId{7}};
constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z

Bytes seed(char fill) { return Bytes(32, static_cast<std::byte>(fill)); }

struct House {
  TemporaryFolder folder;
  ManualClock clock{kNow};
  PolicyBook book = make();

  PolicyBook make(Bytes key = ed25519_public_key(seed('k')).value(), bool accept = true) {
    return PolicyBook(PolicyBook::Parts{.self = kSelf, .key = std::move(key), .path = folder / "policy.signed", .files = system_files(), .clock = clock, .accept = accept});
  }
  std::string given(std::int64_t version, std::uint32_t rate, AgentIdentity to = kSelf, char by = 'k', Duration lives = kPolicyLives) {
    PolicyDocument document{.machine = to, .version = version, .settings = {}};
    document.settings.files_per_second = rate;
    return signed_text(to_json(document), version, policy_name(to), by, lives);
  }
  std::string signed_text(const std::string& text, std::int64_t version, std::string name, char by = 'k',
                          Duration lives = kPolicyLives, SignedType type = SignedType::policy) {
    SignedEnvelope envelope{.statement = statement_about(type, std::move(name), version, clock.now(), lives, as_bytes(text))};
    REQUIRE(sign(envelope, seed(by)));
    return signed_file(envelope, text);
  }
  PolicyRefusal offer(const std::string& file) {
    REQUIRE(book.offer(file));
    return book.seen()->refusal;
  }
  std::optional<std::uint32_t> rate() { return book.in_force().settings.files_per_second; }
};

TEST_CASE("what the pinned key signed for this machine is in force, also after a restart") {
  House house;
  CHECK(house.book.seen()->state == PolicySeen::State::none);
  CHECK(house.offer(house.given(3, 200)) == PolicyRefusal::none);
  CHECK(house.rate() == 200);
  CHECK(house.book.seen()->version == 3);
  auto again = house.make();
  again.load();
  CHECK(again.in_force().settings.files_per_second == 200);
  CHECK(again.version() == 3);
}

TEST_CASE("unsigned, by another key, for another machine, older, over, malformed: refused, and the last good one stays") {
  House house;
  REQUIRE(house.offer(house.given(3, 200)) == PolicyRefusal::none);
  const auto good = house.given(4, 500);
  const auto end = good.find('\n');
  const std::string payload = good.substr(end + 1);
  const auto name = policy_name(kSelf);
  struct Try {
    std::string file;
    PolicyRefusal refusal;
  };
  const std::vector<Try> all{
      {"", PolicyRefusal::malformed},
      {payload, PolicyRefusal::malformed},
      {std::string(kMaxPolicyFileBytes + 1, 'x'), PolicyRefusal::malformed},
      {house.given(4, 500, kSelf, 'x'), PolicyRefusal::signature},
      {good + " ", PolicyRefusal::signature},
      {good.substr(0, end + 1) + house.given(4, 900).substr(end + 1), PolicyRefusal::signature},
      {house.given(4, 500, {TenantId{1}, MachineId{8}}), PolicyRefusal::other_machine},
      {house.given(4, 500, {TenantId{2}, MachineId{7}}), PolicyRefusal::other_machine},
      // Signed with the right name around another machine's document.
      {house.signed_text(to_json(PolicyDocument{.machine = {TenantId{1}, MachineId{8}}, .version = 4, .settings = {}}), 4, name), PolicyRefusal::other_machine},
      {house.given(2, 500), PolicyRefusal::older},
      {house.given(3, 500), PolicyRefusal::older},
      {house.given(3 + PolicyBook::kMaxStep + 1, 500), PolicyRefusal::malformed},
      {house.given(4, 500, kSelf, 'k', days(93)), PolicyRefusal::malformed},
      {house.signed_text(payload, 5, name), PolicyRefusal::malformed},
      {house.signed_text("{}", 4, name), PolicyRefusal::malformed},
      {house.signed_text(payload, 4, name, 'k', kPolicyLives, SignedType::content), PolicyRefusal::malformed},
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(i);
    CHECK(house.offer(all[i].file) == all[i].refusal);
    CHECK(house.rate() == 200);
    CHECK(house.book.version() == 3);
  }
  house.clock.advance(days(31));
  CHECK(house.offer(good) == PolicyRefusal::expired);
  CHECK(house.rate() == 200);
  CHECK(house.book.seen()->state == PolicySeen::State::expired);
  // A restart remembers how far it was.
  house.book.load();
  CHECK(house.offer(house.given(2, 500)) == PolicyRefusal::older);
  CHECK(house.offer(house.given(4, 500)) == PolicyRefusal::none);
  CHECK(house.rate() == 500);
}

TEST_CASE("the same version lives longer; a clock that went back brings nothing back") {
  House house;
  REQUIRE(house.offer(house.given(3, 200)) == PolicyRefusal::none);
  CHECK_FALSE(house.book.wants(3));
  house.clock.advance(days(16));
  CHECK(house.book.wants(3));
  const auto change = house.book.in_force().change;
  REQUIRE(house.offer(house.given(3, 200)) == PolicyRefusal::none);
  CHECK(house.book.in_force().change == change);
  CHECK_FALSE(house.book.wants(3));
  const auto early = house.given(4, 300, kSelf, 'k', hours(1));
  REQUIRE(house.offer(house.given(5, 400)) == PolicyRefusal::none);
  house.clock.advance(Duration{-days(10).ms});
  CHECK(house.offer(early) == PolicyRefusal::older);
}

TEST_CASE("any byte that changes is refused, whatever it was") {
  House house;
  REQUIRE(house.offer(house.given(3, 200)) == PolicyRefusal::none);
  const auto good = house.given(4, 500);
  std::mt19937 random(11);
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << random() % 7));
    if (bad == good) continue;
    CHECK(house.offer(bad) != PolicyRefusal::none);
  }
  for (std::size_t size = 0; size < good.size(); size += 3) CHECK(house.offer(good.substr(0, size)) != PolicyRefusal::none);
  CHECK(house.rate() == 200);
}

TEST_CASE("no key, or switched off: nothing is followed, and it is said") {
  House house;
  {
    auto book = house.make({});
    CHECK_FALSE(book.seen().has_value());
    REQUIRE(book.offer(house.given(1, 200)));
    CHECK(book.seen()->refusal == PolicyRefusal::no_key);
    book.pin(ed25519_public_key(seed('k')).value());
    book.pin(ed25519_public_key(seed('x')).value());  // the first stays
    REQUIRE(book.offer(house.given(1, 200)));
    CHECK(book.version() == 1);
  }
  auto off = house.make(ed25519_public_key(seed('k')).value(), false);
  off.load();
  REQUIRE(off.offer(house.given(2, 200)));
  CHECK(off.version() == 0);
  CHECK(off.seen()->refusal == PolicyRefusal::switched_off);
}

TEST_CASE("a file that was changed on the disk is not followed") {
  House house;
  REQUIRE(house.offer(house.given(3, 200)) == PolicyRefusal::none);
  auto text = system_files().read(house.folder / "policy.signed", 1u << 20).value();
  text[text.find("200")] = '9';
  REQUIRE(system_files().write(house.folder / "policy.signed", text, 0600));
  auto again = house.make();
  again.load();
  CHECK(again.version() == 0);
  CHECK(again.seen()->refusal == PolicyRefusal::signature);
}

}  // namespace
}  // namespace khien::agent
