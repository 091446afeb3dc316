#include "khien/ingest/table.hpp"

#include <doctest/doctest.h>
#include <zip.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace khien::ingest {
namespace {

Result<Table> read(std::string_view bytes, Budget::Limits limits = table_limits()) {
  Budget budget(limits);
  return read_table(as_bytes(bytes), budget);
}

using Rows = std::vector<std::vector<std::string>>;
Rows cells(const Result<Table>& table) {
  Rows rows;
  for (const auto& row : table.value().sheets.at(0).rows) rows.push_back(row.cells);
  return rows;
}

std::string zip_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* out = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(out);
  zip_t* zip = zip_open_from_source(out, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : entries) {
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, content.data(), content.size(), 0), 0);
  }
  REQUIRE(zip_close(zip) == 0);
  REQUIRE(zip_source_open(out) == 0);
  zip_stat_t stat;
  zip_source_stat(out, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_read(out, bytes.data(), bytes.size());
  zip_source_close(out);
  zip_source_free(out);
  return bytes;
}

std::string workbook(const std::string& sheet, const std::string& strings = "<sst/>") {
  return zip_of({{"xl/workbook.xml",
                  R"(<workbook xmlns:r="r"><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>)"},
                 {"xl/_rels/workbook.xml.rels",
                  R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>)"},
                 {"xl/sharedStrings.xml", strings},
                 {"xl/worksheets/sheet1.xml", sheet}});
}

TEST_CASE("CSV by RFC 4180: quotes, separators and line ends within them, and the line of each row") {
  const auto table = read("Mã,Tên\r\n\r\n1,\"Xã \"\"A\"\", B\r\nC\"\r\n2,x\n");
  CHECK(cells(table) == Rows{{"Mã", "Tên"}, {"1", "Xã \"A\", B\r\nC"}, {"2", "x"}});
  CHECK(table->sheets[0].rows[1].number == 3);
  CHECK(table->sheets[0].rows[2].number == 5);
}

TEST_CASE("the separator is the one that the headings use") {
  CHECK(cells(read("a;b;c,d\n1;2;3\n")) == Rows{{"a", "b", "c,d"}, {"1", "2", "3"}});
  CHECK(cells(read("a\tb\n1\t2,3\n")) == Rows{{"a", "b"}, {"1", "2,3"}});
  CHECK(cells(read("sep=;\na;b\n")) == Rows{{"a", "b"}});
}

TEST_CASE("a quotation mark that is not closed is named by its line") {
  const auto table = read("a,b\n1,\"x\ny\n");
  REQUIRE_FALSE(table);
  CHECK(table.error().what() == "line 2: a quotation mark is not closed");
}

TEST_CASE("the encodings of commune offices are told apart, and said") {
  CHECK(cells(read("\xEF\xBB\xBFXã\n")) == Rows{{"Xã"}});
  CHECK(read("\xEF\xBB\xBFXã\n")->notes.empty());
  CHECK(cells(read(std::string_view("\xFF\xFEX\0\xE3\0\n\0", 8))) == Rows{{"Xã"}});
  CHECK(cells(read(std::string_view("\xFE\xFF\0X\0\xE3\0\n", 8))) == Rows{{"Xã"}});
  CHECK(cells(read(std::string_view("X\0\xE3\0;\0a\0\n\0", 10))) == Rows{{"Xã", "a"}});
  // "Phường Đông, thị trấn" and so on, as ".VnTime" and "VNI-Times" write it.
  const auto tcvn3 = read("X\xB7,Ph\xAD\xEAng \xA7\xABng\n");
  CHECK(cells(tcvn3) == Rows{{"Xã", "Phường Đông"}});
  CHECK(tcvn3->notes.at(0).vi.find("TCVN3") != std::string::npos);
  const auto vni = read("Xa\xF5,Ph\xF6\xF4\xF8ng \xD1o\xE2ng\n");
  CHECK(cells(vni) == Rows{{"Xã", "Phường Đông"}});
  CHECK(vni->notes.at(0).vi.find("VNI") != std::string::npos);
}

