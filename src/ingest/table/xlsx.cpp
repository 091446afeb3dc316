#include "table/xlsx.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/text.hpp"
#include "table/number_format.hpp"
#include "table/xml_events.hpp"
#include "table/zip_entries.hpp"

namespace khien::ingest {
namespace {

constexpr std::size_t kMostColumns = 256;
constexpr std::size_t kMostSheets = 64;
constexpr std::int64_t kMostRows = 1'048'576;  // of Excel itself
constexpr std::size_t kMostMerges = 100'000;

std::string attribute(const XmlVisitor::Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  return found == attributes.end() ? std::string() : found->second;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct SheetEntry {
  std::string name;
  std::string relation;
};

class WorkbookVisitor final : public XmlVisitor {
 public:
  Result<void> begin(std::string_view name, const Attributes& attributes) override {
    if (name == "workbookPr") {
      const auto flag = attribute(attributes, "date1904");
      from_1904 = flag == "1" || flag == "true";
    }
    const auto state = attribute(attributes, "state");
    if (name != "sheet" || state == "hidden" || state == "veryHidden") return {};
    if (sheets.size() == kMostSheets) return Error(Code::exhausted, "the workbook has too many sheets");
    sheets.push_back({attribute(attributes, "name"), attribute(attributes, "id")});
    return {};
  }
  Result<void> end(std::string_view) override { return {}; }
  void text(std::string_view) override {}

  std::vector<SheetEntry> sheets;
  bool from_1904 = false;
};

class RelationsVisitor final : public XmlVisitor {
 public:
  Result<void> begin(std::string_view name, const Attributes& attributes) override {
    if (name != "Relationship" || attribute(attributes, "TargetMode") == "External") return {};
    targets[attribute(attributes, "Id")] = attribute(attributes, "Target");
    return {};
  }
  Result<void> end(std::string_view) override { return {}; }
  void text(std::string_view) override {}

  std::map<std::string, std::string> targets;
};

class StylesVisitor final : public XmlVisitor {
 public:
  Result<void> begin(std::string_view name, const Attributes& attributes) override {
    if (name == "numFmt") codes_[attribute(attributes, "numFmtId")] = attribute(attributes, "formatCode");
    if (name == "cellXfs") in_cells_ = true;
    if (name == "xf" && in_cells_) {
      const auto id = attribute(attributes, "numFmtId");
      formats.push_back(number_format_of(static_cast<int>(number_of(id).value_or(0)), codes_[id]));
    }
    return {};
  }
  Result<void> end(std::string_view name) override {
    if (name == "cellXfs") in_cells_ = false;
    return {};
  }
  void text(std::string_view) override {}

  std::vector<NumberFormat> formats;  // by a cell's style

 private:
  std::map<std::string, std::string> codes_;
  bool in_cells_ = false;
};

// Text runs in <t>, but not the reading aids in <rPh>.
class StringsVisitor final : public XmlVisitor {
 public:
  Result<void> begin(std::string_view name, const Attributes&) override {
    if (name == "si") strings.emplace_back();
    if (name == "rPh") ++aside_;
    in_text_ = name == "t" && aside_ == 0;
    return {};
  }
  Result<void> end(std::string_view name) override {
    if (name == "rPh") --aside_;
    if (name == "t") in_text_ = false;
    return {};
  }
  void text(std::string_view utf8) override {
    if (in_text_ && !strings.empty()) strings.back() += utf8;
  }

  std::vector<std::string> strings;

 private:
  int aside_ = 0;
  bool in_text_ = false;
};

// "BC12" is column 54; none without letters.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
    if (column > 20'000) break;
  }
  if (column == 0) return std::nullopt;
  return column - 1;
}

// "A2:A11": one cell that covers rows of a column, and what it shows.
struct Merge {
  std::size_t column = 0;
  std::int64_t first = 0, last = 0;
};
std::optional<Merge> merge_from(std::string_view reference) {
  const auto colon = reference.find(':');
  if (colon == reference.npos) return std::nullopt;
  const auto row_of = [](std::string_view cell) {
    const auto digits = cell.find_first_of("0123456789");
    return digits == cell.npos ? std::nullopt : number_of(cell.substr(digits));
  };
  const auto column = column_of(reference);
  const auto first = row_of(reference.substr(0, colon)), last = row_of(reference.substr(colon + 1));
  if (!column || !first || !last || *first >= *last) return std::nullopt;
  return Merge{*column, *first, *last};
}

// Of all sheets: what a person may not expect to have been read.
struct Oddities {
  std::int64_t hidden_rows = 0;
  std::int64_t formulas_without_value = 0;
};

struct Book {
  std::vector<std::string> strings;
  std::vector<NumberFormat> formats;
  bool from_1904 = false;
};

class SheetVisitor final : public XmlVisitor {
 public:
  SheetVisitor(const Book& book, TableSheet& sheet, Oddities& oddities, Budget& budget)
      : book_(book), sheet_(sheet), oddities_(oddities), budget_(budget) {}

