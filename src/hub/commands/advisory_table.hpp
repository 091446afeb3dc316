#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/advisory/book.hpp"
#include "khien/feed/feed.hpp"
#include "khien/hub/language.hpp"
#include "khien/inventory/inventory.hpp"

namespace khien::hub {

// What a match of one inventory found, ready to be told.
struct MatchReport {
  khien::inventory::Inventory inventory;
  std::vector<std::pair<std::string, feed::FeedSummary>> feeds;  // file, what it held
  std::vector<advisory::Match> lines;                                 // most urgent first
  std::string packed_of = {};                                    // the distribution that a packed book is of alone
  std::size_t not_in_the_pack = 0;                               // packages of others
};

LocalText severity_words(Severity severity);

// In pieces: a report of thousands of lines is never held as one text.
using Told = std::function<void(std::string_view piece)>;
void tell_json(const MatchReport& report, const Told& told);
void tell_text(const MatchReport& report, Language language, const Told& told);

}  // namespace khien::hub
