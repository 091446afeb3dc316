#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

#include "khien/report/write.hpp"
#include "khien/report/zip_file.hpp"
#include "prepared.hpp"
#include "xml.hpp"

namespace khien::report {
namespace {

// Lengths are twips (1/20 point), as OOXML counts: 567 are 10 mm.
constexpr int kWidth = 9354;      // between the margins: 165 mm
constexpr int kHeadLeft = 4280;   // of the head's left column
constexpr int kHeadRight = kWidth - kHeadLeft;
constexpr int kSignLeft = 4535;
constexpr int kSignRight = kWidth - kSignLeft;

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view kNamespaces =
    " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
    " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
    " xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\"";

// Styles that a person changes in one place. `based` is a style, `next` follows it when
// Enter is pressed.
struct Style {
  std::string_view id, name, based, next, paragraph, run;
};

constexpr Style kStyles[] = {
    {"Body", "Body Text", "Normal", "Body", R"(<w:spacing w:before="120" w:after="0" w:line="269" w:lineRule="auto"/><w:ind w:firstLine="567"/><w:jc w:val="both"/>)", ""},
    {"Title", "Title", "Normal", "Subtitle", R"(<w:keepNext/><w:spacing w:before="280" w:after="0"/><w:jc w:val="center"/><w:outlineLvl w:val="0"/>)", "<w:b/>"},
    {"Subtitle", "Subtitle", "Normal", "Body", R"(<w:keepNext/><w:jc w:val="center"/>)", "<w:b/>"},
    {"Addressee", "Addressee", "Normal", "Body", R"(<w:spacing w:before="200" w:after="80"/><w:jc w:val="center"/>)", ""},
    {"Heading1", "heading 1", "Normal", "Body", R"(<w:keepNext/><w:spacing w:before="200" w:after="0"/><w:ind w:firstLine="567"/><w:outlineLvl w:val="0"/>)", "<w:b/>"},
    {"Heading2", "heading 2", "Heading1", "Body", R"(<w:outlineLvl w:val="1"/>)", ""},
    {"Item", "List Bullet", "Body", "Item", "", ""},
    {"Caption", "caption", "Normal", "Body", R"(<w:keepNext/><w:spacing w:before="120" w:after="60"/><w:jc w:val="center"/>)", R"(<w:i/><w:sz w:val="26"/><w:szCs w:val="26"/>)"},
    {"Centred", "Centred", "Body", "Body", R"(<w:ind w:firstLine="0"/><w:jc w:val="center"/>)", ""},
    {"TableTitle", "Table Title", "Normal", "Body", R"(<w:keepNext/><w:spacing w:before="200" w:after="80"/><w:jc w:val="center"/>)", R"(<w:b/><w:sz w:val="26"/><w:szCs w:val="26"/>)"},
    {"TableText", "Table Text", "Normal", "TableText", R"(<w:spacing w:before="40" w:after="40"/>)", R"(<w:sz w:val="24"/><w:szCs w:val="24"/>)"},
    {"TableHead", "Table Head", "TableText", "TableText", R"(<w:keepNext/><w:jc w:val="center"/>)", "<w:b/>"},
    {"Agency", "Agency", "Normal", "Agency", R"(<w:jc w:val="center"/>)", R"(<w:sz w:val="24"/><w:szCs w:val="24"/>)"},
    {"Motto", "Motto", "Normal", "Motto", R"(<w:jc w:val="center"/>)", R"(<w:b/><w:sz w:val="26"/><w:szCs w:val="26"/>)"},
    {"Number", "Number and Day", "Normal", "Number", R"(<w:jc w:val="center"/>)", R"(<w:sz w:val="26"/><w:szCs w:val="26"/>)"},
    {"Signer", "Signer", "Normal", "Signer", R"(<w:jc w:val="center"/>)", "<w:b/>"},
    {"Recipients", "Recipients", "Normal", "Recipients", "", R"(<w:sz w:val="22"/><w:szCs w:val="22"/>)"},
    {"Source", "Source of Figure", "Normal", "Source", R"(<w:spacing w:before="40"/><w:ind w:left="284" w:hanging="284"/>)", R"(<w:sz w:val="24"/><w:szCs w:val="24"/>)"},
    {"Small", "Small Print", "Normal", "Small", R"(<w:spacing w:before="160"/>)", R"(<w:sz w:val="18"/><w:szCs w:val="18"/>)"},
    {"Header", "header", "Normal", "Header", R"(<w:jc w:val="center"/>)", R"(<w:sz w:val="26"/><w:szCs w:val="26"/>)"},
};

std::string text(std::string_view words) { return "<w:t xml:space=\"preserve\">" + escaped(words) + "</w:t>"; }

std::string run(std::string_view words, std::string_view properties = "") {
  if (words.empty()) return "";
  std::string out = "<w:r>";
  if (!properties.empty()) out += "<w:rPr>" + std::string(properties) + "</w:rPr>";
  return out + text(words) + "</w:r>";
}

std::string runs(const std::vector<Run>& all) {
  std::string out;
  for (const Run& one : all) {
    out += run(one.text, std::string(one.bold ? "<w:b/>" : "") + (one.italic ? "<w:i/>" : ""));
    if (one.note) out += run("[" + std::to_string(*one.note + 1) + "]", "<w:vertAlign w:val=\"superscript\"/>");
  }
  return out;
}

std::string paragraph(std::string_view style, std::string_view content, std::string_view properties = "") {
  return "<w:p><w:pPr><w:pStyle w:val=\"" + std::string(style) + "\"/>" + std::string(properties) + "</w:pPr>" + std::string(content) + "</w:p>";
}

// A rule in the middle of a column: the border of an empty paragraph that is set in.
std::string rule(int column, int width) {
  const std::string inset = std::to_string((column - width) / 2);
  return paragraph("Normal", "",
                   "<w:pBdr><w:top w:val=\"single\" w:sz=\"6\" w:space=\"1\" w:color=\"000000\"/></w:pBdr>"
                   "<w:spacing w:before=\"40\" w:after=\"0\" w:line=\"120\" w:lineRule=\"exact\"/><w:ind w:left=\"" +
                       inset + "\" w:right=\"" + inset + "\"/>");
}

std::string cell(int width, std::string_view content) {
  const std::string inside = content.empty() ? paragraph("Normal", "") : std::string(content);
  return "<w:tc><w:tcPr><w:tcW w:w=\"" + std::to_string(width) + "\" w:type=\"dxa\"/></w:tcPr>" + inside + "</w:tc>";
}

std::string table_head(std::string_view style, const std::vector<int>& widths, std::string_view look) {
  std::string out = "<w:tbl><w:tblPr><w:tblStyle w:val=\"" + std::string(style) + "\"/><w:tblW w:w=\"" + std::to_string(kWidth) +
                    "\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>" + std::string(look) + "</w:tblPr><w:tblGrid>";
  for (const int width : widths) out += "<w:gridCol w:w=\"" + std::to_string(width) + "\"/>";
  return out + "</w:tblGrid>";
}

// Two columns without borders, kept on one page.
std::string two_columns(int left_width, std::string_view left, int right_width, std::string_view right) {
  return "<w:tr><w:trPr><w:cantSplit/></w:trPr>" + cell(left_width, left) + cell(right_width, right) + "</w:tr>";
}

std::string lines(std::string_view style, std::string_view words, std::string_view run_properties = "") {
  return words.empty() ? "" : paragraph(style, run(words, run_properties));
}

class Body {
 public:
  explicit Body(const Document& document) : document_(document), words_(wording(document)) {}

