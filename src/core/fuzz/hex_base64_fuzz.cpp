// Input: bytes to encode, and at the same time text to decode.
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"

using namespace khien;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  const std::string_view text = as_text(bytes);
  const Bytes copy(bytes.begin(), bytes.end());

  require(from_hex(to_hex(bytes)).value() == copy);
  require(from_base64url(to_base64url(bytes)).value() == copy);
  require(from_base64(to_base64(bytes)).value() == copy);
  require(to_base32(bytes).size() == (size * 8 + 4) / 5);
  require(equal_in_constant_time(bytes, copy));

  // A value has one spelling only, but for the case of hexadecimal digits.
  if (const auto decoded = from_hex(text)) require(to_hex(*decoded) == lower(text));
  if (const auto decoded = from_base64url(text)) require(to_base64url(*decoded) == text);
  if (const auto decoded = from_base64(text)) require(to_base64(*decoded) == text);
  return 0;
}
