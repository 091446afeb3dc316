#include "khien/law/quotes.hpp"

#include <algorithm>

#include "khien/core/text.hpp"

namespace khien::law {
namespace {

// The length of the white space at the front, 0 if there is none.
std::size_t white_space_at(std::string_view text) {
  if (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')) return 1;
  // No-break space; en to hair spaces, zero-width space, line and paragraph
  // separators, narrow no-break space; ideographic space; byte order mark.
  if (text.starts_with("\xC2\xA0") || text.starts_with("\xC2\x85")) return 2;
  if (text.size() >= 3 && text.starts_with("\xE2\x80")) {
    const auto last = static_cast<unsigned char>(text[2]);
    if ((last >= 0x80 && last <= 0x8B) || last == 0xA8 || last == 0xA9 || last == 0xAF) return 3;
  }
  return text.starts_with("\xE3\x80\x80") || text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

std::size_t count_found(const std::vector<std::string>& quotes, const std::string& document) {
  return static_cast<std::size_t>(
      std::ranges::count_if(quotes, [&](const std::string& quote) { return document.contains(quote); }));
}

std::string shortened(const std::string& quote) {
  const std::string_view begin = truncate(quote, 60);
  return std::string(begin) + (begin.size() < quote.size() ? "…" : "");
}

}  // namespace

std::string comparable(std::string_view text) {
  const auto normal = nfc(to_valid_utf8(text));
  std::string folded;
  if (!normal) return folded;
  std::string_view rest = *normal;
  while (!rest.empty()) {
    if (const std::size_t space = white_space_at(rest); space > 0) {
      if (!folded.empty() && folded.back() != ' ') folded.push_back(' ');
      rest.remove_prefix(space);
    } else {
      folded.push_back(rest.front());
      rest.remove_prefix(1);
    }
  }
  if (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

QuoteCheck check_quotes(const Catalogue& catalogue, const std::vector<SourceFile>& documents) {
  QuoteCheck check;
  std::vector<std::string> texts;
  for (const SourceFile& document : documents) texts.push_back(comparable(document.text));
  for (const Directive& directive : catalogue.directives()) {
    std::vector<std::string> quotes;
    std::vector<const Clause*> clauses;
    for (const Clause& clause : directive.clauses) {
      if (clause.quote.empty()) continue;
      quotes.push_back(comparable(clause.quote));
      clauses.push_back(&clause);
    }
    if (quotes.empty()) continue;  // known second-hand alone
    const auto best = std::ranges::max_element(
        texts, {}, [&quotes](const std::string& text) { return count_found(quotes, text); });
    if (best == texts.end() || count_found(quotes, *best) == 0) {
      check.faults.push_back({directive.file,
                              0,
                              "clauses",
                              {"không tài liệu nguồn nào có trích dẫn của văn bản này",
                               "no source document holds a quote of this directive"}});
      continue;
    }
    const std::string& name = documents[static_cast<std::size_t>(best - texts.begin())].path;
    for (std::size_t i = 0; i < quotes.size(); ++i) {
      if (best->contains(quotes[i])) {
        ++check.found;
        continue;
      }
      const Clause& clause = *clauses[i];
      const auto place = static_cast<std::size_t>(&clause - directive.clauses.data());
      const std::string quote = shortened(quotes[i]);
      check.faults.push_back({directive.file,
                              clause.line,
                              "clauses[" + std::to_string(place) + "].quote",
                              {clause.id + ": «" + quote + "» không có trong " + name,
                               clause.id + ": \"" + quote + "\" is not in " + name}});
    }
  }
  return check;
}

}  // namespace khien::law
