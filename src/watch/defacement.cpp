#include <algorithm>
#include <array>
#include <set>

#include "findings.hpp"

namespace khien::watch {
namespace {

constexpr std::uint32_t kShortWords = 14, kSmallPageWords = 160, kProsePageWords = 450, kProseWords = 30, kSignedWords = 60;
constexpr std::uint32_t kFewWordsBefore = 8;
constexpr double kMostMarks = 3, kFewMarks = 2;
constexpr std::uint32_t kFewSigns = 2;
constexpr std::size_t kSignsOfPerson = 3;
constexpr std::uint32_t kMostInLine = 40;  // more is an article
constexpr double kSurePhrase = 2;  // lighter phrases stand in honest texts too
constexpr double kAlonePhrase = 1.5;
constexpr std::size_t kLonelyLinks = 3, kFewLinks = 5, kSomeLinks = 12;

// "Hacked by X" says it of this page; "… was hacked by X" of another one.
bool begins_with_phrase(const WordSum& sum) { return sum.defacement >= kSurePhrase && sum.deface_before == 0 && sum.context == 0; }

// A text without a title that begins so, however long its list of files or its log is.
bool is_signed_text(const Evidence& evidence) {
  return evidence.page().title.empty() && !evidence.blocks().empty() && begins_with_phrase(evidence.blocks().front());
}

// A page that holds little else and leads nowhere: it took another one's place.
bool is_lonely(const Evidence& evidence) {
  return (evidence.words() <= kSmallPageWords || is_signed_text(evidence)) && evidence.page().links.size() <= kLonelyLinks;
}

// "HACKED BY X": captions and quotations are not shouted.
bool is_shouted(std::string_view phrase) {
  return std::ranges::any_of(phrase, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         std::ranges::none_of(phrase, [](char c) { return c >= 'a' && c <= 'z'; });
}

// Who leaves a signature frames it: "..:: X ::..", "[!] Struck by X [!]", "./X".
bool is_framed(std::string_view title) {
  constexpr std::array<std::string_view, 12> kFrames{"[!]", "..::", "::", "~!", "./", "-=", "=-", "{!}", "[+]", "[#]", "[x]", "[*]"};
  return std::ranges::any_of(kFrames, [&](std::string_view frame) { return title.starts_with(frame); });
}

// "sUiCiDaL_mOoN", "NullHarbor", "T0m.Hum", "k62_anon": names that people give themselves.
bool is_nick(std::string_view word) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  int turns = 0;
  for (std::size_t i = 1; i + 1 < word.size(); ++i) {
    const char before = word[i - 1], here = word[i], next = word[i + 1];
    if (is_small(before) && is_capital(here)) ++turns;
    if ((here == '_' || is_digit(here)) && (is_small(before) || is_capital(before)) && (is_small(next) || is_capital(next))) ++turns;
  }
  return turns > 0 && word.size() <= 24;
}

std::uint32_t count_nicks(std::string_view text) {
  std::uint32_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" ,|/~:()[]", at), text.size());
    count += is_nick(text.substr(at, end - at)) ? 1 : 0;
    at = end + 1;
  }
  return count;
}

// Reads one view for what those write who put their page in place of another.
class DefacementSearch {
 public:
  explicit DefacementSearch(const Evidence& evidence)
      : evidence_(evidence), tally_(evidence.rules()), told_(evidence.title().police),
        leet_(evidence.title().leet), lonely_(is_lonely(evidence)) {
    take_marks(evidence.title());
  }

  Tally run() {
    title();
    for (std::size_t i = 0; i < evidence_.blocks().size(); ++i) {
      if (!evidence_.approved(evidence_.page().blocks[i])) block(i);
    }
    if (tally_.reasons().empty() && marks_ < kFewMarks && !is_left_by_somebody()) return std::move(tally_);
    surroundings();
    return std::move(tally_);
  }

 private:
  void title();
  void block(std::size_t index);
  void take_marks(const WordSum& sum);
  bool is_brief(std::string_view text, const WordSum& sum) const;
  bool is_strange(std::string_view text, const WordSum& sum) const;
  bool is_left_by_somebody() const;
  void surroundings();
  double weight(Weight one) const { return evidence_.rules().weight(one); }

