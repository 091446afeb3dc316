#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "address.hpp"
#include "khien/watch/judge.hpp"
#include "known.hpp"
#include "rules_impl.hpp"

namespace khien::watch {

// What the words of a text come to.
struct WordSum {
  double spam = 0;         // distinct terms of what hackers sell, and brands, by weight
  double heaviest = 0;     // of one term
  double calls = 0;
  double context = 0;      // by weight
  double police = 0;       // of it, what only who writes about crime and harm says
  double warning = 0;      // of it, that and what warns of what stands beside it
  double defacement = 0;   // the heaviest phrase
  double marks = 0;
  int strong = 0;          // terms that hardly stand in honest texts
  int distinct = 0;
  int brands = 0;
  bool search = false;
  bool doubtful = false;   // only terms found without their marks, of two words or one, or in quotes by themselves
  std::uint32_t first = 0, first_end = 0;  // where the heaviest stands
  std::uint32_t deface_at = 0, deface_end = 0;
  std::uint32_t deface_before = 0;         // words before the phrase
  std::uint32_t words = 0;
  std::uint32_t glued = 0;
  std::uint32_t names = 0;                 // words spelled as bookmakers spell their names, that no list has
  std::uint32_t numbered = 0;              // letters and a number such as they like: firms have such names as well
  std::uint32_t hosts = 0;                 // bare addresses that are named so, and words spelled like them
  bool amount = false;                     // "88k"
  bool contact = false;                    // a way to reach somebody: "zalo 0399…", "tele @abc"
  std::uint32_t leet = 0;                  // words such as "w4nn4cry"
  std::uint32_t disguised = 0;             // terms with digits for letters, or letters set apart
  bool glued_term = false;
  std::vector<std::uint32_t> terms;        // distinct, of any kind

  bool sells() const { return spam > 0; }
};

// A term this heavy hardly stands in an honest text.
inline constexpr double kStrong = 2.5;
// Words of context that stand on any page of an office weigh less than this.
inline constexpr double kPolice = 1;
inline constexpr double kWarning = 0.9;
// From here on a page speaks of crime or harm; one word of it alone does not.
inline constexpr double kSpeaksOfPolice = 1.5;

// What a host says by its name alone.
struct HostFacts {
  std::string registered;
  bool external = false, listed = false, trusted = false, platform = false, press = false, lottery = false;
  bool vietnamese = false, ending = false, betting_ending = false, cheap_ending = false, brand = false;
  int shape = 0;

  bool odd() const { return listed || brand || ending || shape > 0; }  // by its name
  // Who reads it as an address in a text is sent to somebody who sells.
  bool sells() const {
    if (!external || trusted || lottery || press) return false;
    return listed || brand || betting_ending || shape >= 2 || (shape == 1 && cheap_ending);
  }
};

struct LinkFacts {
  std::string url;          // resolved
  const HostFacts* host = nullptr;
  double score = 0;
  int features = 0;
  bool bad = false;
  bool named = false;       // what is clicked is a name such as bookmakers have
  bool sells = false;       // what is clicked says what is sold
  bool sure = false;        // something more than a game's name speaks against it
  bool fresh = false;       // not there before, or nothing is known of before
  bool spreads = false;     // its site is new on many pages at once
  bool own_page = false;    // of this site, and nothing but what is sold is clicked
  bool approved = false;    // by a person
  bool benign_words = false;  // what is clicked says nothing of what is sold
  std::string why;
};

class Quotations;

// Everything the judge knows of one view.
class Evidence {
 public:
  // `page`: what the view got, which may be another view's.
  Evidence(const SeenPage& seen, const Page& page, const Known& known, const Rules::Impl& rules);

  const SeenPage& seen() const { return seen_; }
  const Rules::Impl& rules() const { return rules_; }
  const Page& page() const { return page_; }
  const std::vector<WordSum>& blocks() const { return blocks_; }
  const std::vector<LinkFacts>& links() const { return links_; }
  const WordSum& title() const { return title_; }
  const WordSum& description() const { return description_; }
  const std::string& site() const { return site_; }        // registered domain; may be empty
  double police() const { return police_; }                 // of title and blocks, each word once
  // Of each block: what the blocks from its heading to the next one come to, each word once.
  std::vector<double> police_by_section() const;
  std::uint32_t words() const { return words_; }            // that people see
  bool vietnamese() const { return vietnamese_; }
  const Scripts& scripts() const { return scripts_; }
  bool approved(const Block& block) const { return known_.approves_block(block); }
  const Known& known() const { return known_; }
  std::size_t bad_count() const { return static_cast<std::size_t>(std::ranges::count_if(links_, &LinkFacts::bad)); }

  WordSum sum_of(std::string_view text) const;
  void take_words(std::string_view text, const Quotations& quotations, WordSum& sum) const;
  void take_contact(std::string_view text, std::size_t word, WordSum& sum) const;
  void take_apart_letters(std::string_view text, WordSum& sum) const;
  void take_cut_words(std::string_view text, WordSum& sum) const;
  void take_hosts(std::string_view text, WordSum& sum) const;
  std::vector<std::string> apart_hosts(std::string_view text) const;
  bool may_sell(std::string_view host) const;
  WordSum sum_of_title(std::string_view title) const;
  const HostFacts& facts_of(const std::string& host) const;
  bool title_warns() const;    // of what the page speaks of, or tells of police and courts
  bool in_vietnamese() const;  // it, or its site
  // Held to be a page of a site that is watched: not a text of which nobody knows where it stands.
  bool own() const;

 private:
  void read_blocks();
  void count_police();
  double police_of(const WordSum& sum, std::set<std::uint32_t>& seen) const;
  void read_links();
  void score(std::size_t index);
  double anchor_points(const Link& link, LinkFacts& facts, const WordSum& anchor);
  double host_points(LinkFacts& facts, bool hidden);
  double name_points(LinkFacts& facts);
  bool begins_with_brand(std::string_view labels) const;
  bool is_alike(const Link& link, const LinkFacts& facts) const;
  double offer_points(const Link& link, LinkFacts& facts, const WordSum& anchor);
  double place_points(const Link& link, LinkFacts& facts);
  double news_points(const Link& link, LinkFacts& facts);
  void cluster_hidden();
  void cluster_runs();
  void cluster_after_end();
  void cluster_own();
  void name(std::size_t index, std::string_view why);
  bool may_be_named(std::size_t index) const;

  const SeenPage& seen_;
  const Page& page_;
  Known known_;
  const Rules::Impl& rules_;
  std::optional<Base> base_;  // of its links
  std::string site_;
  std::vector<WordSum> blocks_;
  std::vector<LinkFacts> links_;
  WordSum title_, description_;
  mutable std::unordered_map<std::string, HostFacts> hosts_;  // facts_of()
  std::uint32_t words_ = 0;
  bool vietnamese_ = false;
  Scripts scripts_;         // of the beginning
  double context_ = 0;      // of all blocks
  double police_ = 0;
  mutable std::vector<Word> scratch_words_;
  mutable std::vector<Hit> scratch_hits_;
};

}  // namespace khien::watch
