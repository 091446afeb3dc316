#include "khien/ingest/document_text.hpp"

#include <array>
#include <string_view>
#include <vector>

#include "table/xml_events.hpp"
#include "table/zip_entries.hpp"

namespace khien::ingest {
namespace {

constexpr int kMostParts = 300;  // headers, footers, slides: of each

// What is written in ECMA-376 stands in <t>, a paragraph in <p>, a shared string of
// a workbook in <si>; in ODF all text counts and a paragraph is <p> or <h>.
class Words final : public XmlVisitor {
 public:
  Words(std::string& out, bool everything) : out_(out), everything_(everything) {}

  Result<void> begin(std::string_view name, const Attributes&) override {
    // A text box's paragraph stands within another one.
    if (ends_line(name)) end_line();
    if (name == "t") ++inside_;
    if (name == "tab" || name == "br" || name == "cr" || name == "s" || name == "line-break") out_ += ' ';
    return {};
  }
  Result<void> end(std::string_view name) override {
    if (name == "t" && inside_ > 0) --inside_;
    if (ends_line(name)) end_line();
    return {};
  }
  void text(std::string_view utf8) override {
    if (everything_ || inside_ > 0) out_ += utf8;
  }

 private:
  static bool ends_line(std::string_view name) { return name == "p" || name == "h" || name == "si" || name == "is"; }
  void end_line() {
    if (!out_.empty() && out_.back() != '\n') out_ += '\n';
  }

  std::string& out_;
  bool everything_;
  int inside_ = 0;
};

class Document {
 public:
  Document(ZipEntries entries, Budget& budget) : entries_(std::move(entries)), budget_(budget) {}

  Result<void> part(const std::string& name, bool everything) {
    TRY(const auto xml, entries_.read(name, budget_));
    if (!xml) return {};
    found_ = true;
    Words words(text_, everything);
    TRY_VOID(read_xml(*xml, words, budget_));
    text_ += '\n';
    return {};
  }
  // "word/header1.xml", "word/header2.xml": programs number them without gaps, but a
  // removed one may leave one.
  Result<void> numbered(const std::string& before, bool everything) {
    for (int number = 1; number <= kMostParts; ++number) {
      TRY_VOID(part(before + std::to_string(number) + ".xml", everything));
    }
    return {};
  }

  bool found() const { return found_; }
  std::string take() { return std::move(text_); }

 private:
  ZipEntries entries_;
  Budget& budget_;
  std::string text_;
  bool found_ = false;
};

}  // namespace

Budget::Limits document_limits() {
  return {.bytes_in = 10u << 20, .bytes_out = 64u << 20, .depth = 64, .entries = 2'000'000, .time = seconds(10)};
}

Result<std::string> read_document_text(ByteView bytes, Budget& budget) {
  TRY_VOID(budget.take_in(bytes.size()));
  TRY(auto entries, ZipEntries::open(bytes, budget));
  Document document(std::move(entries), budget);
  for (const char* name : {"word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml", "xl/sharedStrings.xml"}) {
    TRY_VOID(document.part(name, false));
  }
  for (const char* before : {"word/header", "word/footer", "ppt/slides/slide", "ppt/notesSlides/notesSlide", "xl/worksheets/sheet"}) {
    TRY_VOID(document.numbered(before, false));
  }
  for (const char* name : {"content.xml", "styles.xml"}) TRY_VOID(document.part(name, true));
  if (!document.found()) return Error(Code::invalid, "not an office document");
  return document.take();
}

}  // namespace khien::ingest
