#include "evidence.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "khien/core/text.hpp"
#include "letters.hpp"

namespace khien::watch {
namespace {

constexpr std::uint16_t kGluedLetters = 16, kGluedMarks = 3;
constexpr std::uint32_t kProseWords = 25;
constexpr std::size_t kLettersApart = 6;
constexpr int kShapeOfName = 2, kShapeOfWord = 3;  // "nhacaiso1": as addresses and handles write it
constexpr std::uint16_t kShortestBet = 6;
constexpr std::uint16_t kShortestNumbered = 4;
constexpr std::size_t kHostsOfBlock = 3, kRunThatSells = 3;
constexpr std::size_t kRunBytes = 500;     // between two links of one run
constexpr double kLeaning = 3;              // of two links beside each other, each with a feature
constexpr std::size_t kNameWords = 4;       // of a link that is a name
constexpr std::uint32_t kWordsOfSoldLink = 7;
constexpr std::size_t kRunOfNames = 3;
constexpr std::size_t kFewestSoldPages = 2, kWordsOfSoldPage = 12;
constexpr std::size_t kSlugBytes = 400, kMaxHostBytes = 253;
constexpr std::size_t kMaxScriptsBytes = 64u << 10;

bool is_letter_byte(char c) { return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Of "…/wp-content/plugins/": what a server keeps for its pages, and nobody reads by itself.
bool is_folder_of_parts(std::string_view path) {
  constexpr std::array<std::string_view, 11> kFolders{"/wp-content/", "/wp-includes/", "/js/", "/css/", "/fonts/", "/assets/", "/uploads/", "/.tmb/", "/tinymce/", "/vendor/", "/.well-known/"};
  constexpr std::array<std::string_view, 2> kPages{".html", ".php"};
  const bool ends = path.ends_with('/') || std::ranges::any_of(kPages, [&](std::string_view end) { return path.ends_with(end); });
  return ends && std::ranges::any_of(kFolders, [&](std::string_view folder) { return path.contains(folder); });
}

bool is_spam(Kind kind) { return kind <= Kind::brand; }

// A term of one or two words without its marks may be an honest one ("ca cuoc" of "cả cuộc đời").
bool is_doubtful(const Hit& hit, const Term& term) { return hit.plain && term.words < 3; }

void take_spam(WordSum& sum, const Hit& hit, const Term& term, double weight, bool doubtful) {
  if (weight > sum.heaviest) sum.first = hit.begin, sum.first_end = hit.end;
  sum.doubtful = sum.distinct == 0 ? doubtful : sum.doubtful && doubtful;
  sum.spam += weight;
  sum.heaviest = std::max(sum.heaviest, weight);
  ++sum.distinct;
  if (weight >= kStrong) ++sum.strong;
  if (term.kind == Kind::brand) ++sum.brands;
}

// `quoted`: in quotes, so that it is spoken of.
void take_term(WordSum& sum, const Hit& hit, const Term& term, bool quoted = false) {
  if (std::ranges::find(sum.terms, hit.term) != sum.terms.end()) return;
  sum.terms.push_back(hit.term);
  if (hit.disguised && term.kind <= Kind::call) ++sum.disguised;
  const bool halved = is_doubtful(hit, term) || (quoted && is_spam(term.kind));
  const double weight = halved ? term.weight / 2 : term.weight;
  if (is_spam(term.kind)) {
    take_spam(sum, hit, term, weight, halved);
  } else if (term.kind == Kind::call) {
    if (quoted) return sum.terms.pop_back();
    sum.calls += weight;
  } else if (term.kind == Kind::context) {
    sum.context += weight;
    if (term.weight >= kPolice) sum.police += weight;
    if (term.weight >= kWarning) sum.warning += weight;
  } else if (term.kind == Kind::mark) {
    sum.marks += weight;
  } else if (term.kind == Kind::search) {
    sum.search = true;
  } else if (term.kind == Kind::defacement && weight > sum.defacement) {
    sum.defacement = hit.disguised ? std::max(weight, kStrong) : weight;
    sum.deface_at = hit.begin;
    sum.deface_end = hit.end;
  }
}

// Longer terms first: "nhà cái uy tín" has "nhà cái" in it, which then adds nothing. What
// overlaps a harmless one means nothing either ("time slot online").
void drop_inner(std::vector<Hit>& hits, const Lexicon& lexicon) {
  std::vector<Hit> harmless;
  for (const Hit& hit : hits) {
    if (lexicon.term(hit.term).kind == Kind::harmless) harmless.push_back(hit);
  }
  for (const Hit& one : harmless) {
    std::erase_if(hits, [&](const Hit& hit) { return hit.begin < one.end && one.begin < hit.end; });
  }
  std::ranges::sort(hits, [](const Hit& a, const Hit& b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
  std::uint32_t end = 0;
  std::erase_if(hits, [&](const Hit& hit) {
    if (hit.end <= end) return true;
    end = hit.end;
    return false;
  });
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

// "#f88" is a colour, whoever is called so.
bool is_colour(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t size = end - begin;
  if (begin == 0 || text[begin - 1] != '#' || (size != 3 && size != 4 && size != 6 && size != 8)) return false;
  return std::ranges::all_of(text.substr(begin, size), is_hex);
}

// Of the ways to reach somebody.
constexpr bool begins_way(char c) {
  const char small = static_cast<char>(c | 0x20);
  return small == 'z' || small == 't' || small == 'w' || small == 'l' || small == 'a';
}

// "QUEENBET": letters alone, of which few honest words are.
bool is_bet(std::string_view word) {
  constexpr std::array<std::string_view, 3> kEnds{"bet", "togel", "casino"};
  // With something before it: a casino is a casino.
  return std::ranges::any_of(kEnds, [&](std::string_view end) { return word.size() > end.size() + 1 && begins_small(word, word.size() - end.size(), end); });
}

// What stands within a word and is read over.
constexpr bool is_sign(char c) { return c == '.' || c == '*' || c == '_' || c == '|' || c == '~'; }

bool is_of_host(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '.'; }

// Of names whose letters are ASCII's.
std::string lowered(std::string_view name) {
  std::string small(name);
  std::ranges::transform(small, small.begin(), lower_ascii);
  return small;
}

// The end of a host whose first dot stands at `dot`: letters, and two at least behind the last dot.
std::size_t host_end(std::string_view text, std::size_t dot) {
  std::size_t end = dot;
  while (end < text.size() && is_of_host(text[end])) ++end;
  while (end > dot && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const auto last = text.substr(0, end).rfind('.');
  const std::string_view ending = text.substr(last + 1, end - last - 1);
  const bool letters = std::ranges::all_of(ending, [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
  return end > dot && letters && ending.size() >= 2 ? end : dot;
}

// International bodies, states and schools of other countries: partners that offices hide in menus.
bool is_public_body(std::string_view registered) {
  constexpr std::array<std::string_view, 4> kEndings{".org", ".int", ".edu", ".gov"};
  constexpr std::array<std::string_view, 5> kInside{".gov.", ".edu.", ".ac.", ".go.", ".org."};
  return std::ranges::any_of(kEndings, [&](std::string_view end) { return registered.ends_with(end); }) ||
         std::ranges::any_of(kInside, [&](std::string_view part) { return registered.contains(part); });
}

void add_why(std::string& why, std::string_view name) {
  if (why.contains(name)) return;
  if (!why.empty()) why += ' ';
  why += name;
}

}  // namespace

// What is written in quotes is spoken of: "'cá độ', 'cá cược'" by itself, or a few words of "Link vào mới nhất" with others.
class Quotations {
 public:
  explicit Quotations(std::string_view text) : text_(text) {
    find("\"", "\"");
    find("\u201C", "\u201D");
    find("\u00AB", "\u00BB");
  }

  bool hold(std::size_t begin, std::size_t end) const {
    constexpr std::string_view kQuotes = "'`";
    const bool alone = begin > 0 && end < text_.size() && kQuotes.contains(text_[begin - 1]) && text_[end] == text_[begin - 1];
    return alone || std::ranges::any_of(quotations_, [&](const auto& one) { return one.first < begin && end <= one.second; });
  }

 private:
  void find(std::string_view opens, std::string_view closes) {
    for (auto at = text_.find(opens); at != text_.npos && quotations_.size() < kMostQuotations;) {
      const auto end = text_.find(closes, at + opens.size());
      if (end == text_.npos) return;
      if (end - at <= kQuotedBytes) quotations_.emplace_back(at, end);
      at = text_.find(opens, end + closes.size());
    }
  }

  static constexpr std::size_t kQuotedBytes = 120, kMostQuotations = 200;
  std::string_view text_;
  std::vector<std::pair<std::size_t, std::size_t>> quotations_;
};

WordSum Evidence::sum_of(std::string_view text) const {
  WordSum sum;
  split_words(text, scratch_words_);
  sum.words = static_cast<std::uint32_t>(scratch_words_.size());
  scratch_hits_.clear();
  rules_.lexicon.find(text, scratch_words_, scratch_hits_);
  if (scratch_hits_.size() > 1) drop_inner(scratch_hits_, rules_.lexicon);
  const Quotations quotations(text);
  for (const Hit& hit : scratch_hits_) {
    if (!is_colour(text, hit.begin, hit.end)) take_term(sum, hit, rules_.lexicon.term(hit.term), quotations.hold(hit.begin, hit.end));
  }
  take_words(text, quotations, sum);
  const std::vector<std::string> apart = apart_hosts(text);
  if (sum.words >= kLettersApart) take_apart_letters(text, sum);
  if (sum.terms.empty()) take_cut_words(text, sum);
  take_hosts(text, sum);
  sum.hosts += static_cast<std::uint32_t>(std::ranges::count_if(apart, [&](const std::string& host) { return facts_of(host).sells(); }));
  return sum;
}

// Most names in texts are told not to at a glance; a brand in the name is one in the text as well.
bool Evidence::may_sell(std::string_view host) const {
  const auto two_digits = std::ranges::adjacent_find(host, [](char one, char next) { return one <= '9' && one >= '0' && next <= '9' && next >= '0'; });
  return two_digits != host.end() || rules_.betting_endings.has(host) || rules_.shapes.weigh_host(host) > 0 || rules_.domains.has(host);
}

// "vào nohu6.vip nhé": an address that nobody made a link of.
void Evidence::take_hosts(std::string_view text, WordSum& sum) const {
  for (auto dot = text.find('.'); dot != text.npos; dot = text.find('.', dot + 1)) {
    if (dot == 0 || dot + 2 >= text.size() || !is_of_host(text[dot - 1]) || !is_of_host(text[dot + 1]) || text[dot + 1] == '.') continue;
    std::size_t begin = dot, run = dot;
    while (begin > 0 && is_of_host(text[begin - 1])) --begin;
    while (run < text.size() && is_of_host(text[run])) ++run;
    const std::size_t end = run - begin <= kMaxHostBytes ? host_end(text, dot) : dot;
    if (end == dot) {
      dot = run - 1;
      continue;
    }
    const auto last = text.substr(0, end).rfind('.') + 1;
    const bool known = end > dot && is_public_suffix(lowered(text.substr(last, end - last)));
    // "/rss/mien-bac-xsmb.rss" is a file of another host.
    const bool in_path = begin > 0 && text[begin - 1] == '/' && (begin == 1 || text[begin - 2] != '/');
    const bool whole = known && !in_path && (begin == 0 || (text[begin - 1] != '@' && (text[begin - 1] & 0x80) == 0));
    const std::string host = whole ? lowered(text.substr(begin, end - begin)) : std::string();
    if (whole && (sum.brands > 0 || may_sell(host)) && facts_of(host).sells()) ++sum.hosts;
    dot = run - 1;  // each letter of "1.1.1.1…" is looked at once, host or not
  }
}

// "xk88 . vip", "xk88[.]vip", "xk88 chấm com": an address that filters and search engines shall not see.
std::vector<std::string> Evidence::apart_hosts(std::string_view text) const {
  constexpr std::array<std::string_view, 9> kBetween{" . ", " .", "[.]", "(.)", "{.}", "[dot]", " dot ", " chấm ", " cham "};
  std::vector<std::string> hosts;
  for (std::size_t i = 0; i + 1 < scratch_words_.size() && hosts.size() < kHostsOfBlock; ++i) {
    if (!scratch_words_[i].mixed) continue;
    const std::size_t end = scratch_words_[i].end;
    const auto* const between = std::ranges::find_if(kBetween, [&](std::string_view one) { return begins_small(text, end, one); });
    if (between == kBetween.end()) continue;
    // "chấm" is a word itself.
    const std::size_t next = scratch_words_[i + 1].begin < end + between->size() ? i + 2 : i + 1;
    if (next >= scratch_words_.size()) break;
    const Word& last = scratch_words_[next];
    if (last.begin != end + between->size() || last.letters < 2 || last.marked) continue;
    const auto is_capital = [&](std::size_t at) { return text[at] >= 'A' && text[at] <= 'Z'; };
    if (is_capital(last.begin) && !is_capital(last.begin + 1)) continue;  // a sentence begins
    const std::string ending = lower(text.substr(last.begin, last.end - last.begin));
    if (is_public_suffix(ending)) hosts.push_back(lower(text.substr(scratch_words_[i].begin, end - scratch_words_[i].begin)) + "." + ending);
  }
  return hosts;
}

// What words are by their spelling, whatever they mean.
void Evidence::take_words(std::string_view text, const Quotations& quotations, WordSum& sum) const {
  for (std::size_t i = 0; i < scratch_words_.size(); ++i) {
    const Word& word = scratch_words_[i];
    const std::string_view letters = text.substr(word.begin, word.end - word.begin);
    if (sum.defacement > 0 && word.end <= sum.deface_at) ++sum.deface_before;
    if (word.leet) ++sum.leet;
    if (word.mixed && !quotations.hold(word.begin, word.end)) {
      const std::string small = lowered(letters);
      sum.amount = sum.amount || (small.ends_with('k') && small.size() <= 4 && small.front() >= '1' && small.front() <= '9');
      const int shape = is_colour(text, word.begin, word.end) ? 0 : rules_.shapes.weigh(small);
      if (shape >= kShapeOfName) ++sum.names;
      if (shape == 1 && word.letters >= kShortestNumbered) ++sum.numbered;
      if (shape == kShapeOfWord) ++sum.hosts;
    } else if (word.letters >= kShortestBet && !word.marked && letters.size() == word.letters && is_bet(letters)) {
      const std::string small = lowered(letters);
      if (rules_.shapes.weigh(small) > 0) ++sum.numbered;
    }
    if (!sum.contact && begins_way(letters.front())) take_contact(text, i, sum);
    if (word.letters < kGluedLetters || word.marks < kGluedMarks) continue;
    ++sum.glued;
    sum.glued_term = sum.glued_term || rules_.lexicon.squeezed(letters) != nullptr;
  }
}

// "zalo 0399 888 xxx", "ib tele @abc".
void Evidence::take_contact(std::string_view text, std::size_t word, WordSum& sum) const {
  constexpr std::array<std::string_view, 6> kWays{"zalo", "tele", "telegram", "whatsapp", "line", "alo"};
  const Word& way = scratch_words_[word];
  if (way.letters < 3 || way.letters > 8 || way.marked) return;
  const std::string_view name = text.substr(way.begin, way.end - way.begin);
  if (std::ranges::none_of(kWays, [&](std::string_view one) { return one.size() == name.size() && begins_small(name, 0, one); })) return;
  for (std::size_t i = word + 1; i < std::min(word + 4, scratch_words_.size()); ++i) {
    const char first = text[scratch_words_[i].begin];
    const char before = text[scratch_words_[i].begin - 1];
    sum.contact = sum.contact || before == '@' || (first == '0' && scratch_words_[i].letters >= 3);
  }
}

// "N H À   C Á I": words of one letter each, for readers and not for filters.
void Evidence::take_apart_letters(std::string_view text, WordSum& sum) const {
  const auto& words = scratch_words_;
  for (std::size_t i = 0; i < words.size();) {
    std::size_t end = i;
    std::string together;
    for (; end < words.size() && words[end].letters == 1; ++end) together += text.substr(words[end].begin, words[end].end - words[end].begin);
    if (end - i >= kLettersApart) {
      if (const Term* term = rules_.lexicon.squeezed(together)) {
        const Hit hit{rules_.lexicon.index_of(*term), words[i].begin, words[end - 1].end, false, true};
        if (std::ranges::find(sum.terms, hit.term) == sum.terms.end()) take_term(sum, hit, *term);
      }
    }
    i = end + 1;
  }
}

// "n.hà c.ái": a sign within a word, of which readers take no notice. Addresses have such signs as well, and come to no
// term without them.
void Evidence::take_cut_words(std::string_view text, WordSum& sum) const {
  const auto cuts = [&](std::size_t at) { return is_sign(text[at]) && is_letter_byte(text[at - 1]) && is_letter_byte(text[at + 1]); };
  int count = 0;
  for (std::size_t i = 1; i < scratch_words_.size(); ++i) {
    const std::size_t at = scratch_words_[i].begin - 1;
    count += scratch_words_[i - 1].end == at && cuts(at) ? 1 : 0;
  }
  if (count < 2) return;
  std::string whole;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == 0 || at + 1 == text.size() || !cuts(at)) whole += text[at];
  }
  split_words(whole, scratch_words_);
  scratch_hits_.clear();
  rules_.lexicon.find(whole, scratch_words_, scratch_hits_);
  if (scratch_hits_.size() > 1) drop_inner(scratch_hits_, rules_.lexicon);
  for (const Hit& hit : scratch_hits_) {
    const Term& term = rules_.lexicon.term(hit.term);
    // Its place is another one in what was written; the words are short.
    if (is_spam(term.kind) && !is_doubtful(hit, term)) take_term(sum, {hit.term, 0, 0, hit.plain, true}, term);
  }
}

Evidence::Evidence(const SeenPage& seen, const Page& page, const Known& known, const Rules::Impl& rules)
    : seen_(seen), page_(page), known_(known), rules_(rules) {
  const std::string& own = !seen.final_url.empty() ? seen.final_url : seen.url;
  site_ = registered_domain(parse_address(seen.url.empty() ? own : seen.url).host);
  base_.emplace(page.base.empty() ? own : resolve(own, page.base));
  title_ = sum_of_title(page.title);
  description_ = sum_of(page.description);
  read_blocks();
  count_police();
  read_links();
}

// The site's own name behind the last separator ("… - Sở Thông tin và Truyền thông") says
// nothing of the page, and must not lower what stands before it.
WordSum Evidence::sum_of_title(std::string_view title) const {
  // A title that begins with a quotation is one: pages echo so what was looked for.
  constexpr std::array<std::string_view, 3> kOpening{"\"", "\u201C", "\u00AB"};
  for (const std::string_view quote : kOpening) {
    if (title.starts_with(quote)) title.remove_prefix(quote.size());
  }
  constexpr std::array<std::string_view, 5> kSeparators = {" - ", " | ", " – ", " — ", " :: "};
  std::size_t cut = title.npos, behind = 0;
  for (const std::string_view separator : kSeparators) {
    const auto at = title.rfind(separator);
    if (at == title.npos || at == 0 || (cut != title.npos && at < cut)) continue;
    cut = at;
    behind = at + separator.size();
  }
  if (cut == title.npos) return sum_of(title);
  const WordSum name = sum_of(title.substr(behind));
  const bool names_only = name.distinct == 0 && name.calls == 0 && name.defacement == 0 && name.marks == 0;
  return sum_of(names_only ? title.substr(0, cut) : title);
}

void Evidence::read_blocks() {
  Scripts& scripts = scripts_;
  std::size_t counted = 0;
  blocks_.reserve(page().blocks.size());
  for (const Block& block : page().blocks) {
    blocks_.push_back(sum_of(block.text));
    context_ += blocks_.back().context;
    if (block.hidden == Hidden::no) words_ += blocks_.back().words;
    if (counted < kMaxScriptsBytes) count_scripts(block.text, scripts);
    counted += block.text.size();
  }
  vietnamese_ = scripts.vietnamese * 25 > scripts.latin && scripts.latin * 2 > scripts.all();
}

// "Công an tỉnh" in a menu, on each page twice, is one word.
double Evidence::police_of(const WordSum& sum, std::set<std::uint32_t>& seen) const {
  double police = 0;
  if (sum.police <= 0) return police;
  for (const std::uint32_t term : sum.terms) {
    const Term& known = rules_.lexicon.term(term);
    if (known.kind == Kind::context && known.weight >= kPolice && seen.insert(term).second) police += known.weight;
  }
  return police;
}

void Evidence::count_police() {
  std::set<std::uint32_t> seen;
  police_ = police_of(title_, seen);
  for (const WordSum& sum : blocks_) police_ += police_of(sum, seen);
}

std::vector<double> Evidence::police_by_section() const {
  std::vector<double> police(blocks_.size(), police_);
  // The headings of a plain text are anybody's guess.
  if (police_ < kSpeaksOfPolice || page().plain) return police;
  for (std::size_t begin = 0; begin < blocks_.size();) {
    std::set<std::uint32_t> seen;
    double section = 0;
    std::size_t end = begin;
    do {
      section += police_of(blocks_[end++], seen);
    } while (end < blocks_.size() && (!page().blocks[end].heading || page().blocks[end - 1].heading));
    std::fill(police.begin() + static_cast<std::ptrdiff_t>(begin), police.begin() + static_cast<std::ptrdiff_t>(end), section);
    begin = end;
  }
  return police;
}

// "w88vn", "go88tx": a bookmaker's name with a digit, and a little behind it.
bool Evidence::begins_with_brand(std::string_view labels) const {
  constexpr std::size_t kMostBehind = 4, kShortest = 4;
  constexpr std::array<std::string_view, 8> kBehindAnything{"vn", "viet", "vip", "asia", "app", "link", "club", "pro"};
  while (!labels.empty()) {
    const auto end = std::min(labels.find_first_of(" -"), labels.size());
    const std::string_view label = labels.substr(0, end);
    labels.remove_prefix(std::min(end + 1, labels.size()));
    if (std::ranges::none_of(label, [](char c) { return c >= '0' && c <= '9'; })) continue;
    for (std::size_t behind = 1; behind <= kMostBehind && behind + 3 <= label.size(); ++behind) {
      const std::string_view name = label.substr(0, label.size() - behind), rest = label.substr(name.size());
      const bool digit_last = name.back() >= '0' && name.back() <= '9', digit_next = rest.front() >= '0' && rest.front() <= '9';
      const bool usual = std::ranges::find(kBehindAnything, rest) != kBehindAnything.end();
      if (!digit_last || digit_next || (name.size() < kShortest && !usual)) continue;
      if (sum_of(name).brands > 0) return true;
    }
  }
  return false;
}

// One word that many titles have ("giải pháp", "bài học") warns of nothing.
bool Evidence::title_warns() const { return title_.police > 0 || title_.warning >= 2 * kWarning || (title_.warning > 0 && title_.sells()); }

bool Evidence::in_vietnamese() const { return site_.ends_with(".vn") || page().language.starts_with("vi") || vietnamese_; }

bool Evidence::own() const { return !page().plain || in_vietnamese(); }

const HostFacts& Evidence::facts_of(const std::string& host) const {
  const auto known = hosts_.find(host);
  if (known != hosts_.end()) return known->second;
  HostFacts facts;
  facts.registered = registered_domain(host);
  facts.external = !host.empty() && facts.registered != site_;
  facts.trusted = rules_.trusted.has(host);
  facts.platform = rules_.platforms.has(host);
  facts.press = rules_.press.has(host);
  facts.lottery = rules_.lotteries.has(host);
  facts.vietnamese = host.ends_with(".vn");
  facts.ending = rules_.endings.has(host);
  facts.betting_ending = rules_.betting_endings.has(host);
  facts.cheap_ending = rules_.cheap_endings.has(host);
  facts.listed = !facts.trusted && !facts.lottery && rules_.domains.has(host);
  if (facts.external && !facts.trusted) {
    facts.shape = rules_.shapes.weigh_host(host);
    std::string labels = host.substr(0, host.rfind('.'));
    std::ranges::replace(labels, '.', ' ');
    facts.brand = sum_of(labels).brands > 0 || begins_with_brand(labels);
    std::string together = labels;
    std::erase(together, '-');
    std::ranges::replace(labels, '-', ' ');
    facts.brand = facts.brand || sum_of(labels + " " + together).brands > 0;
  }
  return hosts_.emplace(host, std::move(facts)).first->second;
}

double Evidence::anchor_points(const Link& link, LinkFacts& facts, const WordSum& anchor) {
  using enum Weight;
  double points = 0;
  if (anchor.sells()) {
    points += anchor.heaviest + (anchor.distinct > 1 ? rules_.weight(link_second_word) : 0);
    ++facts.features;
    add_why(facts.why, anchor.brands > 0 ? "brand" : "anchor");
    facts.sure = anchor.heaviest >= kStrong;
    facts.sells = !anchor.doubtful;
    if (facts.host->external && facts.sure) ++facts.features;
    // Nothing but the words: nobody writes of them, somebody sells.
    const bool abroad = facts.host->external && !facts.host->vietnamese && !facts.host->platform && !facts.host->press;
    if (abroad && own() && !anchor.doubtful && anchor.context == 0 && anchor.words <= kWordsOfSoldLink && (facts.sure || link.hidden != Hidden::no)) points += rules_.weight(link_only_words);
  } else if (facts.host->external) {
    split_words(link.text, scratch_words_);
    if (scratch_words_.size() > kNameWords) scratch_words_.clear();
    for (const Word& word : scratch_words_) {
      if (word.end - word.begin > 16) continue;
      std::string token = link.text.substr(word.begin, word.end - word.begin);
      for (char& c : token) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      if (rules_.shapes.weigh(token) == 0) continue;
      points += rules_.weight(link_anchor_shape);
      ++facts.features;
      add_why(facts.why, "name");
      facts.named = true;
      break;
    }
  }
  if (points == 0 && is_alike(link, facts)) {
    points += rules_.weight(link_anchor_shape);
    ++facts.features;
    add_why(facts.why, "name");
  }
  facts.benign_words = points == 0 && anchor.words > 0;
  points -= rules_.weight(link_anchor_context) * std::min(anchor.context, 2.0);
  return points;
}

// "sunvin" over sunvin88.com: what is clicked is the name of a host that is named as bookmakers' are.
bool Evidence::is_alike(const Link& link, const LinkFacts& facts) const {
  constexpr std::size_t kShortest = 4;
  if (!facts.host->external || facts.host->vietnamese || facts.host->shape == 0 || link.text.size() > 20) return false;
  std::string name = lower(link.text);
  std::erase_if(name, [](char c) { return c == ' ' || c == '-'; });
  return name.size() >= kShortest && facts.host->registered != name && parse_address(facts.url).host.starts_with(name);
}

// What the host's name says.
double Evidence::name_points(LinkFacts& facts) {
  using enum Weight;
  const HostFacts& host = *facts.host;
  double points = 0;
  const auto feature = [&](Weight weight, std::string_view why) {
    points += rules_.weight(weight);
    ++facts.features;
    facts.sure = true;
    add_why(facts.why, why);
  };
  if (host.listed) feature(link_listed, "listed");
  if (host.brand) {
    feature(link_brand_host, "host");
    // Known, and spelled as they are: no firm that happens to be called so.
    if (host.shape > 0 && !host.vietnamese) feature(link_second_word, "host");
  } else if (host.shape > 0) {
    feature(host.shape == 3 ? link_shape_word : link_shape, "host");
  }
  if (host.ending) feature(link_ending, "ending");
  if (host.betting_ending) feature(link_betting_ending, "ending");
  if (host.cheap_ending && (host.brand || host.shape > 0)) feature(link_cheap_ending, "ending");
  return points;
}

double Evidence::host_points(LinkFacts& facts, bool hidden) {
  using enum Weight;
  const HostFacts& host = *facts.host;
  if (!host.external) return hidden ? 0 : -rules_.weight(link_internal);
  double points = name_points(facts);
  if (host.trusted) return points - rules_.weight(link_trusted);
  if (host.lottery) return points - rules_.weight(link_lottery);
  if (host.press) return points - rules_.weight(link_press);
  points += rules_.weight(host.vietnamese ? link_external_vn : link_external);
  if (host.platform) points -= rules_.weight(link_platform);
  const std::string path = percent_decoded(std::string_view(facts.url).substr(0, kSlugBytes), true);
  const auto slash = path.find('/', 8);
  if (slash == path.npos || slash + 1 >= path.size()) return points;
  if (is_folder_of_parts(std::string_view(path).substr(slash))) {
    points += rules_.weight(link_folder);
    ++facts.features;
    add_why(facts.why, "folder");
  }
  const WordSum slug = sum_of(std::string_view(path).substr(slash + 1));
  if (slug.sells()) {
    points += rules_.weight(link_slug) * std::min(1.0, slug.heaviest / kStrong);
    ++facts.features;
    add_why(facts.why, "slug");
  }
  return points;
}

// A host that is named as they name theirs, under a call to come, or where the text sells.
double Evidence::offer_points(const Link& link, LinkFacts& facts, const WordSum& anchor) {
  using enum Weight;
  const HostFacts& host = *facts.host;
  // Firms of the country have letters and a number in their names as well.
  const bool a_firms = host.vietnamese && host.shape == 1 && !host.listed && !host.brand && !host.ending;
  if (!host.external || !host.odd() || a_firms || link.block >= blocks_.size() || anchor.context > 0) return 0;
  const WordSum& around = blocks_[link.block];
  const bool sold = around.context == 0 && !around.doubtful && (around.strong > 0 || around.brands > 0);
  if (anchor.sells() || (anchor.calls < 1 && !sold)) return 0;
  ++facts.features;
  add_why(facts.why, "offer");
  return rules_.weight(link_in_offer);
}

double Evidence::place_points(const Link& link, LinkFacts& facts) {
  using enum Weight;
  double points = 0;
  if (link.hidden == Hidden::no_script || link.hidden == Hidden::comment) {
    points += rules_.weight(link_no_script);
  } else if (link.hidden != Hidden::no) {
    points += rules_.weight(link_hidden);
    ++facts.features;
    add_why(facts.why, "hidden");
  }
  if (link.as_text && facts.host->external && !facts.host->vietnamese) {
    points += rules_.weight(link_as_text);
    ++facts.features;
    add_why(facts.why, "as_text");
  }
  if (link.after_end && facts.host->external) {
    points += rules_.weight(link_after_end);
    ++facts.features;
    add_why(facts.why, "after_end");
  }
  if (link.block < blocks_.size() && link.hidden == Hidden::no) {
    const WordSum& around = blocks_[link.block];
    if (around.words > kProseWords && around.context > 0) points -= rules_.weight(link_block_context);
    if (around.calls > 0 && facts.features > 0 && around.context == 0) points += rules_.weight(link_call);
  }
  // A text that warns of addresses has them in lines of their own.
  if (page().plain && context_ >= 2) points -= 2 * rules_.weight(link_block_context);
  return points + news_points(link, facts);
}

// What is new is no feature without another; nor beside being hidden, on a page that nobody
// looked at before: it brings its own menus with it.
double Evidence::news_points(const Link& link, LinkFacts& facts) {
  using enum Weight;
  if (!known_.anything() || !facts.host->external) return 0;
  if (!facts.fresh) return facts.host->listed ? 0 : -rules_.weight(link_known);
  if (known_.domain(facts.host->registered)) return 0;
  add_why(facts.why, "new");
  facts.spreads = known_.spreads(facts.host->registered);
  const bool only_hidden = facts.features == 1 && link.hidden != Hidden::no && link.hidden != Hidden::no_script;
  if (facts.features > 0 && (!only_hidden || known_.of_page() || facts.spreads)) ++facts.features;
  if (!facts.spreads) return rules_.weight(link_new_domain);
  add_why(facts.why, "spreads");
  return rules_.weight(link_new_domain) + rules_.weight(link_spreads);
}

void Evidence::score(std::size_t index) {
  const Link& link = page().links[index];
  LinkFacts& facts = links_[index];
  facts.url = base_->resolve(link.url);
  const Address address = parse_address(facts.url);
  facts.host = &facts_of(address.is_web() ? address.host : std::string());
  facts.fresh = !known_.anything() || !known_.link(facts.url, link.text);
  if (!address.is_web() && !address.scheme.empty()) return;  // mailto:, javascript:
  facts.approved = known_.approves_link(facts.url, link.text);
  if (facts.approved) return;
  bool told = false;
  for (std::size_t i = link.block; i <= link.last_block && i < blocks_.size(); ++i) told = told || !blocks_[i].terms.empty();
  WordSum anchor;
  if (told) {
    anchor = sum_of(link.text);
  } else {
    anchor.words = link.text.empty() ? 0 : 1;
  }
  const bool hidden = link.hidden != Hidden::no && link.hidden != Hidden::no_script && link.hidden != Hidden::comment;
  facts.score = anchor_points(link, facts, anchor) + host_points(facts, hidden) + offer_points(link, facts, anchor) + place_points(link, facts);
  facts.bad = facts.features >= 2 && facts.score >= rules_.weight(Weight::link_threshold);
}

void Evidence::read_links() {
  links_.resize(page().links.size());
  for (std::size_t i = 0; i < links_.size(); ++i) score(i);
  cluster_hidden();
  cluster_runs();
  cluster_after_end();
  cluster_own();
}

bool Evidence::may_be_named(std::size_t index) const {
  const LinkFacts& facts = links_[index];
  if (facts.host == nullptr || !facts.host->external || facts.host->lottery || facts.approved) return false;
  return facts.fresh && (known_.of_page() || !facts.host->trusted);
}

void Evidence::name(std::size_t index, std::string_view why) {
  if (links_[index].bad || !may_be_named(index)) return;
  links_[index].bad = true;
  add_why(links_[index].why, why);
}

// One hidden element: where some are bad, all that lead out of it are.
void Evidence::cluster_hidden() {
  struct Count {
    std::size_t bad = 0, all = 0, fresh_domains = 0, others = 0;
    bool odd = false;  // hidden as no menu is
    std::set<std::string_view> domains;
  };
  std::unordered_map<std::uint32_t, Count> groups;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const auto group = page().links[i].group;
    if (group == 0) continue;
    Count& count = groups[group];
    const HostFacts* host = links_[i].host;
    const Region region = page().links[i].region;
    if (!may_be_named(i) || host->vietnamese || is_public_body(host->registered) || region == Region::navigation || region == Region::header) ++count.others;
    if (!may_be_named(i)) continue;
    ++count.all;
    if (links_[i].bad) ++count.bad;
    const Hidden hidden = page().links[i].hidden;
    count.odd = count.odd || hidden == Hidden::off_screen || hidden == Hidden::tiny || hidden == Hidden::colour;
    if (!links_[i].host->vietnamese && !links_[i].host->platform && !links_[i].host->press) count.domains.insert(links_[i].host->registered);
    // A page that nobody looked at before brings its own hidden menus with it.
    const bool news = known_.of_page() || links_[i].spreads;
    if (news && !known_.domain(links_[i].host->registered)) ++count.fresh_domains;
  }
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const auto found = groups.find(page().links[i].group);
    if (page().links[i].group == 0 || found == groups.end()) continue;
    const Count& count = found->second;
    if (count.bad >= 2 || (count.bad == 1 && count.all <= 3)) name(i, "beside");
    if (count.odd && count.domains.size() >= 3) name(i, "hidden away");
    // Nothing but other countries' sites of no fame: no menu.
    const bool told_by_hiding = page().links[i].hidden != Hidden::no_script && page().links[i].hidden != Hidden::comment;
    if (own() && count.others == 0 && count.domains.size() >= kHostsOfBlock && told_by_hiding) name(i, "hidden away");
    if (count.fresh_domains >= 3 && told_by_hiding) name(i, "hidden new");
  }
}

// Links that follow each other closely and lead out: a list that somebody put there.
void Evidence::cluster_runs() {
  std::vector<std::size_t> run;
  const auto close_run = [&] {
    const auto bad = static_cast<std::size_t>(std::ranges::count_if(run, [&](std::size_t i) { return links_[i].bad; }));
    const auto leaning = static_cast<std::size_t>(std::ranges::count_if(run, [&](std::size_t i) {
      return links_[i].bad || (links_[i].sure && links_[i].score >= kLeaning);
    }));
    // Names such as bookmakers have, one beside the other, whatever their hosts are called.
    const auto named = static_cast<std::size_t>(std::ranges::count_if(run, [&](std::size_t i) { return links_[i].bad || links_[i].named; }));
    const bool names = named >= kRunOfNames && named * 2 > run.size();
    const auto selling = static_cast<std::size_t>(std::ranges::count_if(run, [&](std::size_t i) { return links_[i].bad || (links_[i].sells && !links_[i].host->vietnamese); }));
    const bool sold = own() && selling >= kRunThatSells && selling * 2 > run.size();
    const bool news = known_.of_page() || std::ranges::any_of(run, [&](std::size_t i) { return links_[i].spreads; });
    if ((leaning >= 2 && leaning * 2 >= run.size()) || names || sold || (news && bad >= 1)) {
      for (const std::size_t i : run) name(i, "beside");
    }
    run.clear();
  };
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (!run.empty()) {
      const std::size_t gap = page().links[i].offset - std::min(page().links[i].offset, page().links[run.back()].end);
      if (gap > kRunBytes || (page().links[i].group == 0) != (page().links[run.back()].group == 0)) close_run();
    }
    if (may_be_named(i)) {
      run.push_back(i);
    } else {
      close_run();
    }
  }
  close_run();
}

// Pages of the site itself, linked to by nothing but names of what is sold, where nobody speaks of police: somebody put
// them there, menu and all.
void Evidence::cluster_own() {
  if (!own() || police_ >= kSpeaksOfPolice) return;
  std::size_t count = 0;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    LinkFacts& facts = links_[i];
    if (facts.host == nullptr || facts.host->external || facts.host->lottery || !facts.sure || !facts.sells || site_.empty()) continue;
    const WordSum slug = sum_of(percent_decoded(parse_address(facts.url).path, true));
    split_words(page().links[i].text, scratch_words_);
    facts.own_page = scratch_words_.size() <= kWordsOfSoldPage && slug.sells() && slug.context == 0;
    count += facts.own_page ? 1 : 0;
  }
  for (LinkFacts& facts : links_) {
    if (!facts.own_page || count < kFewestSoldPages) continue;
    facts.bad = true;
    add_why(facts.why, "own_page");
  }
}

void Evidence::cluster_after_end() {
  bool any = false;
  for (std::size_t i = 0; i < links_.size(); ++i) any = any || (links_[i].bad && page().links[i].after_end);
  if (!any) return;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (page().links[i].after_end) name(i, "beside");
  }
}

}  // namespace khien::watch
