#include "khien/core/seal.hpp"

#include <openssl/evp.h>
#include <string.h>

#include <array>
#include <climits>
#include <memory>
#include <string>

#include "khien/core/assert.hpp"

namespace khien {
namespace {

struct ContextFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextFree>;
using Nonce = std::array<unsigned char, 12>;

const EVP_CIPHER* algorithm() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  khien_assert(fetched != nullptr);
  return fetched;
}

const unsigned char* in(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* out(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

Nonce nonce_of(std::uint64_t number) {
  Nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[11 - i] = static_cast<unsigned char>(number >> (8 * i));
  return nonce;
}

// Key, number and end, the same for both directions.
Context begin(const Sha256& key, std::uint64_t number, bool last, int closing) {
  Context context(EVP_CIPHER_CTX_new());
  khien_assert(context != nullptr);
  const Nonce nonce = nonce_of(number);
  const unsigned char end = last ? 1 : 0;
  int length = 0;
  khien_assert(EVP_CipherInit_ex2(context.get(), algorithm(), in(key.view()), nonce.data(), closing, nullptr) == 1);
  khien_assert(EVP_CipherUpdate(context.get(), nullptr, &length, &end, 1) == 1);
  return context;
}

}  // namespace

Seal::Seal(ByteView master, std::string_view purpose, ByteView salt) {
  khien_assert(master.size() == kKeyBytes && salt.size() == kSaltBytes);
  // The zero ends the purpose, so that no purpose and salt read as another pair.
  std::string message(purpose);
  message += '\0';
  message += as_text(salt);
  key_ = hmac_sha256(master, as_bytes(message));
}

Seal::~Seal() { explicit_bzero(key_.bytes.data(), key_.bytes.size()); }

Bytes Seal::close(std::uint64_t number, bool last, ByteView plain) const {
  khien_assert(plain.size() <= INT_MAX - kTagBytes);
  const Context context = begin(key_, number, last, 1);
  Bytes sealed(plain.size() + kTagBytes);
  int length = 0;
  int rest = 0;
  khien_assert(plain.empty() || EVP_CipherUpdate(context.get(), out(sealed.data()), &length, in(plain),
                                                 static_cast<int>(plain.size())) == 1);
  khien_assert(EVP_CipherFinal_ex(context.get(), out(sealed.data()) + length, &rest) == 1);
  khien_assert(static_cast<std::size_t>(length + rest) == plain.size());
  khien_assert(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagBytes),
                                   sealed.data() + plain.size()) == 1);
  return sealed;
}

Result<Bytes> Seal::open(std::uint64_t number, bool last, ByteView sealed) const {
  if (sealed.size() < kTagBytes || sealed.size() > INT_MAX) return Error(Code::corrupt, "not a sealed piece");
  const Context context = begin(key_, number, last, 0);
  const ByteView body = sealed.first(sealed.size() - kTagBytes);
  Bytes tag(sealed.end() - kTagBytes, sealed.end());
  Bytes plain(body.size());
  int length = 0;
  int rest = 0;
  khien_assert(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagBytes), tag.data()) == 1);
  khien_assert(body.empty() || EVP_CipherUpdate(context.get(), out(plain.data()), &length, in(body),
                                                static_cast<int>(body.size())) == 1);
  // The one answer of the library that is the input's and not a bug's.
  std::array<unsigned char, 16> none{};
  if (EVP_CipherFinal_ex(context.get(), none.data(), &rest) != 1) return Error(Code::corrupt, "a sealed piece was changed");
  return plain;
}

}  // namespace khien
