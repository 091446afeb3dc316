#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/local_text.hpp"

namespace khien::report {

inline constexpr int kSnapshotSchema = 1;
// A figure names the rows behind it up to this many; row_count tells all.
inline constexpr std::size_t kMostRowsOfFigure = 10'000;
inline constexpr std::size_t kMostSnapshotBytes = 64u << 20;

// A share over a whole, kept as both numbers: 57 of 60. A whole of zero is not a value
// but Unknown.
struct Ratio {
  std::int64_t part = 0;
  std::int64_t whole = 1;

  bool operator==(const Ratio&) const = default;
};

// Whole numbers from 0 to kMostWhole (2^53): those that every reader of JSON and every
// spreadsheet keeps as they are. Numbers below zero may go as far down.
inline constexpr std::int64_t kMostWhole = std::int64_t{1} << 53;

// Why there is no number ("phần mềm chưa quản lý sự cố"). Printed in words, never as a zero.
struct Unknown {
  LocalText why;

  bool operator==(const Unknown&) const = default;
};

using Value = std::variant<Unknown, std::int64_t, Ratio, std::string, Date, Timestamp>;

// The share, or Unknown with `why` where the whole is zero.
Value ratio_or(std::int64_t part, std::int64_t whole, LocalText why);

// A number that walks back: the query that made it and the rows it counted.
struct Figure {
  std::string id;  // [a-z0-9_.], unique in a snapshot: "machines.protected"
  LocalText label;
  Value value;
  LocalText unit;                 // "máy" / "machines"; empty for a bare number
  std::string query;              // name and version of the statement: "machines.protected@1"
  std::vector<std::string> rows;  // keys of what was counted, sorted: "machine:17", "finding:204"
  std::uint64_t row_count = 0;    // of all rows, also of those beyond kMostRowsOfFigure
  // Where there are more than that: of the keys of all of them, sorted, a line each. Whoever
  // keeps the others beside the snapshot can show that they are those.
  std::optional<Sha256> all_rows;

  bool operator==(const Figure&) const = default;
};

enum class ColumnType : unsigned char { text, number, ratio, day, moment };

struct Column {
  std::string id;  // [a-z0-9_]
  LocalText label;
  ColumnType type = ColumnType::text;
  int width = 1;  // share of the table's width

  bool operator==(const Column&) const = default;
};

// Rows of a document, each with the key of what it tells of.
struct Table {
  struct Row {
    std::string key;  // "unit:12"
    std::vector<Value> cells;

    bool operator==(const Row&) const = default;
  };
  std::string id;  // [a-z0-9_.], unique in a snapshot
  LocalText title;
  std::vector<Column> columns;
  std::vector<Row> rows;  // in the order of the page
  std::string query;
  // Why the rows cannot be told; then there are none, and the page says so, never "none".
  std::optional<Unknown> unknown;
  // Of a day that is over, where part of it was not kept: the day whose state it shows in that
  // part. The page says so.
  std::optional<Date> seen_on;

  bool operator==(const Table&) const = default;
};

// The span a document speaks of, both days included, and its name as people write it.
struct Period {
  std::string id;  // "2026-Q3", "2026-H1", "2026", "2026-11-26"
  LocalText name;  // "quý III năm 2026" / "the third quarter of 2026"
  Date from;
  Date to;

  bool operator==(const Period&) const = default;
};

// "2026", "2026-H1", "2026-Q3", "2026-11", "2026-11-26". Code::invalid for anything else.
Result<Period> read_period(std::string_view id);
// The period before it, of the same length.
Period before(const Period& period);

// Who writes, as Decree 30/2020/NĐ-CP wants it on the page. Text from people: data.
struct Issuer {
  std::string parent_agency;  // "ỦY BAN NHÂN DÂN TỈNH …"; may be empty
  std::string agency;
  std::string place;        // "Thanh Hóa"
  std::string symbol;       // what follows the number: "BC-SKHCN"
  std::string signer_mode;  // "", "KT.", "TM.", "TL.", "TUQ."
  // Whom the mode names: "GIÁM ĐỐC" in "KT. GIÁM ĐỐC". Further lines stand below as they
  // are: "ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH" after "TM.".
  std::string signer_mode_title;
  std::string signer_title;       // "PHÓ GIÁM ĐỐC"
  std::string signer_name;
  std::vector<std::string> recipients;  // of "Nơi nhận"

