#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"
#include "khien/report/document.hpp"
#include "khien/report/snapshot.hpp"

namespace khien::report {

enum class Every : unsigned char { quarter, half_year, year, once };  // once: of a day or an event

// What a person writes into a document before it is frozen.
struct WordsField {
  std::string id;
  LocalText label;
  bool required = false;
  std::size_t most_characters = 4'000;
};

// One step of a document's body, in the order of the file. `text` may name figures as
// {machines_protected_share}, fields as {words.reason}, and {issuer}, {period}, {scope}, {area}
// ("trên địa bàn tỉnh …", "của Sở …"), {cut_off}, {data_from}, {data_to}, {index},
// {index_formula}, {index_caution}; anything else in braces
// is refused when the kind is read, and so are texts whose languages name different things.
struct Step {
  enum class What : unsigned char {
    heading,
    paragraph,
    item,
    basis,    // which days were counted and when it was cut off, as the snapshot has it
    table,
    figures,  // a list of figures with their sources
    changes,  // against the snapshot before
    words,    // what a person wrote; nothing, not even its title, where the field is empty
  };
  What what = What::paragraph;
  LocalText text;                    // heading, paragraph, item; title of the others or empty
  LocalText empty;                   // What::table: what is said where it has no rows
  std::string table;                 // What::table: id of the snapshot's table
  std::string field;                 // What::words: id of the field
  std::vector<std::string> figures;  // What::figures
  std::string only_if;               // a figure that must be known and not zero; may be empty
  bool before = false;               // What::figures: with what it was the period before, where that differs
  std::size_t most_rows = 0;         // What::table: no more than these on the page, and how many are left out; 0: all
  bool only_known = false;           // What::table, What::figures: what is not known is left out
};

// A year of data by a rule of its own, which ends on the same day each year: 15 December
// of the year before to 14 December.
struct YearRule {
  std::string rule;  // its name, which goes into the snapshot
  int last_month = 12;
  int last_day = 31;
  LocalText note;  // said where the document says which days were counted
};

// Snapshot::window_rule of a kind whose documents follow on each other: each counts from where
// the one before was cut off, so that every moment is in exactly one. The number rises with
// the rule.
inline constexpr std::string_view kSinceLast = "since-last@1";

// Who signs beside others, and the field in which their name stands (may be empty).
struct KindSigner {
  LocalText title;
  std::string field;
};

// A kind of document: content/reports/<id>.yaml. A value; adding one needs no code where
// its figures and tables exist already.
struct Kind {
  std::string id;  // "malware-index-quarter"
  int version = 1;
  LocalText name;     // in lists: "Chỉ số lây nhiễm mã độc hằng quý"
  LocalText type;     // on the page: "BÁO CÁO"; empty for an official letter (công văn)
  LocalText subject;  // trích yếu; may name {period}, {scope}, {area}, {issuer} and fields
  LocalText to;       // "Kính gửi: …"; empty where it is sent to nobody above
  std::string symbol;  // "BC", "BB", "CV": how số/ký hiệu begins
  Every every = Every::once;
  bool of_unit = false;    // a unit may make it, for itself
  bool of_tenant = false;  // the standing body makes it, for the whole
  std::vector<std::string> meets;   // of one incident: the clocks that it may meet, the first that is not met
  std::vector<std::string> duties;  // ids of the duties that it proves (content/directives)
  std::optional<YearRule> window;   // nothing: the days of the period
  bool since_last = false;          // the days of the period, and those since the document before
  bool sources_if_asked = false;    // one page: the appendix of sources only where Issue asks
  std::vector<std::string> recipients;
  std::vector<KindSigner> signers;  // of minutes, from left to right; none: the issuer's signer
  std::vector<WordsField> fields;
  std::vector<std::string> figures;  // ids that the snapshot must have
  std::vector<std::string> tables;
  std::vector<Step> steps;
};

// At most kMostKindBytes. Code::invalid names line and key of the first fault:
// "line 12: steps[3].paragraph.vi: {machines} is no figure of this kind".
inline constexpr std::size_t kMostKindBytes = 256u << 10;
Result<Kind> read_kind(std::string_view yaml);

// The window of data for a period, both days included; by a YearRule that of the year in
// which the period ends. Of a kind that follows on the document before: the period's own days,
// for what was before is not known here.
struct Window {
  Date from;
  Date to;
  std::string rule;  // Snapshot::window_rule; empty where the period itself is the window

  bool operator==(const Window&) const = default;
};
Window window_of(const Kind& kind, const Period& period);

// Code::invalid if the snapshot is of another kind or version, is none (validate()), or lacks
// a figure, a table, a required field or the index that is told, or a field is too long:
// named, all of them.
Result<void> check(const Kind& kind, const Snapshot& snapshot);

enum class Language : unsigned char { vi, en };

// The document that says what the snapshot holds. Pure: the same input, the same output.
// `number` and `day` are those of the registry ("Số: 07/BC-…"); without them the page
// leaves room for a hand.
struct Issue {
  std::optional<int> number;
  std::optional<Date> day;
  bool draft = true;  // printed across every page of what nobody signed
  bool sources = false;  // the appendix, of a kind that has it only if asked
};
// Code::invalid where check() says so.
Result<Document> compose(const Kind& kind, const Snapshot& snapshot, const Issue& issue, Language language);

}  // namespace khien::report
