#include "khien/estate/search_words.hpp"

#include <algorithm>
#include <cstddef>

#include "khien/core/text.hpp"

namespace khien::estate {
namespace {

constexpr std::size_t kMaxSearchBytes = 1'024;
constexpr std::string_view kBlanks = " \t\r\n";

}  // namespace

SearchWords search_words(std::string_view text) {
  const std::string folded = fold(truncate(text, kMaxSearchBytes));
  std::string_view rest = folded;
  SearchWords words;
  for (std::string& word : words.each) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
    word = rest.substr(0, rest.find_first_of(kBlanks));
    rest.remove_prefix(word.size());
  }
  return words;
}

}  // namespace khien::estate
