#include "khien/report/document.hpp"

namespace khien::report {
namespace {

std::string text_of(const std::vector<Run>& runs) {
  std::string text;
  for (const Run& run : runs) {
    text += run.text;
    if (run.note) text += "[" + std::to_string(*run.note + 1) + "]";
  }
  return text;
}

struct BlockText {
  std::string& text;

  void operator()(const Paragraph& paragraph) const {
    if (paragraph.role == Paragraph::Role::heading) text += "\n";
    text += text_of(paragraph.runs) + "\n";
  }
  void operator()(const TableBlock& table) const {
    row(table.head);
    for (const auto& cells : table.rows) row(cells);
  }
  void row(const std::vector<Cell>& cells) const {
    text += "|";
    for (const Cell& cell : cells) text += " " + text_of(cell.runs) + " |";
    text += "\n";
  }
};

void line(std::string& text, const std::string& words) {
  if (!words.empty()) text += words + "\n";
}

}  // namespace

std::string plain_text(const Document& document) {
  std::string text;
  const bool vi = document.language == "vi";
  const Letterhead& letterhead = document.letterhead;
  if (document.draft) line(text, vi ? "DỰ THẢO" : "DRAFT");
  for (const std::string* one : {&letterhead.parent_agency, &letterhead.agency, &letterhead.number, &letterhead.place_and_day}) line(text, *one);
  text += "\n";
  line(text, letterhead.type);
  line(text, letterhead.subject);
  if (!letterhead.to.empty()) line(text, "\n" + letterhead.to);
  text += "\n";
  for (const Block& block : document.blocks) std::visit(BlockText{text}, block);
  text += "\n";
  if (!document.signature.columns.empty()) {
    for (const Signer& one : document.signature.columns) text += "| " + one.title + ": " + one.name + " ";
    line(text, "|");
  } else {
    for (const std::string& title : document.signature.titles) line(text, title);
    line(text, document.signature.name);
  }
  line(text, vi ? "\nNơi nhận:" : "\nRecipients:");
  for (const std::string& one : document.signature.recipients) line(text, one);
  if (!document.notes.empty()) {
    line(text, vi ? "\nPHỤ LỤC\nNGUỒN SỐ LIỆU" : "\nAPPENDIX\nSOURCES OF FIGURES");
    line(text, document.notes_of);
  }
  for (const std::string& note : document.notes) line(text, note);
  line(text, "\n" + document.identity);
  return text;
}

}  // namespace khien::report
