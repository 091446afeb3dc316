#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "clamd_reply.hpp"
#include "khien/core/clock.hpp"
#include "khien/probe/clamd.hpp"
#include "linux/descriptor_message.hpp"

namespace khien::probe {
namespace {

// With a full queue of connections connect(2) waits for as long as a send may.
Result<Fd> connect_to(const std::string& path, Duration time) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error(Code::invalid, "clamd: the socket's path is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return system_error("clamd: socket", errno);
  const timeval patience{.tv_sec = time.ms / 1'000, .tv_usec = time.ms % 1'000 * 1'000};
  if (setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) {
    return system_error("clamd: setsockopt", errno);
  }
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Error(Code::unavailable, "clamd: " + system_error("connect", errno).what());
  }
  return fd;
}

// Everything until the other end closes or a line is whole, within `time`.
Result<std::string> read_line(const Fd& fd, Duration time) {
  const std::int64_t deadline_ms = system_clock().monotonic().ms + time.ms;
  std::string line;
  std::array<char, 1024> buffer;
  while (line.size() <= kMaxReplyBytes && (line.empty() || line.back() != '\n')) {
    const std::int64_t left_ms = deadline_ms - system_clock().monotonic().ms;
    pollfd wanted{.fd = fd.get(), .events = POLLIN, .revents = 0};
    if (left_ms <= 0 || poll(&wanted, 1, static_cast<int>(left_ms)) == 0) {
      return Error(Code::unavailable, "clamd: no answer in time");
    }
    const ssize_t got = recv(fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return Error(Code::unavailable, "clamd: " + system_error("receive", errno).what());
    if (got == 0) break;
    line.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return line;
}

}  // namespace

ClamdClient::ClamdClient(std::string socket_path, Duration timeout)
    : socket_path_(std::move(socket_path)), timeout_(timeout) {}

Result<std::string> ClamdClient::scan(const Fd& file) {
  // clamd reads from where the descriptor stands.
  if (lseek(file.get(), 0, SEEK_SET) < 0) return system_error("clamd: seek", errno);
  TRY(const Fd fd, connect_to(socket_path_, timeout_));
  TRY_VOID(send_message(fd.get(), "nFILDES\n"));
  // A stream carries a descriptor beside a byte, whatever the byte is.
  TRY_VOID(send_message(fd.get(), std::string_view("\0", 1), file.get()));
  TRY(const std::string reply, read_line(fd, timeout_));
  return parse_scan_reply(reply);
}

Result<ClamdClient::Version> ClamdClient::version() {
  TRY(const Fd fd, connect_to(socket_path_, timeout_));
  TRY_VOID(send_message(fd.get(), "nVERSION\n"));
  TRY(const std::string reply, read_line(fd, timeout_));
  return parse_version_reply(reply);
}

}  // namespace khien::probe
