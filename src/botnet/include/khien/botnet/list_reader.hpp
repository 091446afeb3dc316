#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/botnet/address.hpp"
#include "khien/core/date.hpp"
#include "khien/core/time.hpp"
#include "khien/model/local_text.hpp"
#include "khien/model/table.hpp"

namespace khien::botnet {

inline constexpr std::int64_t kMostListRows = 100'000;
inline constexpr std::size_t kMostProblems = 500;  // kept; the rest are counted

// What one row says: this address was seen to do a bot's work. Texts come from outside.
struct ListEntry {
  std::int64_t row = 0;  // in the file
  Address address;
  std::optional<int> port;             // that it was seen with
  std::optional<Timestamp> seen_at;
  std::string malware;                 // family; empty: not said
  std::optional<Address> controller;   // the server it takes its orders from
  std::optional<int> controller_port;
  std::string origin;                  // who saw it, where the list says so

  bool operator==(const ListEntry&) const = default;
};

struct ListProblem {
  std::int64_t row = 0;  // in the file; 0: the list as a whole
  std::string column;    // as the file heads it; empty: the row as a whole
  std::string value;     // as it is in the file, cut; text from outside
  LocalText message;

  bool operator==(const ListProblem&) const = default;
};

struct ListReading {
  std::vector<ListEntry> entries;  // in the file's order, none twice
  std::int64_t rows = 0;           // that say something
  std::int64_t duplicates = 0;     // that say the very same as one before
  std::int64_t problems_total = 0;
  std::vector<ListProblem> problems;
  std::vector<LocalText> notes;    // what the reader decided: "no headings"
};

// A list of `listed_on` in a table. With a row of headings (Vietnamese, with or without marks,
// or English, in any order) each row is one address. Without, addresses are found in the text:
// on one line, what follows "→", "C2" or "máy chủ điều khiển" is where the one before it took
// its orders from. Ranges, addresses that the Internet does not see, times after the list's day
// and whatever else cannot be read are problems: a list with one is not taken at all. Pure.
ListReading read_list(const Table& table, Date listed_on);

// Words that somebody pasted, which are no table: one cell a line. Invalid UTF-8 becomes U+FFFD.
Table table_of_text(std::string_view text);

}  // namespace khien::botnet
