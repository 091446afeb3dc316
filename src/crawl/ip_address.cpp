#include "khien/crawl/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "khien/core/assert.hpp"

namespace khien::crawl {
namespace {

struct KnownRange {
  IpRange range;
  AddressUse use;
};

struct Written {
  std::string_view range;
  AddressUse use;
};

// The first that holds an address counts: narrower ones stand first.
constexpr std::array<Written, 19> kV4{{
    {"0.0.0.0/8", AddressUse::unspecified},
    {"10.0.0.0/8", AddressUse::private_use},
    {"100.64.0.0/10", AddressUse::shared},
    {"127.0.0.0/8", AddressUse::loopback},
    {"169.254.0.0/16", AddressUse::link_local},
    {"172.16.0.0/12", AddressUse::private_use},
    {"192.0.0.0/24", AddressUse::protocol},
    {"192.0.2.0/24", AddressUse::documentation},
    {"192.31.196.0/24", AddressUse::protocol},
    {"192.52.193.0/24", AddressUse::protocol},
    {"192.88.99.0/24", AddressUse::protocol},
    {"192.168.0.0/16", AddressUse::private_use},
    {"192.175.48.0/24", AddressUse::protocol},
    {"198.18.0.0/15", AddressUse::benchmark},
    {"198.51.100.0/24", AddressUse::documentation},
    {"203.0.113.0/24", AddressUse::documentation},
    {"224.0.0.0/4", AddressUse::multicast},
    {"240.0.0.0/4", AddressUse::reserved},
    {"0.0.0.0/0", AddressUse::open},
}};

constexpr std::array<Written, 22> kV6{{
    {"::/128", AddressUse::unspecified},
    {"::1/128", AddressUse::loopback},
    {"::/96", AddressUse::embedding},
    {"::ffff:0:0/96", AddressUse::embedding},
    {"::ffff:0:0:0/96", AddressUse::embedding},
    {"64:ff9b::/96", AddressUse::embedding},
    {"64:ff9b:1::/48", AddressUse::embedding},
    {"2001::/32", AddressUse::embedding},
    {"2001::/23", AddressUse::protocol},
    {"2001:db8::/32", AddressUse::documentation},
    {"2002::/16", AddressUse::embedding},
    {"2620:4f:8000::/48", AddressUse::protocol},
    {"3ffe::/16", AddressUse::reserved},
    {"3fff::/20", AddressUse::documentation},
    {"5f00::/16", AddressUse::protocol},
    {"100::/64", AddressUse::reserved},
    {"fc00::/7", AddressUse::private_use},
    {"fe80::/10", AddressUse::link_local},
    {"fec0::/10", AddressUse::link_local},
    {"ff00::/8", AddressUse::multicast},
    {"2000::/3", AddressUse::open},
    {"::/0", AddressUse::reserved},
}};

template <std::size_t count>
std::vector<KnownRange> read(const std::array<Written, count>& written) {
  std::vector<KnownRange> ranges;
  for (const Written& each : written) {
    auto range = IpRange::parse(each.range);
    khien_assert(range.has_value());
    ranges.push_back({*range, each.use});
  }
  return ranges;
}

AddressUse first_of(const std::vector<KnownRange>& ranges, const IpAddress& address) {
  const auto found = std::ranges::find_if(ranges, [&](const KnownRange& known) { return known.range.holds(address); });
  khien_assert(found != ranges.end());
  return found->use;
}

// RFC 5214 §6.1: the last half of the address is 00-00-5E-FE or 02-00-5E-FE and an
// IPv4 address, under any prefix.
bool is_isatap(const IpAddress& address) {
  const auto& b = address.bytes;
  return (b[8] & 0xfdu) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe;
}

constexpr std::array<std::string_view, 12> kUses{
    "open",     "unspecified",   "loopback",  "private",   "shared",   "link_local",
    "protocol", "documentation", "benchmark", "multicast", "reserved", "embedding"};

}  // namespace

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  IpAddress address;
  if (text.find('\0') != text.npos) return Error(Code::invalid, "not an address");
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
  address.v6 = true;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return Error(Code::invalid, "not an address");
}

IpAddress IpAddress::v4(std::uint32_t number) {
  IpAddress address;
  for (unsigned i = 0; i < 4; ++i) address.bytes[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  return address;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  const char* written = inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), out.data(), out.size());
  khien_assert(written != nullptr);
  return written;
}

Result<IpRange> IpRange::parse(std::string_view text) {
  const auto slash = text.find('/');
  TRY(const IpAddress first, IpAddress::parse(text.substr(0, slash)));
  const unsigned most = first.v6 ? 128 : 32;
  IpRange range{first, most};
  if (slash != text.npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), range.bits);
    if (error != std::errc{} || end != digits.data() + digits.size() || range.bits > most)
      return Error(Code::invalid, "not a range: its prefix is not a number of bits");
  }
  for (unsigned bit = range.bits; bit < most; ++bit) {
    if ((first.bytes[bit / 8] >> (7 - bit % 8)) & 1u)
      return Error(Code::invalid, "not a range: bits are set behind its prefix");
  }
  return range;
}

bool IpRange::holds(const IpAddress& address) const {
  if (address.v6 != first.v6) return false;
  const unsigned whole = bits / 8;
  if (!std::equal(first.bytes.begin(), first.bytes.begin() + whole, address.bytes.begin())) return false;
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  return ((first.bytes[whole] ^ address.bytes[whole]) >> (8 - rest)) == 0;
}

std::string_view to_string(AddressUse use) { return kUses.at(static_cast<std::size_t>(use)); }

AddressUse use_of(const IpAddress& address) {
  static const auto v4 = read(kV4);
  static const auto v6 = read(kV6);
  if (!address.v6) return first_of(v4, address);
  const AddressUse use = first_of(v6, address);
  return use == AddressUse::open && is_isatap(address) ? AddressUse::embedding : use;
}

}  // namespace khien::crawl
