#include "totp.hpp"

#include <algorithm>
#include <array>

#include "khien/core/hash.hpp"

namespace khien::api {
namespace {

constexpr std::int64_t kStepMs = 30'000;
constexpr int kDigits = 6;

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += to_hex(as_bytes(std::string_view(&c, 1)));
    }
  }
  return out;
}

}  // namespace

std::string totp_code(ByteView secret, std::int64_t step) {
  std::array<std::byte, 8> counter{};
  auto rest = static_cast<std::uint64_t>(step);
  for (auto place = counter.rbegin(); place != counter.rend(); ++place, rest >>= 8) *place = static_cast<std::byte>(rest);
  const auto mac = hmac_sha1(secret, counter);
  // Dynamic truncation (RFC 4226 §5.3).
  const auto offset = std::to_integer<std::size_t>(mac.back() & std::byte{0x0f});
  std::uint32_t number = std::to_integer<std::uint32_t>(mac[offset] & std::byte{0x7f});
  for (std::size_t i = 1; i < 4; ++i) number = number << 8 | std::to_integer<std::uint32_t>(mac[offset + i]);
  std::string code(kDigits, '0');
  for (auto digit = code.rbegin(); digit != code.rend(); ++digit, number /= 10) {
    *digit = static_cast<char>('0' + number % 10);
  }
  return code;
}

std::int64_t totp_step(Timestamp now) { return now.ms / kStepMs; }

std::optional<std::int64_t> matching_totp_step(ByteView secret, std::string_view code, std::int64_t last_step,
                                               Timestamp now) {
  std::optional<std::int64_t> found;
  for (std::int64_t step = totp_step(now) - 1; step <= totp_step(now) + 1; ++step) {
    const bool same = equal_in_constant_time(as_bytes(totp_code(secret, step)), as_bytes(code));
    if (same && step > last_step) found = step;
  }
  return found;
}

std::string totp_uri(std::string_view issuer, std::string_view username, ByteView secret) {
  const auto name = percent_encoded(issuer);
  return "otpauth://totp/" + name + ":" + percent_encoded(username) + "?secret=" + to_base32(secret) +
         "&issuer=" + name + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace khien::api
