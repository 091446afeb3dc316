#pragma once

#include "khien/core/bytes.hpp"

namespace khien::store {

// RFC 8032. Keys are the raw 32 bytes; anything else is Code::invalid.
Result<Bytes> ed25519_sign(ByteView secret_key, ByteView message);
// Code::denied if the signature does not hold.
Result<void> ed25519_verify(ByteView public_key, ByteView message, ByteView signature);

}  // namespace khien::store
