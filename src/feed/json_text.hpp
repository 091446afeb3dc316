#pragma once

#include <iterator>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/json.hpp"
#include "khien/core/time.hpp"
#include "khien/model/severity.hpp"

namespace khien::feed {

// The text of a member; empty where it is absent, null or no text.
inline std::string_view text_of(const Json& json, std::string_view name) {
  const auto value = json.field(name);
  if (!value) return {};
  const auto text = value->string();
  return text ? *text : std::string_view();
}

// A member, if it is there and of that kind.
std::optional<Json> object_of(const Json& json, std::string_view name);
std::optional<Json> array_of(const Json& json, std::string_view name);
// Elements of a member; none where it is no array.
std::vector<Json> items_of(const Json& json, std::string_view name);
std::vector<Json> items_of(const Json& array);

// RFC 3339, the same without a zone (UTC), or a day alone. Nothing for anything else.
std::optional<Timestamp> moment_of(std::string_view text);

// "CVE-2024-3094" in its normal form; nothing if it is none.
std::optional<std::string> cve_of(std::string_view text);

// At most `most` bytes of it, blanks at the ends taken off, whole code points, no control
// characters but the line's end.
std::string words_of(std::string_view text, std::size_t most);

// Is it a version that something could have? "", "unknown", "*", "-", "n/a" and control
// characters are none.
bool is_version(std::string_view text);

// ", at byte 17": where a text stops to be JSON, for one that a parser refused without a
// place. Empty if its brackets, texts and commas stand well: then the fault is in a value.
// `before`: bytes of the whole text before this one's first.
std::string json_fault(std::string_view text, std::int64_t before = 0);

// Keeps the order of what does not compare, and is safe for an order that contradicts itself.
template <class Item, class Less>
void sort_stably(std::vector<Item>& items, const Less& less) {
  std::list<Item> sorted(std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
  sorted.sort(less);
  items.assign(std::make_move_iterator(sorted.begin()), std::make_move_iterator(sorted.end()));
}

// The first 20 that are https or http addresses.
class References {
 public:
  void add(std::string_view address);
  std::vector<std::string> take() { return std::move(all_); }

 private:
  std::vector<std::string> all_;
};

// By a word: "HIGH", "important", "moderate", "Low"; info if it is none of them.
Severity severity_of_word(std::string_view word);
// CVSS 3's scale: 0 info, <4 low, <7 medium, <9 high.
Severity severity_of_score(double score);
// The base score of a CVSS 2, 3.0 or 3.1 vector, by its specification's formula. Nothing if
// the vector is of another version or malformed.
std::optional<double> cvss_score(std::string_view vector);

}  // namespace khien::feed
