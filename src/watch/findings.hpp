#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence.hpp"

namespace khien::watch {

// Reasons, and what they come to.
class Tally {
 public:
  explicit Tally(const Rules::Impl& rules) : rules_(rules) {}

  void add(Weight name, double points, std::string_view where, std::size_t offset = 0);
  void add(Weight name, std::string_view where, std::size_t offset = 0) { add(name, rules_.weight(name), where, offset); }
  int score() const;
  bool has(Weight name) const;
  const std::vector<Reason>& reasons() const { return reasons_; }
  const Rules::Impl& rules() const { return rules_; }

 private:
  const Rules::Impl& rules_;
  std::vector<Reason> reasons_;
  double sum_ = 0;
};

// What speaks for spam on one view, and where it stands.
struct SpamFinding {
  Tally tally;
  bool in_comments = false;   // all of it stands where visitors write
  bool echo = false;          // the page shows what was asked of it
  bool outside_echo = false;  // and something else
  std::vector<std::size_t> dead_links;
};
SpamFinding find_spam(const Evidence& evidence);

Tally find_defacement(const Evidence& evidence);

// Where a view ends that is not the site: empty if it does not.
struct Departure {
  std::string target;
  bool sold_to = false;   // the target's name says what it sells
  bool by_page = false;   // a refresh or a script did it, or a page that is not there
  bool vietnamese = false;
};
Departure find_departure(Evidence& evidence);

// Around begin..end, cut between letters, 200 bytes at most.
std::string excerpt(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace khien::watch
