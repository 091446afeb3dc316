#include "admission.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <algorithm>

#include <string>

namespace khien::net {
namespace {

PeerAddress peer(const std::string& text) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    // peer_address() reads as much as the family says, never more.
    sockaddr_storage storage{};
    std::copy_n(reinterpret_cast<const char*>(&v4), sizeof v4, reinterpret_cast<char*>(&storage));
    return peer_address(&storage);
  }
  REQUIRE(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1);
  v6.sin6_family = AF_INET6;
  return peer_address(&v6);
}

TEST_CASE("addresses are written plainly, mapped ones as what they are") {
  CHECK(peer("192.0.2.7").text == "192.0.2.7");
  CHECK(peer("2001:db8::1").text == "2001:db8::1");
  CHECK(peer("::ffff:192.0.2.7").text == "192.0.2.7");
  CHECK(peer("::ffff:127.0.0.1").is_loopback);
  CHECK(peer("127.8.9.1").is_loopback);
  CHECK(peer("::1").is_loopback);
  CHECK_FALSE(peer("128.0.0.1").is_loopback);
}

TEST_CASE("one address has only so many places, and gets them back") {
  Admission admission(10, 2);
  auto first = admission.enter(peer("192.0.2.7"));
  auto second = admission.enter(peer("::ffff:192.0.2.7"));
  REQUIRE(first);
  REQUIRE(second);
  CHECK_FALSE(admission.enter(peer("192.0.2.7")));
  CHECK(admission.enter(peer("192.0.2.8")));
  first.reset();
  CHECK(admission.enter(peer("192.0.2.7")));
}

TEST_CASE("a /64 counts as one address") {
  Admission admission(10, 1);
  const auto first = admission.enter(peer("2001:db8:0:1::1"));
  REQUIRE(first);
  CHECK_FALSE(admission.enter(peer("2001:db8:0:1:ffff::9")));
  CHECK(admission.enter(peer("2001:db8:0:2::1")));
}

TEST_CASE("loopback is counted in all but not by address") {
  Admission admission(2, 1);
  const auto first = admission.enter(peer("127.0.0.1"));
  const auto second = admission.enter(peer("127.0.0.1"));
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(admission.enter(peer("127.0.0.1")));
  CHECK_FALSE(admission.enter(peer("192.0.2.1")));
}

}  // namespace
}  // namespace khien::net
