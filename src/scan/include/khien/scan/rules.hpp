#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/hash.hpp"
#include "khien/model/local_text.hpp"
#include "khien/model/severity.hpp"
#include "khien/scan/hash_table.hpp"

namespace khien::scan {

// What a person is told about a rule; in the rule's `meta` in its pack.
struct RuleText {
  LocalText title;
  LocalText what_happened;
  std::vector<LocalText> what_to_do;
};

// SHA-256 values of files known to be bad. An open-addressing table keyed by the
// digest's first 8 bytes, whole digests compared: about 50 M lookups/s.
class IocSet {
 public:
  struct Entry {
    Sha256 sha256;
    std::string name;  // "EICAR test file"
    Severity severity = Severity::high;
  };
  IocSet();
  static IocSet of(std::vector<Entry> entries);
  // One a line: "<sha256> <severity> <name>"; '#' begins a comment. Code::invalid
  // names the line.
  static Result<IocSet> parse(std::string_view text, Budget& budget);

  const Entry* find(const Sha256& sha256) const;
  std::size_t size() const;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // index + 1 into entries_; power of two
};

// A pack of rules: YARA source, hash IOCs, and words for people.
struct RulePack {
  std::string name;     // "khien-base"
  std::string version;  // grows; part of the content epoch
  std::string yara_source;
  IocSet iocs;
  std::vector<HashTable> tables;  // more hashes: ClamAV's lists, or millions compiled into one block
  std::map<std::string, RuleText, std::less<>> texts;  // by rule name
};

// Reads the pack format: a folder's files handed over as text.
//   pack.json   {"name","version","texts":{rule:{...}}}   *.yar   iocs.txt
// (its other hash lists, *.hdb, *.hsb and hashes.table, are HashTable's)
Result<RulePack> parse_pack(std::string_view pack_json, std::string_view yara_source,
                            std::string_view iocs, Budget& budget);

// The words for a match, by engine and rule: the pack's, or general ones that
// name the rule (a ClamAV signature we have no words for).
RuleText text_for(const std::vector<std::shared_ptr<const RulePack>>& packs, std::string_view engine_and_rule);

}  // namespace khien::scan