  std::string all() {
    out_ = std::string(kDeclaration) + "<w:document" + std::string(kNamespaces) + "><w:body>";
    head();
    title();
    for (std::size_t i = 0; i < document_.blocks.size(); ++i) {
      is_last_ = i + 1 == document_.blocks.size();
      std::visit([this](const auto& one) { block(one); }, document_.blocks[i]);
    }
    signature();
    sources();
    section();
    return std::move(out_) + "</w:body></w:document>";
  }

 private:
  // What the signature must not part from.
  std::string_view keep() const { return is_last_ ? "<w:keepNext/>" : ""; }

  void head() {
    const Letterhead& head = document_.letterhead;
    std::string left = lines("Agency", head.parent_agency) + lines("Agency", head.agency, "<w:b/>");
    if (!head.agency.empty()) left += rule(kHeadLeft, 1500);
    const std::string right = lines("Agency", words_.state, "<w:b/>") + lines("Motto", words_.motto) + rule(kHeadRight, 3290);
    std::string numbers = lines("Number", head.number);
    if (head.type.empty()) numbers += lines("Agency", head.subject);
    out_ += table_head("Plain", {kHeadLeft, kHeadRight}, "");
    out_ += two_columns(kHeadLeft, left, kHeadRight, right);
    out_ += two_columns(kHeadLeft, numbers, kHeadRight, lines("Number", head.place_and_day, "<w:i/>"));
    out_ += "</w:tbl>";
  }

