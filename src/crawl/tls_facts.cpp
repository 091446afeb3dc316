#include "tls_facts.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "khien/core/text.hpp"
#include "khien/crawl/ip_address.hpp"

namespace khien::crawl {
namespace {

constexpr std::size_t kMaxNames = 50;
constexpr std::size_t kMaxText = 512;

std::string one_line(const X509_NAME* name) {
  const std::unique_ptr<BIO, void (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free_all);
  if (out == nullptr || name == nullptr) return {};
  X509_NAME_print_ex(out.get(), name, 0, (XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | ASN1_STRFLGS_UTF8_CONVERT);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  if (size <= 0) return {};
  return std::string(truncate(to_valid_utf8({text, static_cast<std::size_t>(size)}), kMaxText));
}

Timestamp moment(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return {static_cast<std::int64_t>(timegm(&parts)) * 1000};
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  auto* all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> owned(all, GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(all) && names.size() < kMaxNames; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type != GEN_DNS) continue;
    const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
    const std::string_view text(data, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    names.push_back(to_valid_utf8(truncate(text, kMaxText)));
  }
  return names;
}

bool is_for(X509* certificate, const std::string& host) {
  if (IpAddress::parse(host)) return X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
  return X509_check_host(certificate, host.c_str(), host.size(), 0, nullptr) == 1;
}

}  // namespace

TlsFacts tls_facts_of(void* ssl, const std::string& host) {
  const auto* connection = static_cast<const SSL*>(ssl);
  TlsFacts facts;
  facts.protocol = SSL_get_version(connection);
  if (const char* cipher = SSL_get_cipher_name(connection)) facts.cipher = cipher;
  const long verdict = SSL_get_verify_result(connection);
  facts.chain_ok = verdict == X509_V_OK;
  if (!facts.chain_ok) facts.fault = X509_verify_cert_error_string(verdict);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(connection), X509_free);
  if (certificate == nullptr) {
    facts.chain_ok = false;
    return facts;
  }
  facts.subject = one_line(X509_get_subject_name(certificate.get()));
  facts.issuer = one_line(X509_get_issuer_name(certificate.get()));
  facts.names = names_of(certificate.get());
  facts.not_before = moment(X509_get0_notBefore(certificate.get()));
  facts.not_after = moment(X509_get0_notAfter(certificate.get()));
  facts.name_ok = is_for(certificate.get(), host);
  return facts;
}

}  // namespace khien::crawl
