#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/hash.hpp"

namespace khien {

// Bytes that nobody reads or changes without the key: AES-256-GCM, piece by
// piece. The key is made for one thing alone (HMAC-SHA-256 of a master key over
// purpose and salt), so that its pieces may be numbered from 0. A salt must never
// be used twice for different bytes.
//
// Thread-safe once made.
class Seal {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  static constexpr std::size_t kSaltBytes = 32;
  static constexpr std::size_t kTagBytes = 16;  // what a sealed piece is longer by

  // `master` has kKeyBytes, `salt` has kSaltBytes.
  Seal(ByteView master, std::string_view purpose, ByteView salt);
  Seal(const Seal&) = delete;
  Seal& operator=(const Seal&) = delete;
  ~Seal();

  Bytes close(std::uint64_t number, bool last, ByteView plain) const;
  // Code::corrupt unless these very bytes were closed as this piece: another
  // number, another end, another key and a changed bit are all the same to it.
  Result<Bytes> open(std::uint64_t number, bool last, ByteView sealed) const;

 private:
  Sha256 key_;
};

}  // namespace khien
