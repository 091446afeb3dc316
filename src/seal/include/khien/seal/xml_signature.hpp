#pragma once

#include <string>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/core/hash.hpp"
#include "khien/seal/signer.hpp"

namespace khien::seal {

// Where ds:Signature goes and what it says of the whole document: one reference, URI "",
// enveloped-signature and exclusive c14n, SHA-256 (the sharing letters 2290 and 8676).
struct XmlSigning {
  // The element that gets the signature as its last child: exactly one of the document may
  // have this name. Both empty: the root.
  std::string parent_namespace;
  std::string parent_name;
  // Of the signature's elements: "ds", or empty for the default namespace.
  std::string prefix;
};

// By the key of the certificate.
enum class XmlMethod : unsigned char { rsa_sha256, ecdsa_sha256 };

// A document that waits for its signature.
class PreparedXml {
 public:
  // Of the one reference: what is to be approved.
  const Sha256& digest() const { return digest_; }

 private:
  friend Result<PreparedXml> prepare_xml(std::string_view, const XmlSigning&, Budget&);
  friend Result<std::string> finish_xml(PreparedXml, const SigningJob&, Signer&);
  PreparedXml() = default;

  std::string xml_;
  XmlSigning signing_;
  Sha256 digest_;
};

// Code::invalid if it is not well formed, has a DTD, or not exactly one such parent;
// Code::conflict if it has a signature already.
Result<PreparedXml> prepare_xml(std::string_view xml, const XmlSigning& signing, Budget& budget);

// The signed document in UTF-8, with X509SubjectName and X509Certificate; rsa-sha256 or
// ecdsa-sha256. The
// job's digest must be `prepared.digest()` (Code::denied). What comes out was verified by
// libxmlsec and the certificate's key.
Result<std::string> finish_xml(PreparedXml prepared, const SigningJob& job, Signer& signer);

// The canonical octets of the SignedInfo that finish_xml() asks a signature for.
std::string canonical_signed_info(std::string_view prefix, const Sha256& digest, XmlMethod method = XmlMethod::rsa_sha256);

// What a signer asks itself before it signs: are these the octets of
// canonical_signed_info() with this digest, this method and some prefix? Code::denied if not.
Result<void> check_signed_info(std::string_view octets, const Sha256& digest, XmlMethod method = XmlMethod::rsa_sha256);

}  // namespace khien::seal
