#include "words.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace khien::app {
namespace {

const std::string& pick(const LocalText& text) {
  for (const char* name : {"KHIEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("vi") ? text.vi : text.en;
  }
  return text.en;
}

}  // namespace

void say(const LocalText& text) { std::printf("%s\n", pick(text).c_str()); }

void warn(const LocalText& text) { std::fprintf(stderr, "khien-agent: %s\n", pick(text).c_str()); }

}  // namespace khien::app
