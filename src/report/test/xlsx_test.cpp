#include <doctest/doctest.h>

#include <string>

#include <pugixml.hpp>

#include "khien/report/write.hpp"
#include "prepared.hpp"
#include "reopened.hpp"
#include "sample_document.hpp"
#include "sample_snapshot.hpp"

using namespace khien;
using namespace khien::report;

namespace {

struct Workbook {
  std::map<std::string, std::string> parts;
  std::vector<std::string> strings;
  std::vector<std::string> sheets;

  // The cell's type and raw value: {"s", "text"} or {"", "1204"}.
  std::pair<std::string, std::string> cell(int sheet, const char* reference) const {
    pugi::xml_document xml;
    REQUIRE(xml.load_string(parts.at("xl/worksheets/sheet" + std::to_string(sheet) + ".xml").c_str()));
    const auto found = xml.find_node([&](const pugi::xml_node& node) { return std::string_view(node.name()) == "c" && std::string_view(node.attribute("r").value()) == reference; });
    const std::string type = found.attribute("t").value();
    const std::string value = found.child("v").text().get();
    return {type, type == "s" ? strings.at(std::stoul(value)) : value};
  }
};

Workbook written(const Snapshot& snapshot, const std::string& language = "vi", bool draft = true) {
  auto document = sample_document(1);
  document.draft = draft;
  document.language = language;
  const auto bytes = write_xlsx(snapshot, document);
  REQUIRE(bytes);
  Workbook out{.parts = parts_of(*bytes)};
  pugi::xml_document xml;
  REQUIRE(xml.load_string(out.parts.at("xl/sharedStrings.xml").c_str(), pugi::parse_default | pugi::parse_ws_pcdata));
  for (const auto& one : xml.child("sst").children("si")) out.strings.push_back(one.child("t").text().get());
  REQUIRE(xml.load_string(out.parts.at("xl/workbook.xml").c_str()));
  for (const auto& one : xml.child("workbook").child("sheets")) out.sheets.push_back(one.attribute("name").value());
  return out;
}

// T11: no formula, no link, nothing outside.
void is_harmless(const Workbook& book) {
  for (const auto& [name, content] : book.parts) {
    CAPTURE(name);
    pugi::xml_document xml;
    REQUIRE(xml.load_buffer(content.data(), content.size()));
    const auto bad = xml.find_node([](const pugi::xml_node& node) {
      const std::string_view element = node.name();
      return element == "f" || element == "hyperlink" || element == "externalReference" || element == "ddeLink" || !node.attribute("TargetMode").empty();
    });
    CHECK_FALSE(bad);
  }
}

}  // namespace

TEST_CASE("xlsx: the same snapshot gives the same bytes") {
  const auto document = sample_document(1);
  const auto bytes = write_xlsx(sample_snapshot(), document);
  REQUIRE(bytes);
  CHECK(*bytes == *write_xlsx(sample_snapshot(), document));
}

