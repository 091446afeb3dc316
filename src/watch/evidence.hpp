#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "address.hpp"
#include "khien/watch/judge.hpp"
#include "rules_impl.hpp"

namespace khien::watch {

// What the words of a text come to.
struct WordSum {
  double spam = 0;         // distinct terms of what hackers sell, and brands, by weight
  double heaviest = 0;     // of one term
  double calls = 0;
  double context = 0;      // by weight
  double defacement = 0;   // the heaviest phrase
  double marks = 0;
  int strong = 0;          // terms that hardly stand in honest texts
  int distinct = 0;
  int brands = 0;
  bool search = false;
  bool doubtful = false;   // only terms found without their marks, of two words or one
  std::uint32_t first = 0, first_end = 0;  // where the heaviest stands
  std::uint32_t deface_at = 0, deface_end = 0;
  std::uint32_t deface_before = 0;         // words before the phrase
  std::uint32_t words = 0;
  std::uint32_t glued = 0;
  bool glued_term = false;
  std::vector<std::uint32_t> terms;        // distinct, of any kind

  bool sells() const { return spam > 0; }
};

// A term this heavy hardly stands in an honest text.
inline constexpr double kStrong = 2.5;

// What a host says by its name alone.
struct HostFacts {
  std::string registered;
  bool external = false, listed = false, trusted = false, platform = false, press = false, lottery = false;
  bool vietnamese = false, ending = false, brand = false;
  int shape = 0;
};

struct LinkFacts {
  std::string url;          // resolved
  const HostFacts* host = nullptr;
  double score = 0;
  int features = 0;
  bool bad = false;
  bool sure = false;        // something more than a game's name speaks against it
  bool fresh = false;       // not in the baseline
  bool benign_words = false;  // what is clicked says nothing of what is sold
  std::string why;
};

// Everything the judge knows of one view.
class Evidence {
 public:
  Evidence(const SeenPage& seen, const Baseline* baseline, const Rules::Impl& rules);

  const SeenPage& seen() const { return seen_; }
  const Rules::Impl& rules() const { return rules_; }
  const Page& page() const { return seen_.page; }
  const std::vector<WordSum>& blocks() const { return blocks_; }
  const std::vector<LinkFacts>& links() const { return links_; }
  const WordSum& title() const { return title_; }
  const WordSum& description() const { return description_; }
  const std::string& site() const { return site_; }        // registered domain; may be empty
  std::uint32_t words() const { return words_; }            // that people see
  bool vietnamese() const { return vietnamese_; }
  bool fresh(const Block& block) const { return baseline_ == nullptr || !baseline_->knows_block(block); }
  bool approved(const Block& block) const { return baseline_ != nullptr && baseline_->approves_block(block); }
  const Baseline* baseline() const { return baseline_; }
  std::size_t bad_count() const { return static_cast<std::size_t>(std::ranges::count_if(links_, &LinkFacts::bad)); }

  WordSum sum_of(std::string_view text) const;
  WordSum sum_of_title(std::string_view title) const;
  const HostFacts& facts_of(const std::string& host);

 private:
  void read_blocks();
  void read_links();
  void score(std::size_t index);
  double anchor_points(const Link& link, LinkFacts& facts, const WordSum& anchor);
  double host_points(LinkFacts& facts, bool hidden);
  double place_points(const Link& link, LinkFacts& facts);
  void cluster_hidden();
  void cluster_runs();
  void cluster_after_end();
  void name(std::size_t index, std::string_view why);
  bool may_be_named(std::size_t index) const;

  const SeenPage& seen_;
  const Baseline* baseline_;
  const Rules::Impl& rules_;
  std::string base_, site_;
  std::vector<WordSum> blocks_;
  std::vector<LinkFacts> links_;
  WordSum title_, description_;
  std::unordered_map<std::string, HostFacts> hosts_;
  std::uint32_t words_ = 0;
  bool vietnamese_ = false;
  double context_ = 0;      // of all blocks
  mutable std::vector<Word> scratch_words_;
  mutable std::vector<Hit> scratch_hits_;
};

}  // namespace khien::watch
