#include "findings.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <utility>

#include "khien/core/text.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kExcerptBytes = 200;
constexpr std::uint32_t kPassageWords = 150, kDenseWords = 80, kTextsInOne = 1'000;
constexpr std::uint32_t kWordsOfSentence = 25;
constexpr std::uint32_t kWordsOfTerm = 8;  // and what joins it to the next
constexpr double kLittleContext = 0.5;
constexpr double kMostSpam = 14, kMostCalls = 6, kMostContext = 8, kMostElsewhere = 2, kMostWhenTitled = 4;
constexpr std::size_t kNameBytes = 80, kFewBlocks = 12;
constexpr std::size_t kPageWithWords = 60;
constexpr std::uint32_t kTermAndLittle = 7;
constexpr double kForeignToPage = 1.3;
constexpr double kPlainTerm = 1.5;  // lighter ones are words of every day
constexpr double kPromise = 1.5;    // of a call: what only sellers say
constexpr double kNameSells = 2;    // a name that no list has
constexpr std::uint32_t kTitleWords = 14;
constexpr double kCalmContext = 0.5;  // of words that every office writes, in the one text that sells

bool is_hidden(Hidden hidden) { return hidden != Hidden::no && hidden != Hidden::no_script; }

// Some blocks that follow each other, summed up.
struct Passage {
  double spam = 0, calls = 0, context = 0;
  double offers = 0;  // calls that shops and games of the state do not make
  int strong = 0, brands = 0, distinct = 0, disguised = 0, names = 0, numbered = 0, hosts = 0;
  double promises = 0;  // of the offers, those of money
  bool amount = false, contact = false;
  std::uint32_t words = 0;
  std::uint32_t spoken = 0;  // of them, those of blocks that sell
  std::size_t heaviest_block = 0;  // or the first that speaks of a name alone
  bool placed = false;
  double heaviest = 0;
  bool in_comments = true;
  bool foreign = false;
  std::vector<std::uint32_t> terms;
};

bool is_foreign_entry(std::string_view id) {
  return !id.starts_with("vi-") && !id.starts_with("en-") && !id.starts_with("brand-");
}

// What an offer has whatever it offers: a name, a sum, a way to reach somebody.
void take_spelling(Passage& passage, const WordSum& sum) {
  passage.disguised += static_cast<int>(sum.disguised);
  if (sum.disguised > 0) passage.strong = std::max(passage.strong, 1);
  passage.names += static_cast<int>(sum.names);
  passage.numbered += static_cast<int>(sum.numbered);
  passage.hosts += static_cast<int>(sum.hosts);
  if (sum.amount && !std::exchange(passage.amount, true)) passage.calls += 0.5;
  if (sum.contact && !std::exchange(passage.contact, true)) {
    passage.calls += 1;
    passage.offers += 1;
  }
}

void take_block(Passage& passage, const Evidence& evidence, const Rules::Impl& rules, std::size_t index) {
  const WordSum& sum = evidence.blocks()[index];
  passage.words += sum.words;
  for (const std::uint32_t term : sum.terms) {
    if (std::ranges::find(passage.terms, term) != passage.terms.end()) continue;
    passage.terms.push_back(term);
    const Term& known = rules.lexicon.term(term);
    const double weight = sum.doubtful ? known.weight / 2 : known.weight;
    if (known.kind <= Kind::brand) {
      passage.spam += weight;
      passage.distinct += sum.doubtful || weight < kPlainTerm ? 0 : 1;
      passage.strong += weight >= kStrong && known.kind != Kind::brand ? 1 : 0;
      passage.brands += known.kind == Kind::brand ? 1 : 0;
      passage.foreign = passage.foreign || is_foreign_entry(rules.entries[known.entry]);
    } else if (known.kind == Kind::call) {
      passage.calls += known.weight;
      if (known.weight >= 1) passage.offers += known.weight;
      if (known.weight >= kPromise) passage.promises += known.weight;
    } else if (known.kind == Kind::context) {
      // Words of every office speak of what stands beside them only.
      if (known.weight >= kPolice || sum.sells()) passage.context += known.weight;
    }
  }
  take_spelling(passage, sum);
  const bool speaks = sum.sells() || sum.hosts + sum.names + sum.numbered > 0;
  if (speaks) passage.spoken += sum.words;
  if (speaks) passage.in_comments = passage.in_comments && evidence.page().blocks[index].region == Region::comments;
  if (sum.heaviest > passage.heaviest || (speaks && !passage.placed)) {
    passage.placed = true;
    passage.heaviest = sum.heaviest;
    passage.heaviest_block = index;
  }
}

