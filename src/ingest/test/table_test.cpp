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
