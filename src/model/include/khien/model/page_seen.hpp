#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/page_view.hpp"

namespace khien {

// What the rules say of a page, all its views together. Names on the wire are
// those of to_string().
enum class PageClass : unsigned char {
  clean,
  compromised,         // "compromised": somebody wrote into the site
  reflected,           // "reflected": the site repeats what its address asks for
  user_content,        // "user_content": visitors may post, and did
  dead_link,           // "dead_link": a link of old days leads to another owner now
  defaced,             // "defaced": the page was replaced
  redirected,          // "redirected": visitors are sent elsewhere
  cloaked,             // "cloaked": search engines are shown another page
  legitimate_mention,  // "legitimate_mention": it speaks of gambling, to fight it
  unknown,             // "unknown": not enough was seen to say
};
std::string_view to_string(PageClass page_class);
Result<PageClass> page_class_from_string(std::string_view text);

// Somebody has to act on it. Neither are clean, legitimate_mention and unknown.
bool is_harmful(PageClass page_class);
// It was seen well enough to say that nothing is wrong with it.
bool is_mended(PageClass page_class);

// One reason of the class, by the name the rules give it.
struct PageReason {
  std::string name;     // "hidden_block"
  std::int64_t points = 0;  // hundredths; below 0 it speaks for the page

  bool operator==(const PageReason&) const = default;
};

// One link that ought not to be there.
struct PageLink {
  std::string url;     // as it would be followed
  std::string anchor;  // its text
  Visitor visitor = Visitor::desktop;  // in whose view
  std::uint64_t offset = 0;            // bytes from the start of that view's body
  std::string why;     // "after_html": by the name the rules give it

  bool operator==(const PageLink&) const = default;
};

// What is kept of one view beside its bytes, which are evidence.
struct SeenView {
  Visitor visitor = Visitor::desktop;
  std::string final_url;
  std::vector<RedirectStep> steps;
  int status = 0;      // 0: no answer
  std::string limit;   // as in PageView; empty: the view is whole
  std::optional<Sha256> sha256;  // of the body; none: no body came
  std::uint64_t size = 0;        // bytes of the body
  Timestamp fetched_at;

  bool operator==(const SeenView&) const = default;
};

// A page of a site was looked at. Sent when it is not clean, and when one that was
// not clean was looked at again. Only the hub's own crawler says it.
struct PageSeen {
  SiteId site;
  std::string url;            // asked for, absolute
  std::uint64_t content = 0;  // by which rules; 0: not said
  PageClass page_class = PageClass::unknown;
  std::int64_t score = 0;     // hundredths
  std::vector<PageReason> reasons;  // strongest first
  std::vector<PageLink> links;
  std::uint64_t links_left_out = 0;  // beyond what an observation carries
  std::vector<SeenView> views;      // ascending by visitor, each once
  PageEvidenceId evidence;          // the bytes of the views; {0}: not kept

  bool operator==(const PageSeen&) const = default;
};

// Every visitor's view came and none was cut short: what is hidden from one visitor
// may be shown to the one whose view did not come. A rendered view need not be there;
// where it is, it must be whole as well.
bool seen_whole(const PageSeen& page);

}  // namespace khien
