#include <algorithm>

#include "khien/seal/pdf_signature.hpp"
#include "stamped_cms.hpp"
#include "trust.hpp"

namespace khien::seal {
namespace {

// What is given out is read again as a stranger would, but for whom it trusts.
Result<void> check_own(const Bytes& cms, ByteView before, ByteView after) {
  const Trust nobody{{}};
  const Revocations no_lists{{}};
  const SignatureFinding finding = judge_cms(cms, {before, after}, {.documents = nobody, .stamps = nobody, .revocations = no_lists, .now = {}});
  // Whom the certificate leads to is the reader's to say.
  using enum SignatureState;
  const bool holds = finding.state == valid || finding.state == untrusted || finding.state == expired || finding.state == not_yet_valid;
  if (holds) return {};
  return Error(Code::corrupt, "the signature that was made does not hold: " + finding.detail);
}

}  // namespace

Result<SignedPdf> finish_pdf(PreparedPdf prepared, const SigningJob& job, Signer& signer, const Stamping& stamping) {
  if (job.digest != prepared.digest_) return Error(Code::denied, "another digest was approved");
  TRY(auto cms, signer.sign_cms(job));
  SignedPdf done;
  if (stamping.stamper != nullptr) {
    auto stamped = with_time_stamp(cms, *stamping.stamper);
    const bool lacks = !stamped && stamping.may_lack && stamped.error().code() == Code::unavailable;
    if (!stamped && !lacks) return std::move(stamped).error();
    if (stamped) done.stamped_at = stamped->at;
    if (stamped) cms = std::move(stamped->cms);
    if (!stamped) done.why_not_stamped = std::move(stamped).error();
  }
  const ByteView bytes = prepared.bytes_;
  TRY_VOID(check_own(cms, bytes.first(prepared.gap_begin_), bytes.subspan(prepared.gap_end_)));
  const std::string hex = to_hex(cms);
  if (hex.size() > prepared.gap_end_ - prepared.gap_begin_ - 2) return Error(Code::exhausted, "the signature is larger than its room");
  std::ranges::copy(as_bytes(hex), prepared.bytes_.begin() + static_cast<std::ptrdiff_t>(prepared.gap_begin_) + 1);
  done.bytes = std::move(prepared.bytes_);
  return done;
}

}  // namespace khien::seal
