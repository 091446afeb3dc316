#include <doctest/doctest.h>

#include "definite_lengths.hpp"
#include "der_reader.hpp"
#include "khien/seal/signer_protocol.hpp"
#include "khien/seal/verify.hpp"
#include "khien/seal/xml_signature.hpp"

namespace khien::seal {
namespace {

TEST_CASE("packets between hub and signer come through whole or not at all") {
  SignerRequest request{.ask = SignerRequest::Ask::sign_xml, .job = {"a-1", "Báo cáo", sha256(std::string_view("x"))}, .signed_info = "<a>", .wrong_pins = 2, .token_counts = true};
  const std::string packet = encode(request);
  CHECK(*decode_signer_request(as_bytes(packet)) == request);
  SignerReply reply{.code = 4, .login = SignerReply::Login::wrong, .token_counts = true, .words = "no", .parts = {Bytes(3), Bytes(5)}};
  CHECK(*decode_signer_reply(as_bytes(encode(reply))) == reply);
  for (std::size_t size = 0; size < packet.size(); ++size) CHECK_FALSE(decode_signer_request(as_bytes(packet.substr(0, size))));
  CHECK_FALSE(decode_signer_request(as_bytes(packet + "x")));
  CHECK_FALSE(decode_signer_reply(as_bytes(packet)));
  request.signed_info.assign(kMaxSignedInfoBytes + 1, 'x');
  CHECK_FALSE(decode_signer_request(as_bytes(encode(request))));
}

TEST_CASE("only the octets that follow from prefix and digest are a SignedInfo to sign") {
  const Sha256 digest = sha256(std::string_view("x"));
  CHECK(check_signed_info(canonical_signed_info("", digest), digest));
  CHECK(check_signed_info(canonical_signed_info("ds", digest), digest));
  const std::string right = canonical_signed_info("ds", digest);
  for (std::size_t i = 0; i < right.size(); ++i) {
    std::string wrong = right;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    CHECK_FALSE(check_signed_info(wrong, digest));
  }
  CHECK_FALSE(check_signed_info(right, sha256(std::string_view("y"))));
  CHECK_FALSE(check_signed_info("<a b:SignedInfo ", digest));
}

TEST_CASE("DER is definite, shortest and whole") {
  const auto reads = [](std::string_view text) { return DerReader(as_bytes(text)).next().has_value(); };
  CHECK(reads(std::string_view("\x04\x01x", 3)));
  CHECK(reads("\x04\x81\x80" + std::string(128, 'x')));
  CHECK_FALSE(reads(std::string_view("\x04\x81\x01x", 4)));           // not the shortest
  CHECK_FALSE(reads(std::string_view("\x30\x80\x00\x00", 4)));        // indefinite
  CHECK_FALSE(reads(std::string_view("\x04\x02x", 3)));               // ends early
  CHECK_FALSE(reads(std::string_view("\x1f\x01\x00", 3)));            // a tag of many bytes
  CHECK_FALSE(reads(std::string_view("\x04\x84\xff\xff\xff\xff", 6)));
  CHECK_FALSE(reads(""));
}

TEST_CASE("what was written as a stream is read as what it says") {
  const auto told = [](std::string_view source) -> std::string {
    const auto done = with_definite_lengths(as_bytes(source));
    return done ? std::string(as_text(done->der)) + "|" + std::to_string(done->read) : "corrupt";
  };
  CHECK(told(std::string_view("\x30\x80\x04\x01x\x00\x00\x00", 8)) == std::string("\x30\x03\x04\x01x|7"));
  CHECK(told(std::string_view("\x30\x80\xa0\x80\x00\x00\x00\x00", 8)) == std::string("\x30\x02\xa0\x00|8", 6));
  CHECK(told(std::string_view("\x30\x03\x04\x01x..", 7)) == std::string("\x30\x03\x04\x01x|5"));
  CHECK(told(std::string_view("\x04\x80\x00\x00", 4)) == "corrupt");  // of what is not made of others
  CHECK(told(std::string_view("\x30\x80\x04\x01x\x00", 6)) == "corrupt");
  CHECK(told("\x30\x80") == "corrupt");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "\x30\x80";
  CHECK(told(deep) == "corrupt");
  const std::string large = std::string("\x30\x80\x04\x82\x01\x00", 6) + std::string(256, 'x') + std::string(2, '\0');
  CHECK(told(large).substr(0, 4) == std::string("\x30\x82\x01\x04", 4));
}

TEST_CASE("what a worker says of a file is read with suspicion") {
  Verification verification{.kind = FileKind::pdf, .valid = true, .signatures = {{.state = SignatureState::valid, .signer = "A", .signed_at = Timestamp{1'000}}}, .words = {"v", "e"}};
  CHECK(*verification_from_json(to_json(verification)) == verification);
  verification.signatures[0].state = SignatureState::malformed;
  CHECK_FALSE(verification_from_json(to_json(verification)));  // valid, and not
  verification.valid = false;
  CHECK(*verification_from_json(to_json(verification)) == verification);
  verification.signatures.clear();
  verification.valid = true;
  CHECK_FALSE(verification_from_json(to_json(verification)));
  CHECK_FALSE(verification_from_json("{}"));
  CHECK_FALSE(run_verify_job("1 99 0 0", as_bytes("<a/>"), nullptr));
  CHECK_FALSE(run_verify_job("1 0", as_bytes("<a/>"), nullptr));
  CHECK_FALSE(run_verify_job("1 0 5 0", as_bytes("<a/>"), nullptr));
  CHECK(run_verify_job("1 0 0 0", as_bytes("<a/>"), nullptr)->find("xml") != std::string::npos);
}

TEST_CASE("a small document cannot have a canonical form without end") {
  std::string bomb = "<a xmlns:p=\"urn:" + std::string(1u << 20, 'u') + "\">";
  for (int i = 0; i < 2'000; ++i) bomb += "<p:b/>";
  Budget budget({.bytes_in = 64u << 20, .bytes_out = 64u << 20});
  CHECK(prepare_xml(bomb + "</a>", {}, budget).error().code() == Code::exhausted);
}

}  // namespace
}  // namespace khien::seal