// A few lines that speak of nothing else.
bool is_dense(const Passage& passage) { return passage.words <= kDenseWords && passage.context < kLittleContext; }

// Names that no list has, of which more is said than of a firm.
int names_of(const Passage& passage) { return passage.names + (passage.promises >= kPromise && passage.offers >= kNameSells ? passage.numbered : 0); }

// Hardly more than terms, one behind the other.
bool is_listed(const Passage& passage) { return static_cast<std::uint32_t>(passage.distinct) * kWordsOfTerm >= passage.spoken; }

// Lines that sell where nobody speaks against it. One word alone in a paragraph may be told of ("casino online").
bool is_put_there(const Passage& passage) {
  if (passage.hosts > 0) return true;
  // Who tells of it needs more words around each of its own.
  const bool sentence = passage.spoken <= kWordsOfSentence && (passage.calls > 0 || passage.foreign);
  const bool asks = passage.calls >= 1 || sentence || is_listed(passage);
  if (passage.strong >= 2 && asks) return true;
  if (passage.strong == 1 && asks && (passage.calls > 0 || passage.distinct >= 2 || passage.foreign)) return true;
  if (passage.distinct >= 2 && passage.offers >= 1) return true;
  return names_of(passage) >= 1 && passage.offers >= kNameSells && passage.promises >= kPromise;
}

// One term says little, and a call without a term nothing. `calm`: nobody on the page speaks of police or law.
// `told`: they do between the headings around it.
bool is_eligible(const Passage& passage, bool calm, bool told) {
  if (calm && is_dense(passage) && is_put_there(passage)) return true;
  if (passage.heaviest < kPlainTerm && (passage.names == 0 || passage.spam <= 0)) return false;
  if (passage.offers >= 2 || passage.strong >= 3) return true;
  if (passage.disguised > 0 && passage.calls > 0) return true;
  // A menu of games.
  if (passage.distinct >= 4 && passage.calls > 0 && passage.context < kPolice) return true;
  if (is_dense(passage) && passage.strong + passage.brands + passage.names >= 1 && passage.calls >= 1) return true;
  if (is_dense(passage) && passage.foreign && passage.strong >= 1 && passage.calls > 0) return true;
  if (is_dense(passage) && passage.strong >= 2 && (passage.calls > 0 || calm || !told)) return true;
  return (passage.offers >= 1 && passage.strong >= 1) || (passage.offers >= 1.5 && passage.brands + passage.names >= 1);
}

// `elsewhere`: what the page says of police and law outside the passage; `titled`: its title
// says so too.
double points_of(const Passage& passage, double elsewhere, bool titled, bool calm, const Rules::Impl& rules) {
  using enum Weight;
  const int names = std::min(names_of(passage), 2);
  const double sold = std::max(passage.spam, names * kNameSells);
  double points = std::min(sold, kMostSpam) + rules.weight(passage_call) * std::min({passage.calls, sold, kMostCalls});
  if (passage.calls > 0) points += rules.weight(passage_brand_call) * std::min(passage.brands, 4);
  points += rules.weight(passage_disguised) * std::min(passage.disguised, 2);
  points += rules.weight(passage_name) * names;
  if (is_dense(passage) && calm) points += rules.weight(passage_calm);
  if (is_dense(passage) && elsewhere < kPolice * 2) points += rules.weight(passage_dense);
  if (is_dense(passage) && passage.foreign) points += rules.weight(passage_foreign);
  if (titled) points -= rules.weight(passage_titled);
  const double most_elsewhere = titled ? kMostWhenTitled : kMostElsewhere;
  return points - rules.weight(passage_context) * std::min(passage.context + std::min(elsewhere / 2, most_elsewhere), kMostContext);
}

