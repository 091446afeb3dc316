#include "khien/core/bytes.hpp"

#include <array>
#include <cstdint>

namespace khien {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kBase64UrlDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kNoDigit = 0xff;
using DigitValues = std::array<std::uint8_t, 256>;

consteval DigitValues values_of(std::string_view digits) {
  DigitValues values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

consteval DigitValues hex_values() {
  DigitValues values = values_of(kHexDigits);
  for (unsigned i = 0; i < 6; ++i) values['A' + i] = static_cast<std::uint8_t>(10 + i);
  return values;
}

constexpr DigitValues kHexValues = hex_values();
constexpr DigitValues kBase64UrlValues = values_of(kBase64UrlDigits);
constexpr DigitValues kBase64Values = values_of(kBase64Digits);

std::uint8_t value_of(const DigitValues& values, char digit) { return values[static_cast<unsigned char>(digit)]; }

// Writes `bits_per_digit` bits at a time, first bit first; the last digit is
// filled up with zero bits.
std::string to_digits(ByteView bytes, std::string_view digits, unsigned bits_per_digit) {
  std::string text;
  text.reserve((bytes.size() * 8 + bits_per_digit - 1) / bits_per_digit);
  const std::uint32_t mask = (1u << bits_per_digit) - 1;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const std::byte byte : bytes) {
    pending = (pending << 8) | std::to_integer<std::uint32_t>(byte);
    bits += 8;
    while (bits >= bits_per_digit) {
      bits -= bits_per_digit;
      text.push_back(digits[(pending >> bits) & mask]);
    }
  }
  if (bits > 0) text.push_back(digits[(pending << (bits_per_digit - bits)) & mask]);
  return text;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text.push_back(kHexDigits[value >> 4]);
    text.push_back(kHexDigits[value & 15u]);
  }
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return Error(Code::invalid, "hexadecimal text of odd length");
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const unsigned high = value_of(kHexValues, text[i]);
    const unsigned low = value_of(kHexValues, text[i + 1]);
    if (high == kNoDigit || low == kNoDigit) return Error(Code::invalid, "not a hexadecimal digit");
    bytes.push_back(static_cast<std::byte>(high << 4 | low));
  }
  return bytes;
}

namespace {

// Digits of six bits without padding.
Result<Bytes> from_six_bits(std::string_view text, const DigitValues& values) {
  Bytes bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char digit : text) {
    const std::uint8_t value = value_of(values, digit);
    if (value == kNoDigit) return Error(Code::invalid, "not a base64 digit");
    pending = (pending << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::byte>((pending >> bits) & 0xffu));
  }
  // One text for one value: a token must not have spellings that differ only
  // in bits nobody reads.
  if (bits == 6) return Error(Code::invalid, "base64 text of impossible length");
  if ((pending & ((1u << bits) - 1)) != 0) return Error(Code::invalid, "base64 text with stray bits at its end");
  return bytes;
}

}  // namespace

std::string to_base64url(ByteView bytes) { return to_digits(bytes, kBase64UrlDigits, 6); }
Result<Bytes> from_base64url(std::string_view text) { return from_six_bits(text, kBase64UrlValues); }

std::string to_base64(ByteView bytes) {
  std::string text = to_digits(bytes, kBase64Digits, 6);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return Error(Code::invalid, "base64 text of impossible length");
  // At most two: what is left has a length that says how many there must be.
  for (int pads = 0; pads < 2 && text.ends_with('='); ++pads) text.remove_suffix(1);
  return from_six_bits(text, kBase64Values);
}

std::string to_base32(ByteView bytes) { return to_digits(bytes, kBase32Digits, 5); }

}  // namespace khien
