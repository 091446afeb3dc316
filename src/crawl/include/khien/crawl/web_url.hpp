#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/crawl/ip_address.hpp"

namespace khien::crawl {

// An address on the web in its one spelling. Read as browsers do (WHATWG URL), for
// they are whom a page sends on: "http:\\HOST", tabs inside, "0x7f.1", full-width
// letters. What browsers would have to guess, and all that a crawler has no
// business with, is refused.
//
// What is connected to is this value, written anew, never the text that came.
struct WebUrl {
  static constexpr std::size_t kMaxBytes = 8192;

  bool https = false;
  std::string host;      // lower-case ASCII (IDNA 2008 with UTS 46); IPv4 as four
                         // numbers, IPv6 without brackets; no dot at the end
  std::optional<IpAddress> address;  // where `host` is one
  std::uint16_t port = 0;            // never left out here
  std::string target = "/";          // path and query; no fragment

  // An absolute one. Code::denied for another scheme ("scheme"), credentials
  // ("credentials"); Code::invalid for all else, also beyond kMaxBytes.
  static Result<WebUrl> parse(std::string_view text);
  // What `reference` on a page of this address leads to (RFC 3986 §5.2).
  Result<WebUrl> resolve(std::string_view reference) const;

  // Parsed again it gives this value.
  std::string text() const;
  // Scheme, host and port: "https://a.vn", "http://[2606::1]:8443".
  std::string origin() const;
  std::string_view path() const;

  bool operator==(const WebUrl&) const = default;
};

}  // namespace khien::crawl
