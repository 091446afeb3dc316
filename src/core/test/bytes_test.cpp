#include "khien/core/bytes.hpp"

#include <doctest/doctest.h>

#include "khien/core/random.hpp"

namespace khien {
namespace {

std::string text_of(const Result<Bytes>& bytes) { return std::string(as_text(bytes.value())); }

TEST_CASE("hexadecimal is lower case and two digits a byte") {
  CHECK(to_hex({}) == "");
  CHECK(to_hex(as_bytes(std::string_view("\x00\x0f\xa0\xff", 4))) == "000fa0ff");
}

TEST_CASE("hexadecimal is read in either case") {
  CHECK(text_of(from_hex("")) == "");
  CHECK(text_of(from_hex("4B686961")) == "Khia");
  CHECK(text_of(from_hex("4b686961")) == "Khia");
}

TEST_CASE("what is not hexadecimal is refused") {
  for (const auto* text : {"0", "0g", "g0", "0x", " 0", "00 ", "0\n", "--", "٠٠", "/0", ":0", "@0", "`0", "G0"}) {
    CAPTURE(text);
    const auto bytes = from_hex(text);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code() == Code::invalid);
  }
  CHECK_FALSE(from_hex(std::string_view("0\0", 2)));
}

TEST_CASE("base64url is RFC 4648 §5 without padding") {
  CHECK(to_base64url(as_bytes("")) == "");
  CHECK(to_base64url(as_bytes("f")) == "Zg");
  CHECK(to_base64url(as_bytes("fo")) == "Zm8");
  CHECK(to_base64url(as_bytes("foo")) == "Zm9v");
  CHECK(to_base64url(as_bytes("foob")) == "Zm9vYg");
  CHECK(to_base64url(as_bytes("\xfb\xff\xfe")) == "-__-");
  CHECK(text_of(from_base64url("Zm9vYmE")) == "fooba");
  CHECK(text_of(from_base64url("-__-")) == "\xfb\xff\xfe");
  CHECK(from_base64url("").value().empty());
}

TEST_CASE("base64url has one spelling for each value") {
  CHECK(from_base64url("Zg"));
  CHECK_FALSE(from_base64url("Zh"));    // stray bits
  CHECK_FALSE(from_base64url("Zm9"));   // stray bits
  CHECK_FALSE(from_base64url("Zg=="));  // padding
  CHECK_FALSE(from_base64url("Z"));     // impossible length
  CHECK_FALSE(from_base64url("A"));
  CHECK_FALSE(from_base64url("Zm9vA"));
  CHECK_FALSE(from_base64url("+//+"));  // the other alphabet
  CHECK_FALSE(from_base64url("Zm 9v"));
  CHECK_FALSE(from_base64url("Zm9v\n"));
  CHECK_FALSE(from_base64url("Zm9\xc3"));
}

TEST_CASE("base64 is RFC 4648 §4 with padding") {
  for (const auto& [bytes, text] : {std::pair{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"\xfb\xff\xfe", "+//+"}}) {
    CHECK(to_base64(as_bytes(bytes)) == text);
    CHECK(text_of(from_base64(text)) == bytes);
  }
}

TEST_CASE("base64 has one spelling for each value") {
  for (const auto* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=", "==", "====", "Z===", "Zg==Zg==", "Zm9v\n", "Zm 9", "-__-",
                           "Zm9vYg==\n", "=Zm9"}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text));
  }
}

TEST_CASE("base32 is RFC 4648 §6 without padding") {
  CHECK(to_base32(as_bytes("")) == "");
  CHECK(to_base32(as_bytes("f")) == "MY");
  CHECK(to_base32(as_bytes("fo")) == "MZXQ");
  CHECK(to_base32(as_bytes("foo")) == "MZXW6");
  CHECK(to_base32(as_bytes("foob")) == "MZXW6YQ");
  CHECK(to_base32(as_bytes("fooba")) == "MZXW6YTB");
  CHECK(to_base32(as_bytes("foobar")) == "MZXW6YTBOI");
}

TEST_CASE("any bytes survive hexadecimal and base64url") {
  SeededRandom random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    const Bytes bytes = random.bytes(size);
    CHECK(from_hex(to_hex(bytes)).value() == bytes);
    CHECK(from_base64url(to_base64url(bytes)).value() == bytes);
  }
}

TEST_CASE("equality in constant time is equality") {
  CHECK(equal_in_constant_time({}, {}));
  CHECK(equal_in_constant_time(as_bytes("same"), as_bytes("same")));
  CHECK_FALSE(equal_in_constant_time(as_bytes("same"), as_bytes("sama")));
  CHECK_FALSE(equal_in_constant_time(as_bytes("same"), as_bytes("game")));
  CHECK_FALSE(equal_in_constant_time(as_bytes("same"), as_bytes("sam")));
  CHECK_FALSE(equal_in_constant_time(as_bytes(""), as_bytes("s")));
}

}  // namespace
}  // namespace khien
