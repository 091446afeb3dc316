#include "pdf_flow.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "khien/core/assert.hpp"
#include "prepared.hpp"

namespace khien::report {
namespace {

constexpr double mm(double millimetres) { return millimetres * 72 / 25.4; }

constexpr double kTop = mm(20);
constexpr double kBottom = kPageHeight - mm(20);
constexpr double kLeft = mm(30);
constexpr double kRight = kPageWidth - mm(15);
constexpr double kWidth = kRight - kLeft;
constexpr double kRoom = kBottom - kTop;
constexpr double kPageNumberTop = mm(10);
constexpr double kPadding = 3;       // of a table's cell
constexpr std::size_t kFewestLines = 2;  // of a paragraph alone on a page
constexpr double kRoomToSign = mm(24);

using Align = Look::Align;
using Lines = std::vector<Line>;

double height_of(std::span<const Line> lines) {
  return std::accumulate(lines.begin(), lines.end(), 0.0, [](double sum, const Line& line) { return sum + line.height; });
}

// How many of the lines fit into that height.
std::size_t fitting(std::span<const Line> lines, double room) {
  std::size_t count = 0;
  for (double sum = 0; count < lines.size(); ++count) {
    sum += lines[count].height;
    if (sum > room + 0.01) break;
  }
  return count;
}

Line gap(double height) { return {.height = height}; }

// Columns of lines side by side: a row of a table, the head of a letter, its signature.
struct Band {
  struct Column {
    double left = 0;
    Lines lines;
  };
  std::vector<Column> columns;
  double padding = 0;
  bool bordered = false;

  double height() const {
    double most = 0;
    for (const Column& column : columns) most = std::max(most, height_of(column.lines));
    return most + 2 * padding;
  }
};

std::string text_of(std::span<const Run> runs) {
  std::string out;
  for (const Run& run : runs) out += run.text;
  return out;
}

class Flow {
 public:
  Flow(const Document& document, Canvas& canvas, double fit) : document_(document), words_(wording(document)), canvas_(canvas), fit_(fit) {}

  Result<std::size_t> all() {
    next_page();
    TRY_VOID(head());
    TRY_VOID(title());
    TRY_VOID(body());
    TRY_VOID(band(signers()));
    TRY_VOID(band(signature()));
    // The line that names the figures stands below the signature where there is no appendix.
    const std::size_t letter = canvas_.pages();
    TRY_VOID(sources());
    TRY_VOID(limit());
    return document_.notes.empty() ? canvas_.pages() : letter;
  }

 private:
  double room() const { return kBottom - y_; }
  bool at_top() const { return y_ <= kTop + 0.01; }

  void next_page() {
    canvas_.new_page();
    if (document_.draft) canvas_.watermark(words_.draft);
    if (canvas_.pages() > 1) canvas_.page_number(canvas_.pages(), kPageNumberTop);
    y_ = kTop;
  }

  Result<void> limit() const {
    if (canvas_.pages() <= kMostPages) return {};
    return Error(Code::exhausted, "pdf: over " + std::to_string(kMostPages) + " pages");
  }

  // Space between two things; none at the top of a page.
  void space(double height) {
    if (!at_top()) y_ += height;
  }

  void lines(std::span<const Line> some, double left) {
    for (const Line& line : some) {
      if (line.layout != nullptr || line.width > 0) canvas_.draw(line, left, y_);
      y_ += line.height;
    }
  }

  // How many of a paragraph's lines stand on this page, so that none stands alone on it
  // or on the next. 0: it begins on the next.
  std::size_t share_of_page(std::span<const Line> left, double reserve) const {
    if (height_of(left) + reserve <= room()) return left.size();
    std::size_t fit = fitting(left, room());
    if (at_top() && fit == left.size()) return fit;
    const std::size_t most = left.size() < 2 * kFewestLines ? 0 : left.size() - kFewestLines;
    fit = std::min(fit, most);
    if (fit < kFewestLines) fit = 0;
    if (fit == 0 && at_top()) fit = std::max<std::size_t>(1, fitting(left, room()));
    return fit;
  }

  // `reserve` is the room that what follows needs on the page of the last line.
  Result<void> paragraph(const Lines& all, double before, double reserve) {
    space(before);
    std::span<const Line> left = all;
    while (!left.empty()) {
      const std::size_t now = share_of_page(left, reserve);
      lines(left.first(now), kLeft);
      left = left.subspan(now);
      if (left.empty()) break;
      next_page();
      TRY_VOID(limit());
    }
    return {};
  }

  void border(const Band& band, double top, double bottom) {
    canvas_.rule(kLeft, top, kRight, top, 0.5);
    canvas_.rule(kLeft, bottom, kRight, bottom, 0.5);
    for (const Band::Column& column : band.columns) canvas_.rule(column.left, top, column.left, bottom, 0.5);
    canvas_.rule(kRight, top, kRight, bottom, 0.5);
  }

  // As much of the band as this page takes, from line `from[i]` of column i on. True if
  // that was the rest.
  bool slice(const Band& band, std::vector<std::size_t>& from) {
    const double top = y_;
    const double bottom = kBottom - band.padding;
    double lowest = top;
    bool is_whole = true;
    for (std::size_t i = 0; i < band.columns.size(); ++i) {
      const std::span<const Line> left = std::span(band.columns[i].lines).subspan(from[i]);
      y_ = top + band.padding;
      const std::size_t now = fitting(left, bottom - y_);
      lines(left.first(now), band.columns[i].left + band.padding);
      from[i] += now;
      is_whole = is_whole && now == left.size();
      lowest = std::max(lowest, y_ + band.padding);
    }
    y_ = lowest;
    if (band.bordered) border(band, top, lowest);
    return is_whole;
  }

  // Whole on a page if any page can hold it.
  Result<void> band(const Band& band) {
    if (band.height() > room() && !at_top() && band.height() <= kRoom) next_page();
    std::vector<std::size_t> from(band.columns.size());
    while (!slice(band, from)) {
      next_page();
      TRY_VOID(limit());
    }
    return {};
  }

  std::size_t element(const char* type) { return canvas_.element(type, 0); }

  void text(Lines& to, std::string_view words, const Look& look, double width, const char* type = "P") {
    if (words.empty()) return;
    const Run run{.text = std::string(words)};
    const std::size_t owner = element(type);
    Lines found = set(run, look, width, owner);
    const std::size_t count = found.size();
    // Centred lines of about the same length, instead of a last one of one word.
    for (double narrower = width * 0.95; look.align == Align::centre && count > 1 && count < 7 && narrower > width / 2; narrower -= width * 0.05) {
      Lines tried = set(run, look, narrower, owner);
      if (tried.size() != count) break;
      for (Line& line : tried) line.left += (width - narrower) / 2;
      found = std::move(tried);
    }
    to.insert(to.end(), found.begin(), found.end());
  }

  Lines set(const Run& run, const Look& look, double width, std::size_t owner) {
    Lines out;
    canvas_.set({&run, 1}, look, width, owner, out);
    return out;
  }

  // A rule of that width in the middle of a column.
  Line middle_rule(double width, double column) { return {.left = (column - width) / 2, .width = width, .baseline = 3, .height = 6}; }

  Result<void> head() {
    const Letterhead& head = document_.letterhead;
    constexpr double kLeftWidth = mm(74);
    constexpr double kRightLeft = mm(75);
    constexpr double kRightWidth = kWidth - kRightLeft;
    const Look small{.size = 12, .align = Align::centre};
    const Look small_bold{.size = 12, .bold = true, .align = Align::centre};
    const Look motto{.size = 13, .bold = true, .align = Align::centre};
    Band names{.columns = {{.left = kLeft}, {.left = kLeft + kRightLeft}}};
    Lines& left = names.columns[0].lines;
    text(left, head.parent_agency, small, kLeftWidth);
    text(left, head.agency, small_bold, kLeftWidth);
    if (!head.agency.empty()) left.push_back(middle_rule(std::clamp(canvas_.width_of(head.agency, small_bold) * 0.4, mm(12), kLeftWidth * 0.4), kLeftWidth));
    Lines& right = names.columns[1].lines;
    text(right, words_.state, small_bold, kRightWidth);
    text(right, words_.motto, motto, kRightWidth);
    right.push_back(middle_rule(std::min(kRightWidth, canvas_.width_of(words_.motto, motto)), kRightWidth));
    TRY_VOID(band(names));
    space(4);
    Band numbers{.columns = {{.left = kLeft}, {.left = kLeft + kRightLeft}}};
    text(numbers.columns[0].lines, head.number, {.size = 13, .align = Align::centre}, kLeftWidth);
    if (head.type.empty()) text(numbers.columns[0].lines, head.subject, small, kLeftWidth);
    text(numbers.columns[1].lines, head.place_and_day, {.size = 13, .italic = true, .align = Align::centre}, kRightWidth);
    return band(numbers);
  }

  Result<void> title() {
    const Letterhead& head = document_.letterhead;
    space(14);
    if (head.type.empty()) return addressee();
    const Look look{.size = 14, .bold = true, .align = Align::centre, .spacing = 1.1};
    Lines all;
    text(all, head.type, look, kWidth, "H1");
    const std::size_t before = all.size();
    text(all, head.subject, look, kWidth);
    if (all.size() > before) all.push_back(middle_rule(std::clamp(canvas_.width_of(head.subject, look) * 0.4, mm(20), kWidth * 0.4), kWidth));
    TRY_VOID(paragraph(all, 0, 0));
    space(10);
    return addressee();
  }

  Result<void> addressee() {
    if (document_.letterhead.to.empty()) return {};
    Lines all;
    text(all, document_.letterhead.to, {.size = 14, .align = Align::centre, .spacing = 1.1}, kWidth);
    TRY_VOID(paragraph(all, 0, 0));
    space(8);
    return {};
  }

  Result<void> body() {
    // Measured here and set again where it is drawn: what is read later is made later.
    const double reserve = std::min(signers().height() + signature().height(), kRoom * 0.8);
    const auto& blocks = document_.blocks;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const bool is_last = i + 1 == blocks.size();
      if (const auto* table = std::get_if<TableBlock>(&blocks[i])) {
        list_ = 0;
        TRY_VOID(this->table(*table, is_last ? reserve : 0));
      } else {
        TRY_VOID(block(std::get<Paragraph>(blocks[i]), is_last ? reserve : lead(i)));
      }
    }
    return {};
  }

  // What must stand on the page of block i as well, so that no heading ends a page.
  double lead(std::size_t i) const {
    const auto keeps = [&](std::size_t at) {
      const auto* one = std::get_if<Paragraph>(&document_.blocks[at]);
      return one != nullptr && (one->role == Paragraph::Role::heading || one->role == Paragraph::Role::caption);
    };
    if (!keeps(i)) return 0;
    double room = 0;
    for (; i + 1 < document_.blocks.size() && room < kRoom / 2; ++i) {
      const bool is_table = std::holds_alternative<TableBlock>(document_.blocks[i + 1]);
      room += is_table ? mm(32) : mm(17);
      if (!keeps(i + 1)) break;
    }
    return room;
  }

  Result<void> block(const Paragraph& block, double reserve) {
    using Role = Paragraph::Role;
    if (block.role != Role::item) list_ = 0;
    Look look{.size = 14 * fit_, .align = Align::justified, .first_line = mm(10), .spacing = fit_ < 1 ? 1.0 : 1.12};
    std::vector<Run> runs = block.runs;
    std::size_t owner = 0;
    switch (block.role) {
      case Role::heading:
        look.bold = true;
        look.align = Align::left;
        owner = element(document_.letterhead.type.empty() ? "H1" : "H2");
        break;
      case Role::caption:
        look = {.size = 13 * fit_, .italic = true, .align = Align::centre};
        owner = element("P");
        break;
      case Role::centred:
        look.align = Align::centre;
        look.first_line = 0;
        owner = element("P");
        break;
      case Role::item:
        if (!has_dash(text_of(runs))) runs.insert(runs.begin(), Run{.text = "- "});
        owner = item();
        break;
      case Role::body: owner = element("P"); break;
    }
    if (text_of(runs).empty()) return {};
    Lines all;
    canvas_.set(runs, look, kWidth, owner, all);
    return paragraph(all, (block.role == Role::heading ? 10 : 6) * tight(), reserve);
  }

  // Points that follow each other are one list.
  std::size_t item() {
    if (list_ == 0) list_ = element("L");
    return canvas_.element("LBody", canvas_.element("LI", list_));
  }

  // How large a table's letters are, by its columns.
  double letters(std::size_t columns) const { return (columns <= 7 ? 12 : columns <= 10 ? 10 : 8) * fit_; }
  // Space is what a page can spare first.
  double tight() const { return fit_ * fit_ * fit_ * fit_; }

  Band row(const std::vector<Cell>& cells, const TableBlock& table, std::size_t owner, bool is_head) {
    const double shares = std::accumulate(table.widths.begin(), table.widths.end(), 0.0);
    Band out{.padding = kPadding * tight(), .bordered = true};
    double left = kLeft;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const double width = kWidth * table.widths[i] / shares;
      Look look{.size = letters(cells.size()), .bold = is_head, .align = is_head ? Align::centre : Align::left};
      if (!is_head && cells[i].align == Cell::Align::centre) look.align = Align::centre;
      if (!is_head && cells[i].align == Cell::Align::right) look.align = Align::right;
      out.columns.push_back({.left = left});
      const std::size_t cell = canvas_.element(is_head ? "TH" : "TD", owner);
      if (is_head) canvas_.heads_column(cell);
      canvas_.set(cells[i].runs, look, std::max(1.0, width - 2 * out.padding), cell, out.columns.back().lines);
      left += width;
    }
    return out;
  }

  // Read once: what is drawn again on the next page is no content.
  static Band repeated(Band head) {
    for (Band::Column& column : head.columns) {
      for (Line& line : column.lines) line.element = kNoElement;
    }
    return head;
  }

