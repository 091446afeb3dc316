#include <algorithm>
#include <array>
#include <map>

#include "changes.hpp"
#include "in_cell.hpp"
#include "khien/report/kind.hpp"
#include "letter.hpp"
#include "sentence.hpp"
#include "snapshot_json.hpp"
#include "words.hpp"

namespace khien::report {
namespace {

constexpr std::size_t kDigestShown = 12;
constexpr std::size_t kLongestReasonInCell = 60;  // bytes, about forty letters

// Text from people inside a sentence: one line.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

bool is_something(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number != 0;
  if (const auto* ratio = std::get_if<Ratio>(&value)) return ratio->part != 0;
  if (const auto* text = std::get_if<std::string>(&value)) return !text->empty();
  return !std::holds_alternative<Unknown>(value);
}

// What the keys of rows name, for a reader who knows registers and no queries.
struct Register {
  std::string_view key;
  LocalText name;
};
const LocalText kMeasured{"số liệu do hệ thống ghi nhận", "what the system recorded"};

LocalText register_of(std::string_view row) {
  static const std::array<Register, 15> kRegisters{{{"machine", {"danh mục máy tính", "register of machines"}},
                                                    {"device", {"danh mục thiết bị", "register of devices"}},
                                                    {"finding", {"danh mục phát hiện mã độc", "list of detections"}},
                                                    {"rule", {"danh mục phát hiện mã độc", "list of detections"}},
                                                    {"site", {"danh mục trang, cổng thông tin điện tử", "register of websites"}},
                                                    {"case", {"hồ sơ xử lý trang thông tin điện tử", "cases of websites"}},
                                                    {"advisory", {"danh mục cảnh báo lỗ hổng", "list of advisories"}},
                                                    {"system", {"danh mục hệ thống thông tin", "register of systems"}},
                                                    {"duty", {"danh mục nhiệm vụ được giao", "list of duties"}},
                                                    {"unit", {"danh mục cơ quan, đơn vị", "list of units"}},
                                                    {"record", {"sổ theo dõi đã duyệt", "approved registers"}},
                                                    {"incident", {"hồ sơ sự cố", "incidents"}},
                                                    {"event", {"hồ sơ sự cố", "incidents"}},
                                                    {"clock", {"hồ sơ sự cố", "incidents"}},
                                                    {"shift", {"lịch trực", "rosters"}}}};
  const auto found = std::ranges::find(kRegisters, row.substr(0, row.find(':')), &Register::key);
  return found == kRegisters.end() ? kMeasured : found->name;
}

// The numbers of notes, in the order in which the page first needs them.
class Notes {
 public:
  explicit Notes(bool vi) : vi_(vi) {}

  std::size_t of(const Figure& figure) {
    std::string text = said(figure.label) + ": " + source(figure.query, figure.rows, figure.row_count, figure_json(figure));
    if (figure.row_count > figure.rows.size()) text += beyond(figure);
    return numbered("figure " + figure.id, text);
  }
  std::size_t of(const Table& table) {
    const std::vector<std::string> keys = table.rows.empty() ? std::vector<std::string>() : std::vector<std::string>{table.rows[0].key};
    return numbered("table " + table.id, said(table.title) + ": " + source(table.query, keys, table.rows.size(), table_json(table)));
  }
  // Of a cell: why it is not known.
  std::size_t of(const Unknown& unknown) {
    const std::string text = said(describe(unknown));
    return numbered("unknown " + text, text);
  }
  std::vector<std::string> take() { return std::move(notes_); }

 private:
  const std::string& said(const LocalText& text) const { return vi_ ? text.vi : text.en; }
  std::string said(LocalText&& text) const { return vi_ ? std::move(text.vi) : std::move(text.en); }