  void title() {
    const Letterhead& head = document_.letterhead;
    if (head.type.empty()) {
      out_ += paragraph("Normal", "") + lines("Addressee", head.to);
      return;
    }
    out_ += lines("Title", head.type) + lines("Subtitle", head.subject) + rule(kWidth, 3400) + lines("Addressee", head.to);
  }

  void block(const Paragraph& one) {
    using Role = Paragraph::Role;
    std::string content = runs(one.runs);
    if (content.empty()) return;
    std::string_view style = "Body";
    switch (one.role) {
      case Role::body: break;
      case Role::heading: style = document_.letterhead.type.empty() ? "Heading1" : "Heading2"; break;
      case Role::caption: style = "Caption"; break;
      case Role::centred: style = "Centred"; break;
      case Role::item:
        style = "Item";
        if (!has_dash(one.runs.front().text)) content.insert(0, run("- "));
        break;
    }
    out_ += paragraph(style, content, keep());
  }

  // Shares of the width as whole twips that make it up.
  static std::vector<int> widths(const TableBlock& table) {
    const int shares = std::accumulate(table.widths.begin(), table.widths.end(), 0);
    std::vector<int> out;
    int from = 0;
    int seen = 0;
    for (const int share : table.widths) {
      seen += share;
      const int to = static_cast<int>(static_cast<long long>(kWidth) * seen / shares);
      out.push_back(std::max(1, to - from));
      from = to;
    }
    return out;
  }

  // Narrow columns want small type; the same steps as on the PDF's page.
  static std::string_view size_of(std::size_t columns) {
    if (columns <= 7) return "";
    return columns <= 10 ? R"(<w:sz w:val="20"/><w:szCs w:val="20"/>)" : R"(<w:sz w:val="16"/><w:szCs w:val="16"/>)";
  }

  void cells(const std::vector<Cell>& all, const std::vector<int>& widths, bool is_head, bool keeps) {
    out_ += is_head ? "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" : "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
    const std::string_view size = size_of(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::string content;
      for (const Run& one : all[i].runs) {
        content += run(one.text, std::string(one.bold ? "<w:b/>" : "") + (one.italic ? "<w:i/>" : "") + std::string(size));
        if (one.note) content += run("[" + std::to_string(*one.note + 1) + "]", "<w:vertAlign w:val=\"superscript\"/>");
      }
      std::string properties(keeps ? "<w:keepNext/>" : "");
      if (!is_head && all[i].align == Cell::Align::centre) properties += "<w:jc w:val=\"center\"/>";
      if (!is_head && all[i].align == Cell::Align::right) properties += "<w:jc w:val=\"right\"/>";
      out_ += cell(widths[i], paragraph(is_head ? "TableHead" : "TableText", content, properties));
    }
    out_ += "</w:tr>";
  }

  void block(const TableBlock& table) {
    const std::vector<int> columns = widths(table);
    out_ += lines("TableTitle", table.title);
    out_ += table_head("Figures", columns, "<w:tblLook w:val=\"0020\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/>");
    cells(table.head, columns, true, false);
    for (std::size_t i = 0; i < table.rows.size(); ++i) cells(table.rows[i], columns, false, is_last_ && i + 1 == table.rows.size());
    out_ += "</w:tbl>";
    // Two tables in a row would be one to Word.
    out_ += paragraph("Normal", "", std::string(keep()) + "<w:spacing w:line=\"120\" w:lineRule=\"exact\"/>");
  }

  // Who signs side by side, each in a column of the same width.
  void signers(const std::vector<Signer>& all) {
    const auto width = kWidth / static_cast<int>(all.size());
    out_ += paragraph("Normal", "", "<w:keepNext/><w:spacing w:line=\"240\" w:lineRule=\"exact\"/>");
    out_ += table_head("Plain", std::vector<int>(all.size(), width), "") + "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
    for (const Signer& one : all) {
      out_ += cell(width, paragraph("Signer", run(one.title), "<w:keepNext/>") + paragraph("Signer", run(one.name), "<w:spacing w:before=\"1361\"/>"));
    }
    out_ += "</w:tr></w:tbl>";
  }

