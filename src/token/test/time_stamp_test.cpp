#include <algorithm>
#include <vector>

#include "lab_stamp_server.hpp"

namespace khien::token {
namespace {

using Mood = LabStampServer::Mood;
using seal::SignatureState;

// A line of `openssl asn1parse`: where an element begins and ends.
struct Parsed {
  std::size_t offset = 0, head = 0, size = 0;
  std::string what;
};

std::vector<Parsed> parsed(const std::string& name) {
  std::string said;
  REQUIRE(lab().run("openssl asn1parse -inform DER -in " + name, &said) == 0);
  std::vector<Parsed> all;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    Parsed one;
    int depth = 0;
    if (std::sscanf(line.c_str(), "%zu:d=%d hl=%zu l=%zu", &one.offset, &depth, &one.head, &one.size) != 4) continue;
    one.what = line.substr(line.find("l=") + 2);
    all.push_back(one);
  }
  return all;
}

// The token and the signature value, by openssl's eyes: "token.der" and "value".
void take_token(const Bytes& pdf) {
  take_apart(lab(), pdf);
  const auto all = parsed("signature.der");
  const auto token = std::ranges::find_if(all, [](const Parsed& one) { return one.what.find("id-smime-aa-timeStampToken") != std::string::npos; });
  REQUIRE(token != all.end());
  const std::string der = lab().read("signature.der");
  const Parsed& content = *(token + 2);  // SET, then its one value
  lab().write("token.der", der.substr(content.offset, content.head + content.size));
  // Before it: the attribute's SEQUENCE, the attributes' [1], and the signature.
  const Parsed& value = *(token - 3);
  REQUIRE(value.what.find("OCTET STRING") != std::string::npos);
  lab().write("value", der.substr(value.offset + value.head, value.size));
}

TEST_CASE("with a time stamp: B-T, by what the server, openssl ts and pdfsig say") {
  if (!Lab::is_possible()) return;
  LabStampServer server(lab());
  const auto stamper = server.stamper();
  const Bytes pdf = signed_pdf(lab(), stamper.get());
  const auto verification = judged(pdf, lab().trust());
  CHECK_MESSAGE(verification.valid, verification.signatures[0].detail);
  REQUIRE(verification.signatures[0].timestamped_at);
  const auto apart = verification.signatures[0].timestamped_at->ms - system_clock().now().ms;
  CHECK(apart < 5'000);
  CHECK(apart > -60'000);
  lab().write("stamped.pdf", pdf);
  std::string said;
  lab().run("pdfsig -nocert stamped.pdf", &said);
  CHECK_MESSAGE(said.find("Signature is Valid.") != said.npos, said);
  take_token(pdf);
  CHECK_MESSAGE(lab().run(kOpensslVerify, &said) == 0, said);
  CHECK_MESSAGE(lab().run("openssl ts -verify -data value -in token.der -token_in -CAfile ca.pem", &said) == 0, said);
  // Of the document itself it is none, for it is of the signature.
  CHECK(lab().run("openssl ts -verify -data content -in token.der -token_in -CAfile ca.pem") != 0);
}

TEST_CASE("a stamp holds by its own authorities, and outlives the signer's certificate by nothing else") {
  if (!Lab::is_possible()) return;
  LabStampServer server(lab());
  const Bytes pdf = signed_pdf(lab(), server.stamper().get());
  // Issued by the same authority in the lab: so for stamps alone another is named.
  REQUIRE(lab().run("openssl x509 -in sign.pem -out only-signer.pem && openssl x509 -in tsa.pem -out only-tsa.pem") == 0);
  auto options = lab().trust();
  options.trust_pem = lab().read("only-signer.pem");
  auto verification = judged(pdf, options);
  CHECK(verification.signatures[0].state == SignatureState::untrusted);
  CHECK(verification.signatures[0].detail.starts_with("time stamp: "));
  options.time_trust_pem = lab().read("only-tsa.pem");
  verification = judged(pdf, options);
  CHECK_MESSAGE(verification.valid, verification.signatures[0].detail);
  // For documents nobody of these is trusted.
  options.trust_pem.clear();
  CHECK(judged(pdf, options).signatures[0].state == SignatureState::untrusted);
  // A server whose clock is ahead.
  options = lab().trust();
  options.now = options.now - days(1);
  verification = judged(pdf, options);
  CHECK_FALSE(verification.valid);
  CHECK(verification.signatures[0].state == SignatureState::not_yet_valid);
}

TEST_CASE("a server that gives no stamp: no signature, or by setting one without, and the result says why") {
  if (!Lab::is_possible()) return;
  LabStampServer server(lab());
  const auto stamper = server.stamper();
  const auto refused = [&](std::string_view word) {
    const auto none = sign_pdf(lab(), {.stamper = stamper.get()});
    REQUIRE_FALSE(none);
    CHECK(none.error().code() == Code::unavailable);
    CHECK_MESSAGE(none.error().what().find(word) != std::string::npos, none.error().what());
    const auto without = sign_pdf(lab(), {.stamper = stamper.get(), .may_lack = true});
    REQUIRE_MESSAGE(without, without.error().what());
    CHECK_FALSE(without->stamped_at);
    REQUIRE(without->why_not_stamped);
    CHECK(without->why_not_stamped->what() == none.error().what());
    const auto verification = judged(without->bytes, lab().trust());
    CHECK(verification.valid);
    CHECK_FALSE(verification.signatures[0].timestamped_at);
  };
  server.mood = Mood::refuses;
  refused("the server refuses: status 2");
  server.mood = Mood::breaks;
  refused("answers 500");
  server.stop();
  refused("127.0.0.1");
}

TEST_CASE("a stamp that is not what was asked for is an error, whatever the setting") {
  if (!Lab::is_possible()) return;
  LabStampServer server(lab());
  const auto stamper = server.stamper();
  CHECK(stamper->stamp(as_bytes("x")));
  const auto is_error = [&] {
    const auto none = sign_pdf(lab(), {.stamper = stamper.get(), .may_lack = true});
    REQUIRE_FALSE(none);
    CHECK(none.error().code() == Code::corrupt);
  };
  server.mood = Mood::repeats;  // of "x"
  is_error();
  REQUIRE(lab().run("openssl req -x509 -newkey rsa:2048 -nodes -keyout stranger.key -out stranger.pem -subj /CN=Stranger "
                    "-addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=critical,timeStamping") == 0);
  server.mood = Mood::other_key;
  is_error();
  // A server that is genuine, and not whom this installation trusts.
  server.mood = Mood::stamps;
  CHECK(server.stamper("stranger.pem")->stamp(as_bytes("x")).error().code() == Code::corrupt);
}

// A stamper in wrong hands, which gives any token.
class FalseStamper final : public seal::TimeStamper {
 public:
  explicit FalseStamper(seal::TimeStampToken token) : token_(std::move(token)) {}
  Result<seal::TimeStampToken> stamp(ByteView) override { return token_; }

 private:
  seal::TimeStampToken token_;
};

TEST_CASE("a stamp of something else is not given out") {
  if (!Lab::is_possible()) return;
  LabStampServer server(lab());
  const auto other = server.stamper()->stamp(as_bytes("another signature"));
  REQUIRE(other);
  FalseStamper stamper(*other);
  const auto none = sign_pdf(lab(), {.stamper = &stamper});
  REQUIRE_FALSE(none);
  CHECK(none.error().code() == Code::corrupt);
  FalseStamper broken({.der = Bytes(40, std::byte{0x30}), .at = {}});
  CHECK_FALSE(sign_pdf(lab(), {.stamper = &broken}));
}

}  // namespace
}  // namespace khien::token
