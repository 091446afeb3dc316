#include "judge_pdf.hpp"

#include <algorithm>
#include <optional>

#include "definite_lengths.hpp"
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
  auto cms = with_definite_lengths(*bytes);
  const auto padding = ByteView(*bytes).subspan(cms ? cms->read : 0);
  const bool padded = cms && std::ranges::all_of(padding, [](std::byte b) { return b == std::byte{0}; });
  if (!padded) return damaged;
  return std::move(cms->der);
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

SignatureFinding judge_stamp(ByteView token, const Ranges& ranges, const Grounds& grounds) {
  Bytes all(ranges.before.begin(), ranges.before.end());
  all.insert(all.end(), ranges.after.begin(), ranges.after.end());
  return judge_time_stamp(token, all, grounds);
}

SignatureFinding judge_field(const QpdfSignature& field, ByteView pdf, const Grounds& grounds) {
  const auto ranges = ranges_of(field, pdf);
  if (!ranges) return wrong(malformed, ranges.error().what());
  const auto contents = contents_of(field, *ranges);
  if (!contents) return wrong(malformed, contents.error().what());
  if (field.sub_filter != kCades && field.sub_filter != kPkcs7 && field.sub_filter != kTimeStamp) {
    const bool old = field.sub_filter == "adbe.pkcs7.sha1" || field.sub_filter == "adbe.x509.rsa_sha1";
    return wrong(old ? weak_algorithm : malformed, "a form of signature that is not read here");
  }
  SignatureFinding finding = field.sub_filter == kTimeStamp ? judge_stamp(*contents, *ranges, grounds)
                                                            : judge_cms(*contents, {ranges->before, ranges->after}, grounds);
  if (!finding.signed_at) finding.signed_at = pdf_time(field.date);
  const bool unbound = field.sub_filter == kCades && finding.state == valid && !has_signing_certificate(*contents);
  if (unbound) return wrong(malformed, "signed for no certificate");
  if (finding.state == valid) finding.signed_bytes = static_cast<std::int64_t>(ranges->end);
  if (finding.state == valid && ranges->end != pdf.size()) {
    finding.state = changed_after;
    finding.detail = std::to_string(pdf.size() - ranges->end) + " bytes were added after it" + (finding.detail.empty() ? "" : "; " + finding.detail);
  }
  return finding;
}

// A document that an agency signs after its leader: the earlier signature holds as well, if the
// later one covers all and nothing but signatures came between. Pictures that these show are
// told.
Result<void> look_between(ByteView pdf, const std::vector<QpdfSignature>& fields, std::vector<SignatureFinding>& findings, Budget& budget) {
  if (findings.size() < 2 || findings.back().state != valid) return {};
  for (std::size_t i = 0; i + 1 < findings.size(); ++i) {
    if (findings[i].state != changed_after) continue;
    const auto end = static_cast<std::size_t>(fields[i].range[2] + fields[i].range[3]);
    TRY(const Since since, pdf_since(pdf, end, budget));
    if (since == Since::more) continue;
    findings[i].state = since == Since::shown ? covers_part_only : valid;
    findings[i].pictured_after = since == Since::pictured;
    const std::string_view added = since == Since::signatures ? "signatures alone were added"
                                   : since == Since::pictured ? "signatures alone were added, one of which shows a picture on a page"
                                                              : "a later signature added what the page shows";
    // "… were added after it; " and what else there is to say.
    const auto more = findings[i].detail.find("; ");
    findings[i].detail = "of an earlier revision, to which " + std::string(added) + (more == std::string::npos ? "" : findings[i].detail.substr(more));
  }
  return {};
}

}  // namespace

Result<std::vector<SignatureFinding>> judge_pdf(ByteView pdf, const Grounds& grounds, Budget& budget) {
  TRY(auto fields, pdf_signatures(pdf, budget));
  const auto end = [](const QpdfSignature& field) { return field.range.size() == 4 ? field.range[2] : 0LL; };
  std::ranges::sort(fields, {}, end);
  std::vector<SignatureFinding> findings;
  for (const QpdfSignature& field : fields) {
    TRY_VOID(budget.check_time());
    findings.push_back(judge_field(field, pdf, grounds));
  }
  TRY_VOID(look_between(pdf, fields, findings, budget));
  return findings;
}

}  // namespace khien::seal
