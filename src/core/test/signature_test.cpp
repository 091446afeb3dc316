#include "khien/core/signature.hpp"

#include <doctest/doctest.h>

namespace khien {
namespace {

TEST_CASE("the public key of RFC 8032 test 1") {
  const auto seed = from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value();
  CHECK(to_hex(*ed25519_public_key(seed)) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

TEST_CASE("a seed of another length is refused") { CHECK_FALSE(ed25519_public_key(Bytes(31))); }

}  // namespace
}  // namespace khien
