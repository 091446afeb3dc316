#include "khien/seal/verify.hpp"

#include <algorithm>

#include "judge_pdf.hpp"
#include "judge_xml.hpp"
#include "khien/core/date.hpp"
#include "khien/core/text.hpp"
#include "pdf_file.hpp"

namespace khien::seal {
namespace {

constexpr std::size_t kHeaderWithin = 1024;  // of a PDF: what stands before its header is passed over by readers

FileKind kind_of(ByteView bytes) {
  std::string_view text = as_text(bytes);
  if (text.substr(0, kHeaderWithin).find("%PDF-") != text.npos) return FileKind::pdf;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && text[first] == '<' ? FileKind::xml : FileKind::unknown;
}

bool is_signature(const SignatureFinding& one) { return !one.is_time_stamp; }

std::string count_of(const Verification& verification) { return std::to_string(std::ranges::count_if(verification.signatures, is_signature)); }

// "20/11/2026", in Vietnam.
std::string day_of(Timestamp at) {
  const Date day = vietnam_day(at);
  const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(day.day()) + "/" + two(day.month()) + "/" + std::to_string(day.year());
}

// What the lists say of all signatures together: what is least known.
LocalText words_of_lists(const std::vector<SignatureFinding>& findings) {
  std::optional<Timestamp> oldest;
  for (const SignatureFinding& one : findings) {
    if (one.lists_of && (!oldest || *one.lists_of < *oldest)) oldest = one.lists_of;
  }
  const auto any = [&](Revocation what) { return std::ranges::find(findings, what, &SignatureFinding::revocation) != findings.end(); };
  if (any(Revocation::unknown)) {
    return {" CẢNH BÁO: chưa biết chứng thư có bị thu hồi hay không, vì thiếu danh sách thu hồi còn hiệu lực của nơi cấp.",
            " WARNING: whether the certificate was revoked is not known, for there is no list of its authority that is new enough."};
  }
  if (any(Revocation::not_checked)) return {" Chưa kiểm tra thu hồi chứng thư.", " Revocation was not checked."};
  if (!oldest) return {};
  return {" Chứng thư không bị thu hồi theo danh sách ngày " + day_of(*oldest) + ".", " Not revoked by the list of " + day_of(*oldest) + "."};
}

LocalText words_of_pictures(const std::vector<SignatureFinding>& findings) {
  if (std::ranges::none_of(findings, &SignatureFinding::pictured_after)) return {};
  return {" Lưu ý: chữ ký sau đặt hình chữ ký hoặc con dấu lên trang mà người ký trước đã ký; hình đó có thể che nội dung.",
          " Note: a later signature put its picture or seal onto a page that had been signed before; it may cover something."};
}

LocalText words_of(const Verification& verification) {
  if (verification.valid) {
    const LocalText lists = words_of_lists(verification.signatures), pictures = words_of_pictures(verification.signatures);
    return {"Hợp lệ: " + count_of(verification) + " chữ ký số, tệp không bị sửa sau khi ký." + pictures.vi + lists.vi,
            "Valid: " + count_of(verification) + " digital signature(s), unchanged since." + pictures.en + lists.en};
  }
  if (verification.signatures.empty()) return {"Tệp không có chữ ký số.", "The file has no digital signature."};
  for (const SignatureFinding& one : verification.signatures) {
    if (one.state == SignatureState::valid) continue;
    const LocalText why = words_of(one.state);
    return {"Không hợp lệ: " + why.vi + ".", "Not valid: " + why.en + "."};
  }
  return {"Không hợp lệ: tệp chỉ có dấu thời gian, không có chữ ký số của người hay cơ quan nào.",
          "Not valid: the file has a time stamp alone and nobody's signature."};
}

Verification unreadable(FileKind kind) {
  Verification verification;
  verification.kind = kind;
  if (kind == FileKind::unknown) {
    verification.words = {"Không phải tệp PDF hay XML.", "Neither a PDF nor an XML file."};
  } else {
    verification.words = {"Tệp hỏng hoặc không đúng định dạng, không kiểm tra được chữ ký số.",
                          "The file is damaged or not well formed; its signatures cannot be checked."};
  }
  return verification;
}

}  // namespace

Budget::Limits verify_limits() {
  return {.bytes_in = 64u << 20, .bytes_out = 256u << 20, .depth = 16, .entries = 2'000'000, .time = seconds(8)};
}

Result<Verification> verify(ByteView bytes, const VerifyOptions& options, Budget& budget) {
  Verification verification = unreadable(kind_of(bytes));
  if (verification.kind == FileKind::unknown) return verification;
  const Trust documents(options.trust_pem), stamps(options.trust_pem + "\n" + options.time_trust_pem);
  const Revocations revocations(options.revocation_lists);
  const Grounds grounds{.documents = documents, .stamps = stamps, .revocations = revocations, .now = options.now};
  const bool is_pdf = verification.kind == FileKind::pdf;
  if (is_pdf) TRY_VOID(budget.take_in(bytes.size()));
  auto findings = is_pdf ? judge_pdf(bytes, grounds, budget) : judge_xml(as_text(bytes), grounds, budget);
  if (!findings && findings.error().code() == Code::exhausted) return std::move(findings).error();
  if (!findings) return verification;
  verification.signatures = std::move(findings).value();
  const auto holds = [](const SignatureFinding& one) { return one.state == SignatureState::valid; };
  verification.valid = std::ranges::any_of(verification.signatures, is_signature) && std::ranges::all_of(verification.signatures, holds);
  if (is_pdf && options.first_revision != 0) {
    TRY(const Since since, pdf_since(bytes, options.first_revision, budget));
    verification.covers_first_revision_only_signatures = since == Since::signatures;
  }
  verification.words = words_of(verification);
  return verification;
}

}  // namespace khien::seal