std::string where_of(const Evidence& evidence, const Passage& passage) {
  if (passage.heaviest_block >= evidence.blocks().size()) return {};
  const WordSum& sum = evidence.blocks()[passage.heaviest_block];
  return excerpt(evidence.page().blocks[passage.heaviest_block].text, sum.first, sum.first_end);
}

// Words that stand for the page: a title, a description. `calls`: beside them. `own`: of a site in Vietnamese.
bool tells(const WordSum& sum, double calls, bool own, bool calm) {
  if (sum.context > 0 || sum.doubtful || sum.search) return false;
  if (sum.strong >= 2 || (sum.strong >= 1 && sum.calls + calls > 0) || (sum.distinct >= 2 && sum.calls + calls > 0)) return true;
  // Hardly anything but a term that no honest text has.
  return own && sum.strong >= 1 && sum.words <= (calm ? kTitleWords : kTermAndLittle);
}

class SpamSearch {
 public:
  explicit SpamSearch(const Evidence& evidence, const Rules::Impl& rules) : evidence_(evidence), rules_(rules), found_{.tally = Tally(rules), .dead_links = {}} {}

  SpamFinding run() {
    links();
    texts();
    titles();
    odd_words();
    frames();
    unseen_frames();
    named_by_scripts();
    coded_by_scripts();
    asides();
    cover();
    declared();
    echo();
    found_.in_comments = anything_ && all_in_comments_;
    return std::move(found_);
  }

 private:
  void links();
  void count_link(std::size_t index);
  void find_dead_link(std::size_t index);
  void texts();
  void passage(Passage one, bool calm);
  void few_lines(std::size_t first, bool calm);
  void hidden_block(std::size_t index);
  void titles();
  void title_and_page();
  bool told_by_address() const;
  bool sells_host(const Address& address) const;
  void named_by_scripts();
  void coded_by_scripts();
  void asides();
  void cover();
  void declared();
  void odd_words();
  void frames();
  void unseen_frames();
  void echo();

  std::size_t offset(std::size_t block) const { return evidence_.page().blocks.empty() ? 0 : evidence_.page().blocks[block].offset; }
  void place(bool in_comments) {
    all_in_comments_ = (!anything_ || all_in_comments_) && in_comments;
    anything_ = true;
  }

  const Evidence& evidence_;
  const Rules::Impl& rules_;
  SpamFinding found_;
  bool anything_ = false, all_in_comments_ = false;
  std::size_t hidden_ = 0, shown_ = 0, after_end_ = 0, listed_ = 0, fresh_hidden_ = 0, spreading_ = 0;
  std::size_t first_hidden_ = 0, first_shown_ = 0, first_after_end_ = 0, first_listed_ = 0, first_spreading_ = 0;
  double strongest_ = 0;
  double context_ = 0;  // of the whole page
  bool lonely_ = false; // one text of many sells
  bool calm_ = false;   // nobody on it speaks of police or law
  bool titled_ = false; // its title does, or warns
};

void SpamSearch::count_link(std::size_t index) {
  const Link& link = evidence_.page().links[index];
  const LinkFacts& facts = evidence_.links()[index];
  const auto count = [&](std::size_t& counter, std::size_t& first) {
    if (counter++ == 0) first = index;
  };
  if (is_hidden(link.hidden)) {
    count(hidden_, first_hidden_);
    if (evidence_.known().anything() && facts.fresh) ++fresh_hidden_;
  } else {
    count(shown_, first_shown_);
  }
  if (link.after_end) count(after_end_, first_after_end_);
  if (facts.spreads) count(spreading_, first_spreading_);
  if (facts.host->listed) count(listed_, first_listed_);
  strongest_ = std::max(strongest_, facts.score);
  place(link.region == Region::comments || link.marked_ugc);
}