  bool operator==(const Issuer&) const = default;
};

// An index as it stood: which definition counted, and the words that must stand beside
// it (content/indexes).
struct IndexDefinition {
  std::string id;  // "khien-infection@1"
  LocalText title;
  LocalText formula;
  LocalText caution;

  bool operator==(const IndexDefinition&) const = default;
};

// What an earlier snapshot of the same kind and scope said: enough to tell what changed
// without opening it.
struct Previous {
  struct Entry {
    LocalText label;
    Value value;
    LocalText unit;
    std::string query;

    bool operator==(const Entry&) const = default;
  };
  std::string period;            // its id
  std::string digest;            // of its JSON, 64 hexadecimal digits
  std::string index_definition;  // its id; empty where it told no index
  std::map<std::string, Entry> figures;

  bool operator==(const Previous&) const = default;
};

// The frozen document that this one corrects. Both stay; the page names it and says why.
struct Replaces {
  std::string number;  // "07/BC-SKHCN"
  Date issued_on;
  std::string reason;  // a person's words

  bool operator==(const Replaces&) const = default;
};

// What a report froze at its cut-off. The same snapshot gives the same bytes in every
// format, for ever; it is read from its own JSON years later without the database.
struct Snapshot {
  std::string kind;  // id of a Kind
  int kind_version = 1;
  std::string tenant;
  std::string scope_key;   // "tenant" or "unit:12"
  std::string scope_name;  // "Tỉnh Lam Giang", "Sở Y tế"
  Period period;
  Date data_from;         // the window of the data by the rule in force, which may differ
  Date data_to;           // from the period (15/12 to 14/12), both days included
  std::string window_rule;  // which rule said so (YearRule::rule, kSinceLast); empty where none does
  // Where the document before was cut off inside data_from: this one counts from here on.
  std::optional<Timestamp> since;
  Timestamp cut_off;        // nothing later was counted
  Timestamp taken_at;
  std::optional<IndexDefinition> index;  // of the kinds that tell an index
  Issuer issuer;
  std::map<std::string, std::string> words;  // what a person wrote, by the kind's field id
  std::vector<Figure> figures;
  std::vector<Table> tables;
  std::optional<Previous> previous;  // nothing where there is none: previous_of(earlier)
  std::optional<Replaces> replaces;  // a correction
  std::string about;  // "incident:12": the one thing it tells of; empty: none

  const Figure* figure(std::string_view id) const;
  const Table* table(std::string_view id) const;
  bool operator==(const Snapshot&) const = default;
};

// Of an earlier snapshot, what the next one remembers.
Previous previous_of(const Snapshot& earlier);

// Code::invalid names the place ("figures[3].value: …") of what no snapshot may hold: an id
// that stands twice or has other characters, a cell of another type than its column, a
// ratio over nothing, rows that are fewer than row_count without being kMostRowsOfFigure,
// unsorted or repeated row keys, text that is not UTF-8, an end before its beginning, a
// moment to count from that lies outside data_from.
Result<void> validate(const Snapshot& snapshot);

// Canonical JSON: keys in a fixed order, lists as they stand, no spaces. `since`, `seen_on`,
// `all_rows`, `replaces` and `about` stand in it only where they say something, so that what was frozen
// before they were known keeps its digest. The digest is of these bytes. What validate() passes is read back as it was.
std::string to_json(const Snapshot& snapshot);
// The inverse, of such JSON with any white space. Code::invalid names the place, also for
// a field that is missing, unknown or there twice, and another schema; Code::exhausted
// over kMostSnapshotBytes.
Result<Snapshot> read_snapshot(std::string_view json);
Sha256 digest_of(const Snapshot& snapshot);

// "57/60 (95,0%)", "1.204", "chưa có số liệu (…)", "01/7/2026", "08 giờ 05 phút ngày
// 26/11/2026" (in Vietnam): as it stands in a sentence. A share that is not whole is never
// rounded to 100 %, nor one that is something to 0 %. English: "57/60 (95.0%)", "2026-11-26".
LocalText describe(const Value& value);
// With its unit: "1.204 máy", "57/60 máy (95,0%)". Text, days and what is not known have none.
LocalText describe(const Value& value, const LocalText& unit);

}  // namespace khien::report
