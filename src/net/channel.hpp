#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "tls_context.hpp"

namespace khien::net {

// Bytes to and from one peer on a non-blocking socket, through TLS or plain.
// Never blocks, never throws; whatever the peer sends ends in Io::closed at worst.
class Channel {
 public:
  enum class Io : unsigned char { done, wait_read, wait_write, closed };

  // Plain where `ssl` is null. The descriptor stays the caller's.
  Channel(int fd, SslPointer ssl) : fd_(fd), ssl_(std::move(ssl)) {}

  bool is_tls() const { return ssl_ != nullptr; }
  SSL* ssl() const { return ssl_.get(); }

  Io handshake();
  // At least one byte on Io::done.
  Io read(std::span<char> into, std::size_t& count);
  Io write(std::string_view bytes, std::size_t& count);
  // Bytes were received that read() has not given yet: the descriptor alone
  // would not wake us for them.
  bool has_pending() const { return ssl_ && SSL_has_pending(ssl_.get()) == 1; }
  // Says goodbye as far as that goes without waiting.
  void say_goodbye();
  // Throws away what the peer still sends. False once it is gone.
  bool discard_input();

 private:
  Io after(int result);

  int fd_;
  SslPointer ssl_;
  bool broken_ = false;
};

}  // namespace khien::net