// "Sở Công Thương", "website câu lạc bộ sách"; not "giải trí".
bool is_name(std::string_view text) {
  const std::string_view first = text.substr(0, text.find(' '));
  return std::ranges::count(text, ' ') >= 3 || (first.size() < text.size() && lower(first) != first);
}

// An honest name over a domain that sells something now: it expired, and nobody broke in.
void SpamSearch::find_dead_link(std::size_t index) {
  const Link& link = evidence_.page().links[index];
  const LinkFacts& facts = evidence_.links()[index];
  if (facts.host == nullptr || !facts.host->external || !facts.benign_words) return;
  const bool sells_now = facts.host->listed || facts.host->brand;
  if (!sells_now || link.hidden != Hidden::no || link.after_end) return;
  if (evidence_.known().anything() && facts.fresh) return;
  if (link.text.size() > kNameBytes || !is_name(link.text)) return;
  found_.dead_links.push_back(index);
}

void SpamSearch::links() {
  using enum Weight;
  const auto& all = evidence_.page().links;
  for (std::size_t i = 0; i < all.size(); ++i) find_dead_link(i);
  const bool only_dead = evidence_.bad_count() <= 2 && std::ranges::all_of(std::views::iota(std::size_t{0}, all.size()), [&](std::size_t i) {
    return !evidence_.links()[i].bad || std::ranges::find(found_.dead_links, i) != found_.dead_links.end();
  });
  for (std::size_t i = 0; i < all.size() && !only_dead; ++i) {
    if (evidence_.links()[i].bad) count_link(i);
  }
  const auto more = [&](Weight first, Weight next, std::size_t count) {
    return rules_.weight(first) + rules_.weight(next) * std::min<double>(static_cast<double>(count) - 1, 6);
  };
  const auto add = [&](Weight name, double points, std::size_t index) {
    found_.tally.add(name, points, truncate(all[index].text + " → " + all[index].url, kExcerptBytes), all[index].offset);
  };
  if (hidden_ > 0) add(hidden_links, more(hidden_links, hidden_link_more, hidden_), first_hidden_);
  if (shown_ > 0) add(spam_links, more(spam_links, spam_link_more, shown_), first_shown_);
  if (shown_ > 0 && strongest_ >= rules_.weight(link_threshold) * 1.5) add(strong_link, rules_.weight(strong_link), first_shown_);
  if (spreading_ > 0) add(spreading_links, rules_.weight(spreading_links), first_spreading_);
  if (after_end_ > 0) add(links_after_end, rules_.weight(links_after_end), first_after_end_);
  if (listed_ > 0) add(listed_domain, rules_.weight(listed_domain), first_listed_);
  if (fresh_hidden_ > 0) add(new_hidden_links, rules_.weight(new_hidden_links), first_hidden_);
}

void SpamSearch::hidden_block(std::size_t index) {
  const Block& block = evidence_.page().blocks[index];
  const WordSum& sum = evidence_.blocks()[index];
  // Tabs and menus hide honest headlines.
  const bool named = sum.numbered + sum.names > 0 && sum.calls >= 1 && sum.context == 0;
  if (named && !found_.tally.has(Weight::hidden_words)) {
    found_.tally.add(Weight::hidden_words, truncate(block.text, kExcerptBytes), block.offset);
    place(block.region == Region::comments);
    return;
  }
  // One term, once, in many pages that are kept in one text (help, notes): it is told of.
  const auto once = [&] {
    const std::string_view term = std::string_view(block.text).substr(sum.first, sum.first_end - sum.first);
    return block.text.find(term) == block.text.rfind(term);
  };
  if (sum.words > kTextsInOne && sum.distinct < 2 && sum.calls == 0 && sum.hosts == 0 && once()) return;
  // A warning that opens over a page that warns.
  if (sum.context >= 2 && sum.calls == 0 && sum.hosts == 0 && evidence_.title_warns()) return;
  if (sum.strong == 0 || sum.spam - 1.5 * std::min(sum.context, 3.0) < kStrong) return;
  if (found_.tally.has(Weight::hidden_words)) return;
  found_.tally.add(Weight::hidden_words, excerpt(block.text, sum.first, sum.first_end), block.offset);
  place(block.region == Region::comments);
}