  void signature() {
    const SignatureBlock& block = document_.signature;
    if (!block.columns.empty()) signers(block.columns);
    if (block.titles.empty() && block.name.empty() && block.recipients.empty()) return;
    std::string left;
    if (!block.recipients.empty()) left = paragraph("Recipients", run(words_.recipients, R"(<w:b/><w:i/><w:sz w:val="24"/><w:szCs w:val="24"/>)"));
    for (const std::string& one : block.recipients) left += lines("Recipients", one);
    std::string right;
    const bool alone = block.columns.empty();
    for (const std::string& one : block.titles) right += alone ? paragraph("Signer", run(one), "<w:keepNext/>") : "";
    if (alone && !block.name.empty()) right += paragraph("Signer", run(block.name), "<w:spacing w:before=\"1361\"/>");
    out_ += paragraph("Normal", "", "<w:keepNext/><w:spacing w:line=\"240\" w:lineRule=\"exact\"/>");
    out_ += table_head("Plain", {kSignLeft, kSignRight}, "");
    out_ += two_columns(kSignLeft, left, kSignRight, right) + "</w:tbl>";
  }

  void sources() {
    if (!document_.notes.empty()) {
      out_ += paragraph("Title", run(words_.appendix), "<w:pageBreakBefore/>") + lines("Subtitle", words_.sources);
      out_ += lines("Number", document_.notes_of, "<w:i/>") + paragraph("Normal", "");
      for (const std::string& note : document_.notes) out_ += lines("Source", note);
    }
    std::string end(document_.draft ? words_.unsigned_draft : "");
    if (!document_.identity.empty()) end += std::string(words_.identity) + document_.identity;
    // Word wants a paragraph after a table.
    out_ += paragraph("Small", run(end));
  }

  void section() {
    out_ += "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId4\"/><w:headerReference w:type=\"first\" r:id=\"rId5\"/>"
            "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"
            "<w:pgMar w:top=\"1134\" w:right=\"850\" w:bottom=\"1134\" w:left=\"1701\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>"
            "<w:titlePg/></w:sectPr>";
  }

