#include "khien/estate/search_words.hpp"

#include <algorithm>
#include <cstddef>

#include "khien/core/json.hpp"
#include "khien/core/text.hpp"

namespace khien::estate {
namespace {

constexpr std::size_t kMaxWords = 8;
constexpr std::size_t kMaxSearchBytes = 1'024;

}  // namespace

std::string search_words_json(std::string_view words) {
  const std::string folded = fold(truncate(words, kMaxSearchBytes));
  JsonWriter json;
  json.begin_array();
  std::string_view rest = folded;
  for (std::size_t count = 0; count < kMaxWords; ++count) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    if (rest.empty()) break;
    const auto word = rest.substr(0, rest.find_first_of(" \t\r\n"));
    json.string(word);
    rest.remove_prefix(word.size());
  }
  json.end_array();
  return json.take();
}

}  // namespace khien::estate
