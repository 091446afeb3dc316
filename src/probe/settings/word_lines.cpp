#include "settings/lines.hpp"
#include "settings/settings.hpp"

namespace khien::probe {

std::vector<WordLine> parse_word_lines(std::string_view text) {
  std::vector<WordLine> lines;
  while (!text.empty() && lines.size() < kMaxStatements) {
    auto line = trimmed(take_line(text));
    if (line.empty() || line.front() == '#') continue;
    // sshd reads "Key=value" as well.
    const auto end = std::min(line.find_first_of(" \t="), line.size());
    WordLine one{lowered(line.substr(0, end)), {}};
    line.remove_prefix(end);
    line = trimmed(line);
    if (line.starts_with('=')) line.remove_prefix(1);
    one.value = unquoted(line);
    lines.push_back(std::move(one));
  }
  return lines;
}

}  // namespace khien::probe
