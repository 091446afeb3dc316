#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "khien/core/bytes.hpp"
#include "khien/model/local_text.hpp"

namespace khien::botnet {

// An address of either family, sixteen bytes in the network's order; IPv4 lies where RFC 4291
// maps it, as in estate's ranges. A value.
struct Address {
  std::array<std::byte, 16> bytes{};

  bool is_v4() const;
  ByteView view() const { return bytes; }
  // As inet_ntop writes it; IPv4 with four numbers.
  std::string text() const;
  auto operator<=>(const Address&) const = default;
};
std::optional<Address> address_from_bytes(ByteView bytes);

// An address as lists write it, and the port where one stands beside it.
struct Endpoint {
  Address address;
  std::optional<int> port;  // 1 to 65535

  bool operator==(const Endpoint&) const = default;
};

// Why a word is no endpoint.
enum class AddressFault : unsigned char { not_an_address, is_range, port };
LocalText words_of(AddressFault fault);

// One word: "203.0.113.5", "203.0.113.5:4432", "203[.]0[.]113[.]5", "2001:db8::5",
// "[2001:db8::5]:443", "::ffff:203.0.113.5" (the IPv4 address), "203.0.113.5/32". Several
// addresses in one word are a fault. Pure.
std::variant<Endpoint, AddressFault> read_endpoint(std::string_view word);

// Why the address cannot be one that the Internet sees, in words with what it is; none if it
// can. Those for documentation can: manuals and tests are written with them.
std::optional<LocalText> not_public(const Address& address);

}  // namespace khien::botnet
