#include "network.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "khien/core/assert.hpp"

namespace khien::ssrf {
namespace {

constexpr int kLoopback = 1;  // the index of the first interface

bool write_file(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool whole = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  return whole;
}

bool enter_namespaces() {
  const uid_t uid = getuid();
  const gid_t gid = getgid();
  if (unshare(CLONE_NEWNET) == 0) return true;
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  write_file("/proc/self/setgroups", "deny");
  return write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") &&
         write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
}

bool raise_loopback() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
  const bool up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  close(fd);
  return up;
}

struct AddressMessage {
  nlmsghdr header{};
  ifaddrmsg address{};
  std::array<char, 64> attributes{};

  void append(unsigned short type, const void* value, unsigned short size) {
    rtattr attribute{.rta_len = static_cast<unsigned short>(RTA_LENGTH(size)), .rta_type = type};
    char* at = reinterpret_cast<char*>(this) + NLMSG_ALIGN(header.nlmsg_len);
    std::memcpy(at, &attribute, sizeof attribute);
    std::memcpy(at + RTA_LENGTH(0), value, size);
    header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_ALIGN(header.nlmsg_len) + RTA_LENGTH(size));
  }
};

std::string text_of(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(family, bytes, out.data(), out.size());
  return out.data();
}

// Where an IP packet goes; empty for what is none.
std::string destination(const unsigned char* packet, std::size_t size) {
  if (size >= 20 && packet[0] >> 4 == 4) return text_of(AF_INET, packet + 16);
  if (size >= 40 && packet[0] >> 4 == 6) return text_of(AF_INET6, packet + 24);
  return {};
}

}  // namespace

bool enter_own_network() { return enter_namespaces() && raise_loopback(); }

bool add_address(const std::string& address) {
  const bool v6 = address.find(':') != std::string::npos;
  std::array<unsigned char, 16> bytes{};
  khien_assert(inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) == 1);
  const unsigned short size = v6 ? 16 : 4;
  AddressMessage message;
  message.header = {.nlmsg_len = NLMSG_LENGTH(sizeof(ifaddrmsg)),
                    .nlmsg_type = RTM_NEWADDR,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK};
  message.address = {.ifa_family = static_cast<unsigned char>(v6 ? AF_INET6 : AF_INET),
                     .ifa_prefixlen = static_cast<unsigned char>(v6 ? 128 : 32),
                     .ifa_flags = IFA_F_NODAD,
                     .ifa_scope = RT_SCOPE_UNIVERSE,
                     .ifa_index = kLoopback};
  message.append(IFA_LOCAL, bytes.data(), size);
  message.append(IFA_ADDRESS, bytes.data(), size);
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  khien_assert(fd >= 0);
  std::array<char, 4096> answer{};
  nlmsgerr error{};
  const bool asked = send(fd, &message, message.header.nlmsg_len, 0) > 0 && recv(fd, answer.data(), answer.size(), 0) > 0;
  std::memcpy(&error, answer.data() + NLMSG_HDRLEN, sizeof error);
  close(fd);
  return asked && error.error == 0;
}

PacketCounter::PacketCounter(std::set<std::string> known) : known_(std::move(known)) {
  socket_ = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL));
  const int room = 64 << 20;
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  khien_assert(socket_ >= 0);
}

PacketCounter::~PacketCounter() { close(socket_); }

int PacketCounter::strange() {
  std::array<unsigned char, 128> head{};
  while (true) {
    const ssize_t got = recv(socket_, head.data(), head.size(), MSG_TRUNC);
    if (got <= 0) return strange_;
    ++all_;
    const std::string to = destination(head.data(), static_cast<std::size_t>(got));
    if (to.empty() || known_.contains(to)) continue;
    ++strange_;
    last_ = to;
  }
}

}  // namespace khien::ssrf
