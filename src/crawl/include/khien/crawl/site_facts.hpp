#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/model/page_view.hpp"

namespace khien::crawl {

// What an answer's headers do for whoever visits. Facts, no judgement: which of them are
// wanted, and by whom, is the reader's matter.
struct SecurityHeaders {
  std::optional<std::int64_t> hsts_seconds;  // Strict-Transport-Security: max-age
  bool hsts_subdomains = false;
  std::string content_security_policy;       // as sent; 512 bytes at most
  bool frames_closed = false;                // X-Frame-Options, or frame-ancestors
  bool no_sniffing = false;                  // X-Content-Type-Options: nosniff
  std::string referrer_policy;
  std::string permissions_policy;            // 512 bytes at most
  std::string server;                        // what it tells of itself without need
  std::string powered_by;
  std::vector<std::string> open_cookies;     // names of cookies without Secure or HttpOnly; 20 at most

  bool operator==(const SecurityHeaders&) const = default;
};
// Of the view's last answer. Pure.
SecurityHeaders security_headers_of(const PageView& view);

// Does a view of an http:// address end at https:// of the same site ("www." or not)?
bool moves_to_https(const PageView& view);

// A word that a record or a header holds, in parts: "v=DMARC1; p=none" by ';'.
std::vector<std::string> record_parts(std::string_view record, char separator);

}  // namespace khien::crawl
