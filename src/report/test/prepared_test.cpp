#include <doctest/doctest.h>

#include <functional>

#include "prepared.hpp"
#include "sample_document.hpp"

using namespace khien;
using namespace khien::report;

TEST_CASE("text is cleaned so that nothing hides in it") {
  CHECK(*cleaned("a\tb\r\nc", "") == "a b  c");
  CHECK(*cleaned("a\x01\x7f", "") == "a\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(*cleaned("\xe2\x80\xaegpj.exe\xe2\x81\xa6", "") == "\xef\xbf\xbdgpj.exe\xef\xbf\xbd");
  CHECK(*cleaned("a\xe2\x80\x8b\xc2\xad\xef\xbb\xbf" "b", "") == "ab");
  CHECK(*cleaned("To\xcc\x82", "") == "T\xc3\xb4");
  CHECK(*cleaned("\xef\xbf\xbf\xee\x80\x80\xc2\x80", "") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(cleaned("\xed\xa0\x80", "here").error().what() == "here: not UTF-8");
}

TEST_CASE("a document is prepared once and for all") {
  const auto once = prepared(sample_document(3));
  REQUIRE(once);
  CHECK(once->letterhead.agency == "SỞ KHOA HỌC VÀ CÔNG NGHỆ");
  CHECK(once->letterhead.type == "BÁO CÁO");
  CHECK(once->signature.recipients == std::vector<std::string>{"- Như trên;", "- Công an tỉnh (phối hợp);", "- Lưu: VT, CNTT."});
  CHECK(std::get<Paragraph>(once->blocks.back()).runs.back().text.ends_with("chỉ đạo./."));
  CHECK(*prepared(*once) == *once);
  auto english = sample_document(3);
  english.language = "en";
  CHECK(std::get<Paragraph>(prepared(english)->blocks.back()).runs.back().text.ends_with("chỉ đạo."));
}

TEST_CASE("what contradicts itself or has no end is named") {
  const auto refused = [](Code code, std::string_view what, const std::function<void(Document&, TableBlock&)>& change) {
    CAPTURE(what);
    auto document = sample_document(2);
    change(document, std::get<TableBlock>(document.blocks.at(7)));
    const auto result = prepared(document);
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == code);
    CHECK(result.error().what().contains(what));
  };
  refused(Code::invalid, "language", [](Document& d, TableBlock&) { d.language = "v i"; });
  refused(Code::invalid, "blocks[2].runs[1]: no such note", [](Document& d, TableBlock&) { d.notes.clear(); });
  refused(Code::invalid, "blocks[7].rows[1]: other columns", [](Document&, TableBlock& t) { t.rows[1].pop_back(); });
  refused(Code::invalid, "blocks[7].widths", [](Document&, TableBlock& t) { t.widths.pop_back(); });
  refused(Code::invalid, "blocks[7].widths", [](Document&, TableBlock& t) { t.widths[0] = 0; });
  refused(Code::invalid, "blocks[7].head", [](Document&, TableBlock& t) { t.head.clear(); });
  refused(Code::exhausted, "over 20000 rows", [](Document&, TableBlock& t) { t.rows.resize(kMostTableRows + 1, t.rows[0]); });
  refused(Code::exhausted, "over 20000 blocks", [](Document& d, TableBlock&) { d.blocks.resize(kMostBlocks + 1, d.blocks[0]); });
  refused(Code::exhausted, "over 65536 bytes", [](Document& d, TableBlock&) { d.title = std::string(kMostBytesInOnePlace + 1, 'x'); });
  refused(Code::exhausted, "bytes of text", [](Document& d, TableBlock&) { d.notes.resize(kMostTextBytes / 8 + 1); });
}
