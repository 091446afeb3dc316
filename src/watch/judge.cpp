#include "khien/watch/judge.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <tuple>
#include <utility>

#include "findings.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kMaxShownBytes = 500;
constexpr std::uint32_t kWordsToCompare = 20, kForeignLetters = 8;
constexpr std::size_t kLinksToCompare = 3, kSitesForCrawlers = 5;

// What a view has for itself, to be held against another visitor's.
struct Traits {
  PageKeys keys;
  Scripts scripts;
  std::set<std::string> outward;  // sites of other countries that it leads to, of no fame
  std::uint32_t words = 0;
  bool sells = false;             // it speaks of what is sold, and of no police
  bool strong = false;            // in words that only sellers write
  double police = 0;
  bool whole = false;             // an answer as it should be
};

// One view, judged by itself.
struct ViewJudgement {
  PageClass judged = PageClass::clean;
  int score = 0;
  std::vector<Reason> reasons;
  std::vector<BadLink> links;
  bool departs = false;       // to another site
  Reason departure;
  std::optional<Traits> traits;  // where there is another view to hold it against
};

class ViewJudge {
 public:
  ViewJudge(const SeenPage& seen, const Page& page, const Known& known, const Rules::Impl& rules)
      : rules_(rules), evidence_(seen, page, known, rules), spam_(find_spam(evidence_)), deface_(find_defacement(evidence_)) {}

  ViewJudgement run();
  Traits traits() const;

 private:
  bool judge_departure();
  bool judge_defacement();
  bool judge_echo();
  bool judge_spam();
  bool judge_dead_links();
  void judge_rest();
  bool stays() const;
  void take(PageClass judged, const Tally& tally);
  void take_links();
  void reason(std::string_view name, double weight, std::string_view where);
  int threshold() const { return static_cast<int>(rules_.weight(Weight::page_threshold)); }

  const Rules::Impl& rules_;
  Evidence evidence_;
  SpamFinding spam_;
  Tally deface_;
  ViewJudgement judgement_;
};

void ViewJudge::take(PageClass judged, const Tally& tally) {
  judgement_.judged = judged;
  judgement_.score = std::max(judgement_.score, tally.score());
  const auto& reasons = tally.reasons();
  judgement_.reasons.insert(judgement_.reasons.end(), reasons.begin(), reasons.end());
}

void ViewJudge::take_links() {
  const auto& facts = evidence_.links();
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!facts[i].bad) continue;
    const Link& link = evidence_.page().links[i];
    judgement_.links.push_back({link.url, link.text, link.offset, facts[i].why, evidence_.seen().visitor});
  }
}

void ViewJudge::reason(std::string_view name, double weight, std::string_view where) {
  judgement_.reasons.push_back({std::string(name), static_cast<int>(weight), to_valid_utf8(truncate(where, 200)), 0});
}

bool ViewJudge::judge_departure() {
  using enum Weight;
  const Departure departure = find_departure(evidence_);
  if (departure.target.empty()) return false;
  judgement_.departs = true;
  // To another site of the country, by the server: offices move and merge.
  const bool quiet = !departure.sold_to && departure.vietnamese && !departure.by_page;
  const Weight name = departure.sold_to ? redirect_listed : redirect_foreign;
  judgement_.departure = {std::string(to_string(name)), static_cast<int>(rules_.weight(name)), std::string(truncate(departure.target, 200)), 0};
  if (quiet || (!departure.sold_to && !departure.by_page)) return false;
  judgement_.judged = PageClass::redirected;
  judgement_.score = judgement_.departure.weight;
  judgement_.reasons.push_back(judgement_.departure);
  return true;
}

bool ViewJudge::judge_defacement() {
  if (deface_.score() < threshold() || deface_.score() < spam_.tally.score() / 2) return false;
  take(PageClass::defaced, deface_);
  return true;
}

bool ViewJudge::judge_echo() {
  if (!spam_.echo || spam_.outside_echo) return false;
  take(PageClass::reflected, spam_.tally);
  reason("echo", 60, evidence_.seen().url.empty() ? evidence_.page().title : evidence_.seen().url);
  judgement_.score = std::max(judgement_.score, 60);
  take_links();
  return true;
}

