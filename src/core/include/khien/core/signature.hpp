#pragma once

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien {

// Ed25519 (RFC 8032): the 32-byte public key of a 32-byte secret seed.
// Code::invalid for any other length.
Result<Bytes> ed25519_public_key(ByteView secret_seed);

}  // namespace khien
