#include "forged.hpp"
#include "khien/core/text.hpp"

namespace khien::seal {
namespace {

using enum SignatureState;

// "261126142700Z", for `openssl ca`.
std::string openssl_time(Timestamp at) {
  std::string text;
  for (const char c : to_rfc3339(at).substr(2, 17)) {
    if (c >= '0' && c <= '9') text += c;
  }
  return text + "Z";
}

Timestamp now() { return system_clock().now(); }

// Who is revoked and why, by the name of his certificate; "": nobody.
struct Entry {
  std::string who;
  Timestamp at;
  std::string reason;
};

// A list as `openssl ca` makes it.
std::string list_of(const std::vector<Entry>& revoked, Timestamp made, Timestamp next, const std::string& more = "") {
  lab().write("index.txt", "");
  lab().write("crl.cnf", "[ca]\ndefault_ca = c\n[c]\ndatabase = index.txt\ndefault_md = sha256\ncrl_extensions = e\n[e]\nauthorityKeyIdentifier = keyid\n" + more);
  std::string script = ": > index.txt\n";
  for (const Entry& one : revoked) {
    script += "printf 'R\\t360101000000Z\\t" + openssl_time(one.at) + (one.reason.empty() ? "" : "," + one.reason) + "\\t%s\\tunknown\\t/CN=" + one.who +
              "\\n' $(openssl x509 -in " + one.who + ".pem -noout -serial | cut -d= -f2) >> index.txt\n";
  }
  lab().write("crl.sh", "set -e\n" + script + "openssl ca -gencrl -config crl.cnf -cert ca.pem -keyfile ca.key -crl_lastupdate " + openssl_time(made) + " -crl_nextupdate " +
                            openssl_time(next) + " -out list.pem\nopenssl crl -in list.pem -outform DER -out list.crl\n");
  REQUIRE_MESSAGE(lab().run("sh crl.sh >log 2>&1") == 0, lab().read("log"));
  return lab().read("list.crl");
}

Verification by_lists(const std::string& pdf, std::vector<std::string> lists, Timestamp at = now()) {
  Budget budget(verify_limits(), &system_clock());
  const VerifyOptions options{.trust_pem = lab().read("ca.pem"), .now = at, .revocation_lists = std::move(lists)};
  auto verification = verify(as_bytes(pdf), options, budget);
  REQUIRE_MESSAGE(verification, verification.error().what());
  CHECK(verification_from_json(to_json(*verification)).value() == *verification);
  return std::move(verification).value();
}

// Signed by the leader, with a time stamp of the very signature.
std::string stamped() {
  static const std::string one = [] {
    const std::string pdf = lab().sign(update("", letter()), "leader", "", true);
    REQUIRE(judged(pdf).signatures[0].timestamped_at);
    return pdf;
  }();
  return one;
}

const std::string& plain() {
  static const std::string one = by_leader(letter());
  return one;
}

TEST_CASE("without lists it is said that nobody asked; with a fresh one, of which day it is") {
  auto verification = by_lists(plain(), {});
  CHECK(verification.valid);
  CHECK(verification.signatures[0].revocation == Revocation::not_checked);
  CHECK(verification.words.vi.ends_with("Chưa kiểm tra thu hồi chứng thư."));
  const auto made = Timestamp{now().ms / 1000 * 1000} - hours(3);
  for (const bool pem : {false, true}) {
    std::string list = list_of({{"clerk", now() - days(2), ""}}, made, now() + days(7));
    if (pem) list = lab().read("list.pem");
    verification = by_lists(plain(), {list});
    CHECK_MESSAGE(verification.valid, verification.signatures[0].detail);
    CHECK(verification.signatures[0].revocation == Revocation::good);
    CHECK(verification.signatures[0].lists_of == made);
    CHECK(verification.words.vi.find("Chứng thư không bị thu hồi theo danh sách ngày ") != std::string::npos);
  }
}

TEST_CASE("a revoked certificate's signature is refused in plain words, whatever the signer claims of the time") {
  const std::string list = list_of({{"leader", now() - hours(1), ""}}, now() - minutes(30), now() + days(7));
  const auto verification = by_lists(plain(), {list});
  CHECK_FALSE(verification.valid);
  CHECK(verification.signatures[0].state == revoked);
  REQUIRE(verification.signatures[0].revoked_at);
  CHECK(verification.words.vi == "Không hợp lệ: chứng thư của người ký đã bị thu hồi, và không có gì chứng minh tệp được ký trước khi thu hồi.");
  // An old list tells as well: nobody comes back from being revoked. One of nobody beside it changes nothing.
  const std::string old = list_of({{"leader", now() - days(90), "keyCompromise"}}, now() - days(80), now() - days(70));
  const std::string fresh = list_of({}, now() - hours(1), now() + days(7));
  CHECK(by_lists(plain(), {fresh, old}).signatures[0].state == revoked);
  CHECK(by_lists(plain(), {old}).signatures[0].state == revoked);
  // A revoked time stamp server, a revoked second signer.
  CHECK(by_lists(plain(), {list_of({{"clerk", now() - days(1), ""}}, now() - hours(1), now() + days(1))}).valid);
}

TEST_CASE("a list that is missing, old, of a part or of somebody else is a warning and never good") {
  const auto is_unknown = [&](const std::string& list, std::string_view why) {
    const auto verification = by_lists(plain(), {list});
    CHECK(verification.valid);
    CHECK(verification.signatures[0].revocation == Revocation::unknown);
    CHECK_FALSE(verification.signatures[0].lists_of);
    CHECK(verification.words.vi.find("CẢNH BÁO: chưa biết chứng thư có bị thu hồi hay không") != std::string::npos);
    CHECK_MESSAGE(verification.signatures[0].detail.find(why) != std::string::npos, verification.signatures[0].detail);
  };
  is_unknown(list_of({}, now() - days(9), now() - days(2)), "that is new enough: the newest is of ");
  is_unknown("no list", "1 of those given cannot be used");
  is_unknown("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", "cannot be used");
  is_unknown(list_of({}, now() - hours(1), now() + days(7), "issuingDistributionPoint = critical, @i\n[i]\nonlyCA = TRUE\n"), "no list");
  is_unknown(list_of({}, now() - hours(1), now() + days(7), "issuingDistributionPoint = critical, @i\n[i]\nfullname = URI:http://other/\n"), "no list");
  is_unknown(list_of({}, now() - hours(1), now() + days(7), "deltaCRL = critical, DER:020101\n"), "cannot be used");
  // Of another authority of the same name, and one byte of whose list was changed.
  std::string forged = list_of({}, now() - hours(1), now() + days(7));
  forged.back() = static_cast<char>(forged.back() ^ 1);
  is_unknown(forged, "no list of revoked certificates by Lab Root");
}

TEST_CASE("what a time stamp proves: signed before it was revoked") {
  const auto at = judged(stamped()).signatures[0].timestamped_at.value();
  const auto later = now() + days(40);
  // Revoked after: the signature stays. Before, or when the key was in wrong hands before: not.
  const auto after = list_of({{"leader", at + days(2), ""}}, at + days(3), at + days(60));
  auto verification = by_lists(stamped(), {after}, later);
  CHECK_MESSAGE(verification.valid, verification.signatures[0].detail);
  CHECK(verification.signatures[0].revocation == Revocation::good);
  CHECK(by_lists(plain(), {after}, later).signatures[0].state == revoked);
  CHECK(by_lists(stamped(), {list_of({{"leader", at - days(2), ""}}, at + days(3), at + days(60))}, later).signatures[0].state == revoked);
  // A list of the time after it tells for good, though it is old by now; one of before it does not.
  CHECK(by_lists(stamped(), {list_of({}, at + days(3), at + days(4))}, later).signatures[0].revocation == Revocation::good);
  CHECK(by_lists(stamped(), {list_of({}, at - days(3), at - days(1))}, later).signatures[0].revocation == Revocation::unknown);
  CHECK(by_lists(stamped(), {list_of({}, at - days(3), at + days(1))}, later).signatures[0].revocation == Revocation::good);
}

TEST_CASE("a time stamp server whose key is in wrong hands dates as it likes; one that closed does not") {
  const auto at = judged(stamped()).signatures[0].timestamped_at.value();
  const auto later = now() + days(40);
  for (const char* reason : {"", "keyCompromise"}) {
    const auto verification = by_lists(stamped(), {list_of({{"tsa", at + days(2), reason}}, at + days(3), at + days(60))}, later);
    CHECK(verification.signatures[0].state == revoked);
    CHECK(verification.signatures[0].detail.starts_with("time stamp: "));
  }
  CHECK(by_lists(stamped(), {list_of({{"tsa", at + days(2), "cessationOfOperation"}}, at + days(3), at + days(60))}, later).valid);
}

TEST_CASE("who was held back may come back; until then he signs nothing") {
  const auto held = list_of({{"leader", now() - days(3), "certificateHold"}}, now() - days(2), now() + days(7));
  CHECK(by_lists(plain(), {held}).signatures[0].state == revoked);
  const auto released = list_of({}, now() - hours(1), now() + days(7));
  CHECK(by_lists(plain(), {held, released}).valid);
  CHECK(by_lists(plain(), {released, held}).valid);
}

TEST_CASE("the worker is told of anchors and lists by their sizes, and believes no others") {
  const std::string pdf = plain();
  VerifyOptions options{.trust_pem = lab().read("ca.pem"), .now = now(), .time_trust_pem = "x", .revocation_lists = {list_of({}, now() - hours(1), now() + days(1)), ""}};
  std::string bytes = options.trust_pem + options.time_trust_pem;
  for (const std::string& one : options.revocation_lists) bytes += one;
  const std::string ask = verify_ask(options).substr(kVerifyWanted.size());
  const auto said = run_verify_job(ask, as_bytes(bytes + pdf), nullptr);
  REQUIRE_MESSAGE(said, said.error().what());
  CHECK(verification_from_json(*said)->signatures[0].revocation == Revocation::good);
  CHECK_FALSE(run_verify_job(ask + " 99999999", as_bytes(bytes + pdf), nullptr));
  CHECK_FALSE(run_verify_job(ask + " x", as_bytes(bytes + pdf), nullptr));
  CHECK_FALSE(run_verify_job("1 0 5", as_bytes(bytes + pdf), nullptr));
}

}  // namespace
}  // namespace khien::seal
