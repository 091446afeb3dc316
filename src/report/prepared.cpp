#include "prepared.hpp"

#include <algorithm>

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include "khien/core/text.hpp"

namespace khien::report {
namespace {

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool is_shapeless(UChar32 c) {
  return c == 0xad || (c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff || (c >= 0xfe00 && c <= 0xfe0f);
}

// What stands for `c`; 0 if nothing does.
UChar32 shown(UChar32 c) {
  if (c == '\t' || c == '\n' || c == '\r') return ' ';
  if (is_shapeless(c)) return 0;
  switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_SURROGATE:
    case U_PRIVATE_USE_CHAR:
    case U_UNASSIGNED: return 0xfffd;
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR: return ' ';
    default: return c;
  }
}

std::string with_shown(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(bytes, at, size, c);
    c = shown(c);
    if (c == 0) continue;
    char one[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(one, length, c);
    out.append(one, static_cast<std::size_t>(length));
  }
  return out;
}

std::string in_capitals(const std::string& text) {
  std::string out;
  icu::UnicodeString::fromUTF8(text).toUpper(icu::Locale("vi")).toUTF8String(out);
  return out;
}

std::string at(std::string_view list, std::size_t index) { return std::string(list) + "[" + std::to_string(index) + "]"; }

Error contradiction(const std::string& place, std::string_view what) {
  return Error(Code::invalid, place + ": " + std::string(what));
}

// Goes through a document once, cleaning and counting.
class Preparing {
 public:
  explicit Preparing(Document& document) : document_(document) {}

  Result<void> all() {
    TRY_VOID(metadata());
    TRY_VOID(head());
    if (document_.blocks.size() > kMostBlocks) return over("blocks", kMostBlocks);
    for (std::size_t i = 0; i < document_.blocks.size(); ++i) {
      TRY_VOID(std::visit([&](auto& block) { return one(block, at("blocks", i)); }, document_.blocks[i]));
    }
    TRY_VOID(signature());
    TRY_VOID(text(document_.notes_of, "notes_of"));
    return list(document_.notes, "notes");
  }

 private:
  Error over(std::string_view what, std::size_t limit) const {
    return Error(Code::exhausted, "document: over " + std::to_string(limit) + " " + std::string(what));
  }

  Result<void> text(std::string& value, const std::string& place) {
    if (value.size() > kMostBytesInOnePlace) return Error(Code::exhausted, place + ": over " + std::to_string(kMostBytesInOnePlace) + " bytes");
    TRY(value, cleaned(value, place));
    // Also what is empty costs: a document is no place for a million runs of nothing.
    bytes_ += value.size() + 8;
    if (bytes_ > kMostTextBytes) return over("bytes of text", kMostTextBytes);
    return {};
  }

  Result<void> list(std::vector<std::string>& values, std::string_view place) {
    for (std::size_t i = 0; i < values.size(); ++i) TRY_VOID(text(values[i], at(place, i)));
    return {};
  }

  Result<void> metadata() {
    const std::string& language = document_.language;
    if (language.empty() || language.size() > 35 ||
        !std::ranges::all_of(language, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; })) {
      return contradiction("language", "not a language tag");
    }
    TRY_VOID(text(document_.title, "title"));
    TRY_VOID(text(document_.author, "author"));
    return text(document_.identity, "identity");
  }

  Result<void> head() {
    Letterhead& head = document_.letterhead;
    TRY_VOID(text(head.parent_agency, "letterhead.parent_agency"));
    TRY_VOID(text(head.agency, "letterhead.agency"));
    TRY_VOID(text(head.number, "letterhead.number"));
    TRY_VOID(text(head.place_and_day, "letterhead.place_and_day"));
    TRY_VOID(text(head.type, "letterhead.type"));
    TRY_VOID(text(head.subject, "letterhead.subject"));
    TRY_VOID(text(head.to, "letterhead.to"));
    for (std::string* words : {&head.parent_agency, &head.agency, &head.type}) *words = in_capitals(*words);
    return {};
  }

