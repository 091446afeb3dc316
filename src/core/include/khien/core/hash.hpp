#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"

namespace khien {

// A SHA-256 digest (FIPS 180-4).
struct Sha256 {
  std::array<std::byte, 32> bytes{};

  ByteView view() const { return bytes; }
  std::string hex() const { return to_hex(bytes); }
  auto operator<=>(const Sha256&) const = default;

  // Code::invalid unless 64 hexadecimal digits.
  static Result<Sha256> from_hex(std::string_view text);
  // Code::invalid unless 32 bytes.
  static Result<Sha256> from_bytes(ByteView bytes);
};

Sha256 sha256(ByteView bytes);
inline Sha256 sha256(std::string_view text) { return sha256(as_bytes(text)); }

// For comparing with lists of known files that name nothing better; both are
// broken, and nothing may be trusted because of them.
std::array<std::byte, 20> sha1(ByteView bytes);
std::array<std::byte, 16> md5(ByteView bytes);

// HMAC-SHA-256 (RFC 2104).
Sha256 hmac_sha256(ByteView key, ByteView message);
// HMAC-SHA-1, for TOTP only (RFC 6238: what authenticator apps speak).
std::array<std::byte, 20> hmac_sha1(ByteView key, ByteView message);

// SHA-256 of bytes that come in pieces. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  ~Sha256Stream();

  void update(ByteView bytes);
  // Ends the stream; call once.
  Sha256 finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien
