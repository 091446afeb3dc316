#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "khien/core/text.hpp"
#include "khien/report/write.hpp"
#include "prepared.hpp"

namespace khien::report {
namespace {

constexpr std::size_t kMostFigures = 10'000;
constexpr std::size_t kMostCellBytes = 32'000;  // Excel's limit is 32,767 characters
constexpr std::size_t kMostKeyBytes = 2'000;    // of a figure's rows that one cell names
constexpr std::size_t kMostNameUnits = 31;      // of a sheet's name
constexpr lxw_row_t kHeadRow = 5;               // under a title and four lines about the whole
constexpr lxw_row_t kFirstRow = kHeadRow + 1;
constexpr std::int64_t kExact = std::int64_t{1} << 53;  // a cell's number is a double

// Which of the two languages the sheets speak.
class Tongue {
 public:
  explicit Tongue(bool vietnamese) : vietnamese_(vietnamese) {}
  const std::string& of(const LocalText& text) const { return vietnamese_ ? text.vi : text.en; }
  std::string of(std::string_view vi, std::string_view en) const { return std::string(vietnamese_ ? vi : en); }

 private:
  bool vietnamese_;
};

// A file that lies in memory alone: the library knows files only by name.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("xlsx", MFD_CLOEXEC)) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  bool is_open() const { return descriptor_ >= 0; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  Result<Bytes> contents() const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) return Error(Code::unavailable, "xlsx: cannot be read back");
    Bytes out(static_cast<std::size_t>(status.st_size));
    for (std::size_t at = 0; at < out.size();) {
      const ssize_t got = pread(descriptor_, out.data() + at, out.size() - at, static_cast<off_t>(at));
      if (got <= 0) return Error(Code::unavailable, "xlsx: cannot be read back");
      at += static_cast<std::size_t>(got);
    }
    return out;
  }

 private:
  int descriptor_;
};

// Names of sheets: no sign that Excel forbids, short, no two alike.
class SheetNames {
 public:
  std::string of(std::string_view title, std::string_view otherwise) {
    std::string base = allowed(title);
    if (base.empty() || lower(base) == "history") base = std::string(otherwise);
    std::string name = cut(base, kMostNameUnits);
    for (int n = 2; !taken_.insert(lower(name)).second; ++n) {
      const std::string tail = " (" + std::to_string(n) + ")";
      name = cut(base, kMostNameUnits - tail.size()) + tail;
    }
    return name;
  }

 private:
  // Signs beyond the first plane count twice to Excel and once to the library.
  static std::string allowed(std::string_view title) {
    std::string out;
    for (const char c : title) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::string_view("[]:*?/\\").contains(c)) {
        out += ' ';
      } else if (byte >= 0xf0) {
        out += "_";
      } else {
        out += c;
      }
    }
    // Of a sign of four bytes the first became "_"; what is left of it goes.
    return without_stray(out);
  }

  static std::string without_stray(const std::string& text) {
    std::string valid = to_valid_utf8(text);
    for (std::size_t at; (at = valid.find("\xef\xbf\xbd")) != std::string::npos;) valid.erase(at, 3);
    while (!valid.empty() && (valid.front() == '\'' || valid.front() == ' ')) valid.erase(0, 1);
    while (!valid.empty() && (valid.back() == '\'' || valid.back() == ' ')) valid.pop_back();
    return valid;
  }

  static std::string cut(const std::string& text, std::size_t most) {
    std::size_t at = 0;
    for (std::size_t count = 0; at < text.size() && count < most; ++count) {
      ++at;
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
    }
    std::string out = text.substr(0, at);
    while (!out.empty() && (out.back() == '\'' || out.back() == ' ')) out.pop_back();
    return out;
  }

  std::set<std::string> taken_;
};

struct Formats {
  lxw_format *text, *head, *title, *number, *percent, *day, *moment;
  lxw_format* about;  // of the lines under a title
};

Formats formats_in(lxw_workbook* book) {
  const auto make = [book](const char* number) {
    lxw_format* out = workbook_add_format(book);
    format_set_font_name(out, "Times New Roman");
    format_set_font_size(out, 12);
    format_set_border(out, LXW_BORDER_THIN);
    format_set_align(out, LXW_ALIGN_VERTICAL_TOP);
    format_set_num_format(out, number);
    return out;
  };
  // "@", text: stays so also when somebody opens the cell and leaves it again.
  Formats out{make("@"), make("@"), make("@"), make("#,##0"), make("0.0%"), make("dd/mm/yyyy"), make("dd/mm/yyyy hh:mm:ss"), make("@")};
  format_set_text_wrap(out.text);
  for (lxw_format* bold : {out.head, out.title}) format_set_bold(bold);
  format_set_text_wrap(out.head);
  format_set_align(out.head, LXW_ALIGN_CENTER);
  for (lxw_format* bare : {out.title, out.about}) format_set_border(bare, LXW_BORDER_NONE);
  return out;
}

