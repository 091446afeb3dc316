#include "table/text_encoding.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "khien/core/text.hpp"

namespace khien::ingest {
namespace {

unsigned at(ByteView bytes, std::size_t i) { return std::to_integer<unsigned>(bytes[i]); }

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Halves of a pair that stand alone become U+FFFD.
std::string from_utf16(ByteView bytes, bool little) {
  const auto unit = [&](std::size_t i) -> std::uint32_t {
    return little ? at(bytes, i) | at(bytes, i + 1) << 8 : at(bytes, i) << 8 | at(bytes, i + 1);
  };
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const std::uint32_t first = unit(i);
    if (first < 0xD800 || first > 0xDFFF) {
      append_utf8(text, first);
      continue;
    }
    const std::uint32_t second = first < 0xDC00 && i + 3 < bytes.size() ? unit(i + 2) : 0;
    if (second >= 0xDC00 && second <= 0xDFFF) {
      append_utf8(text, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
      i += 2;
    } else {
      append_utf8(text, 0xFFFD);
    }
  }
  return text;
}

// Mostly Latin text has a zero in every other byte.
std::optional<bool> looks_like_utf16_little(ByteView bytes) {
  const std::size_t looked = std::min<std::size_t>(bytes.size(), 4'096);
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i < looked; ++i) {
    if (at(bytes, i) == 0) ++(i % 2 == 0 ? even : odd);
  }
  if (looked < 4 || std::max(even, odd) < looked / 5) return std::nullopt;
  return odd > even;
}

// TCVN3 writes most marked vowels and đ into A1 to BF, where VNI has nothing.
bool looks_like_tcvn3(std::string_view bytes) {
  std::size_t low = 0, high = 0;
  for (const char c : bytes) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0xA1 && code <= 0xBF) ++low;
    if (code >= 0xC0) ++high;
  }
  return low * 10 > high;
}

std::string composed(std::string text) {
  auto normal = nfc(to_valid_utf8(text));
  return normal ? std::move(normal).value() : std::string();
}

}  // namespace

DecodedText decode_text(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  if (text.starts_with("\xEF\xBB\xBF") && is_utf8(text)) return {composed(std::string(text.substr(3))), {}};
  if (text.starts_with("\xFF\xFE")) return {composed(from_utf16(bytes.subspan(2), true)), {}};
  if (text.starts_with("\xFE\xFF")) return {composed(from_utf16(bytes.subspan(2), false)), {}};
  if (const auto little = looks_like_utf16_little(bytes)) {
    return {composed(from_utf16(bytes, *little)),
            LocalText{"Tệp được đọc theo bảng mã UTF-16 (không có dấu BOM).", "Read as UTF-16 without a mark."}};
  }
  if (is_utf8(text)) return {composed(std::string(text)), {}};
  if (looks_like_tcvn3(text)) {
    return {composed(from_tcvn3(text)),
            LocalText{"Tệp được đọc theo bảng mã TCVN3 (ABC). Hãy kiểm tra dấu tiếng Việt trong bản xem trước.",
                      "Read as TCVN3 (ABC). Check the Vietnamese marks in the preview."}};
  }
  return {composed(from_vni(text)),
          LocalText{"Tệp được đọc theo bảng mã VNI. Hãy kiểm tra dấu tiếng Việt trong bản xem trước.",
                    "Read as VNI. Check the Vietnamese marks in the preview."}};
}

}  // namespace khien::ingest
