#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <pugixml.hpp>
#include <unistd.h>

#include "khien/core/hash.hpp"
#include "khien/report/write.hpp"
#include "pdf_canvas.hpp"
#include "pdf_flow.hpp"
#include "prepared.hpp"
#include "qpdf.hpp"
#include "reopened.hpp"
#include "sample_document.hpp"
#include "test/shipped.hpp"

using namespace khien;
using namespace khien::report;

namespace {

using Handle = QPDFObjectHandle;

bool has_fonts() {
  if (std::filesystem::exists(Faces{}.folder / "LiberationSerif-Regular.ttf")) return true;
  MESSAGE("skipped: no fonts in " << Faces{}.folder.string());
  return false;
}

Bytes written(const Document& document) {
  const auto bytes = write_pdf(document, {});
  REQUIRE(bytes);
  return *bytes;
}

struct Opened {
  explicit Opened(Bytes of) : bytes(std::move(of)) {
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("made", reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  Handle root() { return pdf.getRoot(); }
  std::string stream(Handle handle) {
    const auto data = handle.getStreamData(qpdf_dl_all);
    return {reinterpret_cast<const char*>(data->getBuffer()), data->getSize()};
  }

  Bytes bytes;
  QPDF pdf;
};

// What a page's content draws, and under which mark.
class Watcher final : public Handle::TokenFilter {
 public:
  void handleToken(const QPDFTokenizer::Token& token) override {
    if (token.getType() != QPDFTokenizer::tt_word) {
      if (token.getType() == QPDFTokenizer::tt_name) last_name = token.getValue();
      if (token.getType() == QPDFTokenizer::tt_integer) last_number = std::stoul(token.getValue());
      if (token.getType() == QPDFTokenizer::tt_name && token.getValue() == "/Artifact") is_artifact = true;
      return;
    }
    const std::string word = token.getValue();
    if (word == "BDC") open(is_artifact);
    if (word == "EMC") --depth;
    if (std::set<std::string>{"Tj", "TJ", "S", "f", "f*", "B", "Do", "sh"}.contains(word)) {
      (depth > 0 ? drawn_inside : drawn_outside) += 1;
    }
    is_artifact = false;
  }

  void open(bool artifact) {
    ++depth;
    artifact ? artifacts.push_back(last_name) : marks.push_back(last_number);
  }

  std::string last_name;
  std::size_t last_number = 0;
  bool is_artifact = false;
  int depth = 0;
  int drawn_inside = 0;
  int drawn_outside = 0;
  std::vector<std::size_t> marks;
  std::vector<std::string> artifacts;
};

Watcher watched(Handle page) {
  Watcher out;
  page.filterPageContents(&out);
  return out;
}

// Does the element say that this mark of the page is its own?
bool names(Handle element, std::size_t mark, Handle page) {
  const auto number = static_cast<long long>(mark);
  Handle content = element.getKey("/K");
  if (content.isInteger()) return content.getIntValue() == number && element.getKey("/Pg").getObjGen() == page.getObjGen();
  for (Handle one : content.aitems()) {
    if (one.isDictionaryOfType("/MCR") && one.getKey("/MCID").getIntValue() == number && one.getKey("/Pg").getObjGen() == page.getObjGen()) return true;
  }
  return false;
}

// The words of the file as another program reads them; empty if there is none.
std::string words_of(const Bytes& bytes) {
  if (std::system("command -v pdftotext >/dev/null 2>&1") != 0) {
    MESSAGE("skipped: no pdftotext");
    return "";
  }
  const auto path = std::filesystem::temp_directory_path() / ("khien-report-test-" + std::to_string(getpid()) + ".pdf");
  std::ofstream(path, std::ios::binary) << as_text(bytes);
  FILE* pipe = popen(("pdftotext " + path.string() + " -").c_str(), "r");
  std::string out;
  for (int c; (c = std::fgetc(pipe)) != EOF;) {
    if (c != ' ' && c != '\n' && c != '\f') {
      out += static_cast<char>(c);
    } else if (!out.ends_with(' ')) {
      out += ' ';
    }
  }
  pclose(pipe);
  std::filesystem::remove(path);
  return out;
}

DrawnPages drawn(const Document& document) {
  auto canvas = Canvas::open({});
  REQUIRE(canvas);
  REQUIRE(draw(*prepared(document), *canvas));
  auto pages = canvas->finish();
  REQUIRE(pages);
  return std::move(*pages);
}

// A table of 20,000 rows is the most that a document has: it must come back signed, and the hub takes 9 MiB of it
// before the signature (reporting::kMostIssuedBytes). What a row costs does not grow with their number.
TEST_CASE("the largest table that a document has is small enough to be handed in signed") {
  constexpr std::size_t kPart = 20;
  const auto pdf = write_pdf(sample_document(20'000 / kPart), {});
  REQUIRE(pdf);
  CHECK(pdf->size() < (9u << 20) / kPart);
}

}  // namespace

TEST_CASE("pdf: the same document gives the same bytes") {
  if (!has_fonts()) return;
  const auto bytes = written(sample_document(40));
  CHECK(bytes == written(sample_document(40)));
  auto later = sample_document(40);
  later.made_at = later.made_at + days(1);
  CHECK(bytes != written(later));
}

// Every table full, each text long: as bad as it comes.
TEST_CASE("pdf: the leader's brief is one page, its sources a second sheet if asked for") {
  if (!has_fonts()) return;
  const Kind kind = shipped_kind("leader-brief").value();
  Snapshot snapshot = sample_of(kind);
  for (const std::string id : {"attention.list", "duties.due"}) {
    const auto table = std::ranges::find(snapshot.tables, id, &Table::id);
    REQUIRE_FALSE(table->rows.empty());
    while (table->rows.size() < 8) table->rows.push_back(table->rows[0]);
  }
  std::string words;
  while (words.size() < 560) words += "xin ý kiến về việc này, ";
  snapshot.words["decisions"] = words.substr(0, 590);
  const auto pages = [&](const Issue& issue) {
    const auto document = compose(kind, snapshot, issue, Language::vi);
    REQUIRE_MESSAGE(document.has_value(), document.error().what());
    Opened opened(written(*document));
    return opened.pdf.getAllPages().size();
  };
  CHECK(pages({.number = 7, .day = Date::of(2026, 11, 26), .draft = false}) == 1);
  CHECK(pages({.number = 7, .day = Date::of(2026, 11, 26), .draft = true}) == 1);
  CHECK(pages({.number = 7, .day = Date::of(2026, 11, 26), .draft = false, .sources = true}) == 2);
}

TEST_CASE("pdf: says of itself what PDF/A-2a asks for") {
  if (!has_fonts()) return;
  Opened made(written(sample_document(10)));
  Handle root = made.root();
  CHECK(root.getKey("/Lang").getUTF8Value() == "vi");
  CHECK(root.getKey("/MarkInfo").getKey("/Marked").getBoolValue());
  CHECK(root.getKey("/ViewerPreferences").getKey("/DisplayDocTitle").getBoolValue());
  CHECK(made.pdf.getPDFVersion() == "1.7");
  CHECK_FALSE(made.pdf.isEncrypted());
  CHECK(made.pdf.getTrailer().getKey("/ID").isArray());

  pugi::xml_document xmp;
  CHECK_FALSE(root.getKey("/Metadata").getDict().hasKey("/Filter"));
  REQUIRE(xmp.load_string(made.stream(root.getKey("/Metadata")).c_str()));
  const auto about = xmp.child("x:xmpmeta").child("rdf:RDF").child("rdf:Description");
  CHECK(about.child("pdfaid:part").text().as_int() == 2);
  CHECK(std::string(about.child("pdfaid:conformance").text().get()) == "A");
  Handle information = made.pdf.getTrailer().getKey("/Info");
  CHECK(information.getKey("/Title").getUTF8Value() == about.child("dc:title").child("rdf:Alt").child("rdf:li").text().get());
  CHECK(information.getKey("/Author").getUTF8Value() == about.child("dc:creator").child("rdf:Seq").child("rdf:li").text().get());
  CHECK(information.getKey("/Subject").getUTF8Value() == "DỰ THẢO");
  CHECK(information.getKey("/CreationDate").getStringValue() == "D:20260921141320Z");
  CHECK(std::string(about.child("xmp:CreateDate").text().get()) == "2026-09-21T14:13:20Z");

  Handle intent = root.getKey("/OutputIntents").getArrayItem(0);
  CHECK(intent.getKey("/S").getName() == "/GTS_PDFA1");
  const std::string profile = made.stream(intent.getKey("/DestOutputProfile"));
  CHECK(profile.substr(36, 4) == "acsp");
  CHECK(profile.substr(16, 4) == "RGB ");
  CHECK(profile.substr(24, 12) == std::string("\x07\xe4\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00", 12));
}

TEST_CASE("pdf: every font is inside, and nothing that runs, leads out or is seen through") {
  if (!has_fonts()) return;
  Opened made(written(sample_document(10)));
  int fonts = 0;
  for (Handle object : made.pdf.getAllObjects()) {
    if (!object.isDictionary()) continue;
    if (object.isDictionaryOfType("/FontDescriptor")) {
      ++fonts;
      CHECK(object.getKey("/FontFile2").isStream());
      CHECK(object.getKey("/FontName").getName().contains("+LiberationSerif"));
    }
    if (object.isDictionaryOfType("/Font", "/CIDFontType2")) CHECK(object.getKey("/CIDToGIDMap").getName() == "/Identity");
    if (object.isDictionaryOfType("/Font", "/Type0") || object.isDictionaryOfType("/Font", "/TrueType")) CHECK(object.getKey("/ToUnicode").isStream());
    for (const char* key : {"/JavaScript", "/JS", "/OpenAction", "/AA", "/A", "/Group", "/SMask", "/EmbeddedFiles", "/Annots", "/AcroForm", "/URI"}) {
      CAPTURE(key);
      const bool is_scope = std::string_view(key) == "/A" && object.isDictionaryOfType("/StructElem");
      CHECK((is_scope || !object.hasKey(key)));
    }
  }
  CHECK(fonts >= 4);
}

TEST_CASE("pdf: whatever a page shows is content of the structure or an artifact") {
  if (!has_fonts()) return;
  Opened made(written(sample_document(60)));
  Handle parents = made.root().getKey("/StructTreeRoot").getKey("/ParentTree").getKey("/Nums");
  const auto pages = made.pdf.getAllPages();
  REQUIRE(pages.size() == 4);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    CAPTURE(i);
    const Watcher seen = watched(pages[i]);
    CHECK(seen.depth == 0);
    CHECK(seen.drawn_outside == 0);
    CHECK(seen.drawn_inside > 50);
    CHECK(seen.artifacts.front() == "/Watermark");
    CHECK(Handle(pages[i]).getKey("/StructParents").getIntValue() == static_cast<long long>(i));
    Handle owners = parents.getArrayItem(static_cast<int>(i) * 2 + 1);
    for (const std::size_t mark : seen.marks) {
      Handle owner = owners.getArrayItem(static_cast<int>(mark));
      REQUIRE(owner.isDictionaryOfType("/StructElem"));
      CHECK(names(owner, mark, pages[i]));
    }
  }
}

TEST_CASE("pdf: a table is read once, with its head, however many pages it takes") {
  if (!has_fonts()) return;
  Opened made(written(sample_document(60)));
  std::map<std::string, int> counts;
  for (Handle object : made.pdf.getAllObjects()) {
    if (!object.isDictionaryOfType("/StructElem")) continue;
    const std::string type = object.getKey("/S").getName();
    ++counts[type];
    if (type == "/TH") {
      CHECK(object.getKey("/K").isInteger());
      CHECK(object.getKey("/A").getKey("/Scope").getName() == "/Column");
    }
  }
  CHECK(counts["/Document"] == 1);
  CHECK(counts["/H1"] == 1);
  CHECK(counts["/H2"] == 4);
  CHECK(counts["/Table"] == 1);
  CHECK(counts["/TR"] == 61);
  CHECK(counts["/TH"] == 5);
  CHECK(counts["/TD"] == 300);
  CHECK(counts["/L"] == 1);
  CHECK(counts["/LI"] == 2);
}

TEST_CASE("pdf: another program reads the words in order") {
  if (!has_fonts()) return;
  const std::string words = words_of(written(sample_document(5)));
  if (words.empty()) return;
  for (const char* some : {"ỦY BAN NHÂN DÂN TỈNH LAM GIANG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 07/BC-SKHCN", "BÁO CÁO", "Kính gửi: Ủy ban nhân dân tỉnh", "1.204 máy", "Ủy ban nhân dân xã Đông Sơn 5",
                           "kính trình Ủy ban nhân dân tỉnh xem xét, chỉ đạo./.", "KT. GIÁM ĐỐC", "Nguyễn Thị Ánh Tuyết", "PHỤ LỤC", "NGUỒN SỐ LIỆU", "(Kèm theo Báo cáo số 07", "Bản dự thảo, chưa ký."}) {
    CAPTURE(some);
    CHECK(words.contains(some));
  }
  CHECK_FALSE(words.contains("DỰ THẢO"));  // across the page: a shape, not words between the lines
}

TEST_CASE("pdf: a signature never stands alone on a page") {
  if (!has_fonts()) return;
  for (std::size_t count = 1; count <= 45; ++count) {
    CAPTURE(count);
    auto document = sample_document(1);
    document.notes.clear();
    document.blocks.assign(count, paragraph("Câu này dài hơn một dòng để đoạn văn có ba dòng khi in ra trên trang giấy, như mọi đoạn văn thật sự vẫn thế trong các văn bản hành chính của cơ quan nhà nước."));
    const auto pages = drawn(document);
    std::vector<const Element*> shown;
    for (const Element& one : pages.elements) {
      if (!one.marks.empty()) shown.push_back(&one);
    }
    // From the end: the small print, the signature's seven lines, the last paragraph.
    REQUIRE(shown.size() > 9);
    const Element& name = *shown[shown.size() - 2];
    const Element& last = *shown[shown.size() - 9];
    CHECK(last.marks.back().page == name.marks.back().page);
    CHECK(shown[shown.size() - 8]->marks.front().page == name.marks.front().page);
  }
}

TEST_CASE("pdf: not a draft, no watermark") {
  if (!has_fonts()) return;
  auto document = sample_document(2);
  document.draft = false;
  Opened made(written(document));
  for (Handle page : made.pdf.getAllPages()) {
    for (const std::string& artifact : watched(page).artifacts) CHECK(artifact != "/Watermark");
  }
  CHECK_FALSE(made.pdf.getTrailer().getKey("/Info").hasKey("/Subject"));
}

TEST_CASE("pdf: hostile text stays text in every place") {
  if (!has_fonts()) return;
  for (const std::string& payload : payloads()) {
    CAPTURE(payload);
    auto document = sample_document(1);
    for (std::string* place : places(document)) *place = payload;
    Opened made(written(document));
    for (Handle page : made.pdf.getAllPages()) {
      const Watcher seen = watched(page);
      CHECK(seen.depth == 0);
      CHECK(seen.drawn_outside == 0);
    }
    CHECK_FALSE(made.root().hasKey("/Names"));
    CHECK_FALSE(made.root().hasKey("/AcroForm"));
    pugi::xml_document xmp;
    CHECK(xmp.load_string(made.stream(made.root().getKey("/Metadata")).c_str()));
  }
}

TEST_CASE("pdf: a character without a shape is a square, never another font") {
  if (!has_fonts()) return;
  auto document = sample_document(1);
  document.letterhead.subject = "a\xe4\xb8\xad\xf0\x9f\x98\x80z";
  const auto bytes = written(document);
  if (const auto words = words_of(bytes); !words.empty()) CHECK(words.contains("a□□z"));
}

TEST_CASE("pdf: what is too long for a page goes on over pages") {
  if (!has_fonts()) return;
  auto document = sample_document(1);
  auto& table = std::get<TableBlock>(document.blocks.at(7));
  table.rows[0][1].runs[0].text = std::string(20'000, 'w');
  document.letterhead.agency = std::string(9'000, 'w');
  document.signature.recipients.assign(300, "Ủy ban nhân dân các xã, phường");
  const auto pages = drawn(document);
  CHECK(pages.pages.size() > 12);
  table.widths = {1000, 1, 1, 1, 1};
  table.rows.assign(20, table.rows[0]);
  for (auto& row : table.rows) row[1].runs[0].text = std::string(kMostBytesInOnePlace, 'w');
  const auto bytes = write_pdf(document, {});
  REQUIRE_FALSE(bytes);
  CHECK(bytes.error().code() == Code::exhausted);
  CHECK(bytes.error().what() == "pdf: over 2000 pages");
}

TEST_CASE("pdf: a missing face is named") {
  const auto bytes = write_pdf(sample_document(1), Faces{.folder = "/nowhere"});
  REQUIRE_FALSE(bytes);
  CHECK(bytes.error().code() == Code::unavailable);
  CHECK(bytes.error().what() == "no font /nowhere/LiberationSerif-Regular.ttf");
}