bool ViewJudge::judge_spam() {
  if (spam_.tally.score() < threshold()) return false;
  take(spam_.in_comments ? PageClass::user_content : PageClass::compromised, spam_.tally);
  take_links();
  return true;
}

bool ViewJudge::judge_dead_links() {
  if (spam_.dead_links.empty()) return false;
  judgement_.judged = PageClass::dead_link;
  judgement_.score = static_cast<int>(rules_.weight(Weight::dead_link));
  for (const std::size_t i : spam_.dead_links) {
    const Link& link = evidence_.page().links[i];
    judgement_.links.push_back({link.url, link.text, link.offset, "listed", evidence_.seen().visitor});
    if (judgement_.reasons.empty()) reason(to_string(Weight::dead_link), rules_.weight(Weight::dead_link), link.text + " → " + link.url);
  }
  return true;
}

void ViewJudge::judge_rest() {
  double spam = 0, context = 0;
  std::string where;
  for (std::size_t i = 0; i < evidence_.blocks().size(); ++i) {
    const WordSum& sum = evidence_.blocks()[i];
    context += sum.context;
    if (sum.spam > 0 && !sum.doubtful && where.empty()) where = excerpt(evidence_.page().blocks[i].text, sum.first, sum.first_end);
    if (!sum.doubtful) spam += sum.spam;
  }
  take(spam > 0 || (evidence_.title().sells() && !evidence_.title().doubtful) ? PageClass::legitimate_mention : PageClass::clean, spam_.tally);
  judgement_.score = std::min(judgement_.score, threshold() - 1);
  if (spam > 0) reason("mention", std::min(spam, 10.0), where);
  if (spam > 0 && context > 0) reason("context", -rules_.weight(Weight::context), {});
}

// It sends on to another page of the same site.
bool ViewJudge::stays() const {
  const auto& jump = evidence_.page().jump;
  if (!jump || jump->url.empty()) return false;
  const Address target = parse_address(resolve(evidence_.seen().final_url, jump->url));
  return target.is_web() && !evidence_.site().empty() && registered_domain(target.host) == evidence_.site();
}

ViewJudgement ViewJudge::run() {
  const bool found = judge_departure() || judge_defacement() || judge_echo() || judge_spam() || judge_dead_links();
  if (!found) judge_rest();
  const Page& page = evidence_.page();
  const bool empty = evidence_.words() == 0 && page.links.empty() && page.title.empty() && page.description.empty() && page.scripts.empty() &&
                     page.frames.empty() && page.fields.empty() && !stays();
  std::string limit = evidence_.page().limit.empty() ? evidence_.seen().limit : evidence_.page().limit;
  // A server that answers with nothing mends nothing.
  if (limit.empty() && empty) limit = "empty";
  if (!limit.empty()) {
    reason("limit", 0, limit);
    if (!found) judgement_.judged = PageClass::unknown;
  }
  return std::move(judgement_);
}

Traits ViewJudge::traits() const {
  const SeenPage& seen = evidence_.seen();
  Traits traits{.keys = keys_of(evidence_.page(), seen.final_url), .scripts = evidence_.scripts(), .outward = {}, .words = evidence_.words()};
  traits.strong = evidence_.title().strong > 0 || evidence_.description().strong > 0;
  double police = evidence_.title().police, sells = evidence_.title().doubtful ? 0 : evidence_.title().spam;
  for (const WordSum& sum : evidence_.blocks()) {
    police += sum.police;
    sells += sum.doubtful ? 0 : sum.spam;
    traits.strong = traits.strong || (sum.strong > 0 && !sum.doubtful);
  }
  for (const LinkFacts& link : evidence_.links()) {
    const HostFacts* host = link.host;
    if (host == nullptr || !host->external || host->vietnamese || host->trusted || host->platform || host->press) continue;
    traits.outward.insert(host->registered);
  }
  traits.sells = sells > 0 && police == 0;
  traits.police = police;
  traits.whole = seen.status < 300 && seen.limit.empty() && evidence_.page().limit.empty() && !judgement_.departs;
  return traits;
}