// An address to go to: a name, and a way to reach somebody.
void take_hosts(Passage& passage) {
  if (passage.hosts == 0) return;
  passage.spam += kStrong;
  passage.strong += 1;
  passage.calls += 1;
  passage.offers += 1;
}

void SpamSearch::passage(Passage one, bool calm) {
  using enum Weight;
  calm = calm && evidence_.own();
  if (calm) {
    take_hosts(one);
    if (lonely_) one.context *= kCalmContext;
  }
  if (!is_eligible(one, calm, !calm)) return;
  const double elsewhere = calm ? 0 : std::max(0.0, context_ - one.context);
  const double points = points_of(one, elsewhere, titled_, calm, rules_);
  if (points < rules_.weight(passage_threshold) || found_.tally.has(promotion)) return;
  const double weight = rules_.weight(promotion) + rules_.weight(passage_point) * (points - rules_.weight(passage_threshold));
  found_.tally.add(promotion, std::min(weight, rules_.weight(promotion_most)), where_of(evidence_, one), offset(one.heaviest_block));
  if (one.foreign && evidence_.vietnamese()) found_.tally.add(foreign_words, where_of(evidence_, one), offset(one.heaviest_block));
  place(one.in_comments);
}

// A block that sells, with what follows it closely: an offer between honest news. `calm`: between the headings around it.
void SpamSearch::few_lines(std::size_t first, bool calm) {
  Passage few;
  const auto& blocks = evidence_.page().blocks;
  for (std::size_t i = first; i < blocks.size() && i < first + kFewBlocks; ++i) {
    if (few.words + evidence_.blocks()[i].words > kDenseWords || is_hidden(blocks[i].hidden)) break;
    if (i > first && evidence_.blocks()[i].context > 0) break;
    take_block(few, evidence_, rules_, i);
  }
  passage(few, calm);
}

void SpamSearch::texts() {
  Passage current;
  const auto& blocks = evidence_.page().blocks;
  const double police = evidence_.police();
  context_ = evidence_.title().context;
  for (const WordSum& sum : evidence_.blocks()) context_ += sum.context;
  // Words of every office prove nothing until somebody speaks of crime or harm; one word alone does not.
  titled_ = evidence_.title_warns();
  calm_ = police < kSpeaksOfPolice && !titled_;
  if (police < kPolice || calm_) context_ = 0;
  // An encyclopedia speaks of it all over the page.
  const auto selling = std::ranges::count_if(evidence_.blocks(), &WordSum::sells);
  lonely_ = selling == 1 && !evidence_.title().sells() && evidence_.words() >= kPageWithWords;
  const std::vector<double> sections = evidence_.police_by_section();
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (evidence_.approved(blocks[i])) continue;
    if (is_hidden(blocks[i].hidden)) {
      hidden_block(i);
      continue;
    }
    const WordSum& sum = evidence_.blocks()[i];
    if (sum.sells() || sum.hosts + sum.names + sum.numbered > 0) few_lines(i, !titled_ && sections[i] < kSpeaksOfPolice);
    take_block(current, evidence_, rules_, i);
    if (current.words < kPassageWords) continue;
    passage(current, calm_);
    current = {};
  }
  passage(current, calm_);
}

