#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/time.hpp"

namespace khien::report {

// A document as its reader sees it, before any file format. All text is data: a writer
// escapes it and never lets it become a field, a formula, a link or a relationship.

struct Run {
  std::string text;
  bool bold = false;
  bool italic = false;
  // Index into Document::notes: a raised number, where the figure came from.
  std::optional<std::size_t> note;

  bool operator==(const Run&) const = default;
};

struct Paragraph {
  enum class Role : unsigned char {
    body,     // justified, first line set in by 1 cm
    heading,  // bold: "I. Tình hình"
    item,     // "- …", set in
    caption,  // of a table; centred, italic
    centred,
  };
  Role role = Role::body;
  std::vector<Run> runs;

  bool operator==(const Paragraph&) const = default;
};

struct Cell {
  enum class Align : unsigned char { left, centre, right };
  std::vector<Run> runs;
  Align align = Align::left;
  // For a spreadsheet: the number itself; a ratio as part over whole. Text otherwise.
  std::optional<double> number;
  bool is_ratio = false;

  bool operator==(const Cell&) const = default;
};

// The first row is the head, repeated on each page.
struct TableBlock {
  std::string id;
  std::string title;  // names the table for a screen reader; on the page the caption before it does
  std::vector<int> widths;  // shares, one for each column
  std::vector<Cell> head;
  std::vector<std::vector<Cell>> rows;

  bool operator==(const TableBlock&) const = default;
};

using Block = std::variant<Paragraph, TableBlock>;

// Decree 30/2020/NĐ-CP, appendix I: what stands above and below the body.
struct Letterhead {
  std::string parent_agency;
  std::string agency;
  std::string number;   // "Số: 07/BC-SKHCN", or "Số:        /BC-SKHCN"
  std::string place_and_day;  // "Thanh Hóa, ngày 05 tháng 02 năm 2026"
  std::string type;     // "BÁO CÁO"; empty for an official letter
  std::string subject;  // under the type; with an empty type "V/v …" under the number
  std::string to;       // "Kính gửi: …", above the body; may be empty

  bool operator==(const Letterhead&) const = default;
};

// One of several who sign side by side, as minutes want it.
struct Signer {
  std::string title;  // "ĐẠI DIỆN ĐOÀN KIỂM TRA"
  std::string name;   // may be empty: the hand writes it

  bool operator==(const Signer&) const = default;
};

struct SignatureBlock {
  std::vector<std::string> titles;  // "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"
  std::string name;
  std::vector<std::string> recipients;
  // Where there are any, these sign, from left to right, instead of titles and name.
  std::vector<Signer> columns;

  bool operator==(const SignatureBlock&) const = default;
};

struct Document {
  std::string language = "vi";  // BCP 47
  std::string title;            // of the file's metadata
  std::string author;           // the agency
  Timestamp made_at;            // of the metadata; the snapshot's, so that bytes repeat
  std::string identity;         // digest of the snapshot, printed small at the end
  Letterhead letterhead;
  std::vector<Block> blocks;
  SignatureBlock signature;
  // The appendix of sources, on a page of its own: "1. Số máy …: nguồn …; số bản ghi: …".
  std::vector<std::string> notes;
  std::string notes_of;            // "(Kèm theo Báo cáo số 07/BC-… ngày … của …)"
  bool draft = true;               // "DỰ THẢO" across each page
  // Set in smaller letters, down to 11 points, until all but the appendix is on one page; where
  // that is not enough it goes on.
  bool one_page = false;

  bool operator==(const Document&) const = default;
};

// The document as lines of text: for a preview, a terminal, a test. Notes are [1], cells
// stand between bars.
std::string plain_text(const Document& document);

}  // namespace khien::report
