#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "module.hpp"

namespace khien::token {

// Over SHA-256 of the bytes: RSA PKCS #1 v1.5, or ECDSA as a sequence in DER.
using Sign = std::function<Result<Bytes>(ByteView bytes)>;

// Of a token's certificates (DER, the signer's first) that one and those that issued it, without
// a root. What else lies there, as last year's or a colleague's, rides along with no signature.
Result<std::vector<Bytes>> chain_of(std::vector<Bytes> certificates);

// A detached CMS SignedData (RFC 5652) as PAdES wants it; see seal::Signer::sign_cms().
// `certificates`: DER, the signer's first, which Code::invalid refers to.
Result<Bytes> make_cms(const std::vector<Bytes>& certificates, const Sha256& digest, const Sign& sign);

// Which kind of key is the certificate's: RSA of at least 2048 bits, or of the curves P-256 and
// P-384? Code::invalid if it is none of these.
Result<KeyKind> key_kind_of(ByteView certificate);

// r and s side by side, as a token gives them, as a sequence in DER. Code::corrupt if they are
// no two numbers of the same size.
Result<Bytes> ecdsa_sequence(ByteView numbers);

// Was this signature over these bytes made by the certificate's key? Code::corrupt if not,
// Code::invalid if the certificate cannot be used.
Result<void> check_signature(ByteView certificate, ByteView bytes, ByteView signature);

}  // namespace khien::token
