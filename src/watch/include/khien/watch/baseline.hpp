#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/watch/page.hpp"

namespace khien::watch {

// What a page holds, as hashes: enough to learn it, and to see it again. Each list may have a
// key twice.
struct PageKeys {
  std::vector<std::uint64_t> blocks, links, domains, places;
  bool operator==(const PageKeys&) const = default;
};
inline constexpr std::size_t kMaxPageKeys = 20'000;  // of each list; the first of a page

// `address`: where the page stands, for its links. Empty: links stay as written.
PageKeys keys_of(const Page& page, std::string_view address);
std::string to_json(const PageKeys& keys);
// Code::corrupt unless to_json() could have written it.
Result<PageKeys> page_keys_from_json(std::string_view text, Budget& budget);
// As it stands among the keys of a page that leads there.
std::uint64_t key_of_domain(std::string_view registered);

// What pages of one template of a site have held until now, as a value: which blocks and
// links, which sites they led to, which places of the template change often. Words are kept
// as hashes only. Not thread-safe while it learns.
//
// Invariants
//  (1) It grows no longer than kMaxKept of each; the longest unseen go first.
//  (2) Learning the same page twice knows what learning it once does.
//  (3) What was approved is never forgotten by learning.
class Baseline {
 public:
  static constexpr std::size_t kMaxKept = 20'000;

  void learn(const PageKeys& keys);
  void learn(const Page& page, std::string_view address) { learn(keys_of(page, address)); }
  // The page as it is now is right, its links and words too: a person said so.
  void approve(const PageKeys& keys);
  void approve(const Page& page, std::string_view address) { approve(keys_of(page, address)); }
  // Keeps no more than so many of each; the longest unseen go.
  void shorten(std::size_t most);

  bool empty() const { return looks_ == 0; }
  std::uint32_t looks() const { return looks_; }
  bool knows_block(const Block& block) const;
  bool knows_link(std::string_view url, std::string_view text) const;
  bool knows_domain(std::string_view registered) const { return knows_domain(key_of_domain(registered)); }
  bool knows_domain(std::uint64_t key) const;
  bool approves_link(std::string_view url, std::string_view text) const;
  bool approves_block(const Block& block) const;
  // The share of the page's places that were there before, 0 to 1: how alike its build is.
  double likeness(const Page& page) const;

  // One JSON text and back. Code::corrupt unless to_json() could have written it.
  std::string to_json() const;
  static Result<Baseline> from_json(std::string_view text, Budget& budget);

  bool operator==(const Baseline&) const = default;

 private:
  struct Seen {
    std::uint64_t key = 0;
    std::uint32_t look = 0;  // the last it was in
    bool operator==(const Seen&) const = default;
  };
  using Memory = std::vector<Seen>;  // sorted by key
  static bool has(const Memory& memory, std::uint64_t key);
  void remember(Memory& memory, std::vector<std::uint64_t> keys) const;
  static void cut(Memory& memory, std::size_t most);

  std::uint32_t looks_ = 0;
  Memory blocks_, links_, domains_, places_, approved_;
};

}  // namespace khien::watch
