#include "peer_certificate.hpp"

#include <openssl/err.h>

#include "x509.hpp"

namespace khien::net {
namespace {

using NamesPointer = std::unique_ptr<GENERAL_NAMES, FreeBy<GENERAL_NAMES_free>>;

std::optional<AgentIdentity> agent_of(const X509* certificate) {
  // Null as well if the extension is there twice.
  const NamesPointer names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names || sk_GENERAL_NAME_num(names.get()) != 1) return std::nullopt;
  const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), 0);
  if (name->type != GEN_URI) return std::nullopt;
  const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
  const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                              static_cast<std::size_t>(ASN1_STRING_length(uri)));
  auto identity = AgentIdentity::from_uri(text);
  // Written back it must be the same text: one machine, one spelling.
  if (!identity || identity->uri() != text) return std::nullopt;
  return *identity;
}

}  // namespace

Result<PeerCertificate> peer_certificate(const X509* certificate) {
  PeerCertificate peer;
  TRY(peer.not_after, to_timestamp(X509_get0_notAfter(certificate)));
  peer.sha256 = der_sha256(certificate);
  peer.agent = agent_of(certificate);
  ERR_clear_error();
  return peer;
}

Result<PeerCertificate> peer_certificate_from_der(ByteView der) {
  if (der.size() > kMaxPemBytes) return Error(Code::invalid, "certificate: too large");
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = begin;
  const X509Pointer certificate(d2i_X509(nullptr, &end, static_cast<long>(der.size())));
  if (!certificate) return openssl_error("not a certificate in DER");
  if (end != begin + der.size()) return Error(Code::invalid, "certificate: bytes after its end");
  return peer_certificate(certificate.get());
}

}  // namespace khien::net