// Writes one workbook. Text goes through text() alone: always as a string, never through a
// function of the library that guesses what it means.
class Book {
 public:
  // `document` is prepared: what the sheets say of themselves.
  Book(lxw_workbook* book, const Snapshot& snapshot, const Document& document, Tongue tongue)
      : book_(book), snapshot_(snapshot), document_(document), tongue_(tongue), formats_(formats_in(book)) {}

  Result<void> all() {
    TRY_VOID(figures());
    for (std::size_t i = 0; i < snapshot_.tables.size(); ++i) {
      TRY_VOID(table(snapshot_.tables[i], "tables[" + std::to_string(i) + "]", i + 1));
    }
    return {};
  }

 private:
  using Sheet = lxw_worksheet*;
  using Row = lxw_row_t;
  using Column = lxw_col_t;

  static Result<void> done(lxw_error error) {
    if (error == LXW_NO_ERROR) return {};
    return Error(Code::internal, std::string("xlsx: ") + lxw_strerror(error));
  }

  Result<Sheet> sheet(const std::string& title, const std::string& otherwise) {
    Sheet out = workbook_add_worksheet(book_, names_.of(title, otherwise).c_str());
    if (out == nullptr) return Error(Code::internal, "xlsx: a sheet's name was refused");
    worksheet_set_paper(out, 9);  // A4
    worksheet_set_landscape(out);
    worksheet_fit_to_pages(out, 1, 0);
    worksheet_freeze_panes(out, kFirstRow, 0);
    static_cast<void>(worksheet_repeat_rows(out, kHeadRow, kHeadRow));
    return out;
  }

  // Four lines under the title: what a sheet that lies alone on a desk says of itself.
  Result<void> about(Sheet sheet) {
    const Letterhead& head = document_.letterhead;
    const std::string issued = head.agency + (head.number.empty() ? "" : ". " + head.number) + (head.place_and_day.empty() ? "" : ". " + head.place_and_day);
    TRY_VOID(text(sheet, 1, 0, document_.draft ? tongue_.of("BẢN NHÁP, chưa ký", "DRAFT, not signed") : issued, "head", formats_.title));
    TRY_VOID(text(sheet, 2, 0, tongue_.of("Phạm vi: ", "Scope: ") + snapshot_.scope_name, "scope_name", formats_.about));
    const auto said = [&](const Value& value) { return tongue_.of(report::describe(value)); };
    TRY_VOID(text(sheet, 3, 0,
                  tongue_.of("Kỳ: ", "Period: ") + tongue_.of(snapshot_.period.name) + "; " + tongue_.of("số liệu từ ", "data from ") + said(snapshot_.data_from) +
                      tongue_.of(" đến hết ", " to ") + said(snapshot_.data_to) + "; " + tongue_.of("tính đến ", "cut off at ") + said(snapshot_.cut_off),
                  "period.name", formats_.about));
    return text(sheet, 4, 0, std::string(wording(document_).identity) + document_.identity, "identity", formats_.about);
  }

  Result<void> text(Sheet sheet, Row row, Column column, std::string_view words, const std::string& place, lxw_format* format) {
    if (words.size() > kMostBytesInOnePlace) return Error(Code::exhausted, place + ": over " + std::to_string(kMostBytesInOnePlace) + " bytes");
    TRY(std::string clean, cleaned(words, place));
    bytes_ += clean.size() + 8;
    if (bytes_ > kMostTextBytes) return Error(Code::exhausted, "snapshot: over " + std::to_string(kMostTextBytes) + " bytes of text");
    if (clean.size() > kMostCellBytes) clean = std::string(truncate(clean, kMostCellBytes)) + "…";
    return done(worksheet_write_string(sheet, row, column, clean.c_str(), format));
  }

  Result<void> number(Sheet sheet, Row row, Column column, std::int64_t value, const std::string& place) {
    if (value > kExact || value < -kExact) return text(sheet, row, column, std::to_string(value), place, formats_.text);
    return done(worksheet_write_number(sheet, row, column, static_cast<double>(value), formats_.number));
  }

