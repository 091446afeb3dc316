#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "x509.hpp"

namespace khien::net {

using SslContextPointer = std::unique_ptr<SSL_CTX, FreeBy<SSL_CTX_free>>;
using SslPointer = std::unique_ptr<SSL, FreeBy<SSL_free>>;

// What a listener says in its handshakes. `client_ca_pem` may be empty: then no
// client certificate is asked for and TLS 1.2 is spoken as well.
Result<SslContextPointer> make_tls_context(const std::string& certificate_pem, const Secret& key_pem,
                                           const std::string& client_ca_pem);

// One connection's state, ready to accept on `fd`, which stays the caller's.
// The dates of a client certificate are checked against `now`. Null without
// memory.
SslPointer begin_tls(SSL_CTX* context, int fd, Timestamp now);

}  // namespace khien::net
