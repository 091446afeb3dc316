#include "pdf_archive.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <lcms2.h>

#include "khien/core/assert.hpp"
#include "prepared.hpp"
#include "qpdf.hpp"
#include "xml.hpp"

namespace khien::report {
namespace {

using Handle = QPDFObjectHandle;
using Marks = std::vector<DrawnPages::Mark>;

constexpr const char* kProducer = "Khiên";

// Writes what each mark of a page's content truly is. Strings are tokens of their own, so
// text that looks like a mark stays text.
class MarkFilter final : public Handle::TokenFilter {
 public:
  MarkFilter(const Marks& marks, const std::vector<Element>& elements, std::size_t& seen) : marks_(marks), elements_(elements), seen_(seen) {}

  void handleToken(const QPDFTokenizer::Token& token) override {
    if (token.getType() == QPDFTokenizer::tt_name && token.getValue() == "/P") {
      inside_ = true;
    } else if (!inside_) {
      writeToken(token);
    } else if (token.isWord("BDC")) {
      inside_ = false;
      write(opening(seen_++));
    }
  }

 private:
  std::string opening(std::size_t n) const {
    if (n >= marks_.size()) return "BMC";  // archive() sees by the count that it went wrong
    const DrawnPages::Mark& mark = marks_[n];
    if (mark.element) return std::string("/") + elements_[*mark.element].type + " <</MCID " + std::to_string(n) + ">> BDC";
    switch (mark.artifact) {
      case Artifact::layout: return "/Artifact <</Type /Layout>> BDC";
      case Artifact::pagination: return "/Artifact <</Type /Pagination>> BDC";
      case Artifact::background: return "/Artifact <</Type /Pagination /Subtype /Watermark>> BDC";
    }
    return "/Artifact BMC";
  }

  const Marks& marks_;
  const std::vector<Element>& elements_;
  std::size_t& seen_;
  bool inside_ = false;
};

// Content as the filter leaves it. Held by the page until the file is written.
Result<void> mark_content(QPDF& pdf, Handle page, const Marks& marks, const std::vector<Element>& elements) {
  std::size_t seen = 0;
  MarkFilter filter(marks, elements, seen);
  std::string content;
  Pl_String sink("content", nullptr, content);
  page.filterPageContents(&filter, &sink);
  if (seen != marks.size()) return Error(Code::internal, "pdf: " + std::to_string(seen) + " marks of " + std::to_string(marks.size()));
  page.replaceKey("/Contents", pdf.makeIndirectObject(Handle::newStream(&pdf, content)));
  return {};
}

bool is_cell(const Element& element) { return std::string_view(element.type) == "TD" || std::string_view(element.type) == "TH"; }

// Which elements hold something: content, or an element that does. A cell counts empty, too.
std::vector<bool> kept(const std::vector<Element>& elements) {
  std::vector<bool> out(elements.size());
  for (std::size_t i = elements.size(); i-- > 0;) {
    if (!elements[i].marks.empty() || is_cell(elements[i])) out[i] = true;
    if (out[i]) out[elements[i].parent] = true;
  }
  out[0] = true;
  return out;
}

Handle name(const char* value) { return Handle::newName(std::string("/") + value); }

class Structure {
 public:
  Structure(QPDF& pdf, const DrawnPages& drawn, const std::vector<Handle>& pages) : pdf_(pdf), drawn_(drawn), pages_(pages) {}

  Handle tree() {
    Handle root = pdf_.makeIndirectObject(Handle::parse("<< /Type /StructTreeRoot >>"));
    make_nodes(root);
    add_content();
    root.replaceKey("/K", nodes_[0]);
    root.replaceKey("/ParentTree", pdf_.makeIndirectObject(parents()));
    root.replaceKey("/ParentTreeNextKey", Handle::newInteger(static_cast<long long>(pages_.size())));
    return root;
  }

 private:
  void make_nodes(Handle root) {
    const auto& elements = drawn_.elements;
    const std::vector<bool> keep = kept(elements);
    nodes_.resize(elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (!keep[i]) continue;
      Handle node = Handle::newDictionary();
      node.replaceKey("/Type", name("StructElem"));
      node.replaceKey("/S", name(elements[i].type));
      if (elements[i].marks.size() != 1) node.replaceKey("/K", Handle::newArray());
      if (elements[i].heads_column) node.replaceKey("/A", Handle::parse("<< /O /Table /Scope /Column >>"));
      nodes_[i] = pdf_.makeIndirectObject(node);
      nodes_[i].replaceKey("/P", i == 0 ? root : nodes_[elements[i].parent]);
      if (i != 0) nodes_[elements[i].parent].getKey("/K").appendItem(nodes_[i]);
    }
  }