TEST_CASE("a workbook shows what its cells show") {
  std::ifstream file(KHIEN_SOURCE_DIR "/src/ingest/fuzz/corpus/table/small.xlsx", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto table = read(bytes);
  CHECK(cells(table) == Rows{{"Mã", "", "Tên"}, {"00004", "2026-11-22", "x"}});
  CHECK(table->sheets[0].rows[1].number == 3);
  CHECK(table->sheets[0].name == "A");
}

TEST_CASE("a workbook that is a bomb ends by its budget") {
  // 300 MiB of one letter are 300 KiB of deflate.
  const std::string cell = "<worksheet><sheetData><row><c t=\"str\"><v>" + std::string(64u << 20, 'x') +
                           "</v></c></row></sheetData></worksheet>";
  const auto packed = workbook(cell);
  CHECK(packed.size() < 1u << 20);
  CHECK(read(packed).error().code() == Code::exhausted);
  // One long text that many cells name.
  std::string rows = "<worksheet><sheetData>";
  for (int i = 0; i < 5'000; ++i) rows += "<row><c t=\"s\"><v>0</v></c></row>";
  const auto shared = workbook(rows + "</sheetData></worksheet>",
                               "<sst><si><t>" + std::string(100'000, 'y') + "</t></si></sst>");
  CHECK(read(shared).error().code() == Code::exhausted);
  // More entries than a workbook has.
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 200; ++i) many.emplace_back("x" + std::to_string(i), "");
  auto few = table_limits();
  few.entries = 100;
  CHECK(read(zip_of(many), few).error().code() == Code::exhausted);
  CHECK(read(std::string(13u << 20, 'a')).error().code() == Code::exhausted);
}

std::string sheet_of(const std::string& rows, const std::string& behind = {}) {
  return "<worksheet><sheetData>" + rows + "</sheetData>" + behind + "</worksheet>";
}

TEST_CASE("a cell that covers rows is the cell of each of them") {
  const auto table = read(workbook(sheet_of(
      R"(<row r="1"><c r="A1" t="str"><v>Danh sách</v></c></row>)"
      R"(<row r="2"><c r="A2" t="str"><v>Xã Đông</v></c><c r="B2" t="str"><v>pc-1</v></c></row>)"
      R"(<row r="3"><c r="B3" t="str"><v>pc-2</v></c></row><row r="4"><c r="C4" t="str"><v>x</v></c></row>)"
      R"(<row r="5"><c r="B5" t="str"><v>pc-5</v></c></row>)",
      R"(<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A2:A4"/><mergeCell ref="C9:C12"/><mergeCell ref="x"/></mergeCells>)")));
  CHECK(cells(table) == Rows{{"Danh sách"}, {"Xã Đông", "pc-1"}, {"Xã Đông", "pc-2"}, {"Xã Đông", "", "x"}, {"", "pc-5"}});
  // Each row that is filled is paid for.
  std::string rows, merges = "<mergeCells>";
  for (int i = 1; i <= 3'000; ++i) rows += R"(<row r=")" + std::to_string(i) + R"("><c t="str"><v>x</v></c></row>)";
  for (int i = 1; i <= 1'000; ++i) merges += R"(<mergeCell ref="A1:A3000"/>)";
  CHECK(read(workbook(sheet_of(rows, merges + "</mergeCells>"))).error().code() == Code::exhausted);
}

TEST_CASE("rows that are hidden and formulas without a value are said; a text that is none is empty") {
  const auto table = read(workbook(sheet_of(
      R"(<row r="1"><c r="A1" t="str"><v>name</v></c></row><row r="2" hidden="1"><c r="A2" t="str"><v>pc-1</v></c></row>)"
      R"(<row r="3"><c r="A3" t="str"><v>pc-2</v></c><c r="B3"><f>1+1</f></c><c r="C3" t="s"/><c r="D3"><f>1+2</f><v>3</v></c></row>)")));
  REQUIRE(table);
  CHECK(cells(table) == Rows{{"name"}, {"pc-1"}, {"pc-2", "", "", "3"}});
  REQUIRE(table->notes.size() == 2);
  CHECK(table->notes[0].en == "1 rows that are hidden or filtered in the file are read as well.");
  CHECK(table->notes[1].en.starts_with("1 cells have a formula and no value"));
}

TEST_CASE("empty cells before one far to the right are paid for, and rows count forward") {
  std::string rows;
  for (int i = 0; i < 20'000; ++i) rows += R"(<row><c r="IV1" t="str"><v>x</v></c></row>)";
  CHECK(read(workbook(sheet_of(rows))).error().code() == Code::exhausted);
  CHECK_FALSE(read(workbook(sheet_of(R"(<row r="9223372036854775807"><c><v>1</v></c></row><row><c><v>2</v></c></row>)"))));
  CHECK_FALSE(read(workbook(sheet_of(R"(<row r="2"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>)"))));
  CHECK_FALSE(read(workbook(sheet_of(R"(<row r="-1"><c><v>1</v></c></row>)"))));
  CHECK(read(workbook(sheet_of(R"(<row r="1"><c r="IW1"><v>1</v></c></row>)"))).error().code() == Code::exhausted);
}

TEST_CASE("a workbook cannot ask for anything outside of it") {
  const auto doctype = read(workbook(
      "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row><c t=\"str\"><v>&a;</v></c>"
      "</row></sheetData></worksheet>"));
  REQUIRE_FALSE(doctype);
  CHECK(doctype.error().what() == "the workbook has a document type definition");
  CHECK_FALSE(read(workbook("<worksheet><sheetData><row><c t=\"s\"><v>7</v></c></row></sheetData></worksheet>")));
  CHECK_FALSE(read(workbook("<worksheet>")));
  CHECK_FALSE(read("PK\x03\x04 and nothing else"));
  CHECK_FALSE(read("\xD0\xCF\x11\xE0 an old one"));
}

TEST_CASE("of a workbook the sheets that a person sees, and none of another file") {
  const std::string rows = R"(<worksheet><sheetData><row r="1"><c r="A1"><v>0</v></c><c r="B1" s="1"><v>1</v></c></row></sheetData></worksheet>)";
  const auto book = [&](const std::string& sheets, const std::string& mode = {}, const std::string& properties = {}) {
    return zip_of({{"xl/workbook.xml", R"(<workbook xmlns:r="r">)" + properties + "<sheets>" + sheets + "</sheets></workbook>"},
                   {"xl/_rels/workbook.xml.rels", R"(<Relationships><Relationship Id="r1" Target="worksheets/1.xml")" + mode + "/></Relationships>"},
                   {"xl/styles.xml", R"(<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>)"},
                   {"xl/worksheets/1.xml", rows}});
  };
  const std::string shown = R"(<sheet name="B" r:id="r1"/>)";
  const auto hidden = read(book(R"(<sheet name="A" state="hidden" r:id="r1"/><sheet name="C" state="veryHidden" r:id="r1"/>)" + shown));
  REQUIRE(hidden);
  REQUIRE(hidden->sheets.size() == 1);
  CHECK(hidden->sheets[0].name == "B");
  CHECK(cells(hidden) == Rows{{"0", "1899-12-31"}});
  CHECK(cells(read(book(shown, {}, R"(<workbookPr date1904="1"/>)"))) == Rows{{"0", "1904-01-02"}});
  CHECK_FALSE(read(book(shown, R"( TargetMode="External")")));
  std::string many;
  for (int i = 0; i < 65; ++i) many += shown;
  CHECK(read(book(many)).error().code() == Code::exhausted);
}

TEST_CASE("reading aids of a text are not the text, and what has NUL bytes is no text") {
  CHECK(cells(read(workbook(sheet_of(R"(<row><c t="s"><v>0</v></c></row>)"),
                            "<sst><si><t>pc</t><rPh><t>x</t></rPh></si></sst>"))) == Rows{{"pc"}});
  CHECK_FALSE(read(std::string_view("name,unit,mac,serial\npc\0,b\n", 27)));
}

TEST_CASE("an address that a server gave up is no device's") {
  CHECK(cells(read("lease 192.0.2.7 {\n  hardware ethernet 00:15:5d:0a:0b:0c;\n  binding state abandoned;\n}\n")) ==
        Rows{{"name", "mac", "address", "kind"}});
}

TEST_CASE("leases become a list, one row a card and its newest lease") {
  const auto isc = read(
      "# comment\nlease 192.0.2.7 {\n  hardware ethernet 00:15:5d:0a:0b:0c;\n  client-hostname \"old\";\n}\n"
      "lease 192.0.2.9 {\n  hardware ethernet 00:15:5d:0a:0b:0c;\n  set vendor-class-identifier = \"MSFT 5.0\";\n"
      "  client-hostname \"ke-toan-1\";\n}\n");
  CHECK(cells(isc) == Rows{{"name", "mac", "address", "kind"},
                           {"ke-toan-1", "00:15:5d:0a:0b:0c", "192.0.2.9", "workstation"}});
  const auto dnsmasq = read("1795000000 00:15:5d:0a:0b:0c 192.0.2.7 pc-1 01:00:15\n1795000001 00:15:5d:0a:0b:0d 192.0.2.8 * *\n");
  CHECK(cells(dnsmasq) == Rows{{"name", "mac", "address", "kind"},
                               {"pc-1", "00:15:5d:0a:0b:0c", "192.0.2.7", ""},
                               {"00:15:5d:0a:0b:0d", "00:15:5d:0a:0b:0d", "192.0.2.8", ""}});
}

TEST_CASE("what is written as CSV is read again") {
  const TableSheet sheet{.name = "", .rows = {{1, {"a", "", "x\"y", "1,2;3\t4"}}, {2, {"", "dòng\nhai"}}}};
  CHECK(cells(read(to_csv(sheet))) == Rows{sheet.rows[0].cells, sheet.rows[1].cells});
}

}  // namespace
}  // namespace khien::ingest
