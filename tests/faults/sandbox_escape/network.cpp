#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include "action.hpp"

namespace khien::escape {
namespace {

long connect_inet(int type, int port) {
  const long fd = call(SYS_socket, AF_INET, type, 0);
  if (fd < 0) return fd;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return call(SYS_connect, fd, &address, sizeof address);
}

long connect_unix(const std::string& name) {
  const long fd = call(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return fd;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  return call(SYS_connect, fd, &address, offsetof(sockaddr_un, sun_path) + name.size());
}

}  // namespace

std::vector<Action> network_actions() {
  return {
      {"connect by TCP", [](const Scene& s) { return connect_inet(SOCK_STREAM, s.tcp_port); }},
      {"connect by UDP", [](const Scene& s) { return connect_inet(SOCK_DGRAM, s.tcp_port); }},
      {"connect to a local socket", [](const Scene& s) { return connect_unix(s.unix_socket); }},
      {"connect to an abstract socket",
       [](const Scene& s) { return connect_unix(std::string(1, '\0') + s.abstract_name); }},
      {"bind a port",
       [](const Scene&) {
         const long fd = call(SYS_socket, AF_INET, SOCK_STREAM, 0);
         if (fd < 0) return fd;
         sockaddr_in address{};
         address.sin_family = AF_INET;
         return call(SYS_bind, fd, &address, sizeof address);
       }},
      {"a raw socket", [](const Scene&) { return call(SYS_socket, AF_INET, SOCK_RAW, IPPROTO_ICMP); }},
      {"a packet socket", [](const Scene&) { return call(SYS_socket, AF_PACKET, SOCK_RAW, 0); }},
      {"a netlink socket", [](const Scene&) { return call(SYS_socket, AF_NETLINK, SOCK_RAW, 0); }},
      {"a pair of sockets",
       [](const Scene&) {
         int pair[2];
         return call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair);
       }},
      {"ask for the address of the line to the agent",
       [](const Scene&) {
         sockaddr_un address{};
         socklen_t size = sizeof address;
         return call(SYS_getsockname, 3, &address, &size);
       }},
      {"sendto on another descriptor",
       [](const Scene& s) { return call(SYS_sendto, s.pipe_write, "x", 1, 0, nullptr, 0); }, false},
  };
}

}  // namespace khien::escape
