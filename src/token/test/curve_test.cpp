#include "lab_stamp_server.hpp"

namespace khien::token {
namespace {

constexpr std::array kCurves = {"P-256", "P-384"};

TEST_CASE("a PDF that an elliptic key signed holds before independent judges, with a stamp and without") {
  if (!Lab::is_possible()) return;
  LabStampServer server(lab());
  const auto stamper = server.stamper();
  for (const char* curve : kCurves) {
    for (seal::TimeStamper* stamps : {static_cast<seal::TimeStamper*>(nullptr), stamper.get()}) {
      const Bytes pdf = signed_pdf(lab(), stamps, small_pdf(), curve);
      lab().write("curve.pdf", pdf);
      std::string said;
      lab().run("pdfsig -nocert curve.pdf", &said);
      CHECK_MESSAGE(said.find("Signature is Valid.") != said.npos, said);
      take_apart(lab(), pdf);
      CHECK_MESSAGE(lab().run(kOpensslVerify, &said) == 0, said);
      said.clear();
      REQUIRE(lab().run("openssl cms -cmsout -print -inform DER -in signature.der", &said) == 0);
      CHECK(said.find("ecdsa-with-SHA256") != said.npos);
      const auto verification = judged(pdf, lab().trust());
      CHECK_MESSAGE(verification.valid, verification.signatures[0].detail);
      CHECK(verification.signatures[0].signer == std::string("Nguyễn Văn ") + curve);
    }
  }
}

TEST_CASE("XML that an elliptic key signed holds before xmlsec1: r and s side by side") {
  if (!Lab::is_possible()) return;
  for (const char* curve : kCurves) {
    for (const char* prefix : {"", "ds"}) {
      const std::string xml = signed_xml(lab(), prefix, curve);
      lab().write("curve.xml", xml);
      std::string said;
      CHECK_MESSAGE(lab().run("xmlsec1 --verify --enabled-reference-uris empty --trusted-pem ca.pem curve.xml", &said) == 0, said);
      const auto verification = judged(as_bytes(xml), lab().trust());
      CHECK_MESSAGE(verification.valid, xml << verification.signatures[0].detail);
      CHECK(xml.find("xmldsig-more#ecdsa-sha256") != xml.npos);
      const auto from = xml.find("SignatureValue>") + 15;
      const auto value = from_base64(xml.substr(from, xml.find('<', from) - from));
      REQUIRE(value);
      CHECK(value->size() == (std::string_view(curve) == "P-256" ? 64 : 96));
    }
  }
}

TEST_CASE("what is to be signed must name the method of the key") {
  if (!Lab::is_possible()) return;
  const auto signer = lab().signer("P-256");
  const auto job = job_for(sha256(std::string_view("x")));
  REQUIRE(signer->approve(job, lab().pin()));
  CHECK(signer->sign_xml(job, seal::canonical_signed_info("ds", job.digest)).error().code() == Code::denied);
  REQUIRE(signer->approve(job, lab().pin()));
  CHECK(signer->sign_xml(job, seal::canonical_signed_info("ds", job.digest, seal::XmlMethod::ecdsa_sha256)));
}

TEST_CASE("one flipped byte of an elliptic signature is refused, in PDF and XML") {
  if (!Lab::is_possible()) return;
  const auto trust = lab().trust();
  const std::string xml = signed_xml(lab(), "", "P-256");
  for (std::size_t at = xml.find("<SignatureValue>"); at < xml.find("</SignatureValue>"); ++at) {
    for (const int flip : {1, 4, 32}) {
      std::string changed = xml;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      CHECK_MESSAGE(!judged(as_bytes(changed), trust).valid, "byte " << at);
    }
  }
  const Bytes pdf = signed_pdf(lab(), nullptr, small_pdf(), "P-256");
  take_apart(lab(), pdf);
  const std::size_t begin = byte_range(pdf)[1] + 1, end = begin + 2 * (4 + (static_cast<std::size_t>(static_cast<unsigned char>(lab().read("signature.der")[2])) << 8));
  for (std::size_t at = begin; at < end; at += 5) {
    Bytes changed = pdf;
    changed[at] ^= std::byte{1};
    CHECK_MESSAGE(!judged(changed, trust).valid, "byte " << at);
  }
}

}  // namespace
}  // namespace khien::token