  const Document& document_;
  const Wording& words_;
  std::string out_;
  bool is_last_ = false;
};

std::string language_of(const Document& document) {
  if (document.language == "vi") return "vi-VN";
  return document.language == "en" ? "en-US" : document.language;
}

std::string styles(const Document& document) {
  std::string out = std::string(kDeclaration) + "<w:styles" + std::string(kNamespaces) +
                    "><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\""
                    " w:eastAsia=\"Times New Roman\" w:cs=\"Times New Roman\"/><w:color w:val=\"000000\"/><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/><w:lang w:val=\"" +
                    language_of(document) +
                    "\" w:eastAsia=\"en-US\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
                    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>"
                    "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:uiPriority w:val=\"99\"/>"
                    "<w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:top w:w=\"0\" w:type=\"dxa\"/>"
                    "<w:left w:w=\"60\" w:type=\"dxa\"/><w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>";
  for (const Style& one : kStyles) {
    out += "<w:style w:type=\"paragraph\" w:styleId=\"" + std::string(one.id) + "\"><w:name w:val=\"" + std::string(one.name) + "\"/><w:basedOn w:val=\"" +
           std::string(one.based) + "\"/><w:next w:val=\"" + std::string(one.next) + "\"/><w:qFormat/>";
    if (!one.paragraph.empty()) out += "<w:pPr>" + std::string(one.paragraph) + "</w:pPr>";
    if (!one.run.empty()) out += "<w:rPr>" + std::string(one.run) + "</w:rPr>";
    out += "</w:style>";
  }
  out += "<w:style w:type=\"table\" w:styleId=\"Plain\"><w:name w:val=\"Plain Columns\"/><w:basedOn w:val=\"TableNormal\"/></w:style>";
  out += "<w:style w:type=\"table\" w:styleId=\"Figures\"><w:name w:val=\"Figures\"/><w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders>";
  for (const std::string_view side : {"top", "left", "bottom", "right", "insideH", "insideV"}) {
    out += "<w:" + std::string(side) + " w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>";
  }
  return out + "</w:tblBorders></w:tblPr></w:style></w:styles>";
}

// The shape and its name are Word's own for a watermark, so that its menu takes it away.
std::string watermark(const Document& document, std::string_view number) {
  if (!document.draft) return "";
  return "<w:r><w:pict><v:shapetype id=\"_x0000_t136\" coordsize=\"21600,21600\" o:spt=\"136\" adj=\"10800\" path=\"m@7,l@8,m@5,21600l@6,21600e\">"
         "<v:formulas><v:f eqn=\"sum #0 0 10800\"/><v:f eqn=\"prod #0 2 1\"/><v:f eqn=\"sum 21600 0 @1\"/><v:f eqn=\"sum 0 0 @2\"/>"
         "<v:f eqn=\"sum 21600 0 @3\"/><v:f eqn=\"if @0 @3 0\"/><v:f eqn=\"if @0 21600 @1\"/><v:f eqn=\"if @0 0 @2\"/><v:f eqn=\"if @0 @4 21600\"/>"
         "<v:f eqn=\"mid @5 @6\"/><v:f eqn=\"mid @8 @5\"/><v:f eqn=\"mid @7 @8\"/><v:f eqn=\"mid @6 @7\"/><v:f eqn=\"sum @6 0 @5\"/></v:formulas>"
         "<v:path textpathok=\"t\" o:connecttype=\"custom\" o:connectlocs=\"@9,0;@10,10800;@11,21600;@12,10800\" o:connectangles=\"270,180,90,0\"/>"
         "<v:textpath on=\"t\" fitshape=\"t\"/><v:handles><v:h position=\"#0,bottomRight\" xrange=\"6629,14971\"/></v:handles><o:lock v:ext=\"edit\" text=\"t\" shapetype=\"t\"/></v:shapetype>"
         "<v:shape id=\"PowerPlusWaterMarkObject" + std::string(number) + "\" o:spid=\"_x0000_s205" + std::string(number) +
         "\" type=\"#_x0000_t136\" style=\"position:absolute;margin-left:0;margin-top:0;width:490pt;height:120pt;rotation:306;z-index:-251658752;"
         "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin\""
         " o:allowincell=\"f\" fillcolor=\"#e8e8e8\" stroked=\"f\"><v:textpath style=\"font-family:&quot;Times New Roman&quot;;font-size:1pt;font-weight:bold\" string=\"" +
         escaped(wording(document).draft) + "\"/></v:shape></w:pict></w:r>";
}

std::string header(std::string_view content) {
  return std::string(kDeclaration) + "<w:hdr" + std::string(kNamespaces) + ">" + paragraph("Header", content) + "</w:hdr>";
}

// The only field of the file; its words are ours.
constexpr std::string_view kPageNumber =
    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
    "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";

std::string core_properties(const Document& document) {
  const std::string moment = to_rfc3339(document.made_at).substr(0, 19) + "Z";
  std::string out = std::string(kDeclaration) +
                    "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\""
                    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">";
  out += "<dc:title>" + escaped(document.title) + "</dc:title><dc:creator>" + escaped(document.author) + "</dc:creator>";
  if (document.draft) out += "<dc:subject>" + escaped(wording(document).draft) + "</dc:subject>";
  out += "<dc:language>" + escaped(document.language) + "</dc:language><cp:lastModifiedBy>" + escaped(document.author) + "</cp:lastModifiedBy>";
  for (const std::string_view what : {"created", "modified"}) {
    out += "<dcterms:" + std::string(what) + " xsi:type=\"dcterms:W3CDTF\">" + moment + "</dcterms:" + std::string(what) + ">";
  }
  return out + "</cp:coreProperties>";
}

constexpr std::string_view kContentTypes =
    R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/word/header2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>)";
constexpr std::string_view kPackageRelations =
    R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties" Target="docProps/app.xml"/></Relationships>)";
constexpr std::string_view kDocumentRelations =
    R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable" Target="fontTable.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/><Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header2.xml"/></Relationships>)";
constexpr std::string_view kApplication =
    R"(<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Khiên</Application></Properties>)";
constexpr std::string_view kSettings =
    R"(<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:defaultTabStop w:val="567"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>)";
constexpr std::string_view kFonts =
    R"(<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:font w:name="Times New Roman"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>)";

std::string part(std::string_view content) { return std::string(kDeclaration) + std::string(content); }

}  // namespace

Result<Bytes> write_docx(const Document& document) {
  TRY(const auto ready, prepared(document));
  return zip_of({{"[Content_Types].xml", part(kContentTypes)},
                 {"_rels/.rels", part(kPackageRelations)},
                 {"docProps/app.xml", part(kApplication)},
                 {"docProps/core.xml", core_properties(ready)},
                 {"word/document.xml", Body(ready).all()},
                 {"word/_rels/document.xml.rels", part(kDocumentRelations)},
                 {"word/styles.xml", styles(ready)},
                 {"word/settings.xml", part(kSettings)},
                 {"word/fontTable.xml", part(kFonts)},
                 {"word/header1.xml", header(watermark(ready, "1") + std::string(kPageNumber))},
                 {"word/header2.xml", header(watermark(ready, "2"))}},
                ready.made_at);
}

}  // namespace khien::report
