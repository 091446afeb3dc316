#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/time.hpp"
#include "khien/seal/signer.hpp"
#include "khien/seal/time_stamp.hpp"

namespace khien::seal {

struct PdfSigning {
  std::string name;      // who signs, as the reader's program shows it; empty: none
  std::string reason;    // "Phát hành báo cáo"; empty: none
  std::string location;  // empty: none
  Timestamp at;          // when, as claimed; only a time stamp proves it
  std::size_t signature_bytes = 24u << 10;  // room for the CMS with its time stamp
};

// Whether the signature gets a time stamp.
struct Stamping {
  TimeStamper* stamper = nullptr;  // none: B-B
  // Of a server that does not answer or refuses: is the document to be signed without (B-B)?
  // One that answers something else than was asked is always an error.
  bool may_lack = false;
};

struct SignedPdf {
  Bytes bytes;
  std::optional<Timestamp> stamped_at;   // B-T
  std::optional<Error> why_not_stamped;  // by Stamping::may_lack
};

// A PDF that waits for its signature: every byte is settled but those between the angle
// brackets of the signature's /Contents.
class PreparedPdf {
 public:
  // SHA-256 over all bytes but the gap: what is to be approved.
  const Sha256& digest() const { return digest_; }
  const Bytes& bytes() const { return bytes_; }

 private:
  friend Result<PreparedPdf> prepare_pdf(ByteView, const PdfSigning&, Budget&);
  friend Result<SignedPdf> finish_pdf(PreparedPdf, const SigningJob&, Signer&, const Stamping&);
  PreparedPdf() = default;

  Bytes bytes_;
  std::size_t gap_begin_ = 0;  // of '<'
  std::size_t gap_end_ = 0;    // after '>'
  Sha256 digest_;
};

// Adds a signature field with an invisible widget on the first page, of PAdES's form
// (ETSI.CAdES.detached), as an update at its end: the PDF's own bytes stay what they are, so
// that earlier signatures hold; a PDF/A-2 stays one. Deterministic. Code::invalid if it is
// none or is encrypted.
Result<PreparedPdf> prepare_pdf(ByteView pdf, const PdfSigning& signing, Budget& budget);

// Signs it: PAdES B-B, or B-T where there is a time stamper. The job's digest must be
// `prepared.digest()` (Code::denied). What comes out was verified by the certificate's key.
// Errors of the signer and the stamper as they come; Code::exhausted if the room is too small.
// The signer needs no network: the stamp is asked for here, over the signature that it gave.
Result<SignedPdf> finish_pdf(PreparedPdf prepared, const SigningJob& job, Signer& signer, const Stamping& stamping = {});

}  // namespace khien::seal