void SpamSearch::titles() {
  using enum Weight;
  const WordSum& title = evidence_.title();
  const std::string& text = evidence_.page().title;
  // A title that sells what its page does not speak of was put there for search engines.
  const bool of_many_words = evidence_.words() >= kPageWithWords;
  const bool foreign_to_page = of_many_words && std::ranges::none_of(evidence_.blocks(), [](const WordSum& sum) { return sum.strong > 0; });
  if (tells(title, evidence_.description().calls, evidence_.own(), calm_)) {
    const bool doorway = calm_ && evidence_.own() && title.strong > 0;
    const double weight = rules_.weight(title_words) * (foreign_to_page || doorway ? kForeignToPage : 1);
    found_.tally.add(title_words, weight, excerpt(text, title.first, title.first_end));
  } else if (foreign_to_page && title.context == 0 && tells(evidence_.description(), 0, evidence_.own(), calm_)) {
    const WordSum& description = evidence_.description();
    found_.tally.add(title_words, rules_.weight(title_words) * kForeignToPage, excerpt(evidence_.page().description, description.first, description.first_end));
  }
  Scripts scripts;
  count_scripts(text, scripts);
  if (evidence_.in_vietnamese() && scripts.foreign() >= 4 && (evidence_.vietnamese() || scripts.foreign() > scripts.han + scripts.cyrillic)) {
    const bool only_title = of_many_words && evidence_.scripts().foreign() == 0;
    found_.tally.add(title_language, rules_.weight(title_language) * (only_title ? kForeignToPage : 1), truncate(text, kExcerptBytes));
  }
  title_and_page();
}

// The title's words make up the page's own address as well: a page for search engines.
bool SpamSearch::told_by_address() const {
  const Address address = parse_address(evidence_.seen().url);
  const WordSum slug = evidence_.sum_of(percent_decoded(address.path, true));
  return slug.heaviest >= kStrong && slug.context == 0;
}

// What the title sells, the page sells too, and nobody in it speaks of police or law.
void SpamSearch::title_and_page() {
  using enum Weight;
  const bool sold = found_.tally.has(title_words) || (found_.tally.has(title_language) && (evidence_.title().sells() || evidence_.title().calls > 0));
  if (!sold) return;
  if (told_by_address()) {
    found_.tally.add(Weight::title_and_text, evidence_.seen().url);
    place(false);
    return;
  }
  const auto& blocks = evidence_.page().blocks;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const WordSum& sum = evidence_.blocks()[i];
    const bool sells = sum.heaviest >= kPlainTerm && !sum.doubtful && sum.context == 0;
    const bool asks = sum.context == 0 && sum.calls >= (found_.tally.has(title_language) ? 1 : kPromise);
    if ((!sells && !asks) || evidence_.approved(blocks[i])) continue;
    found_.tally.add(Weight::title_and_text, excerpt(blocks[i].text, sum.first, sum.first_end), blocks[i].offset);
    place(false);
    return;
  }
}

void SpamSearch::odd_words() {
  using enum Weight;
  const auto& blocks = evidence_.page().blocks;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const WordSum& sum = evidence_.blocks()[i];
    if (sum.glued > 0 && evidence_.vietnamese() && !found_.tally.has(sum.glued_term ? glued_term : glued_words)) {
      found_.tally.add(sum.glued_term ? glued_term : glued_words, truncate(blocks[i].text, kExcerptBytes), blocks[i].offset);
    }
    if (sum.sells() && sum.context == 0 && blocks[i].text.contains("【") && evidence_.vietnamese() && !found_.tally.has(bracket_anchor)) {
      found_.tally.add(bracket_anchor, excerpt(blocks[i].text, sum.first, sum.first_end), blocks[i].offset);
    }
  }
}

// By its name alone: of the lists, named as bookmakers name theirs, or nearly so below an ending that costs little.
bool sells_by_name(std::string_view host, const Rules::Impl& rules) {
  const int shape = rules.shapes.weigh_host(host);
  return shape >= 2 || (shape >= 1 && rules.cheap_endings.has(host)) || rules.domains.has(host) || rules.endings.has(host);
}

bool SpamSearch::sells_host(const Address& address) const {
  if (!address.is_web() || rules_.trusted.has(address.host) || rules_.platforms.has(address.host)) return false;
  return sells_by_name(address.host, rules_) && registered_domain(address.host) != evidence_.site();
}

