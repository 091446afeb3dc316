#include <algorithm>

#include "digest.hpp"
#include "khien/core/hash.hpp"
#include "trust.hpp"

namespace khien::seal {
namespace {

using enum SignatureState;

std::vector<ByteView> others_than(const std::vector<ByteView>& certificates, ByteView signer) {
  std::vector<ByteView> others;
  for (const ByteView one : certificates) {
    if (one.data() != signer.data()) others.push_back(one);
  }
  return others;
}

// The signature as such: digest, key, and that this very certificate was meant.
Judged judge_integrity(const CmsSignature& cms, ByteView signer, std::initializer_list<ByteView> pieces) {
  if (cms.digest == DigestKind::weak) return {weak_algorithm, "SHA-1 or MD5"};
  if (!std::ranges::equal(digest_of(cms.digest, pieces), cms.message_digest)) return {digest_mismatch, "the digest is another"};
  // Signed as the SET that they are, stored under a tag of their own (RFC 5652 §5.4).
  Bytes attributes(cms.attributes.begin(), cms.attributes.end());
  attributes[0] = std::byte{kDerSet};
  if (const Judged made = judge_signature(signer, cms.digest, cms.is_ecdsa, attributes, cms.signature); !made.valid()) return made;
  if (!cms.signing_certificate.empty() && !names_certificate(cms, signer)) return {malformed, "signed for another certificate"};
  return {};
}

// TSTInfo (RFC 3161 §2.4.2): version, policy, imprint, serial, time.
struct TimeStampInfo {
  DigestKind digest = DigestKind::weak;
  ByteView imprint;
  Timestamp at;
};

constexpr std::string_view kOidSha256 = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";
constexpr std::string_view kOidSha384 = "\x60\x86\x48\x01\x65\x03\x04\x02\x02";
constexpr std::string_view kOidSha512 = "\x60\x86\x48\x01\x65\x03\x04\x02\x03";

DigestKind digest_kind(std::string_view oid) {
  if (oid == kOidSha256) return DigestKind::sha256;
  if (oid == kOidSha384) return DigestKind::sha384;
  return oid == kOidSha512 ? DigestKind::sha512 : DigestKind::weak;
}

// Fractions of a second are cut off: "20261126142700.123Z".
Result<Timestamp> read_stamp_time(DerElement element) {
  std::string text(as_text(element.content));
  if (const auto dot = text.find('.'); dot != text.npos && text.ends_with('Z')) text = text.substr(0, dot) + "Z";
  return read_der_time({element.tag, as_bytes(text), {}});
}

Result<TimeStampInfo> read_info(ByteView der) {
  DerReader outer(der);
  TRY(const auto all, outer.next(kDerSequence));
  TRY_VOID(outer.end());
  DerReader reader(all.content);
  TRY(const auto version, reader.next(kDerInteger));
  static_cast<void>(version);
  TRY(const auto policy, reader.next(kDerObject));
  static_cast<void>(policy);
  TRY(const auto imprint, reader.next(kDerSequence));
  DerReader parts(imprint.content);
  TRY(const auto algorithm, parts.next(kDerSequence));
  DerReader identifier(algorithm.content);
  TRY(const auto oid, identifier.next(kDerObject));
  TRY(const auto hash, parts.next(kDerOctets));
  TRY(const auto serial, reader.next(kDerInteger));
  static_cast<void>(serial);
  TRY(const auto time, reader.next(kDerGeneralizedTime));
  TRY(const auto at, read_stamp_time(time));
  return TimeStampInfo{digest_kind(as_text(oid.content)), hash.content, at};
}

void say_who(SignatureFinding& finding, ByteView certificate) {
  Identity identity = identity_of(certificate);
  finding.signer = std::move(identity.subject);
  finding.issuer = std::move(identity.issuer);
  finding.serial = std::move(identity.serial);
}

void settle(SignatureFinding& finding, Judged judged) {
  finding.state = judged.state;
  finding.detail = std::move(judged.detail);
}

}  // namespace

Stamped judge_time_stamp(ByteView token, ByteView bytes, const Trust& trust, Timestamp now) {
  const auto cms = read_cms(token, kOidTstInfo);
  if (!cms) return {{malformed, "time stamp: " + cms.error().what()}, {}};
  const auto info = read_info(cms->content);
  if (!info) return {{malformed, info.error().what()}, {}};
  const ByteView signer = certificate_of(cms->certificates, cms->issuer, cms->serial);
  if (signer.empty()) return {{malformed, "time stamp: without its server's certificate"}, {}};
  Judged judged = judge_integrity(*cms, signer, {cms->content});
  if (!judged.valid()) return {{judged.state, "time stamp: " + judged.detail}, {}};
  if (cms->signing_certificate.empty()) return {{malformed, "time stamp: for no certificate"}, {}};
  if (info->digest == DigestKind::weak) return {{weak_algorithm, "time stamp: SHA-1 or MD5"}, {}};
  if (!std::ranges::equal(digest_of(info->digest, {bytes}), info->imprint)) return {{digest_mismatch, "the time stamp is of something else"}, {}};
  judged = trust.judge(signer, others_than(cms->certificates, signer), now, Purpose::time_stamps);
  if (!judged.valid()) return {{judged.state, "time stamp: " + judged.detail}, {}};
  return {{}, info->at};
}

bool has_signing_certificate(ByteView der) {
  const auto cms = read_cms(der, kOidData);
  return cms && !cms->signing_certificate.empty();
}

SignatureFinding judge_cms(ByteView der, std::initializer_list<ByteView> pieces, const Trust& trust, Timestamp now) {
  SignatureFinding finding;
  const auto cms = read_cms(der, kOidData);
  if (!cms) {
    finding.detail = cms.error().what();
    return finding;
  }
  finding.signed_at = cms->signing_time;
  const ByteView signer = certificate_of(cms->certificates, cms->issuer, cms->serial);
  if (signer.empty()) {
    finding.detail = "without the signer's certificate";
    return finding;
  }
  say_who(finding, signer);
  settle(finding, judge_integrity(*cms, signer, pieces));
  if (finding.state != valid) return finding;
  Timestamp at = now;
  if (!cms->time_stamp.empty()) {
    Stamped stamped = judge_time_stamp(cms->time_stamp, cms->signature, trust, now);
    finding.timestamped_at = stamped.at;
    settle(finding, std::move(stamped.judged));
    if (finding.state != valid) return finding;
    at = *finding.timestamped_at;
  }
  settle(finding, trust.judge(signer, others_than(cms->certificates, signer), at, Purpose::documents));
  return finding;
}

}  // namespace khien::seal
