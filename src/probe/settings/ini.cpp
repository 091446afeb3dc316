#include "settings/lines.hpp"
#include "settings/settings.hpp"

namespace khien::probe {

std::vector<IniLine> parse_ini(std::string_view text) {
  std::vector<IniLine> lines;
  std::string section;
  while (!text.empty() && lines.size() < kMaxStatements) {
    auto line = trimmed(take_line(text));
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      section = lowered(trimmed(line.substr(1, line.find(']') == line.npos ? line.npos : line.find(']') - 1)));
      continue;
    }
    const auto equals = line.find('=');
    if (equals == line.npos) continue;
    auto value = trimmed(line.substr(equals + 1));
    // A comment behind a value that is not in quotes, as php.ini has them.
    const bool quoted = !value.empty() && (value.front() == '"' || value.front() == '\'');
    if (!quoted) value = value.substr(0, value.find(" ;"));
    lines.push_back({section, lowered(trimmed(line.substr(0, equals))), unquoted(value)});
  }
  return lines;
}

}  // namespace khien::probe
