#include "khien/crawl/robots.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace khien::crawl {
namespace {

constexpr std::string_view kOurName = "khien";
constexpr std::int64_t kLongestDelayMs = 60'000;
constexpr std::size_t kMaxPattern = 2048;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\xEF\xBB\xBF";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

// '*' stands for anything, '$' at the end for the end. In linear steps back to the
// last star only, so that no pattern takes longer than |pattern| × |target|.
bool fits(std::string_view pattern, std::string_view target) {
  const bool to_the_end = pattern.ends_with('$');
  if (to_the_end) pattern.remove_suffix(1);
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = pattern.npos;
  std::size_t after_star = 0;
  while (true) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p == pattern.size() && (!to_the_end || t == target.size())) {
      return true;
    } else if (p < pattern.size() && t < target.size() && pattern[p] == target[t]) {
      ++p;
      ++t;
    } else if (star != pattern.npos && after_star < target.size()) {
      p = star + 1;
      t = ++after_star;
    } else {
      return false;
    }
  }
}

Duration delay_of(std::string_view value) {
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), whole);
  if (error != std::errc{} || end == value.data() || whole < 0) return {};
  return {std::min(whole, kLongestDelayMs / 1000) * 1000};
}

}  // namespace

// Groups: lines "user-agent" that follow each other, then their rules.
class RobotsReader {
 public:
  void line(std::string_view text) {
    text = trimmed(text.substr(0, text.find('#')));
    const auto colon = text.find(':');
    if (colon == text.npos) return;
    const std::string name = small(trimmed(text.substr(0, colon)));
    const std::string_view value = trimmed(text.substr(colon + 1));
    if (name == "sitemap") return sitemap(value);
    if (name == "user-agent") return agent(value);
    in_agents_ = false;
    for (Robots* group : {ours_ ? &own_ : nullptr, all_ ? &everybody_ : nullptr}) {
      if (group != nullptr) rule(*group, name, value);
    }
  }

  Robots take() {
    Robots& chosen = any_ours_ ? own_ : everybody_;
    chosen.sitemaps_ = std::move(sitemaps_);
    return std::move(chosen);
  }

 private:
  void sitemap(std::string_view value) {
    if (sitemaps_.size() < Robots::kMaxSitemaps && !value.empty()) sitemaps_.emplace_back(value);
  }

  void agent(std::string_view value) {
    if (!in_agents_) ours_ = all_ = false;
    in_agents_ = true;
    if (value == "*") all_ = true;
    if (small(value) == kOurName) ours_ = any_ours_ = true;
  }

  static void rule(Robots& group, std::string_view name, std::string_view value) {
    if (name == "crawl-delay") group.delay_ = delay_of(value);
    if (name != "allow" && name != "disallow") return;
    if (value.empty() || value.size() > kMaxPattern || group.rules_.size() >= Robots::kMaxRules) return;
    group.rules_.push_back({std::string(value), name == "allow"});
  }

  Robots own_;
  Robots everybody_;
  std::vector<std::string> sitemaps_;
  bool in_agents_ = false;
  bool ours_ = false;
  bool all_ = false;
  bool any_ours_ = false;
};

Robots Robots::parse(std::string_view text) {
  RobotsReader reader;
  text = text.substr(0, kMaxBytes);
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.take();
}

Robots Robots::closed() {
  Robots robots;
  robots.rules_.push_back({"/", false});
  return robots;
}

bool Robots::allows(std::string_view target) const {
  const Rule* best = nullptr;
  for (const Rule& rule : rules_) {
    const bool better = best == nullptr || rule.pattern.size() > best->pattern.size() ||
                        (rule.pattern.size() == best->pattern.size() && rule.allow);
    if (better && fits(rule.pattern, target)) best = &rule;
  }
  return best == nullptr || best->allow;
}

}  // namespace khien::crawl
