#include "lab_stamp_server.hpp"

namespace khien::token {
namespace {

using seal::SignatureState;

TEST_CASE("a PDF that was signed by a token holds before independent judges") {
  if (!Lab::is_possible()) return;
  const Bytes pdf = signed_pdf(lab());
  lab().write("signed.pdf", pdf);
  std::string said;
  CHECK(lab().run("qpdf --check signed.pdf", &said) == 0);
  lab().run("pdfsig -nocert signed.pdf", &said);
  CHECK_MESSAGE(said.find("Signature is Valid.") != said.npos, said);
  CHECK_MESSAGE(said.find("Total document signed") != said.npos, said);
  CHECK(said.find("ETSI.CAdES.detached") != said.npos);
  CHECK(byte_range(pdf)[2] + byte_range(pdf)[3] == pdf.size());
  take_apart(lab(), pdf);
  CHECK_MESSAGE(lab().run(kOpensslVerify, &said) == 0, said);
  const auto verification = judged(pdf, lab().trust());
  CHECK(verification.valid);
  REQUIRE(verification.signatures.size() == 1);
  CHECK(verification.signatures[0].signer == "Nguyễn Văn A");
  CHECK(verification.signatures[0].issuer == "Lab Root");
  CHECK(verification.signatures[0].signed_at);
  CHECK_FALSE(verification.signatures[0].timestamped_at);
  CHECK(verification.words.vi.starts_with("Hợp lệ"));
}

TEST_CASE("whom it leads to and when are the reader's question") {
  if (!Lab::is_possible()) return;
  const Bytes pdf = signed_pdf(lab());
  auto options = lab().trust();
  options.trust_pem.clear();
  CHECK(judged(pdf, options).signatures[0].state == SignatureState::untrusted);
  options = lab().trust();
  options.now = options.now + days(3000);
  CHECK(judged(pdf, options).signatures[0].state == SignatureState::expired);
  options.now = {0};
  CHECK(judged(pdf, options).signatures[0].state == SignatureState::not_yet_valid);
}

TEST_CASE("one flipped byte anywhere in a signed PDF is refused: every byte of the file, by three flips") {
  if (!Lab::is_possible()) return;
  LabStampServer server(lab());
  const auto stamper = server.stamper();
  // By an elliptic key, for then most of the file can be tried in little time; with a time stamp.
  const Bytes pdf = signed_pdf(lab(), stamper.get(), small_pdf(), "P-256");
  const auto trust = lab().trust();
  REQUIRE(judged(pdf, trust).valid);
  const auto range = byte_range(pdf);
  take_apart(lab(), pdf);
  const std::string der = lab().read("signature.der");
  const auto high = static_cast<unsigned char>(der[2]), low = static_cast<unsigned char>(der[3]);
  const std::size_t filled = range[1] + 1 + 2 * (4 + (std::size_t{high} << 8 | low));
  std::size_t tried = 0;
  const auto refused = [&](std::size_t at, std::byte flip) {
    Bytes changed = pdf;
    changed[at] ^= flip;
    const bool valid = judged(changed, trust).valid;
    CHECK_MESSAGE(!valid, "byte " << at << " of " << pdf.size() << ", flip " << static_cast<int>(flip));
    ++tried;
  };
  for (std::size_t at = 0; at < pdf.size(); ++at) {
    // The padding of zeros is one test of one loop: thinly, with both its ends.
    const bool padding = at > filled + 2 && at + 4 < range[2];
    if (padding && at % 499 != 0) continue;
    for (const int flip : {0x01, 0x20, 0x80}) refused(at, static_cast<std::byte>(flip));
  }
  MESSAGE("flips tried in a PDF: " << tried);
  CHECK(tried > 3 * (filled - range[1]));
}

TEST_CASE("what is added to a signed PDF is told") {
  if (!Lab::is_possible()) return;
  const Bytes pdf = signed_pdf(lab());
  const auto trust = lab().trust();
  std::string more(as_text(pdf));
  int root = 0, size = 0;
  REQUIRE(std::sscanf(more.c_str() + more.rfind("/Root "), "/Root %d", &root) == 1);
  REQUIRE(std::sscanf(more.c_str() + more.rfind("/Size "), "/Size %d", &size) == 1);
  more += std::to_string(size) + " 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>\nendobj\n";
  const auto update = more.size();
  const auto startxref = more.rfind("startxref\n");
  std::size_t before = 0;
  REQUIRE(std::sscanf(more.c_str() + startxref, "startxref\n%zu", &before) == 1);
  char line[24];
  std::snprintf(line, sizeof line, "%010zu 00000 n \n", pdf.size());
  more += "xref\n0 1\n0000000000 65535 f \n" + std::to_string(size) + " 1\n" + line + "trailer\n<< /Size " + std::to_string(size + 1) + " /Root " +
          std::to_string(root) + " 0 R /Prev " + std::to_string(before) +
          " >>\nstartxref\n" + std::to_string(update) + "\n%%EOF\n";
  const auto updated = judged(as_bytes(more), trust);
  CHECK_FALSE(updated.valid);
  REQUIRE(updated.signatures.size() == 1);
  CHECK(updated.signatures[0].state == SignatureState::changed_after);
  CHECK(updated.words.vi.find("bổ sung") != std::string::npos);
  CHECK_FALSE(judged(as_bytes(std::string(as_text(pdf)) + "\n"), trust).valid);
}

TEST_CASE("a signature is an update at the end, so that the issued bytes stay and a second one may follow") {
  if (!Lab::is_possible()) return;
  // With a table of references, and with a stream of them.
  lab().write("plain.pdf", small_pdf());
  REQUIRE(lab().run("qpdf --object-streams=generate plain.pdf streams.pdf") == 0);
  for (const std::string& issued : {small_pdf(), lab().read("streams.pdf")}) {
    const Bytes once = signed_pdf(lab(), nullptr, issued);
    CHECK(as_text(once).starts_with(issued));
    const Bytes twice = signed_pdf(lab(), nullptr, std::string(as_text(once)));
    CHECK(as_text(twice).starts_with(as_text(once)));
    auto options = lab().trust();
    options.first_revision = issued.size();
    std::size_t signatures = 0;
    for (const Bytes& pdf : {once, twice}) {
      const auto verification = judged(pdf, options);
      REQUIRE(verification.signatures.size() == ++signatures);
      CHECK_MESSAGE(verification.valid, verification.signatures[0].detail);
      CHECK(verification.covers_first_revision_only_signatures);
      lab().write("updated.pdf", pdf);
      std::string said;
      CHECK_MESSAGE(lab().run("qpdf --check updated.pdf", &said) == 0, said);
      said.clear();
      lab().run("pdfsig -nocert updated.pdf", &said);
      std::size_t valid = 0;
      for (std::size_t at = 0; (at = said.find("Signature is Valid.", at)) != said.npos; ++at) ++valid;
      CHECK_MESSAGE(valid == signatures, said);
    }
  }
}

TEST_CASE("of the token's certificates the signer's own rides along, not last year's") {
  if (!Lab::is_possible()) return;
  const auto certificates = lab().signer()->certificates();
  REQUIRE(certificates);
  CHECK(certificates->size() == 1);
  const Bytes pdf = signed_pdf(lab());
  CHECK(judged(pdf, lab().trust()).valid);
  CHECK(as_text(pdf).find(to_hex(as_bytes(lab().read("old.der")))) == std::string_view::npos);
  CHECK(as_text(pdf).find(to_hex(as_bytes(lab().read("sign.der")))) != std::string_view::npos);
}

TEST_CASE("ByteRange that leaves out more than the signature is told") {
  if (!Lab::is_possible()) return;
  const Bytes pdf = signed_pdf(lab());
  std::string text(as_text(pdf));
  const auto range = byte_range(pdf);
  const std::string said = " " + std::to_string(range[2]) + " " + std::to_string(range[3]);
  const std::string lies = " " + std::to_string(range[2] + 1) + " " + std::to_string(range[3] - 1);
  text.replace(text.find(said), said.size(), lies);
  const auto verification = judged(as_bytes(text), lab().trust());
  CHECK_FALSE(verification.valid);
  REQUIRE(verification.signatures.size() == 1);
  CHECK(verification.signatures[0].state == SignatureState::malformed);
}

TEST_CASE("an XML document that was signed by a token holds before xmlsec1") {
  if (!Lab::is_possible()) return;
  for (const char* prefix : {"", "ds"}) {
    const std::string xml = signed_xml(lab(), prefix);
    lab().write("signed.xml", xml);
    std::string said;
    CHECK_MESSAGE(lab().run("xmlsec1 --verify --enabled-reference-uris empty --trusted-pem ca.pem signed.xml", &said) == 0, said);
    const auto verification = judged(as_bytes(xml), lab().trust());
    CHECK_MESSAGE(verification.valid, xml << (verification.signatures.empty() ? "" : verification.signatures[0].detail));
    CHECK(verification.signatures[0].signer == "Nguyễn Văn A");
    CHECK(xml.find("X509SubjectName>CN=Nguyễn Văn A,") != xml.npos);
  }
}

TEST_CASE("one flipped byte anywhere in a signed XML document is refused") {
  if (!Lab::is_possible()) return;
  const std::string xml = signed_xml(lab());
  const auto trust = lab().trust();
  std::size_t passed = 0;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    for (const int flip : {0x01, 0x04, 0x20, 0x80}) {
      std::string changed = xml;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      const bool valid = judged(as_bytes(changed), trust).valid;
      CHECK_MESSAGE(!valid, "byte " << at << ": " << changed.substr(at < 20 ? 0 : at - 20, 40));
      passed += valid ? 0 : 1;
    }
  }
  CHECK(passed == 4 * xml.size());
}

TEST_CASE("what no XML signature covers is told") {
  if (!Lab::is_possible()) return;
  const std::string xml = signed_xml(lab());
  const auto trust = lab().trust();
  const auto with = [&](std::string_view where, std::string_view what) {
    std::string changed = xml;
    changed.insert(changed.find(where), what);
    const auto verification = judged(as_bytes(changed), trust);
    CHECK_FALSE(verification.valid);
    return verification.signatures.empty() ? SignatureState::valid : verification.signatures[0].state;
  };
  CHECK(with("<AVReport", "<!-- sạch -->") == SignatureState::covers_part_only);
  CHECK(with("<AVReport", "<AVReport></AVReport>") == SignatureState::digest_mismatch);
  CHECK(with("</Signature>", "<Object></Object>") == SignatureState::malformed);
  CHECK(with(" xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo>", " Note=\"paid\"") == SignatureState::malformed);
  CHECK(with("<KeyInfo>", "<KeyInfo></KeyInfo>") == SignatureState::malformed);
  CHECK(with("<edXML:edXMLBody>", xml.substr(xml.find("<Signature "), xml.find("</Signature>") + 12 - xml.find("<Signature "))) == SignatureState::malformed);
  CHECK_FALSE(judged(as_bytes("<!DOCTYPE a [<!ENTITY b \"c\">]>" + xml.substr(xml.find('\n'))), trust).valid);
}

TEST_CASE("files without a signature are told apart from broken ones") {
  const seal::VerifyOptions nobody;
  CHECK(judged(as_bytes(small_pdf()), nobody).words.vi == "Tệp không có chữ ký số.");
  CHECK(judged(as_bytes("<a/>"), nobody).words.vi == "Tệp không có chữ ký số.");
  CHECK(judged(as_bytes("<a>"), nobody).words.vi.starts_with("Tệp hỏng"));
  CHECK(judged(as_bytes("%PDF-1.7"), nobody).words.vi.starts_with("Tệp hỏng"));
  CHECK(judged(as_bytes("hello"), nobody).kind == seal::FileKind::unknown);
}

}  // namespace
}  // namespace khien::token