  Result<void> runs(std::vector<Run>& values, const std::string& place) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      TRY_VOID(text(values[i].text, place + "." + at("runs", i)));
      bytes += values[i].text.size();
      if (bytes > kMostBytesInOnePlace) return Error(Code::exhausted, place + ": over " + std::to_string(kMostBytesInOnePlace) + " bytes");
      if (values[i].note && *values[i].note >= document_.notes.size()) return contradiction(place + "." + at("runs", i), "no such note");
    }
    return {};
  }

  Result<void> one(Paragraph& paragraph, const std::string& place) { return runs(paragraph.runs, place); }

  Result<void> cells(std::vector<Cell>& values, const std::string& place) {
    for (std::size_t i = 0; i < values.size(); ++i) TRY_VOID(runs(values[i].runs, place + at("", i)));
    return {};
  }

  Result<void> one(TableBlock& table, const std::string& place) {
    const std::size_t columns = table.head.size();
    if (columns == 0) return contradiction(place + ".head", "no column");
    if (columns > kMostColumns) return over("columns in a table", kMostColumns);
    if (table.widths.size() != columns) return contradiction(place + ".widths", "not one for each column");
    if (!std::ranges::all_of(table.widths, [](int w) { return w > 0 && w <= 1'000; })) return contradiction(place + ".widths", "not from 1 to 1000");
    rows_ += table.rows.size();
    if (rows_ > kMostTableRows) return over("rows in tables", kMostTableRows);
    TRY_VOID(text(table.id, place + ".id"));
    TRY_VOID(text(table.title, place + ".title"));
    TRY_VOID(cells(table.head, place + ".head"));
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const std::string row = place + "." + at("rows", i);
      if (table.rows[i].size() != columns) return contradiction(row, "other columns than the head");
      TRY_VOID(cells(table.rows[i], row));
    }
    return {};
  }

  Result<void> signature() {
    SignatureBlock& block = document_.signature;
    TRY_VOID(list(block.titles, "signature.titles"));
    TRY_VOID(list(block.recipients, "signature.recipients"));
    for (std::string& title : block.titles) title = in_capitals(title);
    if (block.columns.size() > kMostColumns) return over("columns of signatures", kMostColumns);
    for (std::size_t i = 0; i < block.columns.size(); ++i) {
      TRY_VOID(text(block.columns[i].title, at("signature.columns", i) + ".title"));
      TRY_VOID(text(block.columns[i].name, at("signature.columns", i) + ".name"));
      block.columns[i].title = in_capitals(block.columns[i].title);
    }
    return text(block.name, "signature.name");
  }

  Document& document_;
  std::size_t bytes_ = 0;
  std::size_t rows_ = 0;
};

// "- Như trên;", the last with a full stop.
void as_list(std::vector<std::string>& recipients) {
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    std::string& one = recipients[i];
    if (one.empty()) continue;
    if (!has_dash(one)) one.insert(0, "- ");
    if (!one.ends_with(';') && !one.ends_with('.')) one += i + 1 == recipients.size() ? '.' : ';';
  }
}

void end_body(Document& document) {
  if (document.blocks.empty()) return;
  auto* last = std::get_if<Paragraph>(&document.blocks.back());
  if (last == nullptr || last->runs.empty()) return;
  std::string& text = last->runs.back().text;
  if (text.ends_with("./.")) return;
  text += text.ends_with('.') ? "/." : "./.";
}

// A caption that stands before a table names it already; the title is not said twice.
void name_tables_once(Document& document) {
  for (std::size_t i = 1; i < document.blocks.size(); ++i) {
    const auto* before = std::get_if<Paragraph>(&document.blocks[i - 1]);
    auto* table = std::get_if<TableBlock>(&document.blocks[i]);
    if (table != nullptr && before != nullptr && before->role == Paragraph::Role::caption) table->title.clear();
  }
}

constexpr Wording kVietnamese = {
    .state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    .motto = "Độc lập - Tự do - Hạnh phúc",
    .recipients = "Nơi nhận:",
    .appendix = "PHỤ LỤC",
    .sources = "NGUỒN SỐ LIỆU",
    .identity = "Mã bản chốt số liệu (SHA-256): ",
    .draft = "DỰ THẢO",
    .unsigned_draft = "Bản dự thảo, chưa ký. ",
};
constexpr Wording kEnglish = {
    .state = "SOCIALIST REPUBLIC OF VIET NAM",
    .motto = "Independence - Freedom - Happiness",
    .recipients = "Recipients:",
    .appendix = "APPENDIX",
    .sources = "SOURCES OF FIGURES",
    .identity = "Digest of the frozen figures (SHA-256): ",
    .draft = "DRAFT",
    .unsigned_draft = "Draft, not signed. ",
};

bool is_vietnamese(const Document& document) { return document.language == "vi" || document.language.starts_with("vi-"); }

}  // namespace

Result<std::string> cleaned(std::string_view text, std::string_view place) {
  if (is_plain(text)) return std::string(text);
  if (!is_utf8(text)) return Error(Code::invalid, std::string(place) + ": not UTF-8");
  TRY(const auto composed, nfc(with_shown(text)));
  return composed;
}

Result<Document> prepared(const Document& document) {
  Document out = document;
  TRY_VOID(Preparing(out).all());
  as_list(out.signature.recipients);
  name_tables_once(out);
  if (is_vietnamese(out)) end_body(out);
  return out;
}

const Wording& wording(const Document& document) { return is_vietnamese(document) ? kVietnamese : kEnglish; }

bool has_dash(std::string_view text) {
  for (const std::string_view dash : {"-", "–", "—", "+", "•"}) {
    if (text.starts_with(dash)) return true;
  }
  return false;
}

}  // namespace khien::report
