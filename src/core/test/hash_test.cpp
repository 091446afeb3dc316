#include "khien/core/hash.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "khien/core/random.hpp"
#include "test/death.hpp"

namespace khien {
namespace {

std::string filled(std::size_t count, unsigned char byte) { return std::string(count, static_cast<char>(byte)); }

std::string hmac(std::string_view key, std::string_view message) {
  return hmac_sha256(as_bytes(key), as_bytes(message)).hex();
}

TEST_CASE("SHA-256 answers the examples of FIPS 180-4") {
  CHECK(sha256("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256(ByteView{}).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex() ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(filled(1'000'000, 'a')).hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("HMAC-SHA-256 answers the examples of RFC 4231") {
  CHECK(hmac(filled(20, 0x0b), "Hi There") == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac(filled(20, 0xaa), filled(50, 0xdd)) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(hmac(filled(131, 0xaa), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("HMAC-SHA-1 answers the examples of RFC 2202") {
  CHECK(to_hex(hmac_sha1(as_bytes(filled(20, 0x0b)), as_bytes("Hi There"))) ==
        "b617318655057264e28bc0b6fb378c8ef146be00");
  CHECK(to_hex(hmac_sha1(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))) ==
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST_CASE("an empty key is a key of its own, not the one used before") {
  const auto* const expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  CHECK(hmac("", "") == expected);
  CHECK(hmac("another key", "x") != expected);
  CHECK(hmac_sha256({}, {}).hex() == expected);
}

TEST_CASE("a stream in any pieces has the digest of the whole") {
  SeededRandom random(4);
  for (int round = 0; round < 200; ++round) {
    const Bytes bytes = random.bytes(random.below(5'000));
    Sha256Stream stream;
    for (ByteView rest = bytes; !rest.empty();) {
      const ByteView piece = rest.first(random.below(rest.size()) + 1);
      stream.update(piece);
      stream.update({});
      rest = rest.subspan(piece.size());
    }
    CHECK(stream.finish() == sha256(bytes));
  }
}

TEST_CASE("a stream can be moved in the middle") {
  Sha256Stream first;
  first.update(as_bytes("ab"));
  Sha256Stream second = std::move(first);
  second.update(as_bytes("c"));
  CHECK(second.finish() == sha256("abc"));
}

TEST_CASE("a stream that has ended is not used again") {
  CHECK(aborts([] {
    Sha256Stream stream;
    static_cast<void>(stream.finish());
    static_cast<void>(stream.finish());
  }));
}

TEST_CASE("many threads hash at once") {
  const Sha256 expected = sha256("abc");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2'000; ++i) wrong[t] += sha256("abc") != expected ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4));
}

TEST_CASE("a digest is read from 64 digits or 32 bytes, nothing else") {
  const Sha256 digest = sha256("abc");
  CHECK(Sha256::from_hex(digest.hex()).value() == digest);
  CHECK(Sha256::from_bytes(digest.view()).value() == digest);
  CHECK_FALSE(Sha256::from_hex(digest.hex().substr(2)));
  CHECK_FALSE(Sha256::from_hex(digest.hex() + "00"));
  CHECK_FALSE(Sha256::from_hex(filled(64, 'g')));
  CHECK_FALSE(Sha256::from_bytes(digest.view().first(31)));
  CHECK(Sha256::from_bytes({}).error().code() == Code::invalid);
}

}  // namespace
}  // namespace khien