  Result<void> begin(std::string_view name, const Attributes& attributes) override {
    if (name == "row") TRY_VOID(begin_row(attributes));
    if (name == "c") begin_cell(attributes);
    if (name == "f") has_formula_ = true;
    if (name == "mergeCell" && merges_.size() < kMostMerges) {
      if (const auto merge = merge_from(attribute(attributes, "ref"))) merges_.push_back(*merge);
    }
    if (name == "rPh") ++aside_;
    in_value_ = aside_ == 0 && (name == "v" || name == "t");
    return {};
  }
  Result<void> end(std::string_view name) override {
    if (name == "rPh") --aside_;
    if (name == "v" || name == "t") in_value_ = false;
    if (name == "c") return end_cell();
    if (name == "row") end_row();
    if (name == "mergeCells") return fill_merged();
    return {};
  }
  void text(std::string_view utf8) override {
    if (in_value_) value_ += utf8;
  }

 private:
  Result<void> begin_row(const Attributes& attributes) {
    row_ = {};
    row_.number = number_of(attribute(attributes, "r")).value_or(last_row_ + 1);
    if (row_.number <= last_row_ || row_.number > kMostRows) {
      return Error(Code::invalid, "the workbook's rows are out of order");
    }
    last_row_ = row_.number;
    next_column_ = 0;
    const auto hidden = attribute(attributes, "hidden");
    is_hidden_ = hidden == "1" || hidden == "true";
    return {};
  }
  void begin_cell(const Attributes& attributes) {
    value_.clear();
    has_formula_ = false;
    type_ = attribute(attributes, "t");
    style_ = static_cast<std::size_t>(number_of(attribute(attributes, "s")).value_or(0));
    column_ = column_of(attribute(attributes, "r")).value_or(next_column_);
    next_column_ = column_ + 1;
  }
  Result<void> end_cell() {
    TRY(auto shown, shown_value());
    if (shown.empty() && has_formula_) ++oddities_.formulas_without_value;
    if (shown.empty()) return {};
    return put(row_, column_, std::move(shown));
  }
  Result<void> put(TableRow& row, std::size_t column, std::string shown) {
    if (column >= kMostColumns) return Error(Code::exhausted, "the sheet has too many columns");
    TRY_VOID(budget_.take_out(shown.size()));
    if (row.cells.size() <= column) {
      // Empty cells before it take memory as well.
      TRY_VOID(budget_.take_entries(column + 1 - row.cells.size()));
      row.cells.resize(column + 1);
    }
    row.cells[column] = std::move(shown);
    return {};
  }
  void end_row() {
    if (row_.cells.empty()) return;
    if (is_hidden_) ++oddities_.hidden_rows;
    sheet_.rows.push_back(std::move(row_));
    row_ = {};
  }
  // A unit written once beside ten devices is the unit of all ten. To the right
  // nothing is filled in: a title over all columns is no cell of each.
  Result<void> fill_merged() {
    for (const Merge& merge : merges_) {
      auto row = std::ranges::lower_bound(sheet_.rows, merge.first, {}, &TableRow::number);
      if (row == sheet_.rows.end() || row->number != merge.first || row->cells.size() <= merge.column) continue;
      const std::string shown = row->cells[merge.column];
      for (++row; row != sheet_.rows.end() && row->number <= merge.last; ++row) {
        TRY_VOID(budget_.take_entries());
        TRY_VOID(put(*row, merge.column, shown));
      }
    }
    merges_.clear();
    return {};
  }
  Result<std::string> shown_value() const {
    if (type_ == "s" && value_.empty()) return std::string();
    if (type_ == "s") {
      const auto index = number_of(value_);
      if (!index || *index < 0 || static_cast<std::size_t>(*index) >= book_.strings.size()) {
        return Error(Code::invalid, "the workbook names a text that it does not have");
      }
      return composed(book_.strings[static_cast<std::size_t>(*index)]);
    }
    if (type_ == "b") return std::string(value_ == "1" ? "TRUE" : value_.empty() ? "" : "FALSE");
    if (type_ == "d") return value_.substr(0, value_.ends_with("T00:00:00") ? value_.size() - 9 : value_.size());
    if (type_.empty() || type_ == "n") {
      const NumberFormat format = style_ < book_.formats.size() ? book_.formats[style_] : NumberFormat{};
      return shown_number(value_, format, book_.from_1904);
    }
    return composed(value_);
  }
  static std::string composed(const std::string& text) {
    auto normal = nfc(text);
    return normal ? std::move(normal).value() : std::string();
  }

