#include <openssl/crypto.h>

#include "khien/core/bytes.hpp"

namespace khien {

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace khien
