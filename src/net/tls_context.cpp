#include "tls_context.hpp"

#include <openssl/err.h>

#include <array>
#include <cstring>
#include <span>

#include "khien/core/assert.hpp"

namespace khien::net {
namespace {

// An agent's certificate is 700 bytes; OpenSSL's own bound is 100 KiB.
constexpr long kMaxPeerCertificateBytes = 16 << 10;
constexpr long kTicketSeconds = 12 * 3'600;
// 4.7 KiB each once its agent is gone, 77 MB in all; shared with the connection before.
constexpr long kMostSessions = 16'384;
constexpr const char* kCiphersOf12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305";

// HTTP/1.1 or nothing: a peer that offers only other protocols is told so in
// the handshake instead of being misunderstood after it.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                    unsigned offered_length, void*) {
  static constexpr std::array<unsigned char, 9> kOurs{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_length, kOurs.data(), kOurs.size(), offered, offered_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// OpenSSL takes a certificate without extended key usage for any purpose.
int check_client(int ok, X509_STORE_CTX* store) {
  if (ok != 1 || X509_STORE_CTX_get_error_depth(store) != 0) return ok;
  X509* certificate = X509_STORE_CTX_get_current_cert(store);
  // UINT32_MAX says: no such extension.
  const auto usage = X509_get_extended_key_usage(certificate);
  if (usage != UINT32_MAX && (usage & XKU_SSL_CLIENT) != 0) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
  return 0;
}

Result<void> use_certificate(SSL_CTX* context, const std::string& certificate_pem, const Secret& key_pem) {
  TRY(const auto certificate, read_certificate(certificate_pem));
  TRY(const auto key, read_key(key_pem));
  if (SSL_CTX_use_certificate(context, certificate.get()) != 1) return openssl_error("server certificate");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return openssl_error("server key does not belong to its certificate");
  }
  return {};
}

// That CA alone, nothing between it and the client's certificate.
Result<void> ask_for_client(SSL_CTX* context, const std::string& client_ca_pem) {
  TRY(const auto authority, read_certificate(client_ca_pem));
  if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1 ||
      SSL_CTX_add_client_CA(context, authority.get()) != 1) {
    return openssl_error("client CA");
  }
  X509_VERIFY_PARAM* checks = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_depth(checks, 0);
  khien_assert(X509_VERIFY_PARAM_set_purpose(checks, X509_PURPOSE_SSL_CLIENT) == 1);
  khien_assert(X509_VERIFY_PARAM_set_flags(checks, X509_V_FLAG_X509_STRICT) == 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, check_client);
  SSL_CTX_set_max_cert_list(context, kMaxPeerCertificateBytes);
  return {};
}

void set_protocol(SSL_CTX* context, int least_version) {
  khien_assert(SSL_CTX_set_min_proto_version(context, least_version) == 1);
  khien_assert(SSL_CTX_set_cipher_list(context, kCiphersOf12) == 1);
  khien_assert(SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1);
  SSL_CTX_set_options(context,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  khien_assert(SSL_CTX_set_max_early_data(context, 0) == 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

// People: tickets only, for what a client keeps costs no memory here. Agents: a
// ticket would carry their certificate, and OpenSSL 3.0 needs longer to read a key
// than for all else of a resumption, and reads it twice. Their sessions stay here,
// those of the last kMostSessions handshakes, and the ticket is only a name.
void set_resumption(SSL_CTX* context, const std::string& client_ca_pem) {
  if (client_ca_pem.empty()) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  } else {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
    SSL_CTX_sess_set_cache_size(context, kMostSessions);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  }
  khien_assert(SSL_CTX_set_num_tickets(context, 1) == 1);
  SSL_CTX_set_timeout(context, kTicketSeconds);
  // Sessions are good for one kind of listener: the CA is part of its name.
  const auto name = sha256("khien " + client_ca_pem);
  khien_assert(SSL_CTX_set_session_id_context(context,
                                              reinterpret_cast<const unsigned char*>(name.bytes.data()),
                                              static_cast<unsigned>(name.bytes.size())) == 1);
}

}  // namespace

Result<SslContextPointer> make_tls_context(const std::string& certificate_pem, const Secret& key_pem,
                                           const std::string& client_ca_pem) {
  SslContextPointer context(SSL_CTX_new(TLS_server_method()));
  khien_assert(context != nullptr);
  set_protocol(context.get(), client_ca_pem.empty() ? TLS1_2_VERSION : TLS1_3_VERSION);
  set_resumption(context.get(), client_ca_pem);
  TRY_VOID(use_certificate(context.get(), certificate_pem, key_pem));
  if (!client_ca_pem.empty()) TRY_VOID(ask_for_client(context.get(), client_ca_pem));
  // An idle connection keeps no record buffers; a busy one reads ahead and so
  // asks the kernel once a record instead of twice.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);
  ERR_clear_error();
  return context;
}

SslPointer begin_tls(SSL_CTX* context, int fd, Timestamp now) {
  SslPointer ssl(SSL_new(context));
  if (!ssl || SSL_set_fd(ssl.get(), fd) != 1) return nullptr;
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl.get()), now.ms / 1'000);
  SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace khien::net