  const Evidence& evidence_;
  Tally tally_;
  double marks_ = 0, told_, heaviest_ = 0;
  std::uint32_t leet_;
  std::set<std::uint32_t> seen_marks_;
  std::uint32_t signs_ = 0;  // marks that say something alone
  bool lonely_, shouted_ = false;
  bool signed_ = false;  // a few lines of it begin as only who did it writes
};

void DefacementSearch::title() {
  const bool by_description = evidence_.page().title.empty() && begins_with_phrase(evidence_.description());
  const WordSum& sum = by_description ? evidence_.description() : evidence_.title();
  if (sum.defacement <= 0) return;
  heaviest_ = sum.defacement;
  const bool alone = lonely_ && sum.words <= 3 && sum.defacement >= kAlonePhrase;
  const bool sure = (sum.words <= kShortWords && sum.defacement >= kSurePhrase) || is_framed(evidence_.page().title);
  const double share = begins_with_phrase(sum) || alone ? 1 : sure ? 0.6 : 0.3;
  tally_.add(Weight::deface_title, weight(Weight::deface_title) * share, by_description ? evidence_.page().description : evidence_.page().title);
}

// `"hacked by", "owned by"`: whoever quotes speaks of it.
bool is_quoted(std::string_view text, const WordSum& sum) {
  constexpr std::string_view kQuotes = "\"'`";
  const bool before = sum.deface_at > 0 && kQuotes.contains(text[sum.deface_at - 1]);
  return before && sum.deface_end < text.size() && kQuotes.contains(text[sum.deface_end]);
}

// Each once: who campaigns has one, many times.
void DefacementSearch::take_marks(const WordSum& sum) {
  if (sum.marks <= 0) return;
  for (const std::uint32_t term : sum.terms) {
    const Term& known = evidence_.rules().lexicon.term(term);
    if (known.kind != Kind::mark || !seen_marks_.insert(term).second) continue;
    marks_ += known.weight;
    signs_ += known.weight >= 1 ? 1 : 0;
  }
}

// Turkish, say, in a page in Vietnamese: no headline of its own.
bool DefacementSearch::is_strange(std::string_view text, const WordSum& sum) const {
  if (!evidence_.vietnamese() || sum.defacement < kSurePhrase || sum.context > 0) return false;
  Scripts scripts;
  count_scripts(text, scripts);
  return scripts.vietnamese == 0;
}

bool DefacementSearch::is_brief(std::string_view text, const WordSum& sum) const {
  // A signature with a message behind it; nobody else begins so.
  if (begins_with_phrase(sum) && (sum.words <= kSignedWords || (is_signed_text(evidence_) && &sum == &evidence_.blocks().front()))) return true;
  if (sum.words > kShortWords) return false;
  const bool alone = sum.words <= 3 && sum.defacement >= kAlonePhrase;
  const bool of_this_page = lonely_ && sum.defacement >= kSurePhrase && sum.context == 0 && sum.deface_before <= kFewWordsBefore;
  const bool signed_by = sum.context == 0 && (sum.leet > 0 || sum.marks >= 1);
  return alone || of_this_page || signed_by || is_strange(text, sum);
}

void DefacementSearch::block(std::size_t index) {
  using enum Weight;
  const Block& block = evidence_.page().blocks[index];
  const WordSum& sum = evidence_.blocks()[index];
  take_marks(sum);
  told_ += sum.police;
  leet_ += sum.leet;
  if (sum.defacement <= 0) return;
  heaviest_ = std::max(heaviest_, sum.defacement);
  const bool brief = is_brief(block.text, sum) && !is_quoted(block.text, sum);
  const auto phrase = std::string_view(block.text).substr(sum.deface_at, sum.deface_end - sum.deface_at);
  const bool first = brief && begins_with_phrase(sum);
  shouted_ = shouted_ || (first && (is_shouted(phrase) || is_framed(block.text)));
  signed_ = signed_ || first;
  const Weight name = brief && block.heading ? deface_heading : brief ? deface_short : deface_prose;
  const bool counted = tally_.has(deface_heading) || tally_.has(deface_short) || tally_.has(name);
  if (counted || (name == deface_prose && sum.words > kProseWords)) return;
  tally_.add(name, excerpt(block.text, sum.deface_at, sum.deface_end), block.offset);
}

