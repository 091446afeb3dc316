#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/exchange/avreport.hpp"

namespace khien::exchange {

// One text of a message: where it comes from, and what it may be.
struct TextRule {
  enum class Kind : unsigned char { text, number, ip, hex, word };
  std::string source;      // "from.id", "subject", "at"; inside a repeated element a fact's name
  Kind kind = Kind::text;
  std::size_t most = 255;  // code points
  bool required = false;
  std::vector<std::pair<std::string, std::string>> words;  // of a word: ours, theirs
};

struct ElementRule {
  struct Attribute {
    std::string name;
    TextRule text;
  };
  // once; one a machine that has rows of the kind; one a row of that machine; one a row of the kind.
  enum class Repeat : unsigned char { once, machines, rows_of_machine, rows };

  std::string name;  // with its prefix
  Repeat repeat = Repeat::once;
  RowKind kind = RowKind::machine;  // of what is repeated
  bool signature = false;           // XML-DSig's own element
  std::vector<std::pair<std::string, std::string>> declares;  // prefix, namespace
  std::vector<Attribute> attributes;
  std::optional<TextRule> text;
  std::vector<ElementRule> children;
};

struct AnswerRule {
  Outcome outcome = Outcome::unclear;
  std::vector<int> statuses;        // empty: 200 to 299
  std::vector<std::string> words;   // any of them, small letters without blanks; empty: any body
};

struct SchemeTable {
  std::string id;
  LocalText title;
  std::string content_type;
  std::string soap_action;
  std::string endpoint;
  ElementRule message;
  SealPlace place;
  std::vector<AnswerRule> answers;
  std::vector<std::pair<std::string, std::string>> malware_types;  // word in the name, type
  std::string other_type;
};

// Code::invalid names the line.
Result<SchemeTable> read_scheme_table(std::string_view yaml, Budget& budget);

Result<std::string> write_message(const SchemeTable& table, const AvReport& report);
Result<AvReport> read_message(const SchemeTable& table, std::string_view xml, Budget& budget, bool is_signed);

// Small letters, without blanks.
std::string squeezed(std::string_view text);

inline constexpr std::string_view kSignatureNamespace = "http://www.w3.org/2000/09/xmldsig#";

}  // namespace khien::exchange
