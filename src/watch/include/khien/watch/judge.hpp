#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/model/page_seen.hpp"
#include "khien/model/page_view.hpp"
#include "khien/watch/baseline.hpp"
#include "khien/watch/page.hpp"
#include "khien/watch/rules.hpp"

namespace khien::watch {

struct Reason {
  std::string name;     // "hidden_links"; of the names in weights.yaml, and a few of facts
  int weight = 0;       // hundredths; what lowers is below 0
  std::string where;    // the words or the address that made it hold, 200 bytes at most
  std::size_t offset = 0;

  bool operator==(const Reason&) const = default;
};

// A link that ought not to be there.
struct BadLink {
  std::string url;      // as written
  std::string text;
  std::size_t offset = 0;  // in the page as served
  std::string why;      // names of what spoke against it: "anchor host hidden"
  Visitor visitor = Visitor::desktop;  // who got it first

  bool operator==(const BadLink&) const = default;
};

struct Judgement {
  PageClass judged = PageClass::clean;
  int score = 0;                 // 0 to 100; flagged ones are at 50 or above
  std::vector<Reason> reasons;   // heaviest first; kMaxReasons at most
  std::vector<BadLink> links;    // in the order of the page; kMaxBadLinks at most
  std::size_t more_links = 0;    // beyond these
  std::vector<Visitor> visitors; // who gets what was found

  bool operator==(const Judgement&) const = default;
};
inline constexpr std::size_t kMaxReasons = 40;
inline constexpr std::size_t kMaxBadLinks = 1'000;

// One visitor's view, read.
struct SeenPage {
  Visitor visitor = Visitor::desktop;
  std::string url;        // asked for; may be empty where only a file is at hand
  std::string final_url;
  std::vector<RedirectStep> steps;
  int status = 200;
  std::string limit;      // of the view
  Page page;
  // The place among the views of an earlier one that got the same bytes: then `page` is left
  // empty, and the other's is this one's too. Most sites show everybody the same.
  std::optional<std::size_t> same_as = {};
};

// What is known of a site, for pages of which nothing is.
struct SiteMemory {
  // Of all its pages; it says nothing before kPagesToKnowASite of them were learned.
  const Baseline* baseline = nullptr;
  // Sites that many of its pages lead to at once and that none led to before, by
  // key_of_domain(); sorted.
  std::vector<std::uint64_t> spreading;
};
inline constexpr std::uint32_t kPagesToKnowASite = 5;

// Judges all views of one address. Pure; the same in, the same out. `baseline` and `site` may
// be null. No views at all: unknown. `same_as` names a view before its own that names none.
Judgement judge(const std::vector<SeenPage>& views, const Baseline* baseline, const Rules& rules, const SiteMemory* site = nullptr);

// One JSON text: {"class","score","reasons":[{"name","weight","where","offset"}],
// "links":[{"url","text","offset","why","visitor"}],"more_links","visitors":[…]}.
// `id`: first member, where it is not empty.
std::string to_json(const Judgement& judgement, std::string_view id = {});
// Code::corrupt unless to_json() could have written it.
Result<Judgement> judgement_from_json(std::string_view text, Budget& budget);

}  // namespace khien::watch
