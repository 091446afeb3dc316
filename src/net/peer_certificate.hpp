#pragma once

#include <openssl/x509.h>

#include <optional>

#include "khien/core/bytes.hpp"
#include "khien/net/http.hpp"

namespace khien::net {

// What Khiên reads out of a certificate whose chain was checked. The identity
// is taken from a subjectAltName that holds one URI and nothing else.
Result<PeerCertificate> peer_certificate(const X509* certificate);
// The same from DER, with no byte left over.
Result<PeerCertificate> peer_certificate_from_der(ByteView der);

}  // namespace khien::net
