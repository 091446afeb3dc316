#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/time.hpp"

namespace khien::crawl {

// A robots.txt (RFC 9309), as far as it speaks to us. A value.
class Robots {
 public:
  static constexpr std::size_t kMaxBytes = 500u << 10;  // RFC 9309 §2.5
  static constexpr std::size_t kMaxRules = 2000;
  static constexpr std::size_t kMaxSitemaps = 100;

  // Everything is allowed.
  Robots() = default;
  // Never fails: what is no rule is passed over, what lies behind the limits too.
  // Groups named "khien" count; without one, those of "*".
  static Robots parse(std::string_view text);
  // Nothing is allowed: the answer to a robots.txt that cannot be had (RFC 9309 §2.3.1.4).
  static Robots closed();

  // The longest rule that fits decides, "allow" where two are as long. `target` is a
  // path and query as in WebUrl.
  bool allows(std::string_view target) const;
  // "Sitemap:" lines of all groups, as they stand there.
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }
  // "Crawl-delay", at most a minute; nothing: zero.
  Duration delay() const { return delay_; }

 private:
  friend class RobotsReader;
  struct Rule {
    std::string pattern;
    bool allow = false;
  };
  std::vector<Rule> rules_;
  std::vector<std::string> sitemaps_;
  Duration delay_;
};

}  // namespace khien::crawl
