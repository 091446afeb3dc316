#include "khien/ingest/document_text.hpp"

#include <string_view>
#include <utility>

#include "table/xml_events.hpp"
#include "table/zip_entries.hpp"

namespace khien::ingest {
namespace {

// What of a part is words.
enum class Part : unsigned char {
  none,
  marked,      // ECMA-376: what stands in <t>, and the headers of sheets
  everything,  // ODF: all text
  properties,  // title, keywords, classification: all text, a line each
};

bool is_xml(std::string_view name) { return name.ends_with(".xml") || name.ends_with(".vml"); }

// Programs name parts as they like ("word/document2.xml"), and a stamp may stand in any:
// a master, a watermark, a comment.
Part kind_of(std::string_view name) {
  if (name == "content.xml" || name == "styles.xml") return Part::everything;
  if (name == "meta.xml" || (name.starts_with("docProps/") && is_xml(name))) return Part::properties;
  for (const std::string_view folder : {"word/", "xl/", "ppt/", "visio/"}) {
    if (name.starts_with(folder) && is_xml(name)) return Part::marked;
  }
  return Part::none;
}

// Damaged, they make the document unreadable; other parts are then left out.
bool is_main(std::string_view name) {
  return name == "word/document.xml" || name == "xl/workbook.xml" || name == "ppt/presentation.xml" || name == "content.xml";
}

// "&C&\"Times\"&14MẬT": where it stands and how it is drawn, between its words.
void append_sheet_header(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '&' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    out += '\n';
    ++i;
    if (text[i] == '"' && text.find('"', i + 1) != text.npos) i = text.find('"', i + 1);
    while (text[i] >= '0' && text[i] <= '9' && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9') ++i;
  }
}

// A paragraph is <p>, in ODF <h> too, a shared string of a workbook <si>, its comment <comment>.
class Words final : public XmlVisitor {
 public:
  Words(std::string& out, Part part) : out_(out), part_(part) {}

  Result<void> begin(std::string_view name, const Attributes& attributes) override {
    // A text box's paragraph stands within another one.
    if (ends_line(name)) end_line();
    if (name == "t") ++inside_;
    in_sheet_header_ = part_ == Part::marked && (name.ends_with("Header") || name.ends_with("Footer"));
    sheet_header_.clear();
    if (name == "tab" || name == "br" || name == "cr" || name == "s" || name == "line-break") out_ += ' ';
    // A watermark is drawn along a path.
    if (const auto drawn = attributes.find("string"); name == "textpath" && drawn != attributes.end()) {
      end_line();
      out_ += drawn->second;
      end_line();
    }
    return {};
  }
  Result<void> end(std::string_view name) override {
    if (name == "t" && inside_ > 0) --inside_;
    if (in_sheet_header_) append_sheet_header(out_, sheet_header_ + "\n");
    in_sheet_header_ = false;
    if (ends_line(name)) end_line();
    return {};
  }
  void text(std::string_view utf8) override {
    if (in_sheet_header_) sheet_header_ += utf8;
    if (part_ != Part::marked || inside_ > 0) out_ += utf8;
  }

 private:
  bool ends_line(std::string_view name) const {
    return part_ == Part::properties || name == "p" || name == "h" || name == "si" || name == "is" || name == "comment";
  }
  void end_line() {
    if (!out_.empty() && out_.back() != '\n') out_ += '\n';
  }

  std::string& out_;
  Part part_;
  int inside_ = 0;
  bool in_sheet_header_ = false;
  std::string sheet_header_;  // text comes in pieces
};

class Document {
 public:
  Document(ZipEntries entries, Budget& budget) : entries_(std::move(entries)), budget_(budget) {}

  Result<void> read() {
    for (const auto& name : entries_.names()) {
      const auto kind = kind_of(name);
      if (kind == Part::none) continue;
      const auto added = part(name, kind);
      if (!added && (is_main(name) || added.error().code() != Code::invalid)) return added;
      found_ = found_ || (added && kind != Part::properties);
    }
    return {};
  }

  bool found() const { return found_; }
  std::string take() { return std::move(text_); }

 private:
  Result<void> part(const std::string& name, Part kind) {
    TRY(const auto xml, entries_.read(name, budget_));
    if (!xml) return {};
    const auto before = text_.size();
    Words words(text_, kind);
    TRY_VOID(read_xml(*xml, words, budget_));
    if (text_.size() > before) text_ += '\n';
    return {};
  }

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
  TRY_VOID(document.read());
  if (!document.found()) return Error(Code::invalid, "not an office document");
  return document.take();
}

}  // namespace khien::ingest
