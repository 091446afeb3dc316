#include "khien/core/date.hpp"
#include "khien/core/text.hpp"
#include "khien/seal/pdf_signature.hpp"
#include "pdf_file.hpp"

namespace khien::seal {
namespace {

constexpr std::size_t kLeastRoom = 4u << 10, kMostRoom = 256u << 10;
// Written first, then the true numbers in as many characters.
constexpr std::string_view kRange = "/ByteRange [ 0 1999999999 1999999999 1999999999 ]";
constexpr std::string_view kContents = " /Contents ";

std::string two(int number) { return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)}; }

// ISO 32000-1 §7.9.4, in Vietnam's time.
std::string pdf_date(Timestamp at) {
  const Date day = vietnam_day(at);
  const auto second = static_cast<int>((at.ms - vietnam_moment(day).ms) / 1000);
  std::string date = to_string(day);
  std::erase(date, '-');
  return "D:" + date + two(second / 3600) + two(second / 60 % 60) + two(second % 60) + "+07'00'";
}

// The numbers in as many characters as there are, with blanks behind.
std::string byte_range(std::size_t gap_begin, std::size_t gap_end, std::size_t size) {
  std::string range = "/ByteRange [ 0 " + std::to_string(gap_begin) + " " + std::to_string(gap_end) + " " + std::to_string(size - gap_end);
  range.resize(kRange.size() - 1, ' ');
  return range + "]";
}

}  // namespace

Result<PreparedPdf> prepare_pdf(ByteView pdf, const PdfSigning& signing, Budget& budget) {
  if (signing.signature_bytes < kLeastRoom || signing.signature_bytes > kMostRoom) return Error(Code::invalid, "PDF: no sensible room for a signature");
  TRY_VOID(budget.take_in(pdf.size()));
  const std::string gap = "<" + std::string(2 * signing.signature_bytes, '0') + ">";
  const std::string room = std::string(kRange) + std::string(kContents) + gap;
  std::string update;
  const QpdfSigning wanted{.range_and_contents = room, .date = pdf_date(signing.at), .name = signing.name, .reason = signing.reason, .location = signing.location};
  const std::string wrong = qpdf_add_signature(reinterpret_cast<const char*>(pdf.data()), pdf.size(), wanted, update);
  if (!wrong.empty()) return Error(Code::invalid, "PDF: " + printable(truncate(std::string_view(wrong), 200)));
  TRY_VOID(budget.take_out(pdf.size() + update.size()));
  const std::size_t range_at = pdf.size() + update.find(room);  // it is there: it was put first
  std::string text = std::string(as_text(pdf)) + update;
  PreparedPdf prepared;
  prepared.gap_begin_ = range_at + kRange.size() + kContents.size();
  prepared.gap_end_ = prepared.gap_begin_ + gap.size();
  text.replace(range_at, kRange.size(), byte_range(prepared.gap_begin_, prepared.gap_end_, text.size()));
  const ByteView bytes = as_bytes(text);
  prepared.bytes_.assign(bytes.begin(), bytes.end());
  Sha256Stream stream;
  stream.update(bytes.first(prepared.gap_begin_));
  stream.update(bytes.subspan(prepared.gap_end_));
  prepared.digest_ = stream.finish();
  return prepared;
}

}  // namespace khien::seal
