#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace khien::scan {

// A PDF's dictionary: its own keys, not those of dictionaries in it, each with the
// text of its value. As lenient as readers are; views live as long as the text.
struct PdfDictionary {
  struct Entry {
    std::string key;  // without its slash; "#46ilter" is "Filter"
    std::string_view value;
  };
  std::vector<Entry> entries;

  // The value of the first of the keys that is there and not null; empty if none is.
  std::string_view find(std::initializer_list<std::string_view> keys) const;
  // Whether a key stands there twice: readers differ in which they take.
  bool has_twice(std::string_view key) const;
};

// Blanks and comments.
std::string_view skip_pdf_space(std::string_view text);
// Takes "<< … >>" off the front; null if there is none, it does not end, or has
// more keys than anything honest.
std::optional<PdfDictionary> take_pdf_dictionary(std::string_view& text);
// A name behind its slash, taken off the front.
std::string take_pdf_name(std::string_view& text);
// Takes any value off the front and gives its text; "12 0 R" is one value. Empty
// if there is none.
std::string_view take_pdf_value(std::string_view& text);
// The values of "[ … ]", at most 1024, or the one value that is no array.
std::vector<std::string_view> pdf_items(std::string_view value);
// A number that is not negative.
std::optional<std::uint64_t> pdf_number(std::string_view value);
// The object that "12 0 R" names.
std::optional<std::uint64_t> pdf_reference(std::string_view value);

}  // namespace khien::scan
