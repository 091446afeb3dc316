#include "khien/core/seal.hpp"

#include <doctest/doctest.h>

#include <string>

namespace khien {
namespace {

Bytes bytes(std::size_t count, int value) { return Bytes(count, static_cast<std::byte>(value)); }

const Bytes kMaster = bytes(Seal::kKeyBytes, 7);
const Bytes kSalt = bytes(Seal::kSaltBytes, 1);

TEST_CASE("what was closed opens again, also nothing") {
  const Seal seal(kMaster, "test", kSalt);
  for (const std::size_t size : {0u, 1u, 16u, 65'536u}) {
    const Bytes plain = bytes(size, 42);
    const Bytes closed = seal.close(3, true, plain);
    CHECK(closed.size() == size + Seal::kTagBytes);
    CHECK(seal.open(3, true, closed).value() == plain);
  }
}

TEST_CASE("a piece is bound to its number, its end, its purpose, its salt and its key") {
  const Seal seal(kMaster, "test", kSalt);
  const Bytes closed = seal.close(3, false, as_bytes("secret"));
  CHECK(seal.open(4, false, closed).error().code() == Code::corrupt);
  CHECK(seal.open(3, true, closed).error().code() == Code::corrupt);
  CHECK_FALSE(Seal(kMaster, "tess", kSalt).open(3, false, closed));
  CHECK_FALSE(Seal(kMaster, "test", bytes(Seal::kSaltBytes, 2)).open(3, false, closed));
  CHECK_FALSE(Seal(bytes(Seal::kKeyBytes, 8), "test", kSalt).open(3, false, closed));
}

TEST_CASE("no bit of a piece can be changed and no byte left out") {
  const Seal seal(kMaster, "test", kSalt);
  const Bytes closed = seal.close(0, true, as_bytes("some bytes"));
  for (std::size_t at = 0; at < closed.size() * 8; ++at) {
    Bytes changed = closed;
    changed[at / 8] ^= static_cast<std::byte>(1u << at % 8);
    CHECK_FALSE(seal.open(0, true, changed));
  }
  for (std::size_t size = 0; size < closed.size(); ++size) {
    CHECK_FALSE(seal.open(0, true, ByteView(closed).first(size)));
  }
}

TEST_CASE("the text is not in what is sealed") {
  const Bytes closed = Seal(kMaster, "test", kSalt).close(0, true, as_bytes("EICAR EICAR EICAR"));
  CHECK(as_text(closed).find("EICAR") == std::string_view::npos);
}

}  // namespace
}  // namespace khien