// Hardly a word, no way on, nothing to fill in, and three signs of a person: a nick, a frame, words that look like his.
bool DefacementSearch::is_left_by_somebody() const {
  const Page& page = evidence_.page();
  if (!lonely_ || !page.fields.empty() || evidence_.words() > kSmallPageWords) return false;
  std::uint32_t nicks = count_nicks(page.title);
  bool framed = is_framed(page.title);
  for (const Block& block : page.blocks) {
    nicks += count_nicks(block.text);
    framed = framed || is_framed(block.text);
  }
  // Clubs and contests have such names, and logs such words.
  const bool may_be_honest = evidence_.vietnamese() || page.plain || told_ > 0;
  if (may_be_honest && heaviest_ <= 0 && !framed) return false;
  if (std::ranges::any_of(evidence_.blocks(), [](const WordSum& sum) { return sum.words > kMostInLine; })) return false;
  const std::size_t marks = std::min<std::size_t>(seen_marks_.size(), 2);
  return (nicks + leet_ > 0) + (nicks + leet_ > 2) + framed + (heaviest_ > 0) + marks >= kSignsOfPerson;
}

void DefacementSearch::surroundings() {
  using enum Weight;
  const auto& page = evidence_.page();
  if (marks_ > 0) tally_.add(deface_mark, weight(deface_mark) * std::min(marks_, kMostMarks), page.title);
  const bool in_short = tally_.has(deface_heading) || tally_.has(deface_short);
  const bool small = evidence_.words() <= kSmallPageWords && page.links.size() <= (in_short ? kSomeLinks : kFewLinks);
  if (small) tally_.add(deface_small, {});
  // "I was here" is anybody's title until more speaks for it.
  const bool sure = heaviest_ >= kAlonePhrase || marks_ >= 1 || leet_ > 0;
  const double marks = heaviest_ >= kSurePhrase ? 1 : kFewMarks;
  const bool phrase = heaviest_ > 0 && (in_short || tally_.has(deface_title) || marks_ >= marks || leet_ > 0) && sure;
  // Few words in another language, and no way on: sites of the state have such pages of machines only, without marks.
  const bool strange = !evidence_.vietnamese() && signs_ >= kFewSigns;
  const bool left = is_left_by_somebody();
  if (left) tally_.add(deface_signature, page.title);
  if (lonely_ && (phrase || strange || left || marks_ >= kMostMarks)) tally_.add(deface_lonely, {});
  if (!left && heaviest_ > 0 && (leet_ > 0 || is_framed(page.title))) tally_.add(deface_signature, page.title);
  if (evidence_.known().likeness(page) < 0.2) tally_.add(deface_replaced, {});
  const bool in_news = !small && evidence_.words() > kProsePageWords;
  // Who says it of this page, in lines of his own, tells no news, whatever stands around them.
  const bool told_of = (told_ >= 2 || in_news) && (!signed_ || evidence_.title_warns());
  if (told_of && !shouted_ && !(heaviest_ > 0 && is_framed(page.title)) && !begins_with_phrase(evidence_.title()) && !tally_.has(deface_heading)) {
    tally_.add(deface_context, -weight(deface_context), {});
  }
}

}  // namespace

Tally find_defacement(const Evidence& evidence) { return DefacementSearch(evidence).run(); }

Departure find_departure(Evidence& evidence) {
  const SeenPage& seen = evidence.seen();
  Departure departure;
  std::string target = seen.final_url;
  departure.by_page = std::ranges::any_of(seen.steps, [](const RedirectStep& step) {
    return step.how != RedirectStep::How::location || step.status >= 400;
  });
  if (evidence.page().jump && !evidence.page().jump->url.empty()) {
    const std::string next = resolve(seen.final_url, evidence.page().jump->url);
    if (parse_address(next).is_web()) {
      target = next;
      departure.by_page = departure.by_page || seen.page.jump->how != RedirectStep::How::location;
    }
  }
  const Address address = parse_address(target);
  if (!address.is_web()) return departure;
  const HostFacts& facts = evidence.facts_of(address.host);
  if (!facts.external || facts.trusted || facts.press || facts.lottery) return departure;
  if (evidence.site().empty() && !departure.by_page) return departure;
  departure.target = target;
  departure.vietnamese = facts.vietnamese;
  const auto path = percent_decoded(address.path, true);
  departure.sold_to = facts.listed || facts.brand || facts.ending || facts.shape >= 1 || evidence.sum_of(path).strong > 0;
  return departure;
}

}  // namespace khien::watch
