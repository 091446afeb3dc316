#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "fuzz/authority.hpp"
#include "khien/seal/verify.hpp"

namespace khien::seal {
namespace {

// The seeds were made by other programs: `openssl cms -cades` and xmlsec1.
Verification verified(const std::string& name) {
  std::ifstream file(std::string(KHIEN_SOURCE_DIR) + "/src/seal/fuzz/corpus/" + name, std::ios::binary);
  std::ostringstream all;
  all << file.rdbuf();
  REQUIRE_FALSE(all.str().empty());
  Budget budget(verify_limits());
  auto verification = verify(as_bytes(all.str()), {.trust_pem = std::string(kSeedAuthority), .now = {1'800'000'000'000}}, budget);
  REQUIRE(verification);
  return std::move(verification).value();
}

SignatureState state_of(const std::string& name) {
  const auto verification = verified(name);
  CHECK_FALSE(verification.valid);
  REQUIRE(verification.signatures.size() == 1);
  return verification.signatures[0].state;
}

TEST_CASE("what other programs signed is valid") {
  for (const char* name : {"verify_pdf/signed-cades.pdf", "verify_pdf/signed-pkcs7.pdf", "verify_xml/signed-exclusive.xml", "verify_xml/signed-inclusive.xml"}) {
    const auto verification = verified(name);
    CHECK_MESSAGE(verification.valid, name << ": " << (verification.signatures.empty() ? "" : verification.signatures[0].detail));
    REQUIRE(verification.signatures.size() == 1);
    CHECK(verification.signatures[0].signer == "Nguyễn Văn A");
  }
  CHECK(verified("verify_pdf/signed-cades.pdf").signatures[0].signed_at);
}

TEST_CASE("a document may be signed by one after the other, and by nobody changed between") {
  const auto twice = verified("verify_pdf/signed-twice.pdf");
  REQUIRE(twice.signatures.size() == 2);
  CHECK_MESSAGE(twice.valid, twice.signatures[0].detail << twice.signatures[1].detail);
  CHECK(twice.signatures[0].detail.find("earlier revision") != std::string::npos);
  const auto altered = verified("verify_pdf/altered-between.pdf");
  CHECK_FALSE(altered.valid);
  REQUIRE(altered.signatures.size() == 2);
  CHECK(altered.signatures[0].state == SignatureState::changed_after);
  CHECK(altered.signatures[1].state == SignatureState::valid);
}

TEST_CASE("what is wrong with what others signed is named") {
  CHECK(state_of("verify_pdf/weak.pdf") == SignatureState::weak_algorithm);
  CHECK(state_of("verify_pdf/changed.pdf") == SignatureState::digest_mismatch);
  CHECK(state_of("verify_pdf/updated.pdf") == SignatureState::changed_after);
  CHECK(state_of("verify_xml/weak.xml") == SignatureState::weak_algorithm);
  CHECK(state_of("verify_xml/changed.xml") == SignatureState::digest_mismatch);
  CHECK(state_of("verify_xml/wrapped.xml") == SignatureState::digest_mismatch);
  CHECK(state_of("verify_xml/comment.xml") == SignatureState::covers_part_only);
}

}  // namespace
}  // namespace khien::seal
