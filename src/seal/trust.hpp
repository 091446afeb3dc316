#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cms_reader.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/time.hpp"
#include "khien/seal/verify.hpp"
#include "revocation.hpp"

namespace khien::seal {

// What became of a certificate or a signature, and for the expert why.
struct Judged {
  SignatureState state = SignatureState::valid;
  std::string detail;

  bool valid() const { return state == SignatureState::valid; }
};

enum class Purpose : unsigned char { documents, time_stamps };

// The anchors. Pure: nothing is fetched, the time is the caller's.
class Trust {
 public:
  // What is no certificate in the PEM is passed over; at most 500 are taken.
  explicit Trust(std::string_view pem);
  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;
  ~Trust();

  // Does the certificate lead to an anchor, by way of `others`, at this moment? Its key must
  // be for this purpose and strong enough.
  // `chain`: how, from the certificate to the anchor, in DER; untouched if it does not.
  Judged judge(ByteView certificate, const std::vector<ByteView>& others, Timestamp at, Purpose purpose, std::vector<Bytes>& chain) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What all is judged by. Borrowed.
struct Grounds {
  const Trust& documents;
  const Trust& stamps;
  const Revocations& revocations;
  Timestamp now;
};

// Does the certificate lead to an anchor, and is it not revoked? `at`: when the signature was
// made, by what is known of it; a claimed moment is now. Fills in what the lists say.
void judge_certificate(ByteView signer, const std::vector<ByteView>& others, Timestamp at, Moment moment, const Grounds& grounds, SignatureFinding& finding);

// Who a certificate is of; empty fields if it cannot be read.
struct Identity {
  std::string subject;  // the common name, or the whole name
  std::string issuer;
  std::string serial;   // hexadecimal
};
Identity identity_of(ByteView certificate);

// Is this what the certificate calls its subject (RFC 4514, in either order, or OpenSSL's
// one line)? Blanks after commas do not count.
bool names_subject(ByteView certificate, std::string_view text);

// The subject's name by RFC 4514, UTF-8 as it is; empty if it cannot be read.
std::string subject_of(ByteView certificate);

// The one of the certificates that issuer and serial (DER) name; empty if none.
ByteView certificate_of(const std::vector<ByteView>& certificates, ByteView issuer, ByteView serial);

// Was the signature made by the certificate's key? `digest` of the bytes.
Judged judge_signature(ByteView certificate, DigestKind digest, bool is_ecdsa, ByteView bytes, ByteView signature);

// Is the certificate's key one of elliptic curves?
bool is_of_curve(ByteView certificate);

// An ECDSA signature as XML has it, r and s side by side, as the sequence (DER) that everybody else
// has; empty unless it is of the size of the certificate's curve.
Bytes ecdsa_sequence(ByteView certificate, ByteView numbers);

// A CMS over these pieces (or over its own content), as pdf and time stamps use it.
// Fills in who and when.
SignatureFinding judge_cms(ByteView der, std::initializer_list<ByteView> pieces, const Grounds& grounds);

// Does the CMS say which certificate it was signed for?
bool has_signing_certificate(ByteView der);

// An RFC 3161 token over these bytes: when, if it holds and leads to an anchor. A token
// that is broken is of a state that is not valid; one that leads nowhere is `untrusted`. Says
// nothing of a signer.
SignatureFinding judge_time_stamp(ByteView token, ByteView bytes, const Grounds& grounds);

}  // namespace khien::seal
