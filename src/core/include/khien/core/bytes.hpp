#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"

namespace khien {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

inline ByteView as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Lower-case hexadecimal, two digits a byte.
std::string to_hex(ByteView bytes);
// Code::invalid unless `text` is an even number of hexadecimal digits.
Result<Bytes> from_hex(std::string_view text);

// RFC 4648 §5 (URL and file name safe), without padding.
std::string to_base64url(ByteView bytes);
Result<Bytes> from_base64url(std::string_view text);
// RFC 4648 §4 with its padding, as browsers and mail write files. One spelling
// for each value: no line ends, no stray bits.
std::string to_base64(ByteView bytes);
Result<Bytes> from_base64(std::string_view text);
// RFC 4648 §6 in capitals without padding, as authenticator apps want secrets.
std::string to_base32(ByteView bytes);

// Same bytes? Takes a time that depends on the lengths alone.
bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace khien
