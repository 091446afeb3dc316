#include "download.hpp"

#include "khien/core/text.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostNameBytes = 800;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

std::string attachment(std::string_view file_name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto name = to_valid_utf8(truncate(file_name, kMostNameBytes));
  std::string plain;
  std::string encoded;
  for (const char c : name) {
    const auto code = static_cast<unsigned char>(c);
    plain += is_plain(c) ? c : '_';
    if (is_plain(c)) {
      encoded += c;
    } else {
      (encoded += '%') += kDigits[code >> 4];
      encoded += kDigits[code & 15u];
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

}  // namespace khien::api
