#pragma once

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien {

// Ed25519 (RFC 8032): the 32-byte public key of a 32-byte secret seed.
// Code::invalid for any other length.
Result<Bytes> ed25519_public_key(ByteView secret_seed);

// 64 bytes, the same for the same seed and message.
Result<Bytes> ed25519_sign(ByteView secret_seed, ByteView message);

// Code::denied if the signature does not hold, invalid if a length is wrong.
Result<void> ed25519_verify(ByteView public_key, ByteView message, ByteView signature);

}  // namespace khien
