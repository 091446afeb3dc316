#include "table/text_encoding.hpp"

#include <utility>

#include "khien/core/encoding.hpp"
#include "khien/core/text.hpp"

namespace khien::ingest {
namespace {

std::string composed(std::string text) {
  auto normal = nfc(to_valid_utf8(text));
  return normal ? std::move(normal).value() : std::string();
}

}  // namespace

DecodedText decode_text(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  if (text.starts_with("\xEF\xBB\xBF") && is_utf8(text)) return {composed(std::string(text.substr(3))), {}};
  if (text.starts_with("\xFF\xFE")) return {composed(from_utf16(bytes.subspan(2), ByteOrder::little)), {}};
  if (text.starts_with("\xFE\xFF")) return {composed(from_utf16(bytes.subspan(2), ByteOrder::big)), {}};
  if (const auto order = utf16_order(bytes)) {
    return {composed(from_utf16(bytes, *order)),
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
