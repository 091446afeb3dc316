#include "khien/pdf/pdf_text.hpp"

#include <poppler/cpp/poppler-document.h>
#include <poppler/cpp/poppler-global.h>
#include <poppler/cpp/poppler-page.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <string_view>

#include "khien/core/encoding.hpp"
#include "khien/core/text.hpp"

namespace khien::pdf {
namespace {

// What poppler says of a hostile file is the file's own words.
void say_nothing(const std::string&, void*) {}

// Not ustring::to_utf8(): that loads a converter from the disk.
std::string in_utf8(const poppler::ustring& text) {
  std::string bytes;
  bytes.reserve(text.size() * 2);
  for (const unsigned short unit : text) {
    bytes += static_cast<char>(unit & 0xff);
    bytes += static_cast<char>(unit >> 8);
  }
  return to_valid_utf8(from_utf16(as_bytes(bytes), ByteOrder::little));
}

bool has_words(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c != ' ' && c != '\n' && c != '\f' && c != '\t' && c != '\r'; });
}

Result<std::unique_ptr<poppler::document>> open(ByteView bytes) {
  const auto text = as_text(bytes);
  if (!text.starts_with("%PDF-") || text.size() > INT_MAX) return Error(Code::invalid, "not a PDF");
  poppler::set_debug_error_function(say_nothing, nullptr);
  std::unique_ptr<poppler::document> document(poppler::document::load_from_raw_data(text.data(), static_cast<int>(text.size())));
  if (!document) return Error(Code::invalid, "the PDF is damaged");
  if (document->is_locked()) return Error(Code::invalid, "the PDF is closed by a password");
  return document;
}

// A minimal document with one letter: fonts, filters and the text device are in use once.
constexpr std::string_view kSmall =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    "4 0 obj<</Length 29>>stream\nBT /F 9 Tf 9 9 Td (a) Tj ET  \nendstream endobj\n"
    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

}  // namespace

Budget::Limits pdf_text_limits() {
  return {.bytes_in = 10u << 20, .bytes_out = 8u << 20, .depth = 1, .entries = 500, .time = seconds(15)};
}

Result<std::string> read_pdf_text(ByteView bytes, Budget& budget) {
  TRY_VOID(budget.take_in(bytes.size()));
  TRY(const auto document, open(bytes));
  const int pages = document->pages();
  if (pages <= 0) return Error(Code::invalid, "the PDF is damaged: it has no page");
  TRY_VOID(budget.take_entries(static_cast<std::uint64_t>(pages)));
  std::string words;
  for (int number = 0; number < pages; ++number) {
    TRY_VOID(budget.check_time());
    const std::unique_ptr<poppler::page> page(document->create_page(number));
    if (!page) return Error(Code::invalid, "the PDF is damaged: page " + std::to_string(number + 1));
    const auto text = in_utf8(page->text({}, poppler::page::non_raw_non_physical_layout));
    TRY_VOID(budget.take_out(text.size() + 1));
    words += text;
    if (!text.ends_with('\f')) words += '\f';
  }
  if (!has_words(words)) return Error(Code::invalid, "the PDF has pictures of pages and no words: type or paste them");
  return words;
}

void warm_up() {
  Budget budget(pdf_text_limits());
  (void)read_pdf_text(as_bytes(kSmall), budget);
}

}  // namespace khien::pdf