  // One mark is a number, as short as it can be: a long table has a hundred thousand.
  void add_content() {
    for (std::size_t i = 0; i < drawn_.elements.size(); ++i) {
      const auto& marks = drawn_.elements[i].marks;
      if (marks.size() == 1) {
        nodes_[i].replaceKey("/Pg", pages_[marks[0].page]);
        nodes_[i].replaceKey("/K", Handle::newInteger(static_cast<long long>(marks[0].mark)));
        continue;
      }
      for (const Element::Mark& mark : drawn_.elements[i].marks) {
        Handle content = Handle::newDictionary();
        content.replaceKey("/Type", name("MCR"));
        content.replaceKey("/Pg", pages_[mark.page]);
        content.replaceKey("/MCID", Handle::newInteger(static_cast<long long>(mark.mark)));
        nodes_[i].getKey("/K").appendItem(content);
      }
    }
  }

  // For each page, whose each of its marks is.
  Handle parents() {
    Handle numbers = Handle::newArray();
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      Handle owners = Handle::newArray();
      for (const DrawnPages::Mark& mark : drawn_.pages[i]) owners.appendItem(mark.element ? nodes_[*mark.element] : Handle::newNull());
      numbers.appendItem(Handle::newInteger(static_cast<long long>(i)));
      numbers.appendItem(pdf_.makeIndirectObject(owners));
    }
    Handle tree = Handle::newDictionary();
    tree.replaceKey("/Nums", numbers);
    return tree;
  }