TEST_CASE("xlsx: numbers are numbers, shares stand with their part and whole, what is unknown is said") {
  const auto book = written(sample_snapshot());
  using Pair = std::pair<std::string, std::string>;
  CHECK(book.cell(1, "A7") == Pair{"s", "machines.protected"});
  CHECK(book.cell(1, "C7") == Pair{"", "1204"});
  CHECK(book.cell(1, "C8") == Pair{"", "0.95"});
  CHECK(book.cell(1, "D8") == Pair{"", "57"});
  CHECK(book.cell(1, "E8") == Pair{"", "60"});
  CHECK(book.cell(1, "C9") == Pair{"s", "chưa có số liệu (chưa có dữ liệu)"});
  CHECK(book.cell(1, "C10") == Pair{"", "46204"});  // 2026-07-01
  CHECK(book.cell(1, "H7") == Pair{"", "1204"});
  CHECK(book.cell(1, "I7") == Pair{"s", "machine:17, machine:18"});
  CHECK(book.cell(2, "A7") == Pair{"s", "=cmd|'/c calc'!A1"});
  CHECK(book.cell(2, "B7") == Pair{"", "41"});
  CHECK(book.cell(2, "D7") == Pair{"", "31"});
  CHECK(book.cell(2, "F7") == Pair{"s", "unit:1"});
  CHECK(written(sample_snapshot(), "en").cell(1, "C9") == Pair{"s", "not known (no data)"});
  auto large = sample_snapshot();
  large.figures[0].value = std::int64_t{9'007'199'254'740'993};
  CHECK(written(large).cell(1, "C7") == Pair{"s", "9007199254740993"});
}

TEST_CASE("xlsx: every sheet says what it is of, and a draft that it is one") {
  const auto book = written(sample_snapshot());
  for (const int sheet : {1, 2, 3}) {
    CAPTURE(sheet);
    CHECK(book.cell(sheet, "A2").second == "BẢN NHÁP, chưa ký");
    CHECK(book.cell(sheet, "A3").second == "Phạm vi: Tỉnh Lam Giang");
    CHECK(book.cell(sheet, "A4").second.starts_with("Kỳ: quý III năm 2026; số liệu từ "));
    CHECK(book.cell(sheet, "A4").second.contains("; tính đến "));
    CHECK(book.cell(sheet, "A5").second == "Mã bản chốt số liệu (SHA-256): " + sample_document(1).identity);
  }
  CHECK(written(sample_snapshot(), "en").cell(1, "A2").second == "DRAFT, not signed");
  CHECK(written(sample_snapshot(), "vi", false).cell(1, "A2").second == "SỞ KHOA HỌC VÀ CÔNG NGHỆ. Số: 07/BC-SKHCN. Lam Giang, ngày 05 tháng 02 năm 2026");
}

TEST_CASE("xlsx: sheets have names that Excel takes, no two alike") {
  auto snapshot = sample_snapshot();
  for (const char* title : {"", "History", "'a'", "số liệu", "Số Liệu", "a[b]:c*d?e/f\\g", "\xf0\x9f\x98\x80", "Một tên bảng dài hơn ba mươi mốt chữ cái rất nhiều"}) {
    snapshot.tables.push_back({.id = "t", .title = {title, title}, .columns = {{.id = "c"}}});
  }
  const auto book = written(snapshot);
  CHECK(book.sheets == std::vector<std::string>{"Số liệu", "Máy của các đơn vị  theo  loại", "Máy của các đơn vị  theo  l (2)", "Bảng 3", "Bảng 4", "a", "số liệu (2)", "Số Liệu (3)", "a b  c d e f g", "_",
                                                "Một tên bảng dài hơn ba mươi mố"});
}

TEST_CASE("xlsx: hostile text stays text in every place") {
  for (const std::string& payload : payloads()) {
    CAPTURE(payload);
    auto snapshot = sample_snapshot();
    snapshot.period.name = {payload, payload};
    for (Figure& one : snapshot.figures) one = {.id = payload, .label = {payload, payload}, .value = payload, .unit = {payload, payload}, .query = payload, .rows = {payload}, .row_count = 1};
    for (Table& one : snapshot.tables) {
      one.title = {payload, payload};
      for (Column& column : one.columns) column = {.id = "c", .label = {payload, payload}};
      for (Table::Row& row : one.rows) row = {payload, {payload, payload, Unknown{{payload, payload}}}};
    }
    const auto book = written(snapshot);
    is_harmless(book);
    CHECK(book.cell(1, "A7").first == "s");
    CHECK(book.cell(2, "A7").first == "s");
  }
}

TEST_CASE("xlsx: what cannot be written is named") {
  const auto refused = [](const Snapshot& snapshot) {
    const auto bytes = write_xlsx(snapshot, sample_document(1));
    REQUIRE_FALSE(bytes);
    return bytes.error().what();
  };
  auto snapshot = sample_snapshot();
  snapshot.tables[1].rows[2].cells[0] = std::string("\xff");
  CHECK(refused(snapshot) == "tables[1].rows[2]: not UTF-8");
  snapshot = sample_snapshot();
  snapshot.figures[1].value = Ratio{1, 0};
  CHECK(refused(snapshot) == "figures[1].value: a share of nothing");
  snapshot = sample_snapshot();
  snapshot.tables[0].rows[0].cells.pop_back();
  CHECK(refused(snapshot) == "tables[0].rows[0]: other columns than the head");
  snapshot = sample_snapshot();
  snapshot.tables[0].rows[0].cells[0] = Ratio{1, 2};
  CHECK(refused(snapshot).contains("a share in a column of another kind"));
  snapshot = sample_snapshot();
  snapshot.tables[0].rows.resize(kMostTableRows, snapshot.tables[0].rows[0]);
  CHECK(refused(snapshot) == "snapshot: over 20000 rows in tables");
}
