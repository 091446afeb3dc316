// Input: a byte that chooses, then a certificate in DER, any text where PEM is
// wanted, or a certificate request in DER.
//
// Beyond "no crash": an identity comes only from a URI that stands in the
// certificate in exactly the form we write, and nothing but the key is taken
// from a request.
#include <openssl/pem.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/net/certificate.hpp"
#include "peer_certificate.hpp"
#include "x509.hpp"

using namespace khien;
using namespace khien::net;

namespace {

constexpr Timestamp kNow{1'795'000'000'000};
constexpr AgentIdentity kAgent{TenantId{7}, MachineId{11}};

void demand(bool holds) {
  if (!holds) std::abort();
}

const CertificateAuthority& authority() {
  static SeededRandom random(1);
  static const auto made = CertificateAuthority::create("fuzz", kNow, random).value();
  return made;
}

void check_der(std::string_view der) {
  const auto peer = peer_certificate_from_der(as_bytes(der));
  if (!peer || !(*peer).agent) return;
  const auto uri = (*peer).agent->uri();
  demand((*peer).agent->tenant.value > 0 && (*peer).agent->machine.value > 0);
  // A GeneralName of the kind URI: context tag 6, length, text.
  std::string name{'\x86', static_cast<char>(uri.size())};
  demand(der.find(name + uri) != der.npos);
}

void check_pem(std::string_view text) {
  const auto digest = certificate_sha256(text);
  const auto end = certificate_not_after(text);
  const auto key = public_key_sha256(text);
  demand(!end || digest.has_value());
  demand(!digest || key.has_value());
  static_cast<void>(CertificateAuthority::load(text, authority().key_pem()).has_value());
}

std::string request_pem(std::string_view der) {
  const BioPointer bio(BIO_new(BIO_s_mem()));
  PEM_write_bio(bio.get(), PEM_STRING_X509_REQ, "", reinterpret_cast<const unsigned char*>(der.data()),
                static_cast<long>(der.size()));
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

void check_request(std::string_view der) {
  const auto pem = request_pem(der);
  SeededRandom random(2);
  const auto issued = authority().issue_agent(pem, kAgent, kNow, days(1), random);
  if (!issued) return;
  demand(public_key_sha256(*issued).value() == public_key_sha256(pem).value());
  const auto certificate = read_certificate(*issued).value();
  demand(peer_certificate(certificate.get()).value().agent == kAgent);
  demand(X509_check_ca(certificate.get()) == 0);
  demand(X509_get_extended_key_usage(certificate.get()) == XKU_SSL_CLIENT);
  demand(is_p256(X509_get0_pubkey(certificate.get())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      check_der(bytes);
      break;
    case 1:
      check_pem(bytes);
      break;
    default:
      check_request(bytes);
  }
  return 0;
}
