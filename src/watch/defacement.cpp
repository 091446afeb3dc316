#include <algorithm>

#include "findings.hpp"

namespace khien::watch {
namespace {

constexpr std::uint32_t kShortWords = 14, kSmallPageWords = 160, kProsePageWords = 450, kProseWords = 30;
constexpr double kMostMarks = 3;
constexpr double kSurePhrase = 2;  // lighter phrases stand in honest texts too
constexpr double kAlonePhrase = 1.5;
constexpr std::size_t kLonelyLinks = 3;

// "Hacked by X" says it of this page; "… was hacked by X" of another one.
bool begins_with_phrase(const WordSum& sum) { return sum.defacement >= kSurePhrase && sum.deface_before == 0 && sum.context == 0; }

// A page that holds little else and leads nowhere: it took another one's place.
bool is_lonely(const Evidence& evidence) {
  return evidence.words() <= kSmallPageWords && evidence.page().links.size() <= kLonelyLinks;
}

// "HACKED BY X": captions and quotations are not shouted.
bool is_shouted(std::string_view phrase) {
  return std::ranges::any_of(phrase, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         std::ranges::none_of(phrase, [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

Tally find_defacement(const Evidence& evidence) {
  using enum Weight;
  Tally tally(evidence.rules());
  const auto& page = evidence.page();
  const WordSum& title = evidence.title();
  double marks = title.marks, told = title.context;
  const bool lonely = is_lonely(evidence);
  bool shouted = false;
  if (title.defacement > 0) {
    const bool alone = lonely && title.words <= 3 && title.defacement >= kAlonePhrase;
    const double share = begins_with_phrase(title) || alone ? 1 : title.words <= kShortWords ? 0.6 : 0.3;
    tally.add(deface_title, evidence.rules().weight(deface_title) * share, page.title);
  }
  for (std::size_t i = 0; i < page.blocks.size(); ++i) {
    const WordSum& sum = evidence.blocks()[i];
    if (evidence.approved(page.blocks[i])) continue;
    marks += sum.marks;
    told += sum.context;
    if (sum.defacement <= 0) continue;
    const bool alone = sum.words <= 3 && sum.defacement >= kAlonePhrase;
    const bool of_this_page = lonely && sum.defacement >= kSurePhrase && sum.context == 0;
    const bool brief = sum.words <= kShortWords && (begins_with_phrase(sum) || alone || of_this_page);
    const auto phrase = std::string_view(page.blocks[i].text).substr(sum.deface_at, sum.deface_end - sum.deface_at);
    shouted = shouted || (brief && begins_with_phrase(sum) && is_shouted(phrase));
    const Weight name = brief && page.blocks[i].heading ? deface_heading : brief ? deface_short : deface_prose;
    const bool counted = tally.has(deface_heading) || tally.has(deface_short) || tally.has(name);
    if (counted || (name == deface_prose && sum.words > kProseWords)) continue;
    tally.add(name, excerpt(page.blocks[i].text, sum.deface_at, sum.deface_end), page.blocks[i].offset);
  }
  if (tally.reasons().empty() && marks < 2) return tally;
  if (marks > 0) tally.add(deface_mark, evidence.rules().weight(deface_mark) * std::min(marks, kMostMarks), page.title);
  const bool small = evidence.words() <= kSmallPageWords && page.links.size() <= 12;
  if (small) tally.add(deface_small, {});
  const Baseline* baseline = evidence.baseline();
  if (baseline != nullptr && !baseline->empty() && baseline->likeness(page) < 0.2) tally.add(deface_replaced, {});
  const bool told_of = told >= 2 || (!small && evidence.words() > kProsePageWords);
  if (told_of && !shouted && !begins_with_phrase(title) && !tally.has(deface_heading)) {
    tally.add(deface_context, -evidence.rules().weight(deface_context), {});
  }
  return tally;
}

Departure find_departure(Evidence& evidence) {
  const SeenPage& seen = evidence.seen();
  Departure departure;
  std::string target = seen.final_url;
  departure.by_page = std::ranges::any_of(seen.steps, [](const RedirectStep& step) {
    return step.how != RedirectStep::How::location || step.status >= 400;
  });
  if (seen.page.jump && !seen.page.jump->url.empty()) {
    const std::string next = resolve(seen.final_url, seen.page.jump->url);
    if (parse_address(next).is_web()) {
      target = next;
      departure.by_page = true;
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