  const Book& book_;
  TableSheet& sheet_;
  Oddities& oddities_;
  Budget& budget_;
  std::vector<Merge> merges_;
  bool is_hidden_ = false, has_formula_ = false;
  TableRow row_;
  std::int64_t last_row_ = 0;
  std::size_t column_ = 0, next_column_ = 0, style_ = 0;
  std::string type_, value_;
  int aside_ = 0;
  bool in_value_ = false;
};

// The part that a relation of xl/workbook.xml names.
std::string part_of(std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  return "xl/" + std::string(target);
}

void note_oddities(const Oddities& oddities, Table& table) {
  if (const auto hidden = std::to_string(oddities.hidden_rows); oddities.hidden_rows > 0) {
    table.notes.push_back({hidden + " dòng đang bị ẩn hoặc lọc trong tệp cũng được đọc.",
                           hidden + " rows that are hidden or filtered in the file are read as well."});
  }
  if (const auto empty = std::to_string(oddities.formulas_without_value); oddities.formulas_without_value > 0) {
    table.notes.push_back({empty + " ô có công thức nhưng chưa có giá trị nên được đọc là ô trống. Hãy mở tệp bằng bảng tính "
                                   "và lưu lại.",
                           empty + " cells have a formula and no value, and are read as empty. Open the file in a spreadsheet "
                                   "and save it again."});
  }
}

Result<void> read_part(ZipEntries& zip, const std::string& name, bool needed, XmlVisitor& visitor, Budget& budget) {
  TRY(const auto content, zip.read(name, budget));
  if (content) return read_xml(*content, visitor, budget);
  if (needed) return Error(Code::invalid, "this ZIP is no workbook");
  return {};
}

}  // namespace

Result<Table> read_xlsx(ByteView bytes, Budget& budget) {
  TRY(auto zip, ZipEntries::open(bytes, budget));
  WorkbookVisitor workbook;
  RelationsVisitor relations;
  StringsVisitor strings;
  StylesVisitor styles;
  TRY_VOID(read_part(zip, "xl/workbook.xml", true, workbook, budget));
  TRY_VOID(read_part(zip, "xl/_rels/workbook.xml.rels", true, relations, budget));
  TRY_VOID(read_part(zip, "xl/sharedStrings.xml", false, strings, budget));
  TRY_VOID(read_part(zip, "xl/styles.xml", false, styles, budget));
  const Book book{std::move(strings.strings), std::move(styles.formats), workbook.from_1904};
  Table table;
  Oddities oddities;
  for (const SheetEntry& entry : workbook.sheets) {
    const auto target = relations.targets.find(entry.relation);
    if (target == relations.targets.end()) return Error(Code::invalid, "the workbook names a sheet that it does not have");
    TableSheet sheet{.name = entry.name, .rows = {}};
    SheetVisitor visitor(book, sheet, oddities, budget);
    TRY_VOID(read_part(zip, part_of(target->second), true, visitor, budget));
    table.sheets.push_back(std::move(sheet));
  }
  note_oddities(oddities, table);
  return table;
}

}  // namespace khien::ingest
