#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"

namespace khien::seal {

// One approval, which is one signature: a person saw the title and the digest, and said
// yes to these very bytes.
struct SigningJob {
  std::string approval_id;  // of the approval's record; 1 to 100 bytes
  std::string title;        // shown and logged beside the digest; at most 500 bytes
  Sha256 digest;            // PreparedPdf::digest() or PreparedXml::digest()

  bool operator==(const SigningJob&) const = default;
};

// Whoever holds the private key. It builds what is signed out of the digest itself, so
// that nothing but the digest that was approved can be signed.
//
// Code::denied: not approved, or approved for another digest, or used already; a wrong or
// empty PIN. Code::conflict: the token must not be asked any more (too few tries are left,
// or it is locked). Code::not_found: no such token, key or certificate. Code::unavailable:
// the signer or the token does not answer.
class Signer {
 public:
  virtual ~Signer() = default;

  // X.509 in DER: the key's own certificate first, then those that issued it, without a root.
  virtual Result<std::vector<Bytes>> certificates() = 0;

  // A detached CMS SignedData (DER) of a document with this digest, as PAdES wants it
  // (ETSI EN 319 142-1 §6.3): content type, message digest and signing-certificate-v2 are
  // signed, no signing time is. With SHA-256: RSA PKCS #1 v1.5, or ECDSA on P-256 or P-384.
  virtual Result<Bytes> sign_cms(const SigningJob& job) = 0;

  // The signature value of these canonical octets of ds:SignedInfo, which must be
  // those of canonical_signed_info() with one reference, whose digest is the job's, and the
  // method of the certificate's key. Of ECDSA: r and s side by side.
  virtual Result<Bytes> sign_xml(const SigningJob& job, std::string_view signed_info) = 0;
};

}  // namespace khien::seal
