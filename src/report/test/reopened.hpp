#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <zip.h>

#include "khien/core/bytes.hpp"
#include "khien/report/document.hpp"

namespace khien::report {

// What formulas, fields, links and templates are smuggled in as (T11), and what breaks XML.
inline const std::vector<std::string>& payloads() {
  static const std::vector<std::string> all = {
      "=1+1", "+1+1", "-1+1", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "=cmd|'/c calc'!A1", "=HYPERLINK(\"http://canary.invalid\",\"x\")",
      "{=1+1}", "=WEBSERVICE(\"http://canary.invalid\")", "http://canary.invalid/x", "mailto:a@canary.invalid", "internal:Sheet1!A1", "external:c:\\x.xlsx",
      "\\\\canary.invalid\\share", "{ INCLUDETEXT \"http://canary.invalid\" }", "</w:t></w:r><w:r><w:instrText> DDEAUTO c:\\x </w:instrText></w:r><w:r><w:t>",
      "<Relationship Id=\"rId9\" Target=\"http://canary.invalid\" TargetMode=\"External\"/>", "]]>", "<![CDATA[x]]>", "&#x3d;1+1", "&lt;", "\"'<>&", "{{7*7}}", "${7*7}", "%s%n",
      "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>&y;", "/P << /MCID 0 >> BDC", ") Tj EMC (", "_x000D_", "\x01\x02\x1b[31m", "\xc2\x85", "\xe2\x80\xae" "cod.exe",
      "\xef\xbf\xbe", "\xf0\x9f\x98\x80", "\xe4\xb8\xad", "e\xcc\x81\xcc\x81\xcc\x81", std::string(3000, 'W'), "a\xe2\x80\x8b" "b"};
  return all;
}

// Every place of a document that holds text.
inline std::vector<std::string*> places(Document& document) {
  Letterhead& head = document.letterhead;
  std::vector<std::string*> out = {&document.title, &document.author, &document.identity, &head.parent_agency, &head.agency, &head.number, &head.place_and_day, &head.type, &head.subject, &head.to, &document.notes_of,
                                   &document.signature.name};
  for (Block& block : document.blocks) {
    if (auto* one = std::get_if<Paragraph>(&block)) {
      for (Run& run : one->runs) out.push_back(&run.text);
    } else {
      auto& table = std::get<TableBlock>(block);
      out.insert(out.end(), {&table.id, &table.title});
      for (Cell& cell : table.head) out.push_back(&cell.runs.at(0).text);
      for (auto& row : table.rows) {
        for (Cell& cell : row) out.push_back(&cell.runs.at(0).text);
      }
    }
  }
  for (Signer& one : document.signature.columns) out.insert(out.end(), {&one.title, &one.name});
  for (auto* list : {&document.signature.titles, &document.signature.recipients, &document.notes}) {
    for (std::string& one : *list) out.push_back(&one);
  }
  return out;
}

// The parts of a zip by name; empty if it is none.
inline std::map<std::string, std::string> parts_of(ByteView bytes) {
  std::map<std::string, std::string> out;
  zip_error_t error;
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (zip == nullptr) {
    zip_source_free(source);
    return out;
  }
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_stat_t stat;
    zip_file_t* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(i), 0);
    if (file == nullptr || zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat) != 0) break;
    std::string content(stat.size, '\0');
    if (zip_fread(file, content.data(), content.size()) == static_cast<zip_int64_t>(content.size())) out[stat.name] = std::move(content);
    zip_fclose(file);
  }
  zip_discard(zip);
  return out;
}

}  // namespace khien::report
