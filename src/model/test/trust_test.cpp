#include "khien/model/trust.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "khien/core/signature.hpp"

namespace khien {
namespace {

constexpr Timestamp kNow{1'795'000'000'000};
constexpr std::string_view kPayload = "the rules of today";

Bytes seed(int number) { return Bytes(32, std::byte(number)); }
Bytes public_key(int number) { return ed25519_public_key(seed(number)).value(); }

SigningRole role(SignedType type, std::size_t threshold, const std::vector<int>& keys) {
  SigningRole made{.type = type, .threshold = threshold};
  for (const int key : keys) made.keys.push_back(key_id(public_key(key)));
  std::ranges::sort(made.keys);
  return made;
}

struct RootParts {
  std::vector<int> root_keys{1, 2, 3};
  std::vector<int> content_keys{4, 5, 6};
  std::int64_t version = 1;
  Duration lasts = days(365);
};

std::string root_file(const RootParts& parts, const std::vector<int>& signers) {
  RootDocument root;
  std::vector<int> all = parts.root_keys;
  all.insert(all.end(), parts.content_keys.begin(), parts.content_keys.end());
  all.push_back(7);
  for (const int key : all) root.keys.push_back(public_key(key));
  std::ranges::sort(root.keys, {}, [](const Bytes& key) { return key_id(key); });
  root.roles = {role(SignedType::root, 2, parts.root_keys), role(SignedType::content, 2, parts.content_keys),
                role(SignedType::policy, 1, {7})};
  const std::string text = to_json(root);
  SignedEnvelope envelope{statement_about(SignedType::root, "root", parts.version, kNow, parts.lasts, as_bytes(text))};
  for (const int key : signers) REQUIRE(sign(envelope, seed(key)));
  return signed_file(envelope, text);
}

Trust pinned() { return Trust::pin(root_file({}, {1, 2})).value(); }

SignedEnvelope release(std::int64_t version, const std::vector<int>& signers, std::string_view payload = kPayload,
                       Timestamp issued = kNow) {
  SignedEnvelope envelope{statement_about(SignedType::content, "scan", version, issued, days(30), as_bytes(payload))};
  for (const int key : signers) REQUIRE(sign(envelope, seed(key)));
  return envelope;
}

Result<void> take(Trust& trust, const SignedEnvelope& envelope, std::string_view payload = kPayload, Timestamp now = kNow) {
  return trust.accept(envelope, SignedType::content, "scan", sha256(payload), payload.size(), now);
}

Code refusal(const Result<void>& result) {
  REQUIRE_FALSE(result);
  return result.error().code();
}

TEST_CASE("a release that two of three signed is taken, and remembered through the disk") {
  Trust trust = pinned();
  REQUIRE(take(trust, release(3, {4, 6})));
  const auto back = Trust::from_json(trust.to_json());
  REQUIRE(back);
  CHECK(*back == trust);
  CHECK(back->seen_version(SignedType::content, "scan") == 3);
  CHECK(back->root_version() == 1);
}

TEST_CASE("(1) arbitrary content: one key, other keys or one key twice are not enough") {
  Trust trust = pinned();
  CHECK(refusal(take(trust, release(1, {}))) == Code::denied);
  CHECK(refusal(take(trust, release(1, {4}))) == Code::denied);
  CHECK(refusal(take(trust, release(1, {4, 1}))) == Code::denied);
  CHECK(refusal(take(trust, release(1, {8, 9, 10}))) == Code::denied);
  SignedEnvelope twice = release(1, {4});
  twice.signatures.push_back(twice.signatures.front());
  CHECK(refusal(take(trust, twice)) == Code::denied);
  SignedEnvelope altered = release(1, {4, 5});
  altered.statement.version = 2;
  CHECK(refusal(take(trust, altered)) == Code::denied);
  CHECK(trust == pinned());
}

TEST_CASE("(2) rollback: an older version, or the same with other bytes, is refused") {
  Trust trust = pinned();
  REQUIRE(take(trust, release(5, {4, 5})));
  CHECK(refusal(take(trust, release(4, {4, 5}))) == Code::conflict);
  CHECK(refusal(take(trust, release(5, {4, 5}, "other"), "other")) == Code::conflict);
  CHECK(take(trust, release(5, {5, 6})));
  CHECK(take(trust, release(6, {4, 5})));
}

TEST_CASE("(3) freeze: what has expired is not taken, and a clock that goes back does not revive it") {
  Trust trust = pinned();
  const SignedEnvelope old = release(1, {4, 5});
  CHECK(refusal(take(trust, old, kPayload, kNow + days(30))) == Code::unavailable);
  CHECK(refusal(take(trust, old, kPayload, kNow)) == Code::unavailable);
  REQUIRE(take(trust, release(2, {4, 5}, kPayload, kNow + days(40)), kPayload, kNow + days(41)));

  SUBCASE("time is never before what was signed last") {
    const SignedEnvelope other{.statement = statement_about(SignedType::content, "scan", 3, kNow, days(30), as_bytes(kPayload))};
    SignedEnvelope late = other;
    REQUIRE(sign(late, seed(4)));
    REQUIRE(sign(late, seed(5)));
    CHECK(refusal(take(trust, late, kPayload, kNow)) == Code::unavailable);
  }
  SUBCASE("nothing is taken under a root that has expired") {
    const auto envelope = release(3, {4, 5}, kPayload, kNow + days(364));
    CHECK(refusal(take(trust, envelope, kPayload, kNow + days(365))) == Code::unavailable);
  }
}

TEST_CASE("(4) mix and match: other bytes under a good signature are refused") {
  Trust trust = pinned();
  CHECK(refusal(take(trust, release(1, {4, 5}), "the rules of yesterday")) == Code::corrupt);
  const auto envelope = release(1, {4, 5});
  CHECK(refusal(trust.accept(envelope, SignedType::content, "scan", sha256(kPayload), 1, kNow)) == Code::corrupt);
  CHECK(trust == pinned());
}

TEST_CASE("(5) fast-forward: no version far ahead, and new keys forget the versions of the old") {
  Trust trust = pinned();
  CHECK(refusal(take(trust, release(Trust::kMaxVersionStep + 1, {4, 5}))) == Code::exhausted);
  REQUIRE(take(trust, release(Trust::kMaxVersionStep, {4, 5})));
  REQUIRE(trust.rotate(root_file({.content_keys = {4, 5, 8}, .version = 2}, {1, 3})));
  CHECK(refusal(take(trust, release(1, {4, 6}))) == Code::denied);
  CHECK(take(trust, release(1, {4, 8})));
}

TEST_CASE("(5) a new root with the same keys forgets nothing") {
  Trust trust = pinned();
  REQUIRE(take(trust, release(5, {4, 5})));
  REQUIRE(trust.rotate(root_file({.version = 2}, {1, 3})));
  CHECK(refusal(take(trust, release(4, {4, 5}))) == Code::conflict);
}

TEST_CASE("(6) wrong type: what was signed as something else is not taken as content") {
  Trust trust = pinned();
  SignedEnvelope policy{statement_about(SignedType::policy, "scan", 1, kNow, days(30), as_bytes(kPayload))};
  for (const int key : {4, 5, 7}) REQUIRE(sign(policy, seed(key)));
  CHECK(refusal(take(trust, policy)) == Code::invalid);
  CHECK(trust.accept(policy, SignedType::policy, "scan", sha256(kPayload), kPayload.size(), kNow));
  CHECK(refusal(trust.accept(release(1, {4, 5}), SignedType::content, "logs", sha256(kPayload), kPayload.size(), kNow)) ==
        Code::invalid);
  SignedEnvelope program{statement_about(SignedType::program, "agent", 1, kNow, days(30), as_bytes(kPayload))};
  for (const int key : {4, 5, 7}) REQUIRE(sign(program, seed(key)));
  CHECK(refusal(trust.accept(program, SignedType::program, "agent", sha256(kPayload), kPayload.size(), kNow)) == Code::denied);
  const auto root = read_signed_file(as_bytes(root_file({}, {1, 2})))->envelope;
  CHECK(refusal(trust.accept(root, SignedType::root, "root", root.statement.payload_sha256, root.statement.payload_size, kNow)) ==
        Code::invalid);
}

TEST_CASE("a root is followed only by the next one, signed by a threshold of both") {
  Trust trust = pinned();
  CHECK(refusal(trust.rotate(root_file({.version = 3}, {1, 2}))) == Code::conflict);
  CHECK(refusal(trust.rotate(root_file({.version = 1}, {1, 2}))) == Code::conflict);
  CHECK(refusal(trust.rotate(root_file({.root_keys = {1, 8, 9}, .version = 2}, {8, 9}))) == Code::denied);
  CHECK(refusal(trust.rotate(root_file({.root_keys = {1, 8, 9}, .version = 2}, {1, 2}))) == Code::denied);
  CHECK(trust == pinned());
  REQUIRE(trust.rotate(root_file({.root_keys = {1, 8, 9}, .version = 2}, {1, 2, 8})));
  CHECK(trust.root_version() == 2);
  CHECK(refusal(trust.rotate(root_file({.version = 3}, {2, 3}))) == Code::denied);
}

TEST_CASE("a root that its own keys did not sign is never pinned") {
  CHECK(Trust::pin(root_file({}, {1})).error().code() == Code::denied);
  CHECK(Trust::pin(root_file({}, {4, 5})).error().code() == Code::denied);
  std::string damaged = root_file({}, {1, 2});
  damaged.back() = ' ';
  CHECK(Trust::pin(damaged).error().code() == Code::corrupt);
}

TEST_CASE("an envelope has one spelling") {
  const std::string text = to_json(release(1, {4, 5}));
  CHECK(signed_envelope_from_json(text).value() == release(1, {4, 5}));
  for (const std::string& other : {" " + text, text + " ", std::string(text).replace(1, 0, "\"more\":1,"),
                                   std::string(text).replace(text.find("\"version\":1"), 11, "\"version\":1.0")}) {
    CHECK(signed_envelope_from_json(other).error().code() == Code::invalid);
  }
  CHECK(signed_envelope_from_json(std::string(kMaxEnvelopeBytes + 1, ' ')).error().code() == Code::exhausted);
}

TEST_CASE("a root document says what is wrong with it") {
  RootDocument root;
  CHECK(check_root(root).error().what() == "no role for roots");
  root.keys = {public_key(1)};
  root.roles = {role(SignedType::root, 2, {1})};
  CHECK(check_root(root).error().what() == "root: the threshold is not between 1 and the number of its keys");
  root.roles = {role(SignedType::root, 1, {2})};
  CHECK(check_root(root).error().what() == "root: a key that is not in the list");
}

}  // namespace
}  // namespace khien
