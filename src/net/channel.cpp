#include "channel.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace khien::net {
namespace {

Channel::Io plain(ssize_t result, Channel::Io wait, std::size_t& count) {
  if (result > 0) {
    count = static_cast<std::size_t>(result);
    return Channel::Io::done;
  }
  const bool again = result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  return again ? wait : Channel::Io::closed;
}

}  // namespace

Channel::Io Channel::after(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Io::wait_read;
    case SSL_ERROR_WANT_WRITE:
      return Io::wait_write;
    case SSL_ERROR_ZERO_RETURN:
      break;
    // After these the state may be used for nothing more, not even a goodbye.
    default:
      broken_ = true;
  }
  ERR_clear_error();
  return Io::closed;
}

Channel::Io Channel::handshake() {
  if (!ssl_) return Io::done;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? Io::done : after(result);
}

Channel::Io Channel::read(std::span<char> into, std::size_t& count) {
  if (!ssl_) return plain(::recv(fd_, into.data(), into.size(), 0), Io::wait_read, count);
  ERR_clear_error();
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
  return result == 1 ? Io::done : after(result);
}

Channel::Io Channel::write(std::string_view bytes, std::size_t& count) {
  if (!ssl_) return plain(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), Io::wait_write, count);
  ERR_clear_error();
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
  return result == 1 ? Io::done : after(result);
}

void Channel::say_goodbye() {
  if (ssl_ && !broken_ && SSL_is_init_finished(ssl_.get()) == 1) {
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  ::shutdown(fd_, SHUT_WR);
}

bool Channel::discard_input() {
  std::array<char, 4096> waste;
  for (int turn = 0; turn < 16; ++turn) {
    const auto result = ::recv(fd_, waste.data(), waste.size(), 0);
    if (result > 0) continue;
    return result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  }
  return true;
}

}  // namespace khien::net
