#include "cms_reader.hpp"

#include <algorithm>
#include <array>

#include "der_reader.hpp"
#include "digest.hpp"
#include "khien/core/hash.hpp"

namespace khien::seal {

const std::string_view kOidData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const std::string_view kOidTstInfo = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04";

namespace {

constexpr std::size_t kMaxCertificates = 16;
constexpr std::size_t kMaxAttributes = 32;

constexpr std::string_view kSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
constexpr std::string_view kContentType = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";
constexpr std::string_view kMessageDigest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";
constexpr std::string_view kSigningTime = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05";
constexpr std::string_view kSigningCertificate = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0c";
constexpr std::string_view kSigningCertificateV2 = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f";
constexpr std::string_view kTimeStampToken = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e";
constexpr std::string_view kRsaEncryption = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";

struct Named {
  std::string_view oid;
  DigestKind digest;
};
constexpr std::array kDigests = {Named{"\x60\x86\x48\x01\x65\x03\x04\x02\x01", DigestKind::sha256},
                                 Named{"\x60\x86\x48\x01\x65\x03\x04\x02\x02", DigestKind::sha384},
                                 Named{"\x60\x86\x48\x01\x65\x03\x04\x02\x03", DigestKind::sha512},
                                 Named{"\x2b\x0e\x03\x02\x1a", DigestKind::weak},                      // SHA-1
                                 Named{"\x2a\x86\x48\x86\xf7\x0d\x02\x05", DigestKind::weak}};         // MD5
constexpr std::array kRsaWith = {Named{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", DigestKind::sha256},
                                 Named{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", DigestKind::sha384},
                                 Named{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", DigestKind::sha512},
                                 Named{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", DigestKind::weak}};
constexpr std::array kEcdsaWith = {Named{"\x2a\x86\x48\xce\x3d\x04\x03\x02", DigestKind::sha256},
                                   Named{"\x2a\x86\x48\xce\x3d\x04\x03\x03", DigestKind::sha384},
                                   Named{"\x2a\x86\x48\xce\x3d\x04\x03\x04", DigestKind::sha512}};

Error damaged(std::string_view how) { return Error(Code::corrupt, "CMS: " + std::string(how)); }

template <class List>
const Named* find(const List& list, ByteView oid) {
  const auto found = std::ranges::find(list, as_text(oid), &Named::oid);
  return found == list.end() ? nullptr : &*found;
}

// AlgorithmIdentifier; parameters are NULL or not there.
Result<ByteView> read_algorithm(const DerElement& element) {
  DerReader reader(element.content);
  TRY(const auto oid, reader.next(kDerObject));
  TRY(const auto null, reader.maybe(kDerNull));
  if (null && !null->content.empty()) return damaged("an algorithm with parameters");
  TRY_VOID(reader.end());
  return oid.content;
}

Result<void> read_version(DerReader& reader, std::initializer_list<int> allowed) {
  TRY(const auto version, reader.next(kDerInteger));
  const bool right = version.content.size() == 1 && std::ranges::find(allowed, static_cast<int>(version.content[0])) != allowed.end();
  if (!right) return damaged("a version that is not its form's");
  return {};
}

// The one value of an attribute.
Result<DerElement> read_value(const DerElement& set) {
  DerReader values(set.content);
  TRY(const auto value, values.next());
  TRY_VOID(values.end());
  return value;
}

template <class Take>
Result<void> each_attribute(ByteView attributes, Take take) {
  DerReader reader(attributes);
  for (std::size_t count = 0; !reader.at_end(); ++count) {
    if (count == kMaxAttributes) return damaged("too many attributes");
    TRY(const auto attribute, reader.next(kDerSequence));
    DerReader parts(attribute.content);
    TRY(const auto type, parts.next(kDerObject));
    TRY(const auto values, parts.next(kDerSet));
    TRY_VOID(parts.end());
    TRY_VOID(take(as_text(type.content), values));
  }
  return {};
}

Result<void> read_signed_attributes(CmsSignature& signature, ByteView attributes, std::string_view content_type) {
  bool typed = false;
  TRY_VOID(each_attribute(attributes, [&](std::string_view type, const DerElement& values) -> Result<void> {
    const auto once = [&](bool already) -> Result<DerElement> {
      if (already) return damaged("an attribute twice");
      return read_value(values);
    };
    if (type == kContentType) {
      TRY(const auto value, once(typed));
      typed = value.tag == kDerObject && as_text(value.content) == content_type;
      if (!typed) return damaged("signed as another kind of content");
    } else if (type == kMessageDigest) {
      TRY(const auto value, once(!signature.message_digest.empty()));
      if (value.tag != kDerOctets) return damaged("a digest of no sense");
      signature.message_digest = value.content;
    } else if (type == kSigningTime) {
      TRY(const auto value, once(signature.signing_time.has_value()));
      TRY(signature.signing_time, read_der_time(value));
    } else if (type == kSigningCertificate || type == kSigningCertificateV2) {
      TRY(const auto value, read_value(values));
      const bool is_v2 = type == kSigningCertificateV2;
      if (signature.signing_certificate_v2 && !is_v2) return {};
      signature.signing_certificate = value.whole;
      signature.signing_certificate_v2 = is_v2;
    }
    return {};
  }));
  if (!typed || signature.message_digest.empty()) return damaged("without the attributes that bind its content");
  return {};
}

Result<void> read_unsigned_attributes(CmsSignature& signature, ByteView attributes) {
  return each_attribute(attributes, [&](std::string_view type, const DerElement& values) -> Result<void> {
    if (type != kTimeStampToken || !signature.time_stamp.empty()) return damaged("something beside the signature that is no time stamp");
    TRY(const auto value, read_value(values));
    if (value.tag != kDerSequence) return damaged("a time stamp of no sense");
    signature.time_stamp = value.whole;
    return {};
  });
}

Result<void> read_signature_algorithm(CmsSignature& signature, const DerElement& element) {
  TRY(const auto oid, read_algorithm(element));
  if (as_text(oid) == kRsaEncryption) return {};
  const Named* rsa = find(kRsaWith, oid);
  const Named* ecdsa = find(kEcdsaWith, oid);
  const Named* named = rsa != nullptr ? rsa : ecdsa;
  if (named == nullptr) return damaged("a signature algorithm that is not read here");
  if (named->digest != signature.digest) return damaged("two digest algorithms for one signature");
  signature.is_ecdsa = ecdsa != nullptr;
  return {};
}

Result<void> read_signer(CmsSignature& signature, const DerElement& element, ByteView digest_oid, std::string_view content_type) {
  DerReader reader(element.content);
  TRY_VOID(read_version(reader, {1}));
  TRY(const auto identity, reader.next(kDerSequence));
  DerReader issued(identity.content);
  TRY(const auto issuer, issued.next(kDerSequence));
  TRY(const auto serial, issued.next(kDerInteger));
  TRY_VOID(issued.end());
  signature.issuer = issuer.whole;
  signature.serial = serial.whole;
  TRY(const auto digest_element, reader.next(kDerSequence));
  TRY(const auto digest, read_algorithm(digest_element));
  if (!std::ranges::equal(digest, digest_oid)) return damaged("two digest algorithms for one signature");
  TRY(const auto attributes, reader.next(der_context(0)));
  signature.attributes = attributes.whole;
  TRY_VOID(read_signed_attributes(signature, attributes.content, content_type));
  TRY(const auto algorithm, reader.next(kDerSequence));
  TRY_VOID(read_signature_algorithm(signature, algorithm));
  TRY(const auto value, reader.next(kDerOctets));
  signature.signature = value.content;
  TRY(const auto beside, reader.maybe(der_context(1)));
  if (beside) TRY_VOID(read_unsigned_attributes(signature, beside->content));
  return reader.end();
}

Result<void> read_content(CmsSignature& signature, const DerElement& element, std::string_view content_type) {
  DerReader reader(element.content);
  TRY(const auto type, reader.next(kDerObject));
  if (as_text(type.content) != content_type) return damaged("another kind of content");
  TRY(const auto content, reader.maybe(der_context(0)));
  if (content.has_value() != (content_type == kOidTstInfo)) return damaged("content where none belongs, or none");
  if (content) {
    DerReader inside(content->content);
    TRY(const auto octets, inside.next(kDerOctets));
    TRY_VOID(inside.end());
    signature.content = octets.content;
  }
  return reader.end();
}

Result<void> read_certificates(CmsSignature& signature, ByteView content) {
  DerReader reader(content);
  while (!reader.at_end()) {
    if (signature.certificates.size() == kMaxCertificates) return damaged("too many certificates");
    TRY(const auto certificate, reader.next(kDerSequence));
    signature.certificates.push_back(certificate.whole);
  }
  return {};
}

// One algorithm, for one signer.
Result<ByteView> read_digest_algorithms(DerReader& reader, CmsSignature& signature) {
  TRY(const auto set, reader.next(kDerSet));
  TRY(const auto only, read_value(set));
  if (only.tag != kDerSequence) return damaged("a digest algorithm that is none");
  TRY(const auto oid, read_algorithm(only));
  const Named* digest = find(kDigests, oid);
  if (digest == nullptr) return damaged("a digest algorithm that is not read here");
  signature.digest = digest->digest;
  return oid;
}

}  // namespace

Result<CmsSignature> read_cms(ByteView der, std::string_view content_type) {
  DerReader outer(der);
  TRY(const auto info, outer.next(kDerSequence));
  TRY_VOID(outer.end());
  DerReader typed(info.content);
  TRY(const auto type, typed.next(kDerObject));
  if (as_text(type.content) != kSignedData) return damaged("no signed data");
  TRY(const auto wrapped, typed.next(der_context(0)));
  TRY_VOID(typed.end());
  DerReader inner(wrapped.content);
  TRY(const auto data, inner.next(kDerSequence));
  TRY_VOID(inner.end());

  CmsSignature signature;
  DerReader reader(data.content);
  // RFC 5652 §5.1: 3 where the content is none of kOidData.
  TRY_VOID(read_version(reader, {content_type == kOidData ? 1 : 3}));
  TRY(const auto digest_oid, read_digest_algorithms(reader, signature));
  TRY(const auto content, reader.next(kDerSequence));
  TRY_VOID(read_content(signature, content, content_type));
  TRY(const auto certificates, reader.maybe(der_context(0)));
  if (certificates) TRY_VOID(read_certificates(signature, certificates->content));
  TRY(const auto signers, reader.next(kDerSet));
  TRY_VOID(reader.end());
  TRY(const auto signer, read_value(signers));
  if (signer.tag != kDerSequence) return damaged("no signer");
  TRY_VOID(read_signer(signature, signer, digest_oid, content_type));
  return signature;
}

bool names_certificate(const CmsSignature& signature, ByteView certificate) {
  const auto first_hash = [&]() -> Result<bool> {
    DerReader outer(signature.signing_certificate);
    TRY(const auto all, outer.next(kDerSequence));
    DerReader lists(all.content);
    TRY(const auto list, lists.next(kDerSequence));
    DerReader identities(list.content);
    TRY(const auto identity, identities.next(kDerSequence));
    DerReader parts(identity.content);
    TRY(const auto algorithm, parts.maybe(kDerSequence));
    DigestKind kind = signature.signing_certificate_v2 ? DigestKind::sha256 : DigestKind::weak;
    if (algorithm) {
      TRY(const auto oid, read_algorithm(*algorithm));
      const Named* named = find(kDigests, oid);
      if (named == nullptr || named->digest == DigestKind::weak) return false;
      kind = named->digest;
    }
    TRY(const auto hash, parts.next(kDerOctets));
    if (kind == DigestKind::weak) return std::ranges::equal(hash.content, sha1(certificate));
    return std::ranges::equal(hash.content, digest_of(kind, {certificate}));
  };
  const auto same = first_hash();
  return same && *same;
}

}  // namespace khien::seal
