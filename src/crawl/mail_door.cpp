#include "khien/crawl/mail_door.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include "host_name.hpp"
#include "resolver.hpp"
#include "tls_facts.hpp"

namespace khien::crawl {
namespace {

constexpr std::size_t kMostExchangers = 2;
constexpr Duration kOneDoor = seconds(4);
constexpr Duration kTurn = milliseconds(50);
constexpr std::size_t kMostReply = 8u << 10;

std::vector<IpAddress> addresses_of(const std::string& host, const std::string& dns_servers, const Clock& clock, std::int64_t end) {
  const auto name = to_ascii_name(host);
  auto loop = EventLoop::create();
  if (!name || !loop) return {};
  const auto resolver = Resolver::create(*loop, dns_servers, clock);
  if (!resolver) return {};
  std::vector<IpAddress> addresses;
  bool open = true;
  (*resolver)->resolve(*name, [&](const Resolution& answer) {
    addresses = answer.addresses;
    open = false;
  });
  while (open && clock.monotonic().ms < end) loop->wait((*resolver)->step(kTurn));
  return addresses;
}

// One conversation. Nothing waits beyond `end`.
class Talk {
 public:
  Talk(const Clock& clock, std::int64_t end) : clock_(clock), end_(end) {}
  ~Talk() {
    if (fd_ >= 0) ::close(fd_);
  }
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  bool connect(const IpAddress& address, std::uint16_t port) {
    fd_ = socket(address.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) return false;
    sockaddr_in four{};
    sockaddr_in6 six{};
    four.sin_family = AF_INET;
    six.sin6_family = AF_INET6;
    four.sin_port = six.sin6_port = htons(port);
    std::memcpy(&four.sin_addr, address.bytes.data(), 4);
    std::memcpy(&six.sin6_addr, address.bytes.data(), 16);
    const auto* to = address.v6 ? reinterpret_cast<const sockaddr*>(&six) : reinterpret_cast<const sockaddr*>(&four);
    if (::connect(fd_, to, address.v6 ? sizeof six : sizeof four) == 0) return true;
    if (errno != EINPROGRESS || !wait(POLLOUT)) return false;
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
  }

  bool say(std::string_view line) {
    while (!line.empty()) {
      const auto sent = ::send(fd_, line.data(), line.size(), MSG_NOSIGNAL);
      if (sent < 0 && (errno != EAGAIN || !wait(POLLOUT))) return false;
      if (sent > 0) line.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // All lines of one reply (RFC 5321 §4.2.1); empty: none came whole.
  std::string reply() {
    std::string text;
    for (;;) {
      if (const auto size = whole(text); size > 0) return text.substr(0, size);
      char bytes[1024];
      const auto got = ::recv(fd_, bytes, sizeof bytes, 0);
      if (got == 0 || text.size() > kMostReply) return {};
      if (got < 0 && (errno != EAGAIN || !wait(POLLIN))) return {};
      if (got > 0) text.append(bytes, static_cast<std::size_t>(got));
    }
  }

  std::optional<TlsFacts> encrypt(const std::string& host) {
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (context == nullptr) return std::nullopt;
    SSL_CTX_set_default_verify_paths(context.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_cipher_list(context.get(), "DEFAULT@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context.get(), 0);
    const std::unique_ptr<SSL, void (*)(SSL*)> tls(SSL_new(context.get()), SSL_free);
    if (tls == nullptr || SSL_set_fd(tls.get(), fd_) != 1) return std::nullopt;
    SSL_set_tlsext_host_name(tls.get(), host.c_str());
    for (;;) {
      const int done = SSL_connect(tls.get());
      if (done == 1) break;
      const int why = SSL_get_error(tls.get(), done);
      const bool waits = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
      if (!waits || !wait(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT)) return std::nullopt;
    }
    auto facts = tls_facts_of(tls.get(), host);
    SSL_write(tls.get(), "QUIT\r\n", 6);
    SSL_shutdown(tls.get());
    return facts;
  }

 private:
  bool wait(short what) {
    const auto left = end_ - clock_.monotonic().ms;
    pollfd one{fd_, what, 0};
    return left > 0 && poll(&one, 1, static_cast<int>(left)) > 0;
  }

  // How many bytes the first whole reply has; 0: more must come.
  static std::size_t whole(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      if (end == text.npos) return 0;
      const std::string_view line = text.substr(at, end - at);
      if (line.size() < 4 || line[3] != '-') return end + 1;
      at = end + 1;
    }
    return 0;
  }

  const Clock& clock_;
  std::int64_t end_;
  int fd_ = -1;
};

bool offers_tls(std::string_view reply) {
  std::string text(reply);
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text.find("250-STARTTLS") != text.npos || text.find("250 STARTTLS") != text.npos;
}

std::optional<MailDoor> knock(const std::string& exchanger, const IpAddress& address, std::uint16_t port, const Clock& clock, std::int64_t end) {
  Talk talk(clock, end);
  if (!talk.connect(address, port) || !talk.reply().starts_with("220")) return std::nullopt;
  if (!talk.say("EHLO khien.invalid\r\n")) return std::nullopt;
  const std::string hello = talk.reply();
  if (!hello.starts_with("250")) return std::nullopt;
  MailDoor door{.exchanger = exchanger, .offered = offers_tls(hello), .tls = {}};
  if (!door.offered) {
    talk.say("QUIT\r\n");
    return door;
  }
  if (talk.say("STARTTLS\r\n") && talk.reply().starts_with("220")) door.tls = talk.encrypt(exchanger);
  return door;
}

}  // namespace

std::optional<MailDoor> look_at_mail_door(const std::vector<std::string>& exchangers, const AddressGuard& guard, const std::string& dns_servers,
                                          const Clock& clock, std::uint16_t port) {
  for (std::size_t i = 0; i < std::min(exchangers.size(), kMostExchangers); ++i) {
    const auto end = clock.monotonic().ms + kOneDoor.ms;
    const auto addresses = addresses_of(exchangers[i], dns_servers, clock, end);
    // One address that is closed closes the name, as with pages.
    if (!guard.refusal(addresses).empty()) continue;
    if (auto door = knock(exchangers[i], addresses.front(), port, clock, end)) return door;
  }
  return std::nullopt;
}

}  // namespace khien::crawl