  std::string source(const std::string& query, const std::vector<std::string>& keys, std::uint64_t rows, const std::string& json) const {
    if (query.empty()) return vi_ ? "chưa có nguồn số liệu." : "no source of figures yet.";
    const std::string digest = sha256(json).hex().substr(0, kDigestShown);
    const std::string count = said(describe(Value(static_cast<std::int64_t>(rows))));
    const std::string from = said(keys.empty() ? kMeasured : register_of(keys[0]));
    return vi_ ? "nguồn " + from + "; số bản ghi: " + count + "; mã kiểm tra: " + digest + "."
               : "source " + from + "; records: " + count + "; check code: " + digest + ".";
  }
  // The list of a figure's rows has an end; what lies behind it is said, and where it is kept.
  std::string beyond(const Figure& figure) const {
    const std::string listed = said(describe(Value(static_cast<std::int64_t>(figure.rows.size()))));
    const std::string left = said(describe(Value(static_cast<std::int64_t>(figure.row_count - figure.rows.size()))));
    if (vi_) return " Tệp số liệu liệt kê " + listed + " bản ghi đầu; " + left + " bản ghi còn lại " + (figure.all_rows ? "lưu cùng văn bản trên hệ thống." : "không liệt kê.");
    return " The file of figures lists the first " + listed + "; the other " + left + (figure.all_rows ? " are kept with the document." : " are not listed.");
  }
  std::size_t numbered(std::string key, const std::string& text) {
    const auto [found, added] = numbers_.try_emplace(std::move(key), notes_.size());
    if (added) notes_.push_back(std::to_string(notes_.size() + 1) + ". " + one_line(text));
    return found->second;
  }

  bool vi_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> notes_;
};

class Composer {
 public:
  Composer(const Kind& kind, const Snapshot& snapshot, Language language)
      : kind_(kind), snapshot_(snapshot), vi_(language == Language::vi), notes_(vi_) {}

  Document compose(const Issue& issue);

 private:
  const std::string& said(const LocalText& text) const { return vi_ ? text.vi : text.en; }
  std::string said(LocalText&& text) const { return vi_ ? std::move(text.vi) : std::move(text.en); }

  std::string of_document(std::string_view name, bool begins) const;
  std::string in_sentence(const Figure& figure, std::string& last_reason) const;
  std::vector<Run> sentence(const std::string& text);
  std::string plain(const std::string& text);
  void paragraph(Paragraph::Role role, std::vector<Run> runs) { document_.blocks.push_back(Paragraph{role, std::move(runs)}); }
  void title(const LocalText& text);

  void step(const Step& step);
  void replacing();
  std::string basis_since() const;
  std::string basis_unended() const;
  void basis();
  void name_appendix();
  void leave_sources_out();
  std::string was(const Figure& figure) const;
  void figures(const Step& step);
  void words(const Step& step);
  void changes(const Step& step);
  void changed(const std::vector<Change>& all);
  void table(const Step& step);
  TableBlock block_of(const Table& table, std::size_t most);
  Run unknown(const Unknown& unknown);
  Cell cell(const Value& value, ColumnType type);
  Cell head(const std::string& text) const { return {{{.text = text, .bold = true}}, Cell::Align::centre, {}, false}; }

