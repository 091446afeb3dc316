#include "khien/crawl/address_guard.hpp"

#include <doctest/doctest.h>

#include <array>

namespace khien::crawl {
namespace {

struct Row {
  const char* address;
  AddressUse use;
};

// First and last of each range, and its neighbours outside.
constexpr std::array kTable{
    Row{"0.0.0.0", AddressUse::unspecified}, Row{"0.255.255.255", AddressUse::unspecified},
    Row{"1.0.0.0", AddressUse::open}, Row{"9.255.255.255", AddressUse::open},
    Row{"10.0.0.0", AddressUse::private_use}, Row{"10.255.255.255", AddressUse::private_use},
    Row{"11.0.0.0", AddressUse::open}, Row{"100.63.255.255", AddressUse::open},
    Row{"100.64.0.0", AddressUse::shared}, Row{"100.127.255.255", AddressUse::shared},
    Row{"100.128.0.0", AddressUse::open}, Row{"126.255.255.255", AddressUse::open},
    Row{"127.0.0.0", AddressUse::loopback}, Row{"127.0.0.1", AddressUse::loopback},
    Row{"127.255.255.255", AddressUse::loopback}, Row{"128.0.0.0", AddressUse::open},
    Row{"169.253.255.255", AddressUse::open}, Row{"169.254.0.0", AddressUse::link_local},
    Row{"169.254.169.254", AddressUse::link_local}, Row{"169.254.255.255", AddressUse::link_local},
    Row{"169.255.0.0", AddressUse::open}, Row{"172.15.255.255", AddressUse::open},
    Row{"172.16.0.0", AddressUse::private_use}, Row{"172.31.255.255", AddressUse::private_use},
    Row{"172.32.0.0", AddressUse::open}, Row{"191.255.255.255", AddressUse::open},
    Row{"192.0.0.0", AddressUse::protocol}, Row{"192.0.0.255", AddressUse::protocol},
    Row{"192.0.1.0", AddressUse::open}, Row{"192.0.2.0", AddressUse::documentation},
    Row{"192.0.2.255", AddressUse::documentation}, Row{"192.0.3.0", AddressUse::open},
    Row{"192.31.196.0", AddressUse::protocol}, Row{"192.31.197.0", AddressUse::open},
    Row{"192.52.193.255", AddressUse::protocol}, Row{"192.52.194.0", AddressUse::open},
    Row{"192.88.99.1", AddressUse::protocol}, Row{"192.88.100.0", AddressUse::open},
    Row{"192.167.255.255", AddressUse::open}, Row{"192.168.0.0", AddressUse::private_use},
    Row{"192.168.255.255", AddressUse::private_use}, Row{"192.169.0.0", AddressUse::open},
    Row{"192.175.48.9", AddressUse::protocol}, Row{"192.175.49.0", AddressUse::open},
    Row{"198.17.255.255", AddressUse::open}, Row{"198.18.0.0", AddressUse::benchmark},
    Row{"198.19.255.255", AddressUse::benchmark}, Row{"198.20.0.0", AddressUse::open},
    Row{"198.51.99.255", AddressUse::open}, Row{"198.51.100.0", AddressUse::documentation},
    Row{"198.51.100.255", AddressUse::documentation}, Row{"198.51.101.0", AddressUse::open},
    Row{"203.0.112.255", AddressUse::open}, Row{"203.0.113.0", AddressUse::documentation},
    Row{"203.0.113.255", AddressUse::documentation}, Row{"203.0.114.0", AddressUse::open},
    Row{"223.255.255.255", AddressUse::open}, Row{"224.0.0.0", AddressUse::multicast},
    Row{"239.255.255.255", AddressUse::multicast}, Row{"240.0.0.0", AddressUse::reserved},
    Row{"255.255.255.255", AddressUse::reserved},

    Row{"::", AddressUse::unspecified}, Row{"::1", AddressUse::loopback}, Row{"::2", AddressUse::embedding},
    Row{"::127.0.0.1", AddressUse::embedding}, Row{"::1:0:0", AddressUse::reserved},
    Row{"::ffff:127.0.0.1", AddressUse::embedding}, Row{"::ffff:8.8.8.8", AddressUse::embedding},
    Row{"::ffff:0:127.0.0.1", AddressUse::embedding}, Row{"64:ff9b::7f00:1", AddressUse::embedding},
    Row{"64:ff9b::808:808", AddressUse::embedding}, Row{"64:ff9b:1::1", AddressUse::embedding},
    Row{"64:ff9b:2::1", AddressUse::reserved}, Row{"100::1", AddressUse::reserved},
    Row{"1fff:ffff::", AddressUse::reserved}, Row{"2000::", AddressUse::open},
    Row{"2001::1", AddressUse::embedding}, Row{"2001:0:7f00:1::", AddressUse::embedding},
    Row{"2001:10::1", AddressUse::protocol}, Row{"2001:1ff:ffff::", AddressUse::protocol},
    Row{"2001:200::", AddressUse::open}, Row{"2001:db8::1", AddressUse::documentation},
    Row{"2001:db9::1", AddressUse::open}, Row{"2002:7f00:1::", AddressUse::embedding},
    Row{"2002:808:808::1", AddressUse::embedding}, Row{"2003::1", AddressUse::open},
    Row{"2620:4f:8000::1", AddressUse::protocol}, Row{"2620:4f:8001::1", AddressUse::open},
    Row{"2405:4800::1", AddressUse::open}, Row{"3ffe::1", AddressUse::reserved},
    Row{"3fff:fff:ffff::", AddressUse::documentation}, Row{"3fff:1000::", AddressUse::open},
    Row{"4000::", AddressUse::reserved}, Row{"5f00::1", AddressUse::protocol},
    Row{"fbff::1", AddressUse::reserved}, Row{"fc00::", AddressUse::private_use},
    Row{"fd12:3456::1", AddressUse::private_use}, Row{"fe00::1", AddressUse::reserved},
    Row{"fe80::1", AddressUse::link_local}, Row{"febf::1", AddressUse::link_local},
    Row{"fec0::1", AddressUse::link_local}, Row{"feff::1", AddressUse::link_local},
    Row{"ff00::", AddressUse::multicast}, Row{"ff02::1", AddressUse::multicast},
    Row{"2405:4800::5efe:a00:1", AddressUse::embedding}, Row{"2405:4800::200:5efe:a00:1", AddressUse::embedding},
    Row{"2405:4800::5eff:a00:1", AddressUse::open},
};

// Written apart from the table of the room: by comparison of numbers, not of bits.
bool open_by_number(std::uint32_t n) {
  const auto in = [n](std::uint32_t first, std::uint32_t last) { return n >= first && n <= last; };
  return !(in(0x00000000, 0x00ffffff) || in(0x0a000000, 0x0affffff) || in(0x64400000, 0x647fffff) ||
           in(0x7f000000, 0x7fffffff) || in(0xa9fe0000, 0xa9feffff) || in(0xac100000, 0xac1fffff) ||
           in(0xc0000000, 0xc00000ff) || in(0xc0000200, 0xc00002ff) || in(0xc01fc400, 0xc01fc4ff) ||
           in(0xc034c100, 0xc034c1ff) || in(0xc0586300, 0xc05863ff) || in(0xc0a80000, 0xc0a8ffff) ||
           in(0xc0af3000, 0xc0af30ff) || in(0xc6120000, 0xc613ffff) || in(0xc6336400, 0xc63364ff) ||
           in(0xcb007100, 0xcb0071ff) || n >= 0xe0000000);
}

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

TEST_CASE("each range closes at its first and last address, and nowhere else") {
  for (const Row& row : kTable) {
    CAPTURE(row.address);
    CHECK(to_string(use_of(address(row.address))) == to_string(row.use));
  }
}

TEST_CASE("every /24 of IPv4 is what a second list says") {
  std::size_t closed = 0;
  for (std::uint32_t high = 0; high < (1u << 24); ++high) {
    for (const std::uint32_t number : {high << 8, (high << 8) | 0xffu}) {
      const bool open = use_of(IpAddress::v4(number)) == AddressUse::open;
      if (open != open_by_number(number)) FAIL(IpAddress::v4(number).text());
      closed += open ? 0 : 1;
    }
  }
  CHECK(closed > (2u << 21));
}

TEST_CASE("no IPv4 address that is closed opens as a part of an IPv6 one") {
  const AddressGuard guard;
  for (const char* v4 : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "8.8.8.8"}) {
    const auto& b = address(v4).bytes;
    for (const char* prefix : {"::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::"}) {
      IpAddress holding = address(prefix);
      std::copy(b.begin(), b.begin() + 4, holding.bytes.begin() + 12);
      CHECK_FALSE(guard.refusal(holding).empty());
    }
    IpAddress six_to_four = address("2002::");
    std::copy(b.begin(), b.begin() + 4, six_to_four.bytes.begin() + 2);
    CHECK(guard.refusal(six_to_four) == "embedding");
  }
}

TEST_CASE("one closed address closes its name") {
  const AddressGuard guard;
  CHECK(guard.refusal(std::array{address("203.119.8.1"), address("2405:4800::1")}).empty());
  CHECK(guard.refusal(std::array{address("203.119.8.1"), address("10.0.0.1")}) == "private");
  CHECK(guard.refusal(std::array{address("203.119.8.1"), address("::1")}) == "loopback");
  CHECK(guard.refusal(std::span<const IpAddress>{}) == "none");
}

TEST_CASE("a lab opens what offices have, and neither link-local nor what is its own") {
  const AddressGuard guard({.allow_private = true, .own = {IpRange::parse("10.9.0.0/16").value()}});
  for (const char* open : {"127.0.0.1", "10.0.0.1", "192.168.0.1", "100.64.0.1", "::1", "fd00::1", "8.8.8.8"})
    CHECK(guard.refusal(address(open)).empty());
  for (const char* closed : {"169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::ffff:127.0.0.1"})
    CHECK_FALSE(guard.refusal(address(closed)).empty());
  CHECK(guard.refusal(address("10.9.3.4")) == "own");
}

TEST_CASE("a network that is opened opens itself only, and neither link-local, other ports nor what is its own") {
  const AddressGuard guard({.opened = {IpRange::parse("10.20.0.0/16").value(), IpRange::parse("127.0.0.1").value(),
                                       IpRange::parse("169.254.0.0/16").value(), IpRange::parse("fe80::/10").value()},
                            .ports = {80, 8081},
                            .own = {IpRange::parse("10.20.9.0/24").value()}});
  for (const char* open : {"10.20.0.1", "10.20.255.255", "127.0.0.1", "8.8.8.8"}) CHECK(guard.refusal(address(open)).empty());
  for (const char* closed : {"10.21.0.1", "127.0.0.2", "192.168.0.1", "::1", "169.254.169.254", "fe80::1"})
    CHECK_FALSE(guard.refusal(address(closed)).empty());
  CHECK(guard.refusal(address("10.20.9.4")) == "own");
  CHECK(guard.refusal(WebUrl::parse("http://10.20.0.1:8081/").value()).empty());
  CHECK(guard.refusal(WebUrl::parse("http://10.20.0.1:22/").value()) == "port");
  CHECK(guard.refusal(std::array{address("10.20.0.1"), address("10.21.0.1")}) == "private");
}

TEST_CASE("own ranges are closed wherever they lie") {
  const AddressGuard guard({.own = {IpRange::parse("203.119.8.0/24").value(), IpRange::parse("2405:4800::/32").value()}});
  CHECK(guard.refusal(address("203.119.8.77")) == "own");
  CHECK(guard.refusal(address("2405:4800:1::1")) == "own");
  CHECK(guard.refusal(address("203.119.9.1")).empty());
}

TEST_CASE("ports of the web, and no others") {
  const AddressGuard guard;
  const AddressGuard lab({.allow_private = true});
  for (const char* open : {"http://a.vn/", "https://a.vn/", "https://a.vn:8443/", "http://a.vn:443/"})
    CHECK(guard.refusal(WebUrl::parse(open).value()).empty());
  for (const char* closed : {"http://a.vn:22/", "http://a.vn:8080/", "http://a.vn:6379/", "http://a.vn:65535/"}) {
    CHECK(guard.refusal(WebUrl::parse(closed).value()) == "port");
    CHECK(lab.refusal(WebUrl::parse(closed).value()).empty());
  }
  CHECK(lab.refusal(WebUrl::parse("http://a.vn:0/").value()) == "port");
}

TEST_CASE("a range knows what it holds") {
  CHECK(IpRange::parse("10.128.0.0/9").value().holds(address("10.200.0.1")));
  CHECK_FALSE(IpRange::parse("10.128.0.0/9").value().holds(address("10.127.0.1")));
  CHECK_FALSE(IpRange::parse("0.0.0.0/0").value().holds(address("::1")));
  CHECK(IpRange::parse("10.1.2.3").value().holds(address("10.1.2.3")));
  for (const char* bad : {"10.0.0.0/33", "10.0.0.1/8", "::/129", "10.0.0.0/", "10.0.0.0/8x", "/8", "a/8", ""})
    CHECK_FALSE(IpRange::parse(bad));
}

}  // namespace
}  // namespace khien::crawl