  Result<void> moment(Sheet sheet, Row row, Column column, Date day, std::int64_t second, lxw_format* format, const std::string& place) {
    if (day.year() < 1900) return text(sheet, row, column, to_string(day), place, formats_.text);
    lxw_datetime when{.year = day.year(),
                      .month = day.month(),
                      .day = day.day(),
                      .hour = static_cast<int>(second / 3600),
                      .min = static_cast<int>(second / 60 % 60),
                      .sec = static_cast<double>(second % 60)};
    return done(worksheet_write_datetime(sheet, row, column, &when, format));
  }

  // Column for column: the value, or the share with its part and its whole.
  Result<void> value(Sheet sheet, Row row, Column column, const Value& value, const std::string& place) {
    if (const auto* unknown = std::get_if<Unknown>(&value)) {
      return text(sheet, row, column, tongue_.of(report::describe(Value(*unknown))), place, formats_.text);
    }
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return number(sheet, row, column, *whole, place);
    if (const auto* ratio = std::get_if<Ratio>(&value)) {
      if (ratio->whole <= 0) return Error(Code::invalid, place + ": a share of nothing");
      TRY_VOID(number(sheet, row, column + 1, ratio->part, place));
      TRY_VOID(number(sheet, row, column + 2, ratio->whole, place));
      return done(worksheet_write_number(sheet, row, column, static_cast<double>(ratio->part) / static_cast<double>(ratio->whole), formats_.percent));
    }
    if (const auto* words = std::get_if<std::string>(&value)) return text(sheet, row, column, *words, place, formats_.text);
    if (const auto* day = std::get_if<Date>(&value)) return moment(sheet, row, column, *day, 0, formats_.day, place);
    const Timestamp at = std::get<Timestamp>(value);
    const Date day = vietnam_day(at);
    const std::int64_t second = std::clamp<std::int64_t>((at - vietnam_moment(day)).ms / 1000, 0, 86'399);
    return moment(sheet, row, column, day, second, formats_.moment, place);
  }

  Result<void> head(Sheet sheet, Column& column, std::string_view words, double width, const std::string& place) {
    TRY_VOID(done(worksheet_set_column(sheet, column, column, width, nullptr)));
    return text(sheet, kHeadRow, column++, words, place, formats_.head);
  }

  Result<void> ratio_heads(Sheet sheet, Column& column, const std::string& label, double width, const std::string& place) {
    TRY_VOID(head(sheet, column, label, width, place));
    TRY_VOID(head(sheet, column, tongue_.of("Phần", "Part"), 10, place));
    return head(sheet, column, tongue_.of("Tổng", "Whole"), 10, place);
  }

  Result<void> figures() {
    if (snapshot_.figures.size() > kMostFigures) return Error(Code::exhausted, "snapshot: over " + std::to_string(kMostFigures) + " figures");
    const std::string title = tongue_.of("Số liệu", "Figures");
    TRY(Sheet at, sheet(title, title));
    TRY_VOID(text(at, 0, 0, title + ": " + tongue_.of(snapshot_.period.name), "period.name", formats_.title));
    TRY_VOID(about(at));
    Column column = 0;
    TRY_VOID(head(at, column, tongue_.of("Mã", "Id"), 28, "head"));
    TRY_VOID(head(at, column, tongue_.of("Tên", "Name"), 48, "head"));
    TRY_VOID(ratio_heads(at, column, tongue_.of("Giá trị", "Value"), 18, "head"));
    TRY_VOID(head(at, column, tongue_.of("Đơn vị tính", "Unit"), 14, "head"));
    TRY_VOID(head(at, column, tongue_.of("Truy vấn", "Query"), 28, "head"));
    TRY_VOID(head(at, column, tongue_.of("Số dòng", "Rows"), 10, "head"));
    TRY_VOID(head(at, column, tongue_.of("Các dòng", "Which rows"), 40, "head"));
    for (std::size_t i = 0; i < snapshot_.figures.size(); ++i) {
      TRY_VOID(figure(at, static_cast<Row>(i + kFirstRow), snapshot_.figures[i], "figures[" + std::to_string(i) + "]"));
    }
    return {};
  }

  Result<void> figure(Sheet at, Row row, const Figure& figure, const std::string& place) {
    TRY_VOID(text(at, row, 0, figure.id, place + ".id", formats_.text));
    TRY_VOID(text(at, row, 1, tongue_.of(figure.label), place + ".label", formats_.text));
    TRY_VOID(value(at, row, 2, figure.value, place + ".value"));
    TRY_VOID(text(at, row, 5, tongue_.of(figure.unit), place + ".unit", formats_.text));
    TRY_VOID(text(at, row, 6, figure.query, place + ".query", formats_.text));
    const auto count = static_cast<std::int64_t>(std::min<std::uint64_t>(figure.row_count, INT64_MAX));
    TRY_VOID(number(at, row, 7, count, place + ".row_count"));
    return text(at, row, 8, keys(figure), place + ".rows", formats_.text);
  }

  static std::string keys(const Figure& figure) {
    std::string out;
    for (const std::string& key : figure.rows) {
      if (out.size() + key.size() > kMostKeyBytes) return out + "…";
      out += (out.empty() ? "" : ", ") + key;
    }
    return out;
  }

  Result<void> table(const Table& table, const std::string& place, std::size_t index) {
    if (table.columns.size() > kMostColumns) return Error(Code::exhausted, place + ": over " + std::to_string(kMostColumns) + " columns");
    rows_ += table.rows.size();
    if (rows_ > kMostTableRows) return Error(Code::exhausted, "snapshot: over " + std::to_string(kMostTableRows) + " rows in tables");
    TRY(const std::string title, cleaned(tongue_.of(table.title), place + ".title"));
    TRY(Sheet at, sheet(title, tongue_.of("Bảng ", "Table ") + std::to_string(index)));
    TRY_VOID(text(at, 0, 0, title, place + ".title", formats_.title));
    TRY_VOID(about(at));
    Column column = 0;
    for (const auto& one : table.columns) {
      const double width = std::clamp(one.width * 10, 12, 60);
      const std::string& label = tongue_.of(one.label);
      TRY_VOID(one.type == ColumnType::ratio ? ratio_heads(at, column, label, width, place) : head(at, column, label, width, place));
    }
    TRY_VOID(head(at, column, tongue_.of("Mã dòng", "Row"), 18, place));
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      TRY_VOID(table_row(at, static_cast<Row>(i + kFirstRow), table, table.rows[i], place + ".rows[" + std::to_string(i) + "]"));
    }
    return {};
  }