  const Kind& kind_;
  const Snapshot& snapshot_;
  bool vi_;
  Notes notes_;
  std::optional<std::size_t> basis_at_;
  Document document_;
};

// `begins`: it begins a sentence.
std::string Composer::of_document(std::string_view name, bool begins) const {
  if (name == "period") return said(snapshot_.period.name);
  if (name == "issuer") return issuer_in_sentence(snapshot_);
  if (name == "scope") return begins || !vi_ ? snapshot_.scope_name : scope_in_sentence(snapshot_);
  if (name == "area") return area_of(snapshot_, vi_ ? Language::vi : Language::en);
  if (name == "cut_off") return said(describe(Value(snapshot_.cut_off)));
  if (name == "data_from") return said(describe(Value(snapshot_.data_from)));
  if (name == "data_to") return said(describe(Value(snapshot_.data_to)));
  if (!snapshot_.index) return {};
  if (name == "index_formula") return said(snapshot_.index->formula);
  if (name == "index_caution") return said(snapshot_.index->caution);
  return said(snapshot_.index->title) + (vi_ ? ", mã " : ", id ") + snapshot_.index->id;
}

// A reason that stands in a sentence once is not said again.
std::string Composer::in_sentence(const Figure& figure, std::string& last_reason) const {
  const std::string text = one_line(said(describe(figure.value, figure.unit)));
  if (!std::holds_alternative<Unknown>(figure.value)) return text;
  if (text == last_reason) return said(describe(Value(Unknown{})));
  last_reason = text;
  return text;
}

std::vector<Run> Composer::sentence(const std::string& text) {
  std::vector<Run> runs;
  std::string last_reason;
  const auto add = [&](std::string more) {
    const bool joins = !runs.empty() && !runs.back().note;
    if (joins) runs.back().text += more;
    else runs.push_back({.text = std::move(more)});
  };
  // The kind's texts were tried when it was read.
  const auto pieces = pieces_of(text);
  if (!pieces) return {{.text = text}};
  for (const Piece& piece : *pieces) {
    const std::string_view field = field_named(piece.text);
    const Figure* figure = piece.is_name && field.empty() ? snapshot_.figure(piece.text) : nullptr;
    if (!piece.is_name) add(piece.text);
    else if (is_of_document(piece.text)) add(one_line(of_document(piece.text, runs.empty() || runs.back().text.ends_with(". "))));
    else if (figure != nullptr) {
      runs.push_back({.text = in_sentence(*figure, last_reason), .note = notes_.of(*figure)});
    } else {
      const auto found = snapshot_.words.find(std::string(field));
      add(found == snapshot_.words.end() ? "" : one_line(found->second));
    }
  }
  return runs;
}

std::string Composer::plain(const std::string& text) {
  std::string all;
  for (const Run& run : sentence(text)) all += run.text;
  return all;
}

void Composer::title(const LocalText& text) {
  if (said(text).empty()) return;
  auto runs = sentence(said(text));
  for (Run& run : runs) run.bold = true;
  paragraph(Paragraph::Role::heading, std::move(runs));
}

// Where the document before was cut off, this one begins.
std::string Composer::basis_since() const {
  const std::string since = said(describe(Value(*snapshot_.since)));
  return vi_ ? "Số liệu {area} được lấy tiếp từ thời điểm chốt của báo cáo kỳ trước (" + since + ") đến {cut_off}."
             : "The figures {area} follow on the cut-off of the report before (" + since + ") and end at {cut_off}.";
}

std::string Composer::basis_unended() const {
  if (snapshot_.cut_off < vietnam_moment(snapshot_.data_from)) {
    return vi_ ? " Văn bản được lập trước khi kỳ bắt đầu." : " It was made before these days began.";
  }
  if (snapshot_.window_rule == kSinceLast) {
    return vi_ ? " Khi chốt số liệu, kỳ này chưa kết thúc (đến hết ngày {data_to}); phần sau thời điểm chốt được tính vào báo cáo kỳ sau."
               : " At the cut-off the period was not over (it ends with {data_to}); what came later is counted in the next report.";
  }
  return vi_ ? " Khi chốt số liệu, kỳ này chưa kết thúc; phần sau thời điểm chốt không được tính."
             : " At the cut-off these days were not over; what came later is not counted.";
}

void Composer::basis() {
  const bool one_day = snapshot_.data_from == snapshot_.data_to;
  std::string text = vi_ ? "Số liệu {area} được lấy từ ngày {data_from} đến hết ngày {data_to}, tính đến {cut_off}."
                         : "The figures {area} are of the days from {data_from} to {data_to}, cut off at {cut_off}.";
  if (one_day) {
    text = vi_ ? "Số liệu {area} được lấy trong ngày {data_from}, tính đến {cut_off}."
               : "The figures {area} are of {data_from}, cut off at {cut_off}.";
  }
  if (snapshot_.since) text = basis_since();
  if (kind_.window && snapshot_.window_rule == kind_.window->rule) text += " " + said(kind_.window->note);
  // The last millisecond of a day is its end.
  if (!one_day && snapshot_.cut_off < vietnam_moment(snapshot_.data_to + 1) - milliseconds(1)) text += basis_unended();
  basis_at_ = document_.blocks.size();
  paragraph(Paragraph::Role::body, sentence(text));
}

// A correction says so before anything else.
void Composer::replacing() {
  if (!snapshot_.replaces) return;
  const Replaces& old = *snapshot_.replaces;
  const std::string type = name_of_type(kind_, vi_ ? Language::vi : Language::en);
  const std::string day = said(describe(Value(old.issued_on)));
  const std::string reason = one_line(old.reason);
  std::string text = vi_ ? "Văn bản này thay thế " + type + " số " + old.number + " ngày " + day + ". Lý do: " + reason
                         : "This replaces " + type + " No. " + old.number + " of " + day + ". Why: " + reason;
  if (!text.ends_with('.')) text += '.';
  paragraph(Paragraph::Role::body, {{.text = std::move(text)}});
}

// Where the sources are; said only where there are any.
void Composer::name_appendix() {
  if (!basis_at_ || document_.notes.empty()) return;
  auto& text = std::get<Paragraph>(document_.blocks[*basis_at_]).runs.back().text;
  text += vi_ ? " Nguồn của từng số liệu nêu tại Phụ lục kèm theo." : " The source of each figure stands in the appendix.";
}

// One page alone: no appendix, and no raised numbers that lead nowhere.
void Composer::leave_sources_out() {
  document_.notes.clear();
  for (Block& block : document_.blocks) {
    if (auto* paragraph = std::get_if<Paragraph>(&block)) {
      for (Run& run : paragraph->runs) run.note.reset();
      continue;
    }
    auto& table = std::get<TableBlock>(block);
    for (auto& row : table.rows) {
      for (Cell& cell : row) {
        for (Run& run : cell.runs) run.note.reset();
      }
    }
  }
}

// ", kỳ trước: 12 máy"; nothing where there is no period before, or it was the same.
std::string Composer::was(const Figure& figure) const {
  if (!snapshot_.previous) return {};
  const auto found = snapshot_.previous->figures.find(figure.id);
  if (found == snapshot_.previous->figures.end() || found->second.value == figure.value) return {};
  const std::string then = one_line(said(describe(found->second.value, found->second.unit)));
  return (vi_ ? ", kỳ trước: " : ", before: ") + then;
}

void Composer::figures(const Step& step) {
  const auto is_told = [&](const std::string& id) {
    return !step.only_known || !std::holds_alternative<Unknown>(snapshot_.figure(id)->value);
  };
  if (std::ranges::none_of(step.figures, is_told)) return;
  title(step.text);
  for (const std::string& id : step.figures) {
    if (!is_told(id)) continue;
    const Figure& figure = *snapshot_.figure(id);
    std::vector<Run> runs{{.text = "- " + one_line(said(figure.label)) + ": "}};
    runs.push_back({.text = one_line(said(describe(figure.value, figure.unit))), .note = notes_.of(figure)});
    if (step.before) runs.push_back({.text = was(figure)});
    runs.push_back({.text = vi_ ? ";" : "."});
    paragraph(Paragraph::Role::item, std::move(runs));
  }
  // "…; …; …."
  std::get<Paragraph>(document_.blocks.back()).runs.back().text = ".";
}

void Composer::words(const Step& step) {
  const auto found = snapshot_.words.find(step.field);
  if (found == snapshot_.words.end() || found->second.find_first_not_of(" \t\r\n") == std::string::npos) return;
  title(step.text);
  std::string_view rest = found->second;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string line = one_line(std::string(rest.substr(0, end)));
    if (line.find_first_not_of(' ') != line.npos) paragraph(Paragraph::Role::body, {{.text = line}});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

// Of what is not known the reason, or a note that tells a long one.
Run Composer::unknown(const Unknown& unknown) {
  const std::string why = one_line(said(unknown.why));
  if (!why.empty() && why.size() <= kLongestReasonInCell) return {.text = why, .italic = true};
  Run run{.text = said(describe(Value(Unknown{}))), .italic = true};
  if (!why.empty()) run.note = notes_.of(unknown);
  return run;
}

Cell Composer::cell(const Value& value, ColumnType type) {
  Cell made;
  const bool is_text = type == ColumnType::text;
  made.align = is_text ? Cell::Align::left : type >= ColumnType::day ? Cell::Align::centre : Cell::Align::right;
  if (const auto* nothing = std::get_if<Unknown>(&value)) {
    made.runs = {unknown(*nothing)};
    return made;
  }
  made.runs = {{.text = one_line(said(describe_in_cell(value)))}};
  if (const auto* number = std::get_if<std::int64_t>(&value)) made.number = static_cast<double>(*number);
  if (const auto* ratio = std::get_if<Ratio>(&value)) {
    made.number = static_cast<double>(ratio->part) / static_cast<double>(ratio->whole);
    made.is_ratio = true;
  }
  return made;
}

// Widths are shares; the running number takes about a sixteenth.
TableBlock Composer::block_of(const Table& table, std::size_t most) {
  TableBlock block{.id = table.id, .title = one_line(said(table.title)), .head = {head(vi_ ? "TT" : "No.")}};
  int total = 0;
  for (const Column& column : table.columns) total += column.width * 100;
  block.widths.push_back(std::max(1, total / 16));
  for (const Column& column : table.columns) {
    block.widths.push_back(column.width * 100);
    const std::string zone = column.type != ColumnType::moment ? "" : vi_ ? " (giờ Việt Nam)" : " (UTC+7)";
    block.head.push_back(head(one_line(said(column.label)) + zone));
  }
  for (std::size_t at = 0; at < std::min(most, table.rows.size()); ++at) {
    std::vector<Cell> cells{{.runs = {{.text = std::to_string(at + 1)}}, .align = Cell::Align::centre}};
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      cells.push_back(cell(table.rows[at].cells[i], table.columns[i].type));
    }
    block.rows.push_back(std::move(cells));
  }
  return block;
}

void Composer::table(const Step& step) {
  const Table& table = *snapshot_.table(step.table);
  if (step.only_known && table.unknown) return;
  auto caption = step.text.vi.empty() ? std::vector<Run>{{.text = one_line(said(table.title))}} : sentence(said(step.text));
  if (table.seen_on && !table.unknown) {
    const std::string day = said(describe(Value(*table.seen_on)));
    caption.push_back({.text = vi_ ? " (cột không lưu lịch sử: theo số liệu ngày lập " + day + ")" : " (columns without a history: as seen on " + day + ")"});
  }
  if (!table.unknown) caption.back().note = notes_.of(table);
  if (!table.unknown && !table.rows.empty()) {
    const std::size_t most = step.most_rows == 0 ? table.rows.size() : step.most_rows;
    TableBlock block = block_of(table, most);
    if (!step.text.vi.empty()) block.title = plain(said(step.text));
    paragraph(Paragraph::Role::caption, std::move(caption));
    document_.blocks.emplace_back(std::move(block));
    if (table.rows.size() > most) {
      const std::string left = std::to_string(table.rows.size() - most);
      paragraph(Paragraph::Role::caption, {{.text = vi_ ? "Còn " + left + " dòng khác, không nêu ở đây." : left + " more are not told here."}});
    }
    return;
  }
  const std::string none = !step.empty.vi.empty() ? said(step.empty) : vi_ ? "không có." : "none.";
  caption.push_back({.text = ": "});
  if (table.unknown) {
    caption.push_back({.text = one_line(said(describe(*table.unknown))) + "."});
  } else {
    for (Run& run : sentence(none)) caption.push_back(std::move(run));
  }
  paragraph(Paragraph::Role::body, std::move(caption));
}

// What became of each figure, as a table of four columns.
void Composer::changed(const std::vector<Change>& all) {
  const LocalText name{"So với kỳ trước", "Compared with the period before"};
  TableBlock block{.id = "changes", .title = said(name), .widths = {8, 5, 5, 5}};
  block.head = {head(vi_ ? "Chỉ tiêu" : "Figure"), head(vi_ ? "Kỳ trước" : "Before"), head(vi_ ? "Kỳ này" : "Now"),
                head(vi_ ? "Thay đổi" : "Change")};
  for (const Change& change : all) {
    std::vector<Cell> row(4);
    row[0].runs = {{.text = one_line(said(change.label))}};
    if (change.figure != nullptr) row[0].runs[0].note = notes_.of(*change.figure);
    row[1].runs = {{.text = one_line(said(change.earlier))}};
    row[2].runs = {{.text = one_line(said(change.now))}};
    row[3].runs = {{.text = said(change.what)}};
    for (std::size_t i = 1; i < row.size(); ++i) row[i].align = Cell::Align::centre;
    block.rows.push_back(std::move(row));
  }
  document_.blocks.emplace_back(std::move(block));
}

void Composer::changes(const Step& step) {
  title(step.text);
  if (!snapshot_.previous) {
    paragraph(Paragraph::Role::body,
              {{.text = vi_ ? "Đây là kỳ đầu tiên được lập trên hệ thống, chưa có số liệu kỳ trước để so sánh."
                            : "This is the first of its kind in the system; there is no earlier one to compare with."}});
    return;
  }
  const Changes found = changes_of(kind_, snapshot_);
  paragraph(Paragraph::Role::body, {{.text = said(found.intro)}});
  if (!found.all.empty()) changed(found.all);
}

void Composer::step(const Step& step) {
  if (!step.only_if.empty() && !is_something(snapshot_.figure(step.only_if)->value)) return;
  switch (step.what) {
    case Step::What::heading: return title(step.text);
    case Step::What::paragraph: return paragraph(Paragraph::Role::body, sentence(said(step.text)));
    case Step::What::item: return paragraph(Paragraph::Role::item, sentence("- " + said(step.text)));
    case Step::What::basis: return basis();
    case Step::What::table: return table(step);
    case Step::What::figures: return figures(step);
    case Step::What::changes: return changes(step);
    case Step::What::words: return words(step);
  }
}

Document Composer::compose(const Issue& issue) {
  document_.language = vi_ ? "vi" : "en";
  document_.author = snapshot_.issuer.agency;
  document_.made_at = snapshot_.taken_at;
  document_.identity = digest_of(snapshot_).hex();
  document_.draft = issue.draft;
  document_.one_page = kind_.sources_if_asked;
  const Language language = vi_ ? Language::vi : Language::en;
  document_.letterhead = letterhead_of(kind_, snapshot_, issue, language);
  document_.letterhead.subject = plain(document_.letterhead.subject);
  const std::string& type = document_.letterhead.type;
  document_.title = type.empty() ? document_.letterhead.subject : type + " " + document_.letterhead.subject;
  replacing();
  for (const Step& one : kind_.steps) step(one);
  document_.notes = notes_.take();
  if (kind_.sources_if_asked && !issue.sources) leave_sources_out();
  name_appendix();
  if (!document_.notes.empty()) document_.notes_of = attached_to(kind_, snapshot_, issue, language);
  if (vi_) end_body(document_);
  document_.signature = signature_of(kind_, snapshot_, language);
  return std::move(document_);
}

}  // namespace

Result<Document> compose(const Kind& kind, const Snapshot& snapshot, const Issue& issue, Language language) {
  TRY_VOID(check(kind, snapshot));
  return Composer(kind, snapshot, language).compose(issue);
}

}  // namespace khien::report
