#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "khien/core/json.hpp"
#include "khien/core/result.hpp"

namespace khien::crawl {

// Why a page is looked at. What stands first is looked at first.
enum class PageOrigin : unsigned char {
  home,        // "home": the site's address itself
  infected,    // "infected": something was found there before
  imported,    // "imported": named by a person, or what a search engine lists
  echo,        // "echo": the site's search, asked for a word nobody wrote
  upload,      // "upload": a folder that people upload to
  listed,      // "listed": of a sitemap
  linked,      // "linked": of another page
};
std::string_view to_string(PageOrigin origin);
Result<PageOrigin> page_origin_from_string(std::string_view text);

struct FrontierPage {
  std::string url;  // in its one spelling
  PageOrigin origin = PageOrigin::linked;
  std::uint32_t depth = 0;  // links from the home page

  bool operator==(const FrontierPage&) const = default;
};

// The addresses of one site that are still to be looked at. The same additions in the
// same order give the same pages in the same order. A value; JSON keeps it over a
// restart.
//
// Invariants
//  (1) No address is given out twice, nor again after it was.
//  (2) No more than `most` addresses are known; what comes later is counted, not kept.
//  (3) Of listed and linked pages, which are many, each gets every other turn; of each,
//      the order is that of a hash of address and `round`, so that another round
//      looks at other pages of a large site first. All others come before, as they came.
class Frontier {
 public:
  Frontier(std::size_t most, std::uint64_t round) : most_(most), round_(round) {}

  // False if it is known already, or there are too many.
  bool add(FrontierPage page);
  std::optional<FrontierPage> next();

  std::size_t waiting() const { return first_.size() + listed_.size() + linked_.size(); }
  std::size_t known() const { return known_.size(); }
  std::size_t dropped() const { return dropped_; }

  std::string to_json() const;
  // Code::invalid for what to_json() could not have written.
  static Result<Frontier> from_json(const Json& json, std::size_t most);

 private:
  struct Waiting {
    std::uint64_t rank = 0;  // what is low comes first
    FrontierPage page;
    auto operator<=>(const Waiting& other) const {
      if (const auto order = rank <=> other.rank; order != 0) return order;
      return page.url <=> other.page.url;
    }
    bool operator==(const Waiting& other) const { return rank == other.rank && page.url == other.page.url; }
  };
  using Heap = std::set<Waiting>;

  std::uint64_t rank(const FrontierPage& page);
  Heap& heap_of(PageOrigin origin);
  static FrontierPage take(Heap& heap);

  std::size_t most_;
  std::uint64_t round_;
  std::uint64_t came_ = 0;
  bool linked_turn_ = false;
  std::size_t dropped_ = 0;
  Heap first_;
  Heap listed_;
  Heap linked_;
  std::unordered_set<std::string> known_;
};

}  // namespace khien::crawl