// Over all views of one address.
class Summing {
 public:
  Summing(const std::vector<SeenPage>& views, const Known& known, const Rules::Impl& rules) : views_(views), rules_(rules) {
    for (const SeenPage& view : views) judged_.push_back(judge_view(view, known));
  }

  Judgement run();

 private:
  ViewJudgement judge_view(const SeenPage& view, const Known& known) const;
  ViewJudgement judge_alone(const SeenPage& view, const Page& page, const Known& known) const;
  bool flagged(std::size_t i) const { return is_harmful(judged_[i].judged); }
  std::size_t heaviest() const;
  void some_visitors(Judgement& all, std::size_t worst) const;
  void some_depart(Judgement& all) const;
  void some_differ(Judgement& all) const;
  void take_links(Judgement& all) const;
  static void cut(Judgement& all);

  const std::vector<SeenPage>& views_;
  const Rules::Impl& rules_;
  std::vector<ViewJudgement> judged_;
};

ViewJudgement Summing::judge_alone(const SeenPage& view, const Page& page, const Known& known) const {
  ViewJudge judge(view, page, known, rules_);
  ViewJudgement judgement = judge.run();
  const bool others = std::ranges::any_of(views_, [&](const SeenPage& one) { return &one != &view && !one.same_as; });
  if (others) judgement.traits = judge.traits();
  return judgement;
}

// Who got the same page from the same place is told the same of it.
ViewJudgement Summing::judge_view(const SeenPage& view, const Known& known) const {
  if (!view.same_as) return judge_alone(view, view.page, known);
  khien_assert(*view.same_as < judged_.size() && !views_[*view.same_as].same_as);
  const SeenPage& other = views_[*view.same_as];
  const bool alike = view.url == other.url && view.final_url == other.final_url && view.steps == other.steps && view.limit == other.limit;
  if (!alike) return judge_alone(view, other.page, known);
  ViewJudgement judgement = judged_[*view.same_as];
  for (BadLink& link : judgement.links) link.visitor = view.visitor;
  return judgement;
}

std::size_t Summing::heaviest() const {
  const auto rank = [&](std::size_t i) { return std::pair(flagged(i), judged_[i].judged == PageClass::unknown ? 0 : 1 + judged_[i].score); };
  std::size_t best = 0;
  for (std::size_t i = 1; i < judged_.size(); ++i) {
    if (rank(i) > rank(best)) best = i;
  }
  return best;
}

// What some get and others do not was hidden from those.
void Summing::some_visitors(Judgement& all, std::size_t worst) const {
  const bool somebody_clean = std::ranges::any_of(std::views::iota(std::size_t{0}, views_.size()), [&](std::size_t i) {
    return is_mended(judged_[i].judged);
  });
  if (!somebody_clean) return;
  const double weight = rules_.weight(Weight::other_face);
  all.reasons.push_back({std::string(to_string(Weight::other_face)), static_cast<int>(weight), std::string(to_string(views_[worst].visitor)), 0});
  all.score = std::min(100, all.score + static_cast<int>(weight));
  if (all.judged == PageClass::compromised || all.judged == PageClass::user_content) {
    const auto one_with = [&](Visitor visitor, bool flag) {
      return std::ranges::any_of(std::views::iota(std::size_t{0}, views_.size()), [&](std::size_t i) {
        return views_[i].visitor == visitor && flagged(i) == flag;
      });
    };
    // What a script writes is shown to whoever runs it: that is everybody at a desktop.
    if (one_with(Visitor::desktop, false) && !one_with(Visitor::rendered, true)) all.judged = PageClass::cloaked;
  }
}

// Quiet by itself: one is sent elsewhere and another is not.
void Summing::some_depart(Judgement& all) const {
  const auto departing = std::ranges::find_if(judged_, &ViewJudgement::departs);
  const bool all_depart = std::ranges::all_of(judged_, &ViewJudgement::departs);
  if (departing == judged_.end() || all_depart || !is_mended(all.judged)) return;
  all.judged = PageClass::redirected;
  all.score = static_cast<int>(rules_.weight(Weight::redirect_some_visitors));
  all.reasons.push_back({std::string(to_string(Weight::redirect_some_visitors)), all.score, departing->departure.where, 0});
}

