#include <algorithm>

#include "khien/core/text.hpp"
#include "khien/probe/endpoint.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxValueBytes = 200;

// A value as a shell would read it: quotes off, backslashes resolved. Never
// run: no expansion (os-release(5)).
std::string unquote(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  const bool escapes = !quoted || text.front() == '"';
  if (quoted) text = text.substr(1, text.size() - 2);
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (escapes && text[i] == '\\' && i + 1 < text.size()) ++i;
    value += text[i];
  }
  return std::string(truncate(printable(value), kMaxValueBytes));
}

}  // namespace

OsRelease parse_os_release(std::string_view text) {
  OsRelease release;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = line.find('=');
    if (equals == line.npos) continue;
    const auto name = line.substr(0, equals);
    if (name == "ID") release.id = unquote(line.substr(equals + 1));
    if (name == "PRETTY_NAME") release.pretty_name = unquote(line.substr(equals + 1));
    if (name == "VERSION_ID") release.version_id = unquote(line.substr(equals + 1));
  }
  return release;
}

}  // namespace khien::probe
