#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien::seal {

enum class DigestKind : unsigned char { sha256, sha384, sha512, weak };

// A CMS SignedData with one signer, taken apart. Every byte of it is either checked here,
// part of a member below, or refused: what is not under the signature cannot be changed
// unseen. Views are into the bytes it was read from.
struct CmsSignature {
  std::vector<ByteView> certificates;   // DER
  ByteView content;                     // empty if detached
  ByteView issuer, serial;              // DER, of the signer's certificate
  DigestKind digest = DigestKind::weak;
  ByteView attributes;                  // signed: as they are stored, under the tag [0]
  ByteView message_digest;
  ByteView signing_certificate;         // SigningCertificate(V2), DER; empty if there is none
  bool signing_certificate_v2 = false;
  std::optional<Timestamp> signing_time;
  bool is_ecdsa = false;                // else RSA PKCS #1 v1.5
  ByteView signature;
  ByteView time_stamp;                  // a ContentInfo, DER; empty if there is none
};

// The object identifiers of what may be inside, without tag and length.
extern const std::string_view kOidData, kOidTstInfo;

// `content_type`: kOidData (detached) or kOidTstInfo (with content). Code::corrupt unless
// it is such a one.
Result<CmsSignature> read_cms(ByteView der, std::string_view content_type);

// By the first identity in signing_certificate: is this the certificate that was meant?
bool names_certificate(const CmsSignature& signature, ByteView certificate);

}  // namespace khien::seal