bool have_common(const std::vector<std::uint64_t>& one, const std::vector<std::uint64_t>& other) {
  return std::ranges::any_of(one, [&](std::uint64_t key) { return std::ranges::find(other, key) != other.end(); });
}

// Why one visitor's view is no view of the page that the desktop got; none: it is.
std::optional<Weight> difference(const Traits& desktop, const Traits& other, Visitor visitor) {
  if (!desktop.whole || !other.whole || desktop.words < kWordsToCompare) return std::nullopt;
  const auto& own = desktop.scripts;
  if (other.scripts.foreign() >= kForeignLetters && other.scripts.foreign() * 2 > other.scripts.all() && own.foreign() * 10 < own.all()) return Weight::other_language;
  const bool alike = have_common(desktop.keys.links, other.keys.links) || have_common(desktop.keys.blocks, other.keys.blocks);
  if (!alike && other.sells && desktop.keys.links.size() >= kLinksToCompare) return Weight::other_page;
  if (other.strong && !desktop.strong && other.police <= desktop.police) return Weight::other_words;
  const auto more = static_cast<std::size_t>(std::ranges::count_if(other.outward, [&](const std::string& site) { return !desktop.outward.contains(site); }));
  if (visitor == Visitor::googlebot && more >= kSitesForCrawlers) return Weight::other_links;
  return std::nullopt;
}

// Nothing in any view speaks against it but that one is not the others'.
void Summing::some_differ(Judgement& all) const {
  const auto desktop = std::ranges::find(views_, Visitor::desktop, &SeenPage::visitor);
  if (!is_mended(all.judged) || desktop == views_.end()) return;
  const auto& base = judged_[static_cast<std::size_t>(desktop - views_.begin())].traits;
  for (std::size_t i = 0; i < views_.size() && base; ++i) {
    if (&views_[i] == &*desktop || !judged_[i].traits || !is_mended(judged_[i].judged)) continue;
    const auto why = difference(*base, *judged_[i].traits, views_[i].visitor);
    if (!why) continue;
    all.judged = PageClass::cloaked;
    all.score = static_cast<int>(rules_.weight(*why));
    all.reasons.push_back({std::string(to_string(*why)), all.score, std::string(to_string(views_[i].visitor)), 0});
    all.visitors.push_back(views_[i].visitor);
    return;
  }
}

// A link that several visitors get is told once.
void Summing::take_links(Judgement& all) const {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const ViewJudgement& one : judged_) {
    if (one.judged == PageClass::dead_link && all.judged != PageClass::dead_link) continue;
    std::set<std::pair<std::string_view, std::string_view>> own;
    for (const BadLink& link : one.links) {
      if (seen.contains({link.url, link.text})) continue;
      own.emplace(link.url, link.text);
      all.links.push_back(link);
    }
    seen.merge(own);
  }
}

void Summing::cut(Judgement& all) {
  std::ranges::sort(all.reasons, [](const Reason& a, const Reason& b) {
    return std::tuple(-a.weight, std::string_view(a.name), a.offset) < std::tuple(-b.weight, std::string_view(b.name), b.offset);
  });
  if (all.reasons.size() > kMaxReasons) all.reasons.resize(kMaxReasons);
  if (all.links.size() > kMaxBadLinks) {
    all.more_links = all.links.size() - kMaxBadLinks;
    all.links.resize(kMaxBadLinks);
  }
  for (BadLink& link : all.links) {
    link.url = truncate(link.url, kMaxShownBytes);
    link.text = truncate(link.text, kMaxShownBytes);
  }
}

Judgement Summing::run() {
  Judgement all;
  if (views_.empty()) {
    all.judged = PageClass::unknown;
    return all;
  }
  const std::size_t worst = heaviest();
  all.judged = judged_[worst].judged;
  all.score = judged_[worst].score;
  all.reasons = judged_[worst].reasons;
  if (flagged(worst)) some_visitors(all, worst);
  some_depart(all);
  some_differ(all);
  if (!is_mended(all.judged)) take_links(all);
  for (std::size_t i = 0; i < views_.size(); ++i) {
    if (flagged(i) || (all.judged == PageClass::redirected && judged_[i].departs)) all.visitors.push_back(views_[i].visitor);
  }
  cut(all);
  return all;
}

}  // namespace

