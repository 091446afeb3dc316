#include "settings/lines.hpp"
#include "settings/settings.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxDepth = 32;

struct Section {
  std::string name;
  std::string argument;
};

// "<Directory /var/www/>": what stands between the brackets.
void open_section(std::string_view line, std::vector<Section>& sections) {
  line.remove_prefix(1);
  line = line.substr(0, line.rfind('>'));
  Section section{lowered(take_word(line)), {}};
  section.argument = take_word(line);
  if (sections.size() < kMaxDepth) sections.push_back(std::move(section));
}

}  // namespace

std::vector<ApacheLine> parse_apache(std::string_view text) {
  std::vector<ApacheLine> lines;
  std::vector<Section> sections;
  while (!text.empty() && lines.size() < kMaxStatements) {
    auto line = trimmed(take_line(text));
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("</")) {
      if (!sections.empty()) sections.pop_back();
      continue;
    }
    if (line.front() == '<') {
      open_section(line, sections);
      continue;
    }
    ApacheLine one;
    if (!sections.empty()) {
      one.section = sections.back().name;
      one.argument = sections.back().argument;
    }
    while (!trimmed(line).empty() && one.words.size() < kMaxWords) one.words.push_back(take_word(line));
    one.words.front() = lowered(one.words.front());
    lines.push_back(std::move(one));
  }
  return lines;
}

}  // namespace khien::probe
