#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::estate {

// Sixteen bytes in the network's order; IPv4 where RFC 4291 maps it.
using IpBytes = std::array<std::byte, 16>;

// A block of addresses; pure.
struct IpRange {
  IpBytes first{};
  IpBytes last{};
  std::string text;  // CIDR, as it is written: "203.0.113.0/28"

  // CIDR or a single address. Code::invalid if it is none, if bits behind the
  // prefix are set, or if any address of it is not of the public Internet.
  static Result<IpRange> from_text(std::string_view text);
};

// Code::invalid unless an IPv4 or IPv6 address.
Result<IpBytes> ip_from_text(std::string_view text);

}  // namespace khien::estate
