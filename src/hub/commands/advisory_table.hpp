#pragma once

#include <map>
#include <string>
#include <vector>

#include "khien/advisory/book.hpp"
#include "khien/feed/feed.hpp"
#include "khien/hub/language.hpp"
#include "khien/inventory/inventory.hpp"

namespace khien::hub {

// What a match of one inventory found, ready to be told.
struct MatchReport {
  struct Line {
    advisory::Match match;
    bool exploited = false;
    std::optional<double> epss;
  };
  khien::inventory::Inventory inventory;
  std::vector<std::pair<std::string, feed::FeedSummary>> feeds;  // file, what it held
  std::vector<Line> lines;                                       // most urgent first
};

// Packages of a distribution whose release is not told: nothing was said of them.
std::size_t without_release(const khien::inventory::Inventory& inventory);

std::string json_of(const MatchReport& report);
std::string text_of(const MatchReport& report, Language language);

}  // namespace khien::hub
