#include <doctest/doctest.h>

#include <set>
#include <string>

#include <pugixml.hpp>

#include "khien/report/write.hpp"
#include "prepared.hpp"
#include "reopened.hpp"
#include "sample_document.hpp"

using namespace khien;
using namespace khien::report;

namespace {

using Parts = std::map<std::string, std::string>;

Parts written(const Document& document) {
  const auto bytes = write_docx(document);
  REQUIRE(bytes);
  return parts_of(*bytes);
}

// All elements of a part, asked one by one.
template <class Ask>
void walk(const pugi::xml_node& node, const Ask& ask) {
  for (const auto& child : node.children()) {
    ask(child);
    walk(child, ask);
  }
}

std::string text_of(const std::string& xml) {
  pugi::xml_document document;
  REQUIRE(document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata));
  std::string out;
  walk(document, [&](const pugi::xml_node& node) {
    const std::string_view name = node.name();
    if (name == "w:t") out += node.text().get();
    if (name == "w:p") out += '\n';
  });
  return out;
}

// T11: no relationship leads outside, no field but the page's number, nothing embedded.
void is_harmless(const Parts& parts) {
  static const std::set<std::string> kAllowed = {"[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "word/document.xml", "word/_rels/document.xml.rels",
                                                 "word/styles.xml", "word/settings.xml", "word/fontTable.xml", "word/header1.xml", "word/header2.xml"};
  CHECK(parts.size() == kAllowed.size());
  for (const auto& [name, xml] : parts) {
    CAPTURE(name);
    CHECK(kAllowed.contains(name));
    pugi::xml_document document;
    REQUIRE(document.load_buffer(xml.data(), xml.size()));
    walk(document, [&](const pugi::xml_node& node) {
      const std::string_view element = node.name();
      CHECK(node.attribute("TargetMode").empty());
      CHECK_FALSE(std::string_view(node.attribute("Target").value()).contains(':'));
      if (element == "w:instrText") CHECK(std::string_view(node.text().get()) == " PAGE ");
      for (const char* forbidden : {"w:fldSimple", "w:hyperlink", "w:object", "w:altChunk", "w:attachedTemplate", "w:subDoc", "w:control"}) CHECK(element != forbidden);
    });
  }
}

}  // namespace

TEST_CASE("docx: the same document gives the same bytes") {
  const auto bytes = write_docx(sample_document(3));
  REQUIRE(bytes);
  CHECK(*bytes == *write_docx(sample_document(3)));
  auto later = sample_document(3);
  later.made_at = later.made_at + days(1);
  CHECK(*bytes != *write_docx(later));
}

TEST_CASE("docx: what the reader reads is there, in order") {
  const auto parts = written(sample_document(2));
  is_harmless(parts);
  const std::string text = text_of(parts.at("word/document.xml"));
  std::size_t at = 0;
  for (const char* words : {"ỦY BAN NHÂN DÂN TỈNH LAM GIANG", "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 07/BC-SKHCN",
                            "ngày 05 tháng 02 năm 2026", "BÁO CÁO", "Chỉ số lây nhiễm", "Kính gửi: Ủy ban", "I. Tình hình", "1.204 máy[1]", "- Kết nối", "Bảng 1.", "Đơn vị", "xã Đông Sơn 2", "chỉ đạo./.",
                            "Nơi nhận:", "- Như trên;", "- Lưu: VT, CNTT.", "KT. GIÁM ĐỐC", "Nguyễn Thị Ánh Tuyết", "PHỤ LỤC", "NGUỒN SỐ LIỆU", "(Kèm theo Báo cáo số 07", "1. Số máy", "Bản dự thảo, chưa ký.", "9f86d081"}) {
    CAPTURE(words);
    const auto found = text.find(words, at);
    REQUIRE(found != std::string::npos);
    at = found;
  }
  CHECK(parts.at("word/styles.xml").contains("Times New Roman"));
  CHECK(parts.at("word/document.xml").contains("<w:titlePg/>"));
  CHECK(parts.at("word/document.xml").contains("<w:tblHeader/>"));
}

TEST_CASE("docx: only a draft says that it is one, on every page") {
  auto document = sample_document(2);
  CHECK(written(document).at("word/header1.xml").contains("string=\"DỰ THẢO\""));
  CHECK(written(document).at("word/header2.xml").contains("string=\"DỰ THẢO\""));
  document.language = "en";
  CHECK(written(document).at("word/header2.xml").contains("string=\"DRAFT\""));
  document.draft = false;
  for (const auto& [name, xml] : written(document)) CHECK_FALSE(xml.contains("DRAFT"));
}

TEST_CASE("docx: hostile text stays text in every place") {
  for (const std::string& payload : payloads()) {
    auto document = sample_document(1);
    document.draft = false;
    for (std::string* place : places(document)) *place = payload;
    CAPTURE(payload);
    const auto parts = written(document);
    is_harmless(parts);
    std::string body = text_of(parts.at("word/document.xml"));
    CHECK(body.contains(*cleaned(payload, "x")));
  }
}

TEST_CASE("docx: text that is not UTF-8 is refused by the name of its place") {
  Document blank = sample_document(1);
  const std::size_t count = places(blank).size();
  for (std::size_t i = 0; i < count; ++i) {
    auto document = sample_document(1);
    *places(document)[i] = "a\xff";
    const auto bytes = write_docx(document);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code() == Code::invalid);
    CHECK(bytes.error().what().ends_with(": not UTF-8"));
  }
  auto document = sample_document(3);
  std::get<TableBlock>(document.blocks.at(7)).rows.at(2).at(1).runs.at(0).text = "\xed\xa0\x80";
  CHECK(write_docx(document).error().what() == "blocks[7].rows[2][1].runs[0]: not UTF-8");
}
