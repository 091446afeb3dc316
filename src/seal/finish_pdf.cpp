#include <algorithm>

#include "khien/seal/pdf_signature.hpp"
#include "stamped_cms.hpp"
#include "trust.hpp"

namespace khien::seal {
namespace {

// What is given out is read again as a stranger would, but for whom it trusts.
Result<void> check_own(const Bytes& cms, ByteView before, ByteView after) {
  const Trust nobody{{}};
  const SignatureFinding finding = judge_cms(cms, {before, after}, nobody, {});
  // Whom the certificate leads to is the reader's to say.
  using enum SignatureState;
  const bool holds = finding.state == valid || finding.state == untrusted || finding.state == expired || finding.state == not_yet_valid;
  if (holds) return {};
  return Error(Code::corrupt, "the signature that was made does not hold: " + finding.detail);
}

}  // namespace

Result<Bytes> finish_pdf(PreparedPdf prepared, const SigningJob& job, Signer& signer, TimeStamper* stamper) {
  if (job.digest != prepared.digest_) return Error(Code::denied, "another digest was approved");
  TRY(auto cms, signer.sign_cms(job));
  if (stamper != nullptr) {
    TRY(cms, with_time_stamp(cms, *stamper));
  }
  const ByteView bytes = prepared.bytes_;
  TRY_VOID(check_own(cms, bytes.first(prepared.gap_begin_), bytes.subspan(prepared.gap_end_)));
  const std::string hex = to_hex(cms);
  if (hex.size() > prepared.gap_end_ - prepared.gap_begin_ - 2) return Error(Code::exhausted, "the signature is larger than its room");
  std::ranges::copy(as_bytes(hex), prepared.bytes_.begin() + static_cast<std::ptrdiff_t>(prepared.gap_begin_) + 1);
  return std::move(prepared.bytes_);
}

}  // namespace khien::seal
