#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/crawl/ip_address.hpp"

namespace khien::crawl {

struct HostName {
  std::string name;                  // as WebUrl::host
  std::optional<IpAddress> address;  // where it is one
};

// The host of an address on the web, as it stands there: percent signs, other
// scripts, brackets, numbers in any base. Code::invalid.
Result<HostName> read_host(std::string_view text);

// A name for DNS, of letters, digits, '-', '_' and dots; what a name in another
// script is there. Code::invalid.
Result<std::string> to_ascii_name(std::string_view text);

}  // namespace khien::crawl
