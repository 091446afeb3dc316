#include <doctest/doctest.h>

#include <cstdlib>

#include "khien/report/write.hpp"
#include "test/shipped.hpp"
#include "test/small.hpp"

namespace khien::report {
namespace {

// One step of each sort over the small snapshot.
Kind small_kind() {
  return read_kind(R"(id: sample-kind
version: 1
name: { vi: Báo cáo mẫu, en: Sample report }
type: { vi: BÁO CÁO, en: REPORT }
subject: { vi: "Tình hình {period} của {scope}", en: "{scope} in {period}" }
symbol: BC
every: quarter
made_by: [tenant]
duties: []
window: period
recipients: [Bộ Công an]
fields:
  - { id: reason, label: { vi: Lý do, en: Reason }, required: true, most_characters: 60 }
  - { id: more, label: { vi: Thêm, en: More } }
figures: [machines_protected_share, detections.total, incidents.total, incident.name]
tables: [units.overview, incidents.list]
steps:
  - paragraph: { vi: "Có {detections.total}; bảo vệ {machines_protected_share}; lý do: {words.reason}", en: "{detections.total}; {machines_protected_share}; {words.reason}" }
  - paragraph: { vi: "Sự cố {incidents.total}.", en: "Incidents {incidents.total}." }
    only_if: incidents.total
  - table: units.overview
  - table: incidents.list
  - words: more
    title: { vi: THÊM, en: MORE }
  - changes: true
    title: { vi: SO SÁNH, en: COMPARED }
  - paragraph: { vi: "Trên đây là {detections.total}", en: "These are {detections.total}" }
)").value();
}

std::string composed(const Snapshot& snapshot, const Issue& issue = {}, Language language = Language::vi) {
  const auto document = compose(small_kind(), snapshot, issue, language);
  return document ? plain_text(*document) : document.error().what();
}

void write_pages(const std::string& name, const Snapshot& snapshot, const Document& document) {
  const char* folder = std::getenv("KHIEN_WRITE_PAGES");
  if (folder == nullptr) return;
  const auto write = [&](const char* ending, const Result<Bytes>& bytes) {
    REQUIRE(bytes);
    const std::string text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    REQUIRE(system_files().write(std::string(folder) + "/" + name + ending, text, 0644).has_value());
  };
  write(".pdf", write_pdf(document, {}));
  write(".docx", write_docx(document));
  write(".xlsx", write_xlsx(snapshot, document));
}

std::vector<Run> first_runs(const Document& document) { return std::get<Paragraph>(document.blocks[0]).runs; }

}  // namespace

// KHIEN_WRITE_GOLDEN=1 writes them anew, to be read before they are committed;
// KHIEN_WRITE_PAGES=FOLDER the Vietnamese ones as files, for tools/check_documents.sh and eyes.
TEST_CASE("each kind that is shipped makes its document of the sample") {
  const bool write = std::getenv("KHIEN_WRITE_GOLDEN") != nullptr;
  for (const std::string& name : shipped_names()) {
    CAPTURE(name);
    const Kind kind = shipped_kind(name).value();
    const Snapshot sample = sample_of(kind);
    std::string both;
    for (const Language language : {Language::vi, Language::en}) {
      const auto document = compose(kind, sample, {.number = 7, .day = Date::of(2026, 11, 26)}, language);
      REQUIRE_MESSAGE(document.has_value(), document.error().what());
      both += plain_text(*document) + "\n----\n\n";
      if (language == Language::vi) write_pages(name, sample, *document);
    }
    const std::string path = std::string(KHIEN_SOURCE_DIR) + "/src/report/test/data/" + name + ".golden.txt";
    if (write) REQUIRE(system_files().write(path, both, 0644).has_value());
    CHECK(both == system_files().read(path, 4 << 20).value());
  }
}

TEST_CASE("the same input makes the same document, and the snapshot's own words for figures") {
  const Kind kind = small_kind();
  const Snapshot snapshot = small_snapshot();
  const auto document = compose(kind, snapshot, {}, Language::vi).value();
  CHECK(document == compose(kind, read_snapshot(to_json(snapshot)).value(), {}, Language::vi).value());
  CHECK(document.identity == digest_of(snapshot).hex());
  CHECK(document.made_at == snapshot.taken_at);
  CHECK(document.draft);
  const auto runs = first_runs(document);
  REQUIRE(runs.size() == 5);
  CHECK(runs[1].text == "1.204 phát hiện");
  CHECK(runs[1].note == 0);
  CHECK(runs[3].text == "1/3 (33,3%)");
  CHECK(runs[3].note == 1);
  CHECK(runs[4].text == "; lý do: Máy cũ \"không\" cài được.");
  CHECK(document.notes[0] == "1. Phát hiện: nguồn số liệu do hệ thống ghi nhận; số bản ghi: 0; mã kiểm tra: " + document.notes[0].substr(document.notes[0].size() - 13));
  CHECK(document.notes[1].starts_with("2. Máy được bảo vệ: nguồn danh mục máy tính; số bản ghi: 3; mã kiểm tra: "));
}

TEST_CASE("a note's digest changes with the rows behind the figure") {
  Snapshot snapshot = small_snapshot();
  const auto note = compose(small_kind(), snapshot, {}, Language::vi)->notes[1];
  snapshot.figures[0].rows[2] = "machine:8";
  const auto other = compose(small_kind(), snapshot, {}, Language::vi)->notes[1];
  CHECK(note != other);
  CHECK(note.substr(0, note.rfind(' ')) == other.substr(0, note.rfind(' ')));
}

TEST_CASE("number and day are written as Decree 30/2020 wants them, or leave room for a hand") {
  const Kind kind = small_kind();
  const auto head = [&](const Issue& issue, Language language = Language::vi) {
    const Letterhead made = compose(kind, small_snapshot(), issue, language)->letterhead;
    return made.number + "|" + made.place_and_day;
  };
  CHECK(head({.number = 7, .day = Date::of(2026, 2, 5)}) == "Số: 07/BC-SKHCN|Lam Giang, ngày 05 tháng 02 năm 2026");
  CHECK(head({.number = 9, .day = Date::of(2026, 1, 10)}) == "Số: 09/BC-SKHCN|Lam Giang, ngày 10 tháng 01 năm 2026");
  CHECK(head({.number = 10, .day = Date::of(2026, 3, 9)}) == "Số: 10/BC-SKHCN|Lam Giang, ngày 09 tháng 3 năm 2026");
  CHECK(head({.number = 1440, .day = Date::of(2026, 12, 31)}) == "Số: 1440/BC-SKHCN|Lam Giang, ngày 31 tháng 12 năm 2026");
  CHECK(head({}) == "Số:         /BC-SKHCN|Lam Giang, ngày      tháng      năm 2026");
  CHECK(head({.number = 7, .day = Date::of(2026, 2, 5)}, Language::en) == "No.: 07/BC-SKHCN|Lam Giang, 5 February 2026");
  Snapshot bare = small_snapshot();
  bare.issuer.symbol.clear();
  CHECK(compose(kind, bare, {.number = 7}, Language::vi)->letterhead.number == "Số: 07/BC");
}

TEST_CASE("the subject of a letter without a type begins with V/v") {
  Kind kind = small_kind();
  kind.type = {};
  const auto document = compose(kind, small_snapshot(), {}, Language::vi).value();
  CHECK(document.letterhead.type.empty());
  CHECK(document.letterhead.subject == "V/v Tình hình quý III năm 2026 của tỉnh Lam Giang");
  CHECK(document.title == document.letterhead.subject);
  CHECK(compose(small_kind(), small_snapshot(), {}, Language::vi)->title == "BÁO CÁO Tình hình quý III năm 2026 của tỉnh Lam Giang");
}

TEST_CASE("who signs, for whom, and who receives it") {
  Snapshot snapshot = small_snapshot();
  const auto signed_by = [&] { return compose(small_kind(), snapshot, {}, Language::vi)->signature; };
  CHECK(signed_by().titles == std::vector<std::string>{"KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"});
  CHECK(signed_by().name == "Trần Thị <b>Mai</b> & Cộng sự");
  CHECK(signed_by().recipients == std::vector<std::string>{"- UBND tỉnh (để báo cáo);", "- Lưu: VT."});
  snapshot.issuer.signer_mode = "TM.";
  snapshot.issuer.signer_mode_title = "ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH";
  snapshot.issuer.signer_title = "PHÓ CHỦ TỊCH";
  CHECK(signed_by().titles == std::vector<std::string>{"TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"});
  snapshot.issuer.signer_mode.clear();
  snapshot.issuer.signer_title = "CHÁNH VĂN PHÒNG";
  CHECK(signed_by().titles == std::vector<std::string>{"CHÁNH VĂN PHÒNG"});
  snapshot.issuer.recipients = {"- Như trên;", "Lưu: VT, P3.", "Sở Y tế."};
  CHECK(signed_by().recipients == std::vector<std::string>{"- Như trên;", "- Sở Y tế;", "- Lưu: VT, P3."});
  snapshot.issuer.recipients.clear();
  CHECK(signed_by().recipients == std::vector<std::string>{"- Bộ Công an;", "- Lưu: VT."});
}

TEST_CASE("several sign side by side, and the report goes to someone") {
  Kind kind = small_kind();
  kind.signers = {{{"ĐẠI DIỆN ĐOÀN KIỂM TRA", "FOR THE INSPECTORS"}, "reason"}, {{"NGƯỜI LẬP BIÊN BẢN", "TAKER OF THE MINUTES"}, ""}};
  kind.to = {"Bộ Công an", "Ministry"};
  Snapshot snapshot = small_snapshot();
  snapshot.words["reason"] = "Lê Văn\nBình";
  const auto document = compose(kind, snapshot, {}, Language::vi).value();
  CHECK(document.signature.columns == std::vector<Signer>{{"ĐẠI DIỆN ĐOÀN KIỂM TRA", "Lê Văn Bình"}, {"NGƯỜI LẬP BIÊN BẢN", ""}});
  CHECK(document.letterhead.to == "Kính gửi: Bộ Công an");
  const std::string text = plain_text(document);
  CHECK(text.contains("\n| ĐẠI DIỆN ĐOÀN KIỂM TRA: Lê Văn Bình | NGƯỜI LẬP BIÊN BẢN:  |\n"));
  CHECK_FALSE(text.contains("PHÓ GIÁM ĐỐC"));
}

TEST_CASE("who writes is the agency, and what it writes of its area") {
  Kind kind = small_kind();
  kind.steps = {Step{.what = Step::What::paragraph, .text = {"{scope}: {issuer} {area}; {scope}. {scope}", "{scope} {issuer} {area}"}}};
  Snapshot snapshot = small_snapshot();
  snapshot.scope_name = "Tỉnh Lam Giang";
  snapshot.issuer.agency = "Công an tỉnh";
  const auto said = [&](Language language = Language::vi) {
    return std::get<Paragraph>(compose(kind, snapshot, {}, language)->blocks[0]).runs[0].text;
  };
  CHECK(said() == "Tỉnh Lam Giang: Công an tỉnh trên địa bàn tỉnh Lam Giang; tỉnh Lam Giang. Tỉnh Lam Giang./.");
  CHECK(said(Language::en) == "Tỉnh Lam Giang Công an tỉnh in Tỉnh Lam Giang");
  snapshot.scope_key = "unit:1";
  snapshot.scope_name = "Sở Y tế";
  snapshot.issuer.agency = "SỞ Y TẾ";
  CHECK(said() == "Sở Y tế: Sở Y tế của Sở Y tế; Sở Y tế. Sở Y tế./.");
}

TEST_CASE("sources stand in an appendix that names its document, and the body names the appendix") {
  Kind kind = small_kind();
  kind.steps.insert(kind.steps.begin(), Step{.what = Step::What::basis});
  const auto text = [&](const Issue& issue, Language language = Language::vi) {
    return plain_text(compose(kind, small_snapshot(), issue, language).value());
  };
  CHECK(text({.number = 7, .day = Date::of(2026, 2, 5)})
            .contains("\nPHỤ LỤC\nNGUỒN SỐ LIỆU\n(Kèm theo Báo cáo số 07/BC-SKHCN ngày 05 tháng 02 năm 2026 của SỞ KHOA HỌC VÀ CÔNG NGHỆ)\n1. "));
  CHECK(text({}).contains(" Nguồn của từng số liệu nêu tại Phụ lục kèm theo.\n"));
  CHECK(text({}, Language::en).contains("\nAPPENDIX\nSOURCES OF FIGURES\n(Attached to Report No.: "));
  kind.steps.erase(kind.steps.begin() + 1, kind.steps.end());
  CHECK_FALSE(text({}).contains("Phụ lục"));
}

TEST_CASE("a list and a table may leave out what is not known") {
  Kind kind = small_kind();
  kind.steps = {Step{.what = Step::What::figures, .text = {"Số", "Figures"}, .figures = {"incidents.total", "incident.name"}, .only_known = true},
                Step{.what = Step::What::table, .table = "incidents.list", .only_known = true}};
  Snapshot snapshot = small_snapshot();
  const auto text = [&] { return plain_text(compose(kind, snapshot, {}, Language::vi).value()); };
  CHECK(text().contains("\nSố\n- Tên: Trang bị chèn[1]./.\n"));
  CHECK_FALSE(text().contains("Sự cố"));
  snapshot.figures[3].value = Unknown{};
  CHECK_FALSE(text().contains("\nSố\n"));
  kind.steps[1].only_known = false;
  CHECK(text().contains("Sự cố: chưa có số liệu"));
}

TEST_CASE("the body ends with its mark, behind a raised number and not twice") {
  const auto last = [](Kind kind) {
    const auto document = compose(kind, small_snapshot(), {}, Language::vi).value();
    return std::get<Paragraph>(document.blocks.back()).runs.back();
  };
  Kind kind = small_kind();
  CHECK(last(kind).text == "./.");
  CHECK_FALSE(last(kind).note);
  kind.steps.back().text.vi = "Xin báo cáo./.";
  CHECK(last(kind).text == "Xin báo cáo./.");
  kind.steps.back().text.vi = "Xin báo cáo.";
  CHECK(last(kind).text == "Xin báo cáo./.");
  kind.steps.pop_back();  // the body ends with a table
  CHECK(last(kind).text == "./.");
  CHECK(composed(small_snapshot(), {}, Language::en).find("./.") == std::string::npos);
}

TEST_CASE("what changed since last time is said, and plainly where there is no last time") {
  Snapshot snapshot = small_snapshot();
  const std::string text = composed(snapshot);
  CHECK(text.contains("So với quý II năm 2026 (bản chốt số liệu 2d711642b726): 4 số liệu thay đổi, 0 số liệu giữ nguyên."));
  CHECK(text.contains("| 1.200 phát hiện | 1.204 phát hiện | tăng 4; cách tính đã đổi, không so sánh trực tiếp được |"));
  CHECK(text.contains("| – | 1/3 (33,3%) | số liệu mới |"));
  CHECK_FALSE(text.contains("Định nghĩa chỉ số"));
  snapshot.previous = {};
  CHECK(composed(snapshot).contains("Đây là kỳ đầu tiên được lập trên hệ thống"));
  CHECK(composed(snapshot, {}, Language::en).contains("there is no earlier one to compare with"));
  snapshot.previous = previous_of(small_snapshot());
  CHECK(composed(snapshot).contains(": không có số liệu nào thay đổi."));
  CHECK_FALSE(composed(snapshot).contains("Kỳ trước |"));
}

TEST_CASE("each way in which a figure can change") {
  Snapshot snapshot = small_snapshot();
  snapshot.previous = previous_of(snapshot);
  auto& before = snapshot.previous->figures;
  const auto change = [&](Value earlier) {
    before.at("machines_protected_share").value = std::move(earlier);
    const std::string text = composed(snapshot);
    const auto at = text.find("| Máy được bảo vệ[");
    return at == text.npos ? "none" : text.substr(at, text.find('\n', at) - at);
  };
  CHECK(change(Ratio{1, 4}).ends_with("| 1/4 (25,0%) | 1/3 (33,3%) | tăng 8,3 điểm phần trăm |"));
  CHECK(change(Ratio{2, 3}).ends_with("| giảm 33,3 điểm phần trăm |"));
  CHECK(change(Ratio{1001, 3000}).ends_with("| tỷ lệ gần như không đổi |"));
  CHECK(change(Unknown{{"chưa quét", "not scanned"}}).ends_with("| chưa có số liệu (chưa quét) | 1/3 (33,3%) | kỳ trước chưa có số liệu |"));
  CHECK(change(std::string("x")).ends_with("| thay đổi |"));
  CHECK(change(Ratio{kMostWhole, 1}).ends_with("| thay đổi rất lớn |"));
  snapshot.figures[1].value = std::int64_t{3};
  before.at("detections.total").value = std::int64_t{kMostWhole};
  CHECK(composed(snapshot).contains("| giảm 9.007.199.254.740.989 |"));
  snapshot.figures[1].value = Unknown{};
  CHECK(composed(snapshot).contains("| chưa có số liệu | kỳ này chưa có số liệu |"));
  before["machines.enrolled"] = {{"Máy đã cài", "Enrolled"}, std::int64_t{9}, {"máy", "machines"}, "q@1"};
  CHECK(composed(snapshot).contains("| Máy đã cài | 9 máy | – | không còn trong báo cáo |"));
  // Said by the kinds that tell an index.
  snapshot.previous->index_definition = "khien-infection@0";
  CHECK_FALSE(composed(snapshot).contains("Định nghĩa chỉ số đã đổi"));
  Kind kind = small_kind();
  kind.steps.front().text = {"{index}", "{index}"};
  CHECK(plain_text(compose(kind, snapshot, {}, Language::vi).value()).contains("Định nghĩa chỉ số đã đổi"));
}

TEST_CASE("what is not known is said in words, with its reason, and never as a zero") {
  const std::string text = composed(small_snapshot());
  CHECK(text.contains("Sự cố: chưa có số liệu (chưa quản lý sự cố).\n"));           // a table that cannot be filled
  CHECK_FALSE(text.contains("Sự cố chưa có số liệu"));                              // only_if
  CHECK(text.contains("| -3 | không có máy | chưa có số liệu | chưa có số liệu |"));      // cells
  Snapshot known = small_snapshot();
  known.figures[2].value = std::int64_t{2};
  CHECK(composed(known).contains("Sự cố 2["));
  known.figures[2].value = std::int64_t{0};
  CHECK_FALSE(composed(known).contains("Sự cố 0["));
  known.tables[0].rows[1].cells[2] = Unknown{{"máy của đơn vị này chưa có máy nào được khai báo trong hệ thống", "none of this unit's machines was declared"}};
  CHECK(composed(known).contains("| -3 | chưa có số liệu[4] | chưa có số liệu |"));
  CHECK(composed(known).contains("4. chưa có số liệu (máy của đơn vị này chưa có máy nào được khai báo trong hệ thống)\n"));
  known.tables[0].rows.clear();
  CHECK(composed(known).contains("Các đơn vị[3]: không có.\n"));
}

TEST_CASE("a reason is said once in a sentence") {
  Kind kind = small_kind();
  kind.steps = {Step{.what = Step::What::paragraph, .text = {"Có {incidents.total}, rồi {detections.total}, và {machines_protected_share}.", ""}}};
  Snapshot snapshot = small_snapshot();
  snapshot.figures[1].value = snapshot.figures[2].value;
  snapshot.figures[0].value = Unknown{{"khác", "another"}};
  CHECK(plain_text(compose(kind, snapshot, {}, Language::vi).value())
            .contains("\nCó chưa có số liệu (chưa quản lý sự cố)[1], rồi chưa có số liệu[2], và chưa có số liệu (khác)[3]./.\n"));
}

TEST_CASE("cells keep their number for a spreadsheet, and text stays text") {
  const auto document = compose(small_kind(), small_snapshot(), {}, Language::vi).value();
  const TableBlock* table = nullptr;
  for (const Block& block : document.blocks) {
    const auto* found = std::get_if<TableBlock>(&block);
    if (found != nullptr && found->id == "units.overview") table = found;
  }
  REQUIRE(table != nullptr);
  REQUIRE(table->rows.size() == 2);
  CHECK(table->widths.size() == 6);
  CHECK(table->head.size() == 6);
  const auto& row = table->rows[0];
  CHECK(row[1].runs[0].text == "=HYPERLINK(\"x\")");
  CHECK_FALSE(row[1].number);
  CHECK(row[1].align == Cell::Align::left);
  CHECK(row[2].number == 0.0);
  CHECK(row[3].number == 1.0);
  CHECK(row[3].is_ratio);
  CHECK(row[3].align == Cell::Align::right);
  CHECK(row[4].runs[0].text == "09/01/2026");
  CHECK(row[5].runs[0].text == "01/01/1970 07:00");
  CHECK(table->head[5].runs[0].text == "Lúc (giờ Việt Nam)");
  CHECK_FALSE(table->rows[1][3].number);
}

TEST_CASE("text from people stays on its line and never becomes a name in braces") {
  Snapshot snapshot = small_snapshot();
  snapshot.words["reason"] = "{detections.total}\nmột\thai";
  snapshot.words["more"] = "\r\nDòng một\n\n  \nDòng {hai}\n";
  snapshot.scope_name = "{period}\nXã";
  const auto document = compose(small_kind(), snapshot, {}, Language::vi).value();
  CHECK(first_runs(document)[4].text == "; lý do: {detections.total} một hai");
  CHECK(document.letterhead.subject == "Tình hình quý III năm 2026 của {period} Xã");
  const std::string text = plain_text(document);
  CHECK(text.contains("\nTHÊM\nDòng một\nDòng {hai}\n"));
  CHECK_FALSE(composed(small_snapshot()).contains("THÊM"));  // nothing was written: no title either
}

TEST_CASE("the days that were counted are said, and that they were not over at the cut-off") {
  Kind kind = small_kind();
  kind.steps = {Step{.what = Step::What::basis}};
  kind.window = YearRule{"nd-331-2026", 12, 14, {"Theo Nghị định.", "By the decree."}};
  Snapshot snapshot = small_snapshot();
  const auto said = [&](Language language = Language::vi) {
    return std::get<Paragraph>(compose(kind, snapshot, {}, language)->blocks[0]).runs[0].text;
  };
  CHECK(said().starts_with("Số liệu trên địa bàn tỉnh Lam Giang được lấy từ ngày 01/7/2026 đến hết ngày 30/9/2026, tính đến 08 giờ 05 phút ngày 18/9/2026."));
  CHECK(said().contains(" Theo Nghị định. "));
  CHECK(said().contains("Khi chốt số liệu, kỳ này chưa kết thúc"));
  snapshot.window_rule.clear();
  snapshot.cut_off = vietnam_moment(*Date::of(2026, 10, 1));
  snapshot.taken_at = snapshot.cut_off;
  CHECK_FALSE(said().contains("Nghị định"));
  CHECK_FALSE(said().contains("chưa kết thúc"));
  CHECK(said(Language::en).contains("of the days from 2026-07-01 to 2026-09-30"));
  snapshot.data_from = snapshot.data_to;
  CHECK(said() == "Số liệu trên địa bàn tỉnh Lam Giang được lấy trong ngày 30/9/2026, tính đến 00 giờ 00 phút ngày 01/10/2026./.");
}

TEST_CASE("where the document before was cut off this one begins, and the rest is the next one's") {
  Kind kind = small_kind();
  kind.steps = {Step{.what = Step::What::basis}};
  kind.since_last = true;
  Snapshot snapshot = small_snapshot();
  snapshot.window_rule = kSinceLast;
  snapshot.since = vietnam_moment(*Date::of(2026, 6, 19)) + hours(15);
  CHECK(compose(kind, snapshot, {}, Language::vi).error().code() == Code::invalid);  // not on the first day that counts
  snapshot.data_from = *Date::of(2026, 6, 19);
  CHECK(std::get<Paragraph>(compose(kind, snapshot, {}, Language::vi)->blocks[0]).runs[0].text ==
        "Số liệu trên địa bàn tỉnh Lam Giang được lấy tiếp từ thời điểm chốt của báo cáo kỳ trước (15 giờ 00 phút ngày 19/6/2026) đến 08 giờ 05 phút ngày 18/9/2026. "
        "Khi chốt số liệu, kỳ này chưa kết thúc (đến hết ngày 30/9/2026); phần sau thời điểm chốt được tính vào báo cáo kỳ sau./.");
}

TEST_CASE("a correction names what it replaces and why, before anything else") {
  Snapshot snapshot = small_snapshot();
  snapshot.replaces = Replaces{"07/BC-CAT", *Date::of(2026, 9, 17), "Sai số máy\ncủa <b>Sở</b>"};
  const auto first = std::get<Paragraph>(compose(small_kind(), snapshot, {}, Language::vi)->blocks[0]);
  CHECK(first.runs[0].text == "Văn bản này thay thế Báo cáo số 07/BC-CAT ngày 17/9/2026. Lý do: Sai số máy của <b>Sở</b>.");
  CHECK(std::get<Paragraph>(compose(small_kind(), snapshot, {}, Language::en)->blocks[0]).runs[0].text.starts_with("This replaces "));
}

TEST_CASE("a table with columns that have no history says of which day they are") {
  Kind kind = small_kind();
  kind.steps = {Step{.what = Step::What::table, .table = "units.overview"}};
  Snapshot snapshot = small_snapshot();
  snapshot.tables[0].seen_on = Date::of(2026, 11, 2);
  CHECK(plain_text(*compose(kind, snapshot, {}, Language::vi)).contains("(cột không lưu lịch sử: theo số liệu ngày lập 02/11/2026)"));
}

TEST_CASE("a page may have few rows, and says how many it leaves out") {
  Kind kind = small_kind();
  kind.steps = {Step{.what = Step::What::table, .table = "units.overview", .most_rows = 1}};
  Snapshot snapshot = small_snapshot();
  REQUIRE_FALSE(snapshot.tables[0].rows.empty());
  while (snapshot.tables[0].rows.size() < 3) snapshot.tables[0].rows.push_back(snapshot.tables[0].rows[0]);
  const auto document = compose(kind, snapshot, {}, Language::vi).value();
  CHECK(std::get<TableBlock>(document.blocks[1]).rows.size() == 1);
  CHECK(plain_text(document).contains("Còn 2 dòng khác, không nêu ở đây"));
}

TEST_CASE("a snapshot that lacks something is refused, and all of it named") {
  const Kind kind = small_kind();
  Snapshot snapshot = small_snapshot();
  CHECK(check(kind, snapshot).has_value());
  snapshot.kind_version = 2;
  snapshot.figures.erase(snapshot.figures.begin(), snapshot.figures.begin() + 2);
  snapshot.tables.erase(snapshot.tables.begin());
  snapshot.words = {{"reason", " \n "}, {"more", std::string(4'001, 'x')}};
  CHECK(check(kind, snapshot).error().what() ==
        "the snapshot is of sample-kind@2, not of sample-kind@1; figure machines_protected_share is missing; figure detections.total is "
        "missing; table units.overview is missing; words.reason is missing; words.more is longer than 4000 characters");
  CHECK(compose(kind, snapshot, {}, Language::vi).error().code() == Code::invalid);
  Snapshot over_nothing = small_snapshot();
  over_nothing.figures[0].value = Ratio{1, 0};
  CHECK(compose(kind, over_nothing, {}, Language::vi).error().what() == "figures[0].value: a ratio over nothing is not a value but unknown");
}

TEST_CASE("a kind that tells an index wants its definition") {
  const Kind kind = shipped_kind("malware-index-quarter").value();
  Snapshot snapshot = sample_of(kind);
  CHECK(check(kind, snapshot).has_value());
  snapshot.index = {};
  CHECK(check(kind, snapshot).error().what() == "the definition of the index is missing");
}

TEST_CASE("the index stands beside its definition, its caution and the share of machines protected, and ranks nobody") {
  const Kind kind = shipped_kind("malware-index-quarter").value();
  const Snapshot sample = sample_of(kind);
  const std::string text = plain_text(compose(kind, sample, {}, Language::vi).value());
  const auto index = text.find("Chỉ số lây nhiễm mã độc của Khiên (bản 1), mã khien-infection@1: 17/1.160 (1,5%)");
  REQUIRE(index != text.npos);
  const std::string beside = text.substr(index, text.find("III. ", index) - index);
  CHECK(beside.contains(sample.index->formula.vi));
  CHECK(beside.contains(sample.index->caution.vi));
  CHECK(beside.contains("1.144/1.204 (95,0%)"));
  CHECK(text.contains("không phải xếp hạng"));
  // The rows are not sorted by what was found.
  CHECK(text.find("| 1 | Sở Tài chính |") < text.find("| 2 | Sở Y tế & Dân số |"));
}

}  // namespace khien::report
