#pragma once

#include <string>
#include <unordered_set>

#include "khien/botnet/list_reader.hpp"

namespace khien::botnet {

// Takes what the two ways of reading find: bounds it, and counts what comes twice.
class ListTaker {
 public:
  explicit ListTaker(Date listed_on);

  void problem(std::int64_t row, std::string_view column, std::string_view value, LocalText message);
  // False, and a problem, if the address cannot be on a list or was seen after the list's day.
  void entry(ListEntry entry, std::string_view column, std::string_view value);
  std::optional<LocalText> too_late(Timestamp seen) const;
  bool is_full() const { return reading.rows > kMostListRows; }

  ListReading reading;

 private:
  Timestamp ends_at_;
  std::unordered_set<std::string> known_;
};

// Texts of a row, bounded.
std::string short_text(std::string_view text);

void read_free_text(const Table& table, ListTaker& taker);

}  // namespace khien::botnet
