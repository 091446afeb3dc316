#include <algorithm>
#include <array>
#include <charconv>

#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/seal/verify.hpp"

namespace khien::seal {
namespace {

using enum SignatureState;

struct Named {
  SignatureState state;
  std::string_view name;
  LocalText words;
};

const std::array<Named, 10>& all_states() {
  static const std::array<Named, 10> all = {
      Named{valid, "valid", {"chữ ký số hợp lệ", "the signature is valid"}},
      Named{digest_mismatch, "digest_mismatch", {"nội dung đã bị sửa sau khi ký", "the content was changed after signing"}},
      Named{bad_signature, "bad_signature", {"chữ ký số không khớp với chứng thư", "the signature was not made by its certificate's key"}},
      Named{untrusted, "untrusted", {"chứng thư không do tổ chức chứng thực được tin cậy cấp", "the certificate leads to no authority that is trusted"}},
      Named{expired, "expired", {"chứng thư đã hết hạn và không có dấu thời gian chứng minh đã ký khi còn hạn", "the certificate has expired, and no time stamp proves an earlier signature"}},
      Named{revoked, "revoked", {"chứng thư của người ký đã bị thu hồi, và không có gì chứng minh tệp được ký trước khi thu hồi", "the certificate was revoked, and nothing proves that it was signed before"}},
      Named{not_yet_valid, "not_yet_valid", {"chứng thư chưa đến ngày có hiệu lực", "the certificate is not valid yet"}},
      Named{weak_algorithm, "weak_algorithm", {"chữ ký số dùng thuật toán hoặc khóa yếu", "the signature is of a weak algorithm or key"}},
      Named{covers_part_only, "covers_part_only", {"chữ ký số chỉ bảo vệ một phần của tệp", "the signature covers a part of the file only"}},
      Named{changed_after, "changed_after", {"tệp đã bị bổ sung nội dung sau chữ ký số", "something was added to the file after the signature"}},
  };
  return all;
}
constexpr std::string_view kMalformed = "malformed";

struct NamedRevocation {
  Revocation revocation;
  std::string_view name;
  LocalText words;
};

const std::array<NamedRevocation, 3>& all_revocations() {
  static const std::array<NamedRevocation, 3> all = {
      NamedRevocation{Revocation::not_checked, "not_checked", {"chưa kiểm tra thu hồi chứng thư", "revocation was not checked"}},
      NamedRevocation{Revocation::good, "good", {"chứng thư không có trong danh sách thu hồi", "the certificate is in no list of revoked ones"}},
      NamedRevocation{Revocation::unknown, "unknown", {"chưa biết chứng thư có bị thu hồi hay không: thiếu danh sách thu hồi còn hiệu lực của nơi cấp",
                       "whether the certificate was revoked is not known: there is no list of its authority that is new enough"}},
  };
  return all;
}

constexpr std::size_t kMaxSignatures = 32;
constexpr std::size_t kMaxText = 2'000;

std::optional<Timestamp> time_or_none(const Json& object, std::string_view name) {
  const auto text = object.string_at(name);
  if (!text) return std::nullopt;
  const auto time = from_rfc3339(*text);
  return time ? std::optional(*time) : std::nullopt;
}

Result<Revocation> revocation_from(std::string_view text) {
  const auto found = std::ranges::find(all_revocations(), text, &NamedRevocation::name);
  if (found == all_revocations().end()) return Error(Code::corrupt, "nothing that lists say");
  return found->revocation;
}

Result<std::string> text_at(const Json& object, std::string_view name) {
  TRY(const auto text, object.string_at(name));
  if (text.size() > kMaxText) return Error(Code::corrupt, "a text beyond all need");
  return std::string(text);
}

Result<SignatureFinding> read_finding(const Json& json) {
  SignatureFinding finding;
  TRY(const auto state, json.string_at("state"));
  TRY(finding.state, signature_state_from_string(state));
  TRY(finding.signer, text_at(json, "signer"));
  TRY(finding.issuer, text_at(json, "issuer"));
  TRY(finding.serial, text_at(json, "serial"));
  TRY(finding.detail, text_at(json, "detail"));
  TRY(finding.is_time_stamp, json.boolean_at("is_time_stamp"));
  TRY(finding.pictured_after, json.boolean_at("pictured_after"));
  TRY(finding.signed_bytes, json.integer_at("signed_bytes"));
  TRY(const auto revocation, json.string_at("revocation"));
  TRY(finding.revocation, revocation_from(revocation));
  finding.lists_of = time_or_none(json, "lists_of");
  finding.revoked_at = time_or_none(json, "revoked_at");
  finding.signed_at = time_or_none(json, "signed_at");
  finding.timestamped_at = time_or_none(json, "timestamped_at");
  return finding;
}

Result<FileKind> kind_from(std::string_view text) {
  for (const FileKind kind : {FileKind::pdf, FileKind::xml, FileKind::unknown}) {
    if (to_string(kind) == text) return kind;
  }
  return Error(Code::corrupt, "no kind of file");
}

Result<Verification> read_verification(std::string_view text) {
  Budget budget({.bytes_in = 1u << 20, .depth = 6, .entries = 10'000});
  JsonDocument document;
  TRY(const auto json, document.parse(text, budget));
  Verification verification;
  TRY(const auto kind, json.string_at("kind"));
  TRY(verification.kind, kind_from(kind));
  TRY(verification.valid, json.boolean_at("valid"));
  TRY(verification.covers_first_revision_only_signatures, json.boolean_at("covers_first_revision_only_signatures"));
  TRY(const auto words, json.field("words"));
  TRY(verification.words.vi, text_at(words, "vi"));
  TRY(verification.words.en, text_at(words, "en"));
  TRY(const auto list, json.field("signatures"));
  TRY_VOID(list.each([&](Json one) -> Result<void> {
    if (verification.signatures.size() == kMaxSignatures + 1) return Error(Code::corrupt, "more signatures than anybody reads");
    TRY(auto finding, read_finding(one));
    verification.signatures.push_back(std::move(finding));
    return {};
  }));
  return verification;
}

// The next number of "1 2 3", and the blank behind it.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  if (text.starts_with(' ') && text.size() > 1) text.remove_prefix(1);
  return true;
}

}  // namespace

std::string_view to_string(FileKind kind) {
  if (kind == FileKind::pdf) return "pdf";
  return kind == FileKind::xml ? "xml" : "unknown";
}

std::string_view to_string(SignatureState state) {
  const auto found = std::ranges::find(all_states(), state, &Named::state);
  return found == all_states().end() ? kMalformed : found->name;
}

Result<SignatureState> signature_state_from_string(std::string_view text) {
  if (text == kMalformed) return malformed;
  const auto found = std::ranges::find(all_states(), text, &Named::name);
  if (found == all_states().end()) return Error(Code::invalid, "no state of a signature");
  return found->state;
}

LocalText words_of(SignatureState state) {
  const auto found = std::ranges::find(all_states(), state, &Named::state);
  if (found != all_states().end()) return found->words;
  return {"chữ ký số hỏng hoặc có cấu trúc không được chấp nhận", "the signature is damaged, or of a form that is not accepted"};
}

std::string_view to_string(Revocation revocation) { return std::ranges::find(all_revocations(), revocation, &NamedRevocation::revocation)->name; }

LocalText words_of(Revocation revocation) { return std::ranges::find(all_revocations(), revocation, &NamedRevocation::revocation)->words; }

std::string to_json(const Verification& verification) {
  JsonWriter json;
  json.begin_object().field("kind", to_string(verification.kind)).field("valid", verification.valid);
  json.field("covers_first_revision_only_signatures", verification.covers_first_revision_only_signatures);
  json.key("words").begin_object().field("vi", verification.words.vi).field("en", verification.words.en).end_object();
  json.key("signatures").begin_array();
  for (const SignatureFinding& one : verification.signatures) {
    const LocalText words = words_of(one.state);
    json.begin_object().field("state", to_string(one.state)).field("is_time_stamp", one.is_time_stamp).field("signer", one.signer).field("issuer", one.issuer).field("serial", one.serial);
    if (one.signed_at) json.field("signed_at", *one.signed_at);
    if (one.timestamped_at) json.field("timestamped_at", *one.timestamped_at);
    json.field("pictured_after", one.pictured_after).field("signed_bytes", one.signed_bytes);
    json.field("revocation", to_string(one.revocation));
    if (one.lists_of) json.field("lists_of", *one.lists_of);
    if (one.revoked_at) json.field("revoked_at", *one.revoked_at);
    json.field("detail", one.detail);
    json.key("words").begin_object().field("vi", words.vi).field("en", words.en).end_object().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

Result<Verification> verification_from_json(std::string_view json) {
  auto read = read_verification(json);
  if (!read) return Error(Code::corrupt, "verification: " + read.error().what());
  // By its own findings: valid, and one that is not, is a contradiction; as is valid by time stamps alone.
  const bool all = std::ranges::all_of(read->signatures, [](const auto& one) { return one.state == SignatureState::valid; }) &&
                   std::ranges::any_of(read->signatures, [](const auto& one) { return !one.is_time_stamp; });
  if (read->valid && !all) return Error(Code::corrupt, "verification: it contradicts itself");
  return read;
}

std::string signers_of(const Verification& verification) {
  std::string names;
  for (const SignatureFinding& one : verification.signatures) {
    if (one.is_time_stamp) continue;
    if (one.signer.empty()) return {};
    std::string name = one.signer;
    std::ranges::replace(name, ';', ',');
    names += (names.empty() ? "" : "; ") + name;
  }
  return names;
}

// "now first_revision anchors time_anchors list list …": the sizes of what comes before the file.
std::string verify_ask(const VerifyOptions& options) {
  std::string ask = std::string(kVerifyWanted) + std::to_string(options.now.ms) + " " + std::to_string(options.first_revision) + " " +
                    std::to_string(options.trust_pem.size()) + " " + std::to_string(options.time_trust_pem.size());
  for (const std::string& list : options.revocation_lists) ask += " " + std::to_string(list.size());
  return ask;
}

void warm_up_verify() {
  for (const std::string_view nothing : {"<a/>", "%PDF-1.7"}) {
    Budget budget(verify_limits());
    static_cast<void>(verify(as_bytes(nothing), {}, budget));
  }
}

Result<std::string> run_verify_job(std::string_view ask, ByteView bytes, const Clock* clock) {
  const Error unknown(Code::invalid, "verify: nothing that is known is asked for");
  VerifyOptions options;
  std::size_t anchors = 0, time_anchors = 0;
  const bool asked = take_number(ask, options.now.ms) && take_number(ask, options.first_revision) && take_number(ask, anchors) && take_number(ask, time_anchors);
  if (!asked) return unknown;
  bool is_there = true;
  const auto take = [&](std::size_t size) -> std::string {
    is_there = is_there && size <= bytes.size();
    if (!is_there) return {};
    const std::string part(as_text(bytes.first(size)));
    bytes = bytes.subspan(size);
    return part;
  };
  options.trust_pem = take(anchors);
  options.time_trust_pem = take(time_anchors);
  while (!ask.empty() && is_there) {
    std::size_t size = 0;
    if (options.revocation_lists.size() == kMostRevocationLists || !take_number(ask, size)) return unknown;
    options.revocation_lists.push_back(take(size));
  }
  if (!is_there || options.first_revision > bytes.size()) return unknown;
  Budget budget(verify_limits(), clock);
  TRY(const auto verification, verify(bytes, options, budget));
  return to_json(verification);
}

}  // namespace khien::seal
