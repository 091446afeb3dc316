#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien {

// Who seems to look at a page. Injected pages show different faces to different
// visitors. Names on the wire are those of to_string().
enum class Visitor : unsigned char {
  desktop,         // "desktop": a desktop browser that typed the address
  desktop_google,  // "desktop-google": the same, sent by a Google result
  googlebot,       // "googlebot": Google's crawler
  mobile_google,   // "mobile-google": a phone, sent by a Google result
  rendered,        // "rendered": the desktop browser after scripts ran; only where it was asked for
};
std::string_view to_string(Visitor visitor);
Result<Visitor> visitor_from_string(std::string_view text);

// One step from an address to the next.
struct RedirectStep {
  enum class How : unsigned char { location, refresh, script };
  std::string url;      // that sent on
  int status = 0;       // of its answer: a 404 may send on as well
  How how = How::location;

  bool operator==(const RedirectStep&) const = default;
};
std::string_view to_string(RedirectStep::How how);
Result<RedirectStep::How> redirect_how_from_string(std::string_view text);

struct HttpHeader {
  std::string name;   // lower case
  std::string value;  // as sent; bytes that are not UTF-8 become U+FFFD

  bool operator==(const HttpHeader&) const = default;
};

// What one visitor got for one address.
struct PageView {
  Visitor visitor = Visitor::desktop;
  std::string url;        // asked for, absolute
  std::string final_url;  // that gave `body`; equals `url` where nothing sent on
  std::vector<RedirectStep> steps;
  int status = 0;                   // of `final_url`; 0: no answer
  std::vector<HttpHeader> headers;  // of `final_url`
  std::string body;                 // as served, content coding undone; any bytes
  // Why the view is not whole, by name: "too_large", "timeout", "redirects",
  // "refused_address", "name", "tls", "connection", "coding"; of a rendered view also
  // "memory", "browser" (it died, or there was none). Empty: it is whole.
  std::string limit;
  Timestamp fetched_at;

  bool operator==(const PageView&) const = default;
};

}  // namespace khien