Judgement judge(const std::vector<SeenPage>& views, const Baseline* baseline, const Rules& rules, const SiteMemory* site) {
  return Summing(views, Known(baseline, site), rules.impl()).run();
}

std::string to_json(const Judgement& judgement, std::string_view id) {
  JsonWriter out;
  out.begin_object();
  if (!id.empty()) out.field("id", id);
  out.field("class", to_string(judgement.judged)).field("score", static_cast<std::int64_t>(judgement.score));
  out.key("reasons").begin_array();
  for (const Reason& reason : judgement.reasons) {
    out.begin_object().field("name", reason.name).field("weight", static_cast<std::int64_t>(reason.weight));
    out.field("where", reason.where).field("offset", static_cast<std::int64_t>(reason.offset)).end_object();
  }
  out.end_array().key("links").begin_array();
  for (const BadLink& link : judgement.links) {
    out.begin_object().field("url", link.url).field("text", link.text).field("offset", static_cast<std::int64_t>(link.offset));
    out.field("why", link.why).field("visitor", to_string(link.visitor)).end_object();
  }
  out.end_array().field("more_links", static_cast<std::int64_t>(judgement.more_links)).key("visitors").begin_array();
  for (const Visitor visitor : judgement.visitors) out.string(to_string(visitor));
  out.end_array().end_object();
  return out.take();
}

namespace {

Result<std::size_t> size_at(const Json& map, std::string_view name) {
  TRY(const auto value, map.integer_at(name));
  if (value < 0) return Error(Code::corrupt, "judgement: below 0");
  return static_cast<std::size_t>(value);
}

Result<Reason> reason_of(const Json& map) {
  Reason reason;
  TRY(reason.name, map.string_at("name"));
  TRY(reason.where, map.string_at("where"));
  TRY(const auto weight, map.integer_at("weight"));
  if (weight < -1'000 || weight > 1'000 || reason.name.size() > 60 || reason.where.size() > 200) return Error(Code::corrupt, "judgement: reason");
  reason.weight = static_cast<int>(weight);
  TRY(reason.offset, size_at(map, "offset"));
  return reason;
}

Result<BadLink> link_of(const Json& map) {
  BadLink link;
  TRY(link.url, map.string_at("url"));
  TRY(link.text, map.string_at("text"));
  TRY(link.why, map.string_at("why"));
  TRY(link.offset, size_at(map, "offset"));
  TRY(const auto visitor, map.string_at("visitor"));
  TRY(link.visitor, visitor_from_string(visitor));
  if (link.url.size() > kMaxShownBytes || link.text.size() > kMaxShownBytes || link.why.size() > 200) return Error(Code::corrupt, "judgement: link");
  return link;
}

template <class T, class Read>
Result<void> read_list(const Json& root, std::string_view name, std::size_t most, std::vector<T>& into, Read read) {
  TRY(const Json list, root.field(name));
  if (list.size() > most) return Error(Code::corrupt, "judgement: too long");
  return list.each([&](Json one) -> Result<void> {
    TRY(auto value, read(one));
    into.push_back(std::move(value));
    return {};
  });
}

}  // namespace

Result<Judgement> judgement_from_json(std::string_view text, Budget& budget) {
  JsonDocument document;
  TRY(const Json root, document.parse(text, budget));
  Judgement judgement;
  TRY(const auto name, root.string_at("class"));
  TRY(judgement.judged, page_class_from_string(name));
  TRY(const auto score, size_at(root, "score"));
  if (score > 100) return Error(Code::corrupt, "judgement: score");
  judgement.score = static_cast<int>(score);
  TRY(judgement.more_links, size_at(root, "more_links"));
  TRY_VOID(read_list(root, "reasons", kMaxReasons, judgement.reasons, reason_of));
  TRY_VOID(read_list(root, "links", kMaxBadLinks, judgement.links, link_of));
  TRY_VOID(read_list(root, "visitors", 16, judgement.visitors, [](const Json& one) -> Result<Visitor> {
    TRY(const auto visitor, one.string());
    return visitor_from_string(visitor);
  }));
  return judgement;
}

}  // namespace khien::watch
