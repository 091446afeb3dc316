#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace khien::watch {

// The parts of an address that a judge looks at. No claim of being a whole URL parser:
// what is odd becomes an address without a host.
struct Address {
  std::string scheme;  // lower case
  std::string host;    // lower case, in ASCII (punycode); empty if none
  std::string port;    // as written, without its colon; empty if none
  std::string path;    // with its query, as written; begins with "/" or is empty
  bool is_web() const { return (scheme == "http" || scheme == "https") && !host.empty(); }
};

Address parse_address(std::string_view url);
// `url` as a browser takes it that reads it on the page `base`.
std::string resolve(std::string_view base, std::string_view url);

// The same for many addresses of one page.
class Base {
 public:
  explicit Base(std::string_view base);
  std::string resolve(std::string_view url) const;

 private:
  std::string base_, scheme_, origin_, path_, folder_;
  bool is_web_;
};
// "https://host/…", "//host/…" or "host.name/…", as scripts name them.
Address named_address(std::string_view text);
// The name that somebody registered: "abc.gov.vn" of "www.abc.gov.vn"; by the public suffix
// list. The host itself where that list knows none: an address, a single word.
std::string registered_domain(std::string_view host);
bool is_public_suffix(std::string_view host);
// `host` is `domain` or below it.
bool is_within(std::string_view host, std::string_view domain);
// %XX undone, "+" as a space in queries.
std::string percent_decoded(std::string_view text, bool query);

}  // namespace khien::watch
