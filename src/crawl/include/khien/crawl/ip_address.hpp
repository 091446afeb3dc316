#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::crawl {

// An address of either family. A value.
struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 in the first four

  // Four decimal numbers, or RFC 4291's text without a zone. Nothing looser:
  // "0x7f.1" and "127.1" are Code::invalid.
  static Result<IpAddress> parse(std::string_view text);
  static IpAddress v4(std::uint32_t number);
  // As inet_ntop writes it.
  std::string text() const;

  auto operator<=>(const IpAddress&) const = default;
};

// Addresses that share their first `bits`.
struct IpRange {
  IpAddress first;
  unsigned bits = 0;

  // "10.20.0.0/16", "fd00::/8", or one address. Code::invalid, also for bits set
  // behind the prefix.
  static Result<IpRange> parse(std::string_view text);
  bool holds(const IpAddress& address) const;

  bool operator==(const IpRange&) const = default;
};

// What an address is for, by the IANA special-purpose registries (RFC 6890 and
// what was added since, looked at on 2026-11-22).
enum class AddressUse : unsigned char {
  open,            // on the Internet
  unspecified,     // "this network": 0.0.0.0/8, ::
  loopback,        // 127.0.0.0/8, ::1
  private_use,     // RFC 1918, fc00::/7
  shared,          // behind carriers' NAT: 100.64.0.0/10
  link_local,      // 169.254.0.0/16, fe80::/10, fec0::/10; where clouds tell secrets
  protocol,        // 192.0.0.0/24, 192.88.99.0/24, 2001::/23, 5f00::/16 …
  documentation,   // 192.0.2.0/24, 2001:db8::/32 …
  benchmark,       // 198.18.0.0/15
  multicast,       // 224.0.0.0/4, ff00::/8
  reserved,        // 240.0.0.0/4, and all of IPv6 that nobody was given yet
  embedding,       // holds an IPv4 address a router would go on to: ::ffff:0:0/96,
                   // 64:ff9b::/96, 2002::/16, Teredo, ISATAP
};
std::string_view to_string(AddressUse use);
AddressUse use_of(const IpAddress& address);

}  // namespace khien::crawl
