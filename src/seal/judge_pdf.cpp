#include "judge_pdf.hpp"

#include <algorithm>
#include <optional>

#include "der_reader.hpp"
#include "pdf_file.hpp"

namespace khien::seal {
namespace {

using enum SignatureState;

constexpr std::string_view kCades = "ETSI.CAdES.detached";
constexpr std::string_view kPkcs7 = "adbe.pkcs7.detached";
constexpr std::string_view kTimeStamp = "ETSI.RFC3161";
constexpr std::size_t kMaxGap = 1u << 20;

struct Ranges {
  ByteView before, after;
  std::string_view gap;  // with its brackets
  std::size_t end = 0;
};

SignatureFinding wrong(SignatureState state, std::string detail) {
  SignatureFinding finding;
  finding.state = state;
  finding.detail = std::move(detail);
  return finding;
}

// ByteRange must be all but one gap: [0 a b c].
Result<Ranges> ranges_of(const QpdfSignature& field, ByteView pdf) {
  const Error damaged(Code::corrupt, "ByteRange is not all but one gap");
  if (field.range.size() != 4) return damaged;
  for (const long long number : field.range) {
    if (number < 0 || static_cast<std::uint64_t>(number) > pdf.size()) return damaged;
  }
  const auto at = [&](std::size_t i) { return static_cast<std::size_t>(field.range[i]); };
  const bool right = at(0) == 0 && at(1) > 0 && at(2) > at(1) + 2 && at(3) > 0 && at(3) <= pdf.size() - at(2);
  if (!right || at(2) - at(1) > kMaxGap) return damaged;
  return Ranges{pdf.first(at(1)), pdf.subspan(at(2), at(3)), as_text(pdf.subspan(at(1), at(2) - at(1))), at(2) + at(3)};
}

// The value of /Contents and nothing else is in the gap: one hexadecimal string, in one
// spelling, so that no byte of it can be changed unseen.
Result<Bytes> contents_of(const QpdfSignature& field, const Ranges& ranges) {
  const Error damaged(Code::corrupt, "what ByteRange leaves out is not the signature alone");
  const std::string_view hex = ranges.gap.substr(1, ranges.gap.size() - 2);
  std::string_view key = as_text(ranges.before);
  while (key.ends_with(' ')) key.remove_suffix(1);
  if (!ranges.gap.starts_with('<') || !ranges.gap.ends_with('>') || !key.ends_with("/Contents")) return damaged;
  const auto is_small = [](char c) { return c >= 'a' && c <= 'f'; };
  const auto is_large = [](char c) { return c >= 'A' && c <= 'F'; };
  if (std::ranges::any_of(hex, is_small) && std::ranges::any_of(hex, is_large)) return damaged;
  const auto bytes = from_hex(hex);
  if (!bytes || as_text(*bytes) != field.contents) return damaged;
  DerReader reader(*bytes);
  const auto cms = reader.next(kDerSequence);
  const bool padded = cms && std::ranges::all_of(reader.rest(), [](std::byte b) { return b == std::byte{0}; });
  if (!padded) return damaged;
  return Bytes(cms->whole.begin(), cms->whole.end());
}

// "D:20261126142700+07'00'"; nothing where it says no zone.
std::optional<Timestamp> pdf_time(std::string_view text) {
  if (!text.starts_with("D:") || text.size() < 17) return std::nullopt;
  const auto part = [&](std::size_t from, std::size_t size) { return std::string(text.substr(from, size)); };
  std::string zone = "Z";
  if (text.size() >= 22 && text[16] != 'Z') zone = part(16, 3) + ":" + part(20, 2);
  const auto time = from_rfc3339(part(2, 4) + "-" + part(6, 2) + "-" + part(8, 2) + "T" + part(10, 2) + ":" + part(12, 2) + ":" + part(14, 2) + zone);
  return time ? std::optional(*time) : std::nullopt;
}

SignatureFinding judge_stamp(ByteView token, const Ranges& ranges, const Trust& trust, Timestamp now) {
  Bytes all(ranges.before.begin(), ranges.before.end());
  all.insert(all.end(), ranges.after.begin(), ranges.after.end());
  Stamped stamped = judge_time_stamp(token, all, trust, now);
  SignatureFinding finding = wrong(stamped.judged.state, std::move(stamped.judged.detail));
  finding.timestamped_at = stamped.at;
  finding.is_time_stamp = true;
  return finding;
}

SignatureFinding judge_field(const QpdfSignature& field, ByteView pdf, const Trust& trust, Timestamp now) {
  const auto ranges = ranges_of(field, pdf);
  if (!ranges) return wrong(malformed, ranges.error().what());
  const auto contents = contents_of(field, *ranges);
  if (!contents) return wrong(malformed, contents.error().what());
  if (field.sub_filter != kCades && field.sub_filter != kPkcs7 && field.sub_filter != kTimeStamp) {
    const bool old = field.sub_filter == "adbe.pkcs7.sha1" || field.sub_filter == "adbe.x509.rsa_sha1";
    return wrong(old ? weak_algorithm : malformed, "a form of signature that is not read here");
  }
  SignatureFinding finding = field.sub_filter == kTimeStamp ? judge_stamp(*contents, *ranges, trust, now)
                                                            : judge_cms(*contents, {ranges->before, ranges->after}, trust, now);
  if (!finding.signed_at) finding.signed_at = pdf_time(field.date);
  const bool unbound = field.sub_filter == kCades && finding.state == valid && !has_signing_certificate(*contents);
  if (unbound) return wrong(malformed, "signed for no certificate");
  if (finding.state == valid && ranges->end != pdf.size()) {
    finding.state = changed_after;
    finding.detail = std::to_string(pdf.size() - ranges->end) + " bytes were added after it";
  }
  return finding;
}

// A document that an agency signs after its leader: the earlier signature holds as well,
// if the later one covers all and nothing but signatures came between, which show nothing.
Result<void> look_between(ByteView pdf, const std::vector<QpdfSignature>& fields, std::vector<SignatureFinding>& findings, Budget& budget) {
  if (findings.size() < 2 || findings.back().state != valid) return {};
  for (std::size_t i = 0; i + 1 < findings.size(); ++i) {
    if (findings[i].state != changed_after) continue;
    const auto end = static_cast<std::size_t>(fields[i].range[2] + fields[i].range[3]);
    TRY(const Since since, pdf_since(pdf, end, budget));
    if (since == Since::more) continue;
    const bool hidden = since == Since::signatures;
    findings[i].state = hidden ? valid : covers_part_only;
    findings[i].detail = hidden ? "of an earlier revision, to which signatures alone were added"
                                : "of an earlier revision, to which a later signature added what the page shows";
  }
  return {};
}

}  // namespace

Result<std::vector<SignatureFinding>> judge_pdf(ByteView pdf, const Trust& trust, Timestamp now, Budget& budget) {
  TRY(auto fields, pdf_signatures(pdf, budget));
  const auto end = [](const QpdfSignature& field) { return field.range.size() == 4 ? field.range[2] : 0LL; };
  std::ranges::sort(fields, {}, end);
  std::vector<SignatureFinding> findings;
  for (const QpdfSignature& field : fields) {
    TRY_VOID(budget.check_time());
    findings.push_back(judge_field(field, pdf, trust, now));
  }
  TRY_VOID(look_between(pdf, fields, findings, budget));
  return findings;
}

}  // namespace khien::seal
