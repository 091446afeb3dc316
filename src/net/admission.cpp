#include "admission.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstring>

#include "khien/core/assert.hpp"

namespace khien::net {
namespace {

PeerAddress of_v4(const in_addr& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  khien_assert(inet_ntop(AF_INET, &address, text.data(), text.size()) != nullptr);
  return {text.data(), text.data(), (ntohl(address.s_addr) >> 24) == 127};
}

PeerAddress of_v6(const in6_addr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  khien_assert(inet_ntop(AF_INET6, &address, text.data(), text.size()) != nullptr);
  // Whoever holds one address of a /64 holds all of them.
  return {text.data(), std::string(reinterpret_cast<const char*>(&address), 8),
          IN6_IS_ADDR_LOOPBACK(&address) != 0};
}

}  // namespace

PeerAddress peer_address(const void* socket_address) {
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  std::memcpy(&v4, socket_address, sizeof v4);
  if (v4.sin_family == AF_INET) return of_v4(v4.sin_addr);
  if (v4.sin_family != AF_INET6) return {"unknown", "unknown", false};
  std::memcpy(&v6, socket_address, sizeof v6);
  if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return of_v6(v6.sin6_addr);
  in_addr mapped{};
  std::memcpy(&mapped, reinterpret_cast<const char*>(&v6.sin6_addr) + 12, sizeof mapped);
  return of_v4(mapped);
}

std::optional<Admission::Place> Admission::enter(const PeerAddress& peer) {
  const std::lock_guard lock(mutex_);
  if (count_ >= most_) return std::nullopt;
  if (!peer.is_loopback) {
    auto& from_there = by_address_[peer.counted_as];
    if (from_there >= most_per_address_) return std::nullopt;
    ++from_there;
  }
  ++count_;
  return Place(this, peer.is_loopback ? std::string() : peer.counted_as);
}

void Admission::leave(const std::string& address) {
  const std::lock_guard lock(mutex_);
  khien_assert(count_ > 0);
  --count_;
  if (address.empty()) return;
  const auto found = by_address_.find(address);
  khien_assert(found != by_address_.end());
  if (--found->second == 0) by_address_.erase(found);
}

}  // namespace khien::net
