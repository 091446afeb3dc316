#include "khien/core/signature.hpp"

#include <openssl/evp.h>

#include <memory>

namespace khien {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeDigest {
  void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

const unsigned char* octets(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* octets(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

Result<Key> key_of(ByteView bytes) {
  if (bytes.size() != kKeyBytes) return Error(Code::invalid, "an Ed25519 secret key has 32 bytes");
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(bytes), bytes.size()));
  if (!key) return Error(Code::invalid, "not an Ed25519 secret key");
  return key;
}

}  // namespace

Result<Bytes> ed25519_public_key(ByteView secret_seed) {
  TRY(const auto key, key_of(secret_seed));
  Bytes bytes(kKeyBytes);
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), octets(bytes), &size) != 1 || size != kKeyBytes) {
    return Error(Code::internal, "no public key");
  }
  return bytes;
}

Result<Bytes> ed25519_sign(ByteView secret_seed, ByteView message) {
  TRY(const auto key, key_of(secret_seed));
  const Digest digest(EVP_MD_CTX_new());
  Bytes signature(kSignatureBytes);
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(digest.get(), octets(signature), &size, octets(message), message.size()) != 1 ||
      size != kSignatureBytes) {
    return Error(Code::internal, "Ed25519 could not sign");
  }
  return signature;
}

Result<void> ed25519_verify(ByteView public_key, ByteView message, ByteView signature) {
  if (public_key.size() != kKeyBytes) return Error(Code::invalid, "an Ed25519 public key has 32 bytes");
  if (signature.size() != kSignatureBytes) return Error(Code::invalid, "an Ed25519 signature has 64 bytes");
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(public_key), public_key.size()));
  const Digest digest(EVP_MD_CTX_new());
  if (!key || EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key.get()) != 1) {
    return Error(Code::invalid, "not an Ed25519 public key");
  }
  if (EVP_DigestVerify(digest.get(), octets(signature), signature.size(), octets(message), message.size()) != 1) {
    return Error(Code::denied, "the signature does not hold");
  }
  return {};
}

}  // namespace khien
