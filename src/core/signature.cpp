#include "khien/core/signature.hpp"

#include <openssl/evp.h>

#include <memory>

namespace khien {

Result<Bytes> ed25519_public_key(ByteView secret_seed) {
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                             reinterpret_cast<const unsigned char*>(secret_seed.data()),
                                             secret_seed.size()),
                &EVP_PKEY_free);
  Bytes out(32);
  std::size_t size = out.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(out.data()), &size) != 1) {
    return Error(Code::invalid, "not an Ed25519 seed of 32 bytes");
  }
  return out;
}

}  // namespace khien
