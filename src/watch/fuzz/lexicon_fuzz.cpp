// Input: a file of the judge's rules, its name on the first line. Refused with the file's name,
// or refused because it is not the whole of the rules.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "khien/watch/rules.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto line = std::min(text.find('\n'), text.size());
  const std::string name = "web/" + text.substr(0, line);
  Budget budget({.bytes_in = 1u << 20, .depth = 16, .entries = 100'000});
  const auto rules = watch::Rules::load({{name, text.substr(std::min(line + 1, text.size()))}}, budget);
  if (rules) std::abort();  // one file is never all of them
  if (rules.error().what().empty()) std::abort();
  return 0;
}
