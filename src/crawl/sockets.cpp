#include "sockets.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace khien::crawl {
namespace {

std::uint16_t local_port_of(int fd) {
  // Both families keep the port at the same place.
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin6_port);
}

}  // namespace

void Sockets::close(int fd) {
  known_.erase(fd);
  ::close(fd);
}

Sockets::Entry* Sockets::find(std::uint16_t local_port) {
  for (Entry& entry : known_) {
    if (entry.second.local_port == 0) entry.second.local_port = local_port_of(entry.first);
    if (entry.second.local_port == local_port) return &entry;
  }
  return nullptr;
}

void Sockets::numbered(std::uint16_t local_port) {
  if (Entry* entry = find(local_port)) entry->second.numbered = true;
}

bool Sockets::spoke_unasked(std::uint16_t local_port) {
  const Entry* entry = find(local_port);
  if (entry == nullptr || entry->second.numbered) return false;
  char first = 0;
  return recv(entry->first, &first, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

}  // namespace khien::crawl