  QPDF& pdf_;
  const DrawnPages& drawn_;
  const std::vector<Handle>& pages_;
  std::vector<Handle> nodes_;
};

// sRGB as littlecms builds it, version 4.2 (PDF 1.7 knows no newer), without the moment.
std::string srgb_profile() {
  const std::unique_ptr<void, decltype([](void* p) { cmsCloseProfile(p); })> profile(cmsCreate_sRGBProfile());
  khien_assert(profile != nullptr);
  cmsSetProfileVersion(profile.get(), 4.2);
  cmsUInt32Number size = 0;
  khien_assert(cmsSaveProfileToMem(profile.get(), nullptr, &size) != FALSE);
  std::string out(size, '\0');
  khien_assert(cmsSaveProfileToMem(profile.get(), out.data(), &size) != FALSE && size >= 128);
  constexpr std::size_t kDate = 24;  // ICC.1:2010 §7.2.8: six big-endian 16-bit numbers
  constexpr std::string_view kFirstOf2020{"\x07\xe4\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00", 12};
  out.replace(kDate, kFirstOf2020.size(), kFirstOf2020);
  return out;
}

Handle output_intent(QPDF& pdf) {
  Handle profile = Handle::newStream(&pdf, srgb_profile());
  profile.getDict().replaceKey("/N", Handle::newInteger(3));
  Handle intent = Handle::newDictionary();
  intent.replaceKey("/Type", name("OutputIntent"));
  intent.replaceKey("/S", name("GTS_PDFA1"));
  intent.replaceKey("/OutputConditionIdentifier", Handle::newString("sRGB IEC61966-2.1"));
  intent.replaceKey("/Info", Handle::newString("sRGB IEC61966-2.1"));
  intent.replaceKey("/DestOutputProfile", profile);
  return pdf.makeIndirectObject(intent);
}

// Whole seconds: the file's two places for a date must say the same.
std::string second_of(Timestamp time) {
  const std::string text = to_rfc3339(time);
  return text.substr(0, 19) + "Z";
}

// "D:20261126071135Z"
std::string pdf_date(Timestamp time) {
  std::string out = "D:";
  for (const char c : second_of(time)) {
    if ((c >= '0' && c <= '9') || c == 'Z') out += c;
  }
  return out;
}

std::string subject_of(const Document& document) { return std::string(document.draft ? wording(document).draft : ""); }

// ISO 19005-2 §6.6; what the information dictionary says as well is said in the same words.
std::string xmp(const Document& document) {
  const std::string moment = second_of(document.made_at);
  const std::string subject = subject_of(document);
  std::string out = "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
                    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
                    "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
                    " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
                    "<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>A</pdfaid:conformance>\n";
  out += "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">" + escaped(document.title) + "</rdf:li></rdf:Alt></dc:title>\n";
  out += "<dc:creator><rdf:Seq><rdf:li>" + escaped(document.author) + "</rdf:li></rdf:Seq></dc:creator>\n";
  out += "<dc:language><rdf:Bag><rdf:li>" + escaped(document.language) + "</rdf:li></rdf:Bag></dc:language>\n";
  if (!subject.empty()) out += "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">" + escaped(subject) + "</rdf:li></rdf:Alt></dc:description>\n";
  out += "<xmp:CreateDate>" + moment + "</xmp:CreateDate>\n<xmp:ModifyDate>" + moment + "</xmp:ModifyDate>\n";
  out += "<xmp:CreatorTool>" + std::string(kProducer) + "</xmp:CreatorTool>\n<pdf:Producer>" + std::string(kProducer) + "</pdf:Producer>\n";
  return out + "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";
}

Handle information(const Document& document) {
  const auto text = [](const std::string& value) { return Handle::newUnicodeString(value); };
  Handle out = Handle::newDictionary();
  out.replaceKey("/Title", text(document.title));
  out.replaceKey("/Author", text(document.author));
  if (const auto subject = subject_of(document); !subject.empty()) out.replaceKey("/Subject", text(subject));
  out.replaceKey("/Creator", text(kProducer));
  out.replaceKey("/Producer", text(kProducer));
  out.replaceKey("/CreationDate", Handle::newString(pdf_date(document.made_at)));
  out.replaceKey("/ModDate", Handle::newString(pdf_date(document.made_at)));
  return out;
}

void describe(QPDF& pdf, const Document& document) {
  Handle metadata = Handle::newStream(&pdf, xmp(document));
  metadata.getDict().replaceKey("/Type", name("Metadata"));
  metadata.getDict().replaceKey("/Subtype", name("XML"));
  metadata.setFilterOnWrite(false);  // programs that know no PDF read it, too
  Handle root = pdf.getRoot();
  root.replaceKey("/Metadata", metadata);
  root.replaceKey("/Lang", Handle::newString(document.language));
  root.replaceKey("/MarkInfo", Handle::parse("<< /Marked true >>"));
  root.replaceKey("/ViewerPreferences", Handle::parse("<< /DisplayDocTitle true >>"));
  Handle intents = Handle::newArray();
  intents.appendItem(output_intent(pdf));
  root.replaceKey("/OutputIntents", intents);
  pdf.getTrailer().replaceKey("/Info", pdf.makeIndirectObject(information(document)));
}

// ISO 19005-2 §6.2.11.3.2; cairo leaves out what is the default. Asks the pages, not all
// objects: most are cairo's own structure, which nobody needs to read.
void complete_fonts(Handle page) {
  for (const auto& [key, font] : page.getKey("/Resources").getKey("/Font").ditems()) {
    Handle composite = font;
    if (!composite.isDictionaryOfType("/Font", "/Type0")) continue;
    for (Handle part : composite.getKey("/DescendantFonts").aitems()) {
      if (!part.hasKey("/CIDToGIDMap")) part.replaceKey("/CIDToGIDMap", name("Identity"));
    }
  }
}

Bytes written(QPDF& pdf) {
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  writer.setMinimumPDFVersion("1.7");
  writer.setObjectStreamMode(qpdf_o_generate);  // the tags of 20,000 rows are packed to a sixth
  writer.setNewlineBeforeEndstream(true);
  writer.setDeterministicID(true);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  const auto* first = reinterpret_cast<const std::byte*>(buffer->getBuffer());
  return Bytes(first, first + buffer->getSize());
}

Result<Bytes> archive_or_throw(const DrawnPages& drawn, const Document& document) {
  QPDF pdf;
  pdf.setSuppressWarnings(true);
  pdf.processMemoryFile("drawn", reinterpret_cast<const char*>(drawn.pdf.data()), drawn.pdf.size());
  const std::vector<Handle> pages = pdf.getAllPages();
  khien_assert(pages.size() == drawn.pages.size());
  for (std::size_t i = 0; i < pages.size(); ++i) {
    Handle page = pages[i];
    TRY_VOID(mark_content(pdf, page, drawn.pages[i], drawn.elements));
    complete_fonts(page);
    page.removeKey("/Group");
    page.replaceKey("/StructParents", Handle::newInteger(static_cast<long long>(i)));
    page.replaceKey("/Tabs", name("S"));
  }
  pdf.getRoot().replaceKey("/StructTreeRoot", Structure(pdf, drawn, pages).tree());
  describe(pdf, document);
  return written(pdf);
}

}  // namespace

Result<Bytes> archive(const DrawnPages& pages, const Document& document) {
  try {
    return archive_or_throw(pages, document);
  } catch (const std::exception& error) {
    return Error(Code::internal, std::string("qpdf: ") + error.what());
  }
}

}  // namespace khien::report
