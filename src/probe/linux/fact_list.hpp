#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "khien/check/facts.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/model/observation.hpp"
#include "linux/place.hpp"

namespace khien::probe {

// Where facts gather: bounded, tamed, each of the closed vocabulary.
class FactList {
 public:
  void add(std::string_view name, std::string_view value) {
    khien_assert(check::find_fact(name) != nullptr);
    if (facts_.size() >= kMostFacts || count(name) >= kMostOfOne) return;
    Fact fact{std::string(name), std::string(truncate(printable(value), kMostBytes))};
    if (std::ranges::find(facts_, fact) == facts_.end()) facts_.push_back(std::move(fact));
  }
  void add(std::string_view name, bool yes) { add(name, std::string_view(yes ? "yes" : "no")); }
  void add(std::string_view name, const char* value) { add(name, std::string_view(value)); }
  // Nothing is known of this area.
  void unread(std::string_view area) {
    if (std::ranges::find(unread_, area) == unread_.end()) unread_.emplace_back(area);
  }
  bool has(std::string_view name, std::string_view value) const {
    return std::ranges::find(facts_, Fact{std::string(name), std::string(value)}) != facts_.end();
  }
  // Sorted, so that the same machine says the same each time.
  ConfigurationSeen take() && {
    std::ranges::sort(facts_, {}, [](const Fact& fact) { return std::pair(fact.name, fact.value); });
    std::ranges::sort(unread_);
    return {std::move(facts_), std::move(unread_)};
  }

 private:
  static constexpr std::size_t kMostFacts = 1'000;
  static constexpr std::size_t kMostOfOne = 50;
  static constexpr std::size_t kMostBytes = 300;

  std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count(facts_, name, &Fact::name));
  }

  std::vector<Fact> facts_;
  std::vector<std::string> unread_;
};

// Units that systemd starts by itself, sorted: names of links in /etc/systemd/system.
std::vector<std::string> enabled_units(const Place& place);
// Is this one among them?
bool is_enabled(const std::vector<std::string>& units, std::string_view name);

// Each adds what it finds.
void add_system_facts(const Place& place, const std::vector<std::string>& units, Timestamp now, FactList& facts);
void add_access_facts(const Place& place, const std::vector<std::string>& units, FactList& facts);
void add_web_facts(const Place& place, const std::vector<std::string>& units, FactList& facts);

}  // namespace khien::probe
