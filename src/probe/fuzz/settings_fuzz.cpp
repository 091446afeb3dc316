// Input: a settings file of another program, which anybody may have written. The
// first byte chooses the parser. Beyond "no crash": bounded in count and length.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "settings/settings.hpp"

using namespace khien::probe;

namespace {

constexpr std::size_t kMostBytes = 1'000;

void require(bool condition) {
  if (!condition) std::abort();
}

void check(std::string_view text) { require(text.size() <= kMostBytes); }

void check_words(const std::vector<std::string>& words) {
  require(!words.empty() && words.size() <= 32);
  for (const auto& word : words) check(word);
}

void word_lines(std::string_view text) {
  const auto lines = parse_word_lines(text);
  require(lines.size() <= kMaxStatements);
  for (const auto& line : lines) {
    check(line.key);
    check(line.value);
  }
}

void ini(std::string_view text) {
  const auto lines = parse_ini(text);
  require(lines.size() <= kMaxStatements);
  for (const auto& line : lines) {
    check(line.section);
    check(line.key);
    check(line.value);
  }
}

void accounts(std::string_view text) {
  // Both files in one: what stands before the first blank line is passwd.
  const auto end = std::min(text.find("\n\n"), text.size());
  const auto all = parse_accounts(text.substr(0, end), text.substr(end));
  require(all.size() <= kMaxStatements);
  for (const auto& account : all) {
    require(!account.name.empty());
    check(account.name);
    check(account.shell);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'w': word_lines(text); break;
    case 'i': ini(text); break;
    case 'b':
      for (const auto& line : parse_braces(text)) check_words(line.words);
      break;
    case 'a':
      for (const auto& line : parse_apache(text)) check_words(line.words);
      break;
    case 'p': accounts(text); break;
    case 't':
    case 'u': {
      const auto ports = parse_open_ports(text, data[0] == 't');
      require(std::ranges::is_sorted(ports) && std::ranges::adjacent_find(ports) == ports.end());
      break;
    }
    default: break;
  }
  return 0;
}