// Frames and programs that a bookmaker's host brings into the page.
void SpamSearch::frames() {
  for (const auto* list : {&evidence_.page().frames, &evidence_.page().scripts}) {
    for (const std::string& one : *list) {
      if (!sells_host(parse_address(resolve(evidence_.seen().final_url, one)))) continue;
      found_.tally.add(Weight::frame, one);
      place(false);
      return;
    }
  }
}

// Frames that nobody sees, at a place or in a manner that no editor makes them; and programs for the reader's machine.
void SpamSearch::unseen_frames() {
  if (evidence_.page().runs_programs) {
    found_.tally.add(Weight::dropper, {});
    place(false);
  }
  for (const std::string& one : evidence_.page().unseen_frames) {
    const Address address = parse_address(resolve(evidence_.seen().final_url.empty() ? "https://a.invalid/" : evidence_.seen().final_url, one));
    if (!address.is_web()) continue;
    const HostFacts& host = evidence_.facts_of(address.host);
    if (!host.external || host.vietnamese || host.trusted || host.platform || host.press || address.host.ends_with(".invalid")) continue;
    // Counters are made so as well; those that nobody knows are of a name that costs little.
    const bool odd = host.odd() || host.cheap_ending || evidence_.page().unseen_behind_end;
    if (!odd) continue;
    found_.tally.add(Weight::unseen_frame, one);
    place(false);
    return;
  }
}

// A script makes links, frames and redirects in more ways than can be read; what it names says enough.
void SpamSearch::named_by_scripts() {
  for (const std::string& one : evidence_.page().named) {
    const bool whole = one.contains("//");
    const Address address = named_address(one);
    // What looks like a host may be the name of a member, "slot.bet", which no list has.
    if (!sells_host(address) || (!whole && rules_.endings.has(address.host) && rules_.shapes.weigh_host(address.host) == 0)) continue;
    found_.tally.add(Weight::script_address, one);
    place(false);
    return;
  }
}

// Who has nothing to hide writes down whose programs the page shall run.
void SpamSearch::coded_by_scripts() {
  for (const std::string& one : evidence_.page().coded) {
    const Address address = parse_address(resolve("https://a.invalid/", one));
    if (!address.is_web()) continue;
    const HostFacts& host = evidence_.facts_of(address.host);
    if (!host.external || host.vietnamese || host.trusted || host.platform || host.press) continue;
    found_.tally.add(Weight::coded_address, one);
    place(false);
    return;
  }
}

// Pictures that are there for what they say to search engines.
void SpamSearch::asides() {
  for (const Aside& one : evidence_.page().asides) {
    const WordSum sum = evidence_.sum_of(one.text);
    const bool sells = sum.warning == 0 && !sum.doubtful && (sum.strong >= 2 || (sum.strong >= 1 && (sum.distinct >= 3 || sum.calls > 0 || sum.hosts > 0)));
    if (!sells || !calm_) continue;
    found_.tally.add(Weight::picture_words, excerpt(one.text, sum.first, sum.first_end), one.offset);
    place(false);
    return;
  }
}

// Whoever comes, or clicks anywhere, is somewhere else.
void SpamSearch::cover() {
  const auto& cover = evidence_.page().cover;
  if (!cover || evidence_.site().empty()) return;
  const Address address = parse_address(resolve(evidence_.seen().final_url, *cover));
  const bool elsewhere = address.is_web() && registered_domain(address.host) != evidence_.site() && !rules_.trusted.has(address.host);
  if (!elsewhere || address.host.ends_with(".vn")) return;
  found_.tally.add(Weight::cover, *cover);
  place(false);
}

// The page tells search engines that it stands at a seller's.
void SpamSearch::declared() {
  if (evidence_.site().empty()) return;
  for (const std::string& one : evidence_.page().declared) {
    const Address address = parse_address(resolve(evidence_.seen().final_url, one));
    if (!address.is_web()) continue;
    const HostFacts& host = evidence_.facts_of(address.host);
    const bool named = host.external && !host.vietnamese && !host.trusted && !host.press && !host.lottery && host.odd();
    if (!named && !host.sells()) continue;
    found_.tally.add(Weight::declared_address, one);
    place(false);
    return;
  }
}

