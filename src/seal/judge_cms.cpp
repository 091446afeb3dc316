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

// Between the server's clock and ours.
constexpr Duration kClocksApart = minutes(5);

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

// What is least known of signer and stamp counts.
void add_lists(SignatureFinding& finding, Revoked lists) {
  if (finding.revocation == Revocation::unknown) return;
  if (lists.revocation == Revocation::unknown) finding.lists_of.reset();
  if (lists.revocation == Revocation::unknown) finding.detail = std::move(lists.detail);
  finding.revocation = lists.revocation;
  if (lists.lists_of && (!finding.lists_of || *lists.lists_of < *finding.lists_of)) finding.lists_of = lists.lists_of;
}

}  // namespace

void judge_certificate(ByteView signer, const std::vector<ByteView>& others, Timestamp at, Moment moment, const Grounds& grounds, SignatureFinding& finding) {
  const bool of_stamp = moment == Moment::of_stamp;
  std::vector<Bytes> chain;
  std::string of_lists = finding.revocation == Revocation::unknown ? std::move(finding.detail) : std::string();
  const Purpose purpose = of_stamp ? Purpose::time_stamps : Purpose::documents;
  const Trust& trust = of_stamp ? grounds.stamps : grounds.documents;
  settle(finding, trust.judge(signer, others, at, purpose, chain));
  // What a stamp says of its own time proves nothing of its own server.
  if (finding.state == valid && of_stamp) settle(finding, trust.judge(signer, others, grounds.now, purpose, chain));
  if (finding.state != valid) return;
  Revoked lists = grounds.revocations.judge(chain, at, moment);
  if (lists.at) {
    settle(finding, {revoked, std::move(lists.detail)});
    finding.revoked_at = lists.at;
    return;
  }
  finding.detail = std::move(of_lists);
  add_lists(finding, std::move(lists));
}

SignatureFinding judge_time_stamp(ByteView token, ByteView bytes, const Grounds& grounds) {
  SignatureFinding finding;
  finding.is_time_stamp = true;
  const auto fail = [&](SignatureState state, std::string why) {
    settle(finding, {state, "time stamp: " + std::move(why)});
    return finding;
  };
  const auto cms = read_cms(token, kOidTstInfo);
  if (!cms) return fail(malformed, cms.error().what());
  const auto info = read_info(cms->content);
  if (!info) return fail(malformed, info.error().what());
  const ByteView signer = certificate_of(cms->certificates, cms->issuer, cms->serial);
  if (signer.empty()) return fail(malformed, "without its server's certificate");
  const Judged made = judge_integrity(*cms, signer, {cms->content});
  if (!made.valid()) return fail(made.state, made.detail);
  if (cms->signing_certificate.empty()) return fail(malformed, "for no certificate");
  if (info->digest == DigestKind::weak) return fail(weak_algorithm, "SHA-1 or MD5");
  if (!std::ranges::equal(digest_of(info->digest, {bytes}), info->imprint)) return fail(digest_mismatch, "of something else");
  if (grounds.now + kClocksApart < info->at) return fail(not_yet_valid, "of a moment to come");
  judge_certificate(signer, others_than(cms->certificates, signer), info->at, Moment::of_stamp, grounds, finding);
  if (finding.state != valid) return fail(finding.state, finding.detail);
  finding.timestamped_at = info->at;
  return finding;
}

bool has_signing_certificate(ByteView der) {
  const auto cms = read_cms(der, kOidData);
  return cms && !cms->signing_certificate.empty();
}

SignatureFinding judge_cms(ByteView der, std::initializer_list<ByteView> pieces, const Grounds& grounds) {
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
  const std::vector<ByteView> others = others_than(cms->certificates, signer);
  if (cms->time_stamp.empty()) {
    judge_certificate(signer, others, grounds.now, Moment::claimed, grounds, finding);
    return finding;
  }
  SignatureFinding stamp = judge_time_stamp(cms->time_stamp, cms->signature, grounds);
  settle(finding, {stamp.state, std::move(stamp.detail)});
  finding.timestamped_at = stamp.timestamped_at;
  finding.revoked_at = stamp.revoked_at;
  if (finding.state != valid) return finding;
  finding.revocation = stamp.revocation;
  finding.lists_of = stamp.lists_of;
  judge_certificate(signer, others, *stamp.timestamped_at, Moment::proven, grounds, finding);
  return finding;
}

}  // namespace khien::seal
