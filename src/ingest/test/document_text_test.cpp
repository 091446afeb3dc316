#include "khien/ingest/document_text.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace khien::ingest {
namespace {

Result<std::string> text_of(std::string_view name, Budget::Limits limits = document_limits()) {
  std::ifstream file(KHIEN_SOURCE_DIR "/src/ingest/fuzz/corpus/document_text/" + std::string(name), std::ios::binary);
  REQUIRE(file);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  Budget budget(limits);
  return read_document_text(as_bytes(bytes), budget);
}

TEST_CASE("a document's paragraphs come out as lines, its pieces joined") {
  CHECK(text_of("plain.docx").value() == "Báo cáo năm 2026\nQuy chế bảo mật, độ Mật và Tối mật\nhai phần\n\n");
}

TEST_CASE("headers and text boxes are words too, each on a line of its own") {
  CHECK(text_of("stamped_header.docx").value().find("\nTUYỆT MẬT\n") != std::string::npos);
  CHECK(text_of("stamped_box.docx").value() == "Số: 12\nMẬT\n\n");
  CHECK(text_of("writer.odt").value() == "TỐI MẬT\nx\n\n");
}

TEST_CASE("a stamp is found in whatever part it stands") {
  for (const char* name : {"stamped_watermark.docx", "stamped_renamed.docx", "stamped_comment.xlsx", "stamped_sheet_header.xlsx",
                           "stamped_master.pptx", "stamped_properties.docx", "stamped_properties.odt", "beside_damaged.docx"}) {
    CAPTURE(name);
    const auto text = "\n" + text_of(name).value();
    CHECK(text.find("\nTUYỆT MẬT\n") != std::string::npos);
  }
}

TEST_CASE("what is no document, or a damaged one, is refused") {
  for (const char* name : {"damaged.docx", "other.zip"}) CHECK(text_of(name).error().code() == Code::invalid);
  Budget budget(document_limits());
  CHECK(read_document_text(as_bytes("MẬT"), budget).error().code() == Code::invalid);
  CHECK(text_of("plain.docx", {.bytes_out = 20}).error().code() == Code::exhausted);
}

}  // namespace
}  // namespace khien::ingest