// Values of the address's query, decoded.
std::vector<std::string> asked_words(std::string_view url) {
  std::vector<std::string> values;
  const auto question = url.find('?');
  if (question == url.npos) return values;
  std::string_view rest = url.substr(question + 1);
  rest = rest.substr(0, rest.find('#'));
  while (!rest.empty() && values.size() < 32) {
    const auto end = std::min(rest.find('&'), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = one.find('=');
    if (equals != one.npos && one.size() - equals > 3) values.push_back(percent_decoded(one.substr(equals + 1), true));
  }
  return values;
}

bool sells_by_query(const WordSum& sum, std::string_view text, const Rules::Impl& rules) {
  if (sum.context > 0) return false;
  if (sum.strong > 0 || sum.brands > 0 || (sum.distinct >= 2 && sum.calls > 0)) return true;
  std::size_t at = text.find('.');
  for (; at != text.npos; at = text.find('.', at + 1)) {
    const auto begin = text.substr(0, at).find_last_of(" /,|") + 1;
    const auto end = std::min(text.find_first_of(" /,|", at), text.size());
    const std::string host = lower(text.substr(begin, end - begin));
    if (host.size() > 4 && sells_by_name(host, rules)) return true;
  }
  return false;
}

// What was asked and what the page says of it: in its title, a heading, a field, a block.
void SpamSearch::echo() {
  const Page& page = evidence_.page();
  std::string echoed;
  for (const std::string& asked : asked_words(evidence_.seen().url)) {
    if (!sells_by_query(evidence_.sum_of(asked), asked, rules_)) continue;
    const std::string wanted = fold(asked);
    const auto shows = [&](std::string_view text) { return fold(text).contains(wanted); };
    const bool shown = shows(page.title) || std::ranges::any_of(page.fields, [&](const Field& field) { return shows(field.value); }) ||
                       std::ranges::any_of(page.blocks, [&](const Block& block) { return shows(block.text); });
    if (shown) echoed = asked;
  }
  const auto told = [&](std::string_view text) {
    const WordSum sum = evidence_.sum_of(text);
    return sum.search && sells_by_query(sum, text, rules_);
  };
  if (echoed.empty() && told(page.title)) echoed = page.title;
  for (const Field& field : page.fields) {
    if (echoed.empty() && field.search && sells_by_query(evidence_.sum_of(field.value), field.value, rules_)) echoed = field.value;
  }
  for (std::size_t i = 0; i < page.blocks.size() && echoed.empty() && !titled_; ++i) {
    if (evidence_.blocks()[i].search && evidence_.blocks()[i].words < 40 && sells_by_query(evidence_.blocks()[i], page.blocks[i].text, rules_)) {
      echoed = page.blocks[i].text;
    }
  }
  if (echoed.empty()) return;
  found_.echo = true;
  found_.outside_echo = hidden_ > 0 || shown_ > 1 || after_end_ > 0 || found_.tally.has(Weight::hidden_words);
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t begin, std::size_t end) {
  if (text.size() <= kExcerptBytes) return std::string(text);
  const std::size_t around = kExcerptBytes > end - begin ? (kExcerptBytes - (end - begin)) / 2 : 0;
  std::size_t from = begin > around ? begin - around : 0;
  while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) --from;
  return std::string(truncate(text.substr(from), kExcerptBytes));
}

void Tally::add(Weight name, double points, std::string_view where, std::size_t offset) {
  sum_ += points;
  reasons_.push_back({std::string(to_string(name)), static_cast<int>(std::lround(points)), to_valid_utf8(truncate(where, kExcerptBytes)), offset});
}

int Tally::score() const { return static_cast<int>(std::clamp(std::lround(sum_), 0L, 100L)); }

bool Tally::has(Weight name) const { return std::ranges::find(reasons_, to_string(name), &Reason::name) != reasons_.end(); }

SpamFinding find_spam(const Evidence& evidence) { return SpamSearch(evidence, evidence.rules()).run(); }

}  // namespace khien::watch