  Result<void> table_row(Sheet at, Row row, const Table& table, const Table::Row& cells, const std::string& place) {
    if (cells.cells.size() != table.columns.size()) return Error(Code::invalid, place + ": other columns than the head");
    Column column = 0;
    for (std::size_t i = 0; i < cells.cells.size(); ++i) {
      const bool is_wide = table.columns[i].type == ColumnType::ratio;
      if (!is_wide && std::holds_alternative<Ratio>(cells.cells[i])) return Error(Code::invalid, place + ": a share in a column of another kind");
      TRY_VOID(value(at, row, column, cells.cells[i], place));
      column = static_cast<Column>(column + (is_wide ? 3 : 1));
    }
    return text(at, row, column, cells.key, place + ".key", formats_.text);
  }

  lxw_workbook* book_;
  const Snapshot& snapshot_;
  const Document& document_;
  Tongue tongue_;
  Formats formats_;
  SheetNames names_;
  std::size_t bytes_ = 0;
  std::size_t rows_ = 0;
};

void describe(lxw_workbook* book, std::string title, std::string author, const Document& document) {
  lxw_doc_properties properties{};
  properties.title = title.data();
  properties.author = author.data();
  // At 0 the library would ask the clock.
  properties.created = static_cast<time_t>(std::max<std::int64_t>(1, document.made_at.ms / 1000));
  static_cast<void>(workbook_set_properties(book, &properties));
}

}  // namespace

Result<Bytes> write_xlsx(const Snapshot& snapshot, const Document& document) {
  TRY(const auto ready, prepared(document));
  const MemoryFile file;
  if (!file.is_open()) return Error(Code::unavailable, "xlsx: no file in memory");
  lxw_workbook* book = workbook_new(file.path().c_str());
  if (book == nullptr) return Error(Code::unavailable, "xlsx: no memory");
  describe(book, ready.title, ready.author, ready);
  const auto filled = Book(book, snapshot, ready, Tongue(wording(ready).draft == "DỰ THẢO")).all();
  const lxw_error closed = workbook_close(book);  // frees the book also if it fails
  TRY_VOID(filled);
  if (closed != LXW_NO_ERROR) return Error(Code::unavailable, std::string("xlsx: ") + lxw_strerror(closed));
  return file.contents();
}

}  // namespace khien::report
