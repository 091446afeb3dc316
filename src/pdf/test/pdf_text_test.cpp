#include "khien/pdf/pdf_text.hpp"

#include <doctest/doctest.h>

#include <string_view>

#include "khien/core/file.hpp"

namespace khien::pdf {
namespace {

std::string corpus(std::string_view name) {
  return system_files().read(KHIEN_SOURCE_DIR "/src/pdf/fuzz/corpus/pdf_text/" + std::string(name), 1u << 20).value();
}

Result<std::string> words(std::string_view bytes, Budget::Limits limits = pdf_text_limits()) {
  Budget budget(limits);
  return read_pdf_text(as_bytes(bytes), budget);
}

std::size_t place(std::string_view text, std::string_view what) {
  const auto at = text.find(what);
  REQUIRE_MESSAGE(at != text.npos, what);
  return at;
}

// One page that draws a line, or what is asked for.
std::string page_of(std::string_view drawn) {
  return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
         "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
         "4 0 obj<</Length " + std::to_string(drawn.size()) + ">>stream\n" + std::string(drawn) +
         "\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
}

TEST_CASE("a letter's words come in the order in which it is read, the two columns of its head apart") {
  const auto text = words(corpus("letter.pdf")).value();
  CHECK(place(text, "CỤC AN TOÀN THÔNG TIN\nSố: 1479/CATTT-NCSC\n") < place(text, "CỘNG HÒA XÃ HỘI"));
  CHECK(place(text, "Hà Nội, ngày 15 tháng 7 năm 2026\n") < place(text, "\nKính gửi: Các đơn vị"));
  CHECK(text.contains("CVE-2026-21001 trong FortiOS từ\nphiên bản 7.4.0 đến 7.4.3,"));
}

TEST_CASE("a stamp stands on a line of its own") { CHECK(words(corpus("secret.pdf")).value().contains("\nMẬT\n")); }

TEST_CASE("what cannot be read is refused by name") {
  CHECK(std::string_view(words("PK").error().what()) == "not a PDF");
  CHECK(std::string_view(words(corpus("closed.pdf")).error().what()) == "the PDF is closed by a password");
  CHECK(words(corpus("cut.pdf")).error().code() == Code::invalid);
  CHECK(words("%PDF-1.7\nnothing of it").error().code() == Code::invalid);
  const auto drawn = words(page_of("0 0 m 99 99 l S"));
  CHECK(std::string_view(drawn.error().what()).starts_with("the PDF has pictures of pages and no words"));
  CHECK(words(page_of("BT /F 9 Tf 9 9 Td (an toan) Tj ET")).value().starts_with("an toan\n"));
}

TEST_CASE("a page too many, and words too many, end by the budget") {
  auto limits = pdf_text_limits();
  limits.entries = 0;
  CHECK(words(corpus("letter.pdf"), limits).error().code() == Code::exhausted);
  limits = pdf_text_limits();
  limits.bytes_out = 100;
  CHECK(words(corpus("letter.pdf"), limits).error().code() == Code::exhausted);
  limits = pdf_text_limits();
  limits.bytes_in = 1'000;
  CHECK(words(corpus("letter.pdf"), limits).error().code() == Code::exhausted);
  // It says that it has two thousand million pages, and has one.
  std::string many = page_of("BT /F 9 Tf 9 9 Td (a) Tj ET");
  many.replace(many.find("/Count 1"), 8, "/Count 2000000000");
  CHECK_FALSE(words(many));
}

}  // namespace
}  // namespace khien::pdf