  Result<void> table(const TableBlock& table, double reserve) {
    const std::size_t whole = element("Table");
    const Band head = row(table.head, table, canvas_.element("TR", whole), true);
    TRY_VOID(table_title(table, head.height()));
    space(4);
    TRY_VOID(band(head));
    const bool repeats = head.height() < kRoom / 3;
    const Band again = repeated(head);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const Band one = row(table.rows[i], table, canvas_.element("TR", whole), false);
      const double after = i + 1 == table.rows.size() ? reserve : 0;
      const bool fits_any = one.height() + after + (repeats ? head.height() : 0) <= kRoom;
      if (fits_any && one.height() + after > room()) {
        next_page();
        if (repeats) TRY_VOID(band(again));
      }
      TRY_VOID(long_row(one, repeats ? &again : nullptr));
    }
    y_ += 6 * tight();
    return limit();
  }

  // A row that no page can hold goes on over pages, under the same head.
  Result<void> long_row(const Band& one, const Band* head) {
    std::vector<std::size_t> from(one.columns.size());
    const bool has_line = fitting(one.columns[0].lines, room() - 2 * kPadding) > 0 || one.columns[0].lines.empty();
    if (!has_line && !at_top()) {
      next_page();
      if (head != nullptr) TRY_VOID(band(*head));
    }
    while (!slice(one, from)) {
      next_page();
      TRY_VOID(limit());
      if (head != nullptr) TRY_VOID(band(*head));
    }
    return {};
  }

  // Keeps the head and two rows with it.
  Result<void> table_title(const TableBlock& table, double head) {
    const double reserve = std::min(head + 2 * (letters(table.head.size()) * 1.15 + 2 * kPadding) + 4, kRoom / 2);
    if (!table.title.empty()) {
      Lines all;
      text(all, table.title, {.size = 13, .bold = true, .align = Align::centre}, kWidth);
      return paragraph(all, 10, reserve);
    }
    if (reserve > room() && !at_top()) next_page();
    return {};
  }

  // Who signs side by side, each in a column of the same width; nothing where one signs.
  Band signers() {
    const auto& all = document_.signature.columns;
    const Look bold{.size = all.size() > 2 ? 12.0 : 14.0, .bold = true, .align = Align::centre};
    Band out;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const double width = kWidth / static_cast<double>(all.size());
      out.columns.push_back({.left = kLeft + width * static_cast<double>(i)});
      Lines& to = out.columns.back().lines;
      to.push_back(gap(14));
      text(to, all[i].title, bold, width - mm(4));
      to.push_back(gap(kRoomToSign));
      text(to, all[i].name, bold, width - mm(4));
    }
    return out;
  }

  Band signature() {
    constexpr double kLeftWidth = mm(75);
    constexpr double kRightLeft = mm(80);
    constexpr double kRightWidth = kWidth - kRightLeft;
    const SignatureBlock& block = document_.signature;
    const Look bold{.size = 14 * fit_, .bold = true, .align = Align::centre};
    Band out{.columns = {{.left = kLeft}, {.left = kLeft + kRightLeft}}};
    Lines& right = out.columns[1].lines;
    Lines& left = out.columns[0].lines;
    if (!block.recipients.empty()) {
      left.push_back(gap(14));
      text(left, words_.recipients, {.size = 12, .bold = true, .italic = true}, kLeftWidth);
      for (const std::string& one : block.recipients) text(left, one, {.size = 11, .first_line = -8}, kLeftWidth);
    }
    if (block.columns.empty() && (!block.titles.empty() || !block.name.empty())) {
      right.push_back(gap(14));
      for (const std::string& one : block.titles) text(right, one, bold, kRightWidth);
      right.push_back(gap(kRoomToSign * fit_));
      text(right, block.name, bold, kRightWidth);
    }
    return out;
  }

  Result<void> sources() {
    const Look look{.size = 12, .align = Align::left, .first_line = -14};
    if (!document_.notes.empty()) {
      next_page();
      const Look bold{.size = 14, .bold = true, .align = Align::centre, .spacing = 1.1};
      Lines title;
      text(title, words_.appendix, bold, kWidth, document_.letterhead.type.empty() ? "H1" : "H2");
      text(title, words_.sources, bold, kWidth);
      text(title, document_.notes_of, {.size = 13, .italic = true, .align = Align::centre}, kWidth);
      TRY_VOID(paragraph(title, 0, mm(10)));
      space(10);
      for (const std::string& note : document_.notes) {
        Lines all;
        text(all, note, look, kWidth);
        TRY_VOID(paragraph(all, 2, 0));
      }
    }
    std::string end(document_.draft ? words_.unsigned_draft : "");
    if (!document_.identity.empty()) end += std::string(words_.identity) + document_.identity;
    Lines all;
    text(all, end, {.size = 9}, kWidth);
    return paragraph(all, 8, 0);
  }

  const Document& document_;
  const Wording& words_;
  Canvas& canvas_;
  double y_ = kTop;
  double fit_ = 1;
  std::size_t list_ = 0;  // the open list's element; 0: none
};

}  // namespace

Result<std::size_t> draw(const Document& document, Canvas& canvas, double fit) { return Flow(document, canvas, fit).all(); }

}  // namespace khien::report
