#include "khien/core/signature.hpp"

#include <doctest/doctest.h>

namespace khien {
namespace {

TEST_CASE("the public key of RFC 8032 test 1") {
  const auto seed = from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value();
  CHECK(to_hex(*ed25519_public_key(seed)) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

TEST_CASE("the signature of RFC 8032 test 2, and no other one") {
  const auto seed = from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").value();
  const auto key = ed25519_public_key(seed).value();
  const Bytes message{std::byte{0x72}};
  auto signature = ed25519_sign(seed, message).value();
  CHECK(to_hex(signature) == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                             "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  CHECK(ed25519_verify(key, message, signature));
  CHECK(ed25519_verify(key, {}, signature).error().code() == Code::denied);
  signature[3] ^= std::byte{1};
  CHECK(ed25519_verify(key, message, signature).error().code() == Code::denied);
  CHECK(ed25519_verify(key, message, Bytes(63)).error().code() == Code::invalid);
  CHECK(ed25519_verify(Bytes(31), message, signature).error().code() == Code::invalid);
}

TEST_CASE("a seed of another length is refused") { CHECK_FALSE(ed25519_public_key(Bytes(31))); }

}  // namespace
}  // namespace khien
