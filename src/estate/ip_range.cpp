#include "ip_range.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "refusals.hpp"

namespace khien::estate {
namespace {

constexpr unsigned kMappedBits = 96;
// No network operator of the country has more in one block.
constexpr unsigned kWidestV4 = 10;
constexpr unsigned kWidestV6 = 20;

bool is_v4(const IpBytes& bytes) {
  const auto zero = [](std::byte b) { return b == std::byte{0}; };
  return std::all_of(bytes.begin(), bytes.begin() + 10, zero) && bytes[10] == std::byte{0xff} &&
         bytes[11] == std::byte{0xff};
}

std::optional<IpBytes> parse_ip(std::string_view text) {
  const std::string terminated(text);
  IpBytes bytes{};
  std::array<std::byte, 4> four{};
  if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) {
    bytes[10] = bytes[11] = std::byte{0xff};
    std::ranges::copy(four, bytes.begin() + 12);
    return bytes;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1 && !is_v4(bytes)) return bytes;
  return std::nullopt;
}

// Sets or clears every bit behind the prefix.
IpBytes fill_behind(IpBytes bytes, unsigned prefix, bool ones) {
  for (unsigned bit = prefix; bit < 128; ++bit) {
    const auto mask = std::byte{static_cast<unsigned char>(0x80u >> (bit % 8))};
    if (ones) {
      bytes[bit / 8] |= mask;
    } else {
      bytes[bit / 8] &= ~mask;
    }
  }
  return bytes;
}

struct Block {
  IpBytes first;
  IpBytes last;
};
Block block(const char* address, unsigned prefix) {
  const IpBytes bytes = *parse_ip(address);
  const unsigned bits = is_v4(bytes) ? prefix + kMappedBits : prefix;
  return {fill_behind(bytes, bits, false), fill_behind(bytes, bits, true)};
}

// What the Internet does not route (RFC 6890 and its successors). The blocks for
// documentation are let through: manuals and tests are written with them.
bool touches_private_v4(const IpRange& range) {
  static const std::array<Block, 11> kBlocks{
      block("0.0.0.0", 8),      block("10.0.0.0", 8),    block("100.64.0.0", 10), block("127.0.0.0", 8),
      block("169.254.0.0", 16), block("172.16.0.0", 12), block("192.0.0.0", 24),  block("192.88.99.0", 24),
      block("192.168.0.0", 16), block("198.18.0.0", 15), block("224.0.0.0", 3)};
  return std::ranges::any_of(kBlocks,
                             [&](const Block& b) { return range.first <= b.last && b.first <= range.last; });
}

bool is_public(const IpRange& range) {
  if (is_v4(range.first)) return !touches_private_v4(range);
  // Global unicast, RFC 4291.
  static const Block kGlobal = block("2000::", 3);
  return kGlobal.first <= range.first && range.last <= kGlobal.last;
}

std::string text_of(const IpBytes& bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4(bytes)) {
    inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  }
  return text.data();
}

std::optional<unsigned> number_from(std::string_view text, unsigned most) {
  unsigned number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size() || number > most)
    return std::nullopt;
  return number;
}

}  // namespace

Result<IpBytes> ip_from_text(std::string_view text) {
  const auto bytes = parse_ip(text);
  if (!bytes) return refuse(refusals::kBadAddress);
  return *bytes;
}

Result<IpRange> IpRange::from_text(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return refuse(refusals::kBadRange);
  const unsigned width = is_v4(*address) ? 32 : 128;
  const auto prefix = slash == text.npos ? std::optional(width) : number_from(text.substr(slash + 1), width);
  if (!prefix) return refuse(refusals::kBadRange);
  const unsigned bits = *prefix + (128 - width);
  IpRange range{fill_behind(*address, bits, false), fill_behind(*address, bits, true), {}};
  if (range.first != *address) return refuse(refusals::kRangeHasHost);
  if (!is_public(range)) return refuse(refusals::kRangeNotPublic);
  // Who claimed so much would keep everybody else from entering theirs.
  if (*prefix < (width == 32 ? kWidestV4 : kWidestV6)) return refuse(refusals::kRangeTooWide);
  range.text = text_of(range.first) + "/" + std::to_string(*prefix);
  return range;
}

}  // namespace khien::estate
