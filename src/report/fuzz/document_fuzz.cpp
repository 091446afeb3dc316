// Input: lines "<sign> <text>", each a piece of a document and of a snapshot. Each writer
// gives a file or an error with words. A DOCX and an XLSX open again, lead nowhere and
// hold no formula and no field but the page's number; a PDF opens in qpdf, all that its
// pages show is marked, and nothing in it runs. The same document gives the same bytes.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "../test/reopened.hpp"
#include "khien/report/write.hpp"
#include "qpdf.hpp"

using namespace khien;
using namespace khien::report;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

struct Input {
  Document document;
  Snapshot snapshot;
};

TableBlock& last_table(Document& document) {
  for (auto block = document.blocks.rbegin(); block != document.blocks.rend(); ++block) {
    if (auto* table = std::get_if<TableBlock>(&*block)) return *table;
  }
  document.blocks.emplace_back(TableBlock{});
  return std::get<TableBlock>(document.blocks.back());
}

void add_run(Document& document, const std::string& text, char sign) {
  auto* last = document.blocks.empty() ? nullptr : std::get_if<Paragraph>(&document.blocks.back());
  if (last == nullptr) {
    document.blocks.emplace_back(Paragraph{});
    last = &std::get<Paragraph>(document.blocks.back());
  }
  Run run{.text = text, .bold = sign == 'b', .italic = sign == 'i'};
  if (sign == 'n') run.note = text.size();
  last->runs.push_back(std::move(run));
}

void add_cell(TableBlock& table, const std::string& text, char sign) {
  Cell cell{.runs = {{.text = text}}, .align = static_cast<Cell::Align>(text.size() % 3)};
  if (sign == 'h') {
    table.head.push_back(std::move(cell));
    table.widths.push_back(static_cast<int>(text.size() % 1'002));
  } else {
    if (table.rows.empty() || table.rows.back().size() >= table.head.size()) table.rows.emplace_back();
    table.rows.back().push_back(std::move(cell));
  }
}

void add_value(Snapshot& snapshot, const std::string& text, char sign) {
  const auto n = static_cast<std::int64_t>(text.size());
  Value value = text;
  if (sign == '#') value = n * 1'000'000'007 - 5'000'000'000;
  if (sign == '%') value = Ratio{n, n % 7};
  if (sign == '@') value = Timestamp{n * n * 100'000'000'000 - 1'000'000'000'000'000};
  if (sign == '?') value = Unknown{{text, text}};
  snapshot.figures.push_back({.id = text, .label = {text, text}, .value = value, .unit = {text, text}, .query = text, .rows = {text, text}, .row_count = text.size()});
  Table table{.id = text, .title = {text, text}, .columns = {{.id = "c", .label = {text, text}, .type = sign == '%' ? ColumnType::ratio : ColumnType::text}}};
  table.rows.push_back({text, {value}});
  snapshot.tables.push_back(std::move(table));
}

void take(Input& input, char sign, const std::string& text) {
  Document& document = input.document;
  Letterhead& head = document.letterhead;
  switch (sign) {
    case 'L': document.language = text; break;
    case 'T': document.title = document.author = document.identity = text; break;
    case 'D': document.draft = !document.draft; break;
    case 'M': document.made_at = {static_cast<std::int64_t>(text.size() * text.size()) * 10'000'000'000'000 - 100'000'000'000'000}; break;
    case 'A': head.parent_agency = head.agency = text; break;
    case 'N': head.number = head.place_and_day = text; break;
    case 'Y': head.type = text; break;
    case 'S': head.subject = text; break;
    case 'E': head.to = document.notes_of = text; break;
    case 'W': document.signature.columns.push_back({text, text}); break;
    case 'K': document.signature.titles.push_back(text); break;
    case 'G': document.signature.name = text; break;
    case 'R': document.signature.recipients.push_back(text); break;
    case 'O': document.notes.push_back(text); break;
    case 'P': document.blocks.emplace_back(Paragraph{.role = static_cast<Paragraph::Role>(text.size() % 5)}); break;
    case 'B': document.blocks.emplace_back(TableBlock{.id = text, .title = text}); break;
    case 'h':
    case 'c': add_cell(last_table(document), text, sign); break;
    case '#':
    case '%':
    case '@':
    case '?':
    case '"': add_value(input.snapshot, text, sign); break;
    default: add_run(document, text, sign); break;
  }
}

Input read(std::string_view bytes) {
  Input out;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const std::string_view line = bytes.substr(0, end);
    if (!line.empty()) take(out, line.front(), std::string(line.size() > 2 ? line.substr(2) : ""));
    bytes = end == std::string_view::npos ? "" : bytes.substr(end + 1);
  }
  return out;
}

void is_harmless(const Bytes& bytes) {
  const auto parts = parts_of(bytes);
  require(parts.size() > 5);
  for (const auto& [name, xml] : parts) {
    pugi::xml_document document;
    require(document.load_buffer(xml.data(), xml.size()));
    const auto bad = document.find_node([](const pugi::xml_node& node) {
      const std::string_view element = node.name();
      const bool is_field = element == "w:instrText" && std::string_view(node.text().get()) != " PAGE ";
      return is_field || element == "f" || element == "hyperlink" || element == "w:hyperlink" || element == "w:fldSimple" || !node.attribute("TargetMode").empty();
    });
    require(!bad);
  }
}

// Counts what is shown outside all marks.
class Shown final : public QPDFObjectHandle::TokenFilter {
 public:
  void handleToken(const QPDFTokenizer::Token& token) override {
    if (token.isWord("BDC")) ++depth;
    if (token.isWord("EMC")) --depth;
    if (token.isWord("Tj") || token.isWord("TJ") || token.isWord("S") || token.isWord("f")) outside += depth > 0 ? 0 : 1;
  }
  int depth = 0;
  int outside = 0;
};

void is_sound(const Bytes& bytes) {
  QPDF pdf;
  pdf.setSuppressWarnings(true);
  pdf.processMemoryFile("made", reinterpret_cast<const char*>(bytes.data()), bytes.size());
  require(pdf.getWarnings().empty());
  require(pdf.getRoot().getKey("/StructTreeRoot").isDictionary());
  for (const char* key : {"/Names", "/OpenAction", "/AA", "/AcroForm"}) require(!pdf.getRoot().hasKey(key));
  for (QPDFObjectHandle page : pdf.getAllPages()) {
    Shown shown;
    page.filterPageContents(&shown);
    require(shown.depth == 0 && shown.outside == 0);
  }
}

bool is_told(const Result<Bytes>& bytes) { return bytes.has_value() || (!bytes.error().what().empty() && bytes.error().code() != Code::internal); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 8'192) return 0;
  const Input input = read({reinterpret_cast<const char*>(data), size});
  const auto docx = write_docx(input.document);
  require(is_told(docx));
  if (docx) is_harmless(*docx);
  const auto xlsx = write_xlsx(input.snapshot, input.document);
  require(is_told(xlsx));
  if (xlsx) is_harmless(*xlsx);
  static const bool has_fonts = std::filesystem::exists(Faces{}.folder);
  if (!has_fonts) return 0;
  const auto pdf = write_pdf(input.document, {});
  require(is_told(pdf));
  require(pdf.has_value() == docx.has_value() || pdf.error().code() == Code::exhausted);
  if (pdf) is_sound(*pdf);
  if (pdf && size % 8 == 0) require(*pdf == *write_pdf(input.document, {}) && *docx == *write_docx(input.document));
  return 0;
}
