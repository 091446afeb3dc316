#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"

namespace khien {

// Text in encodings other than UTF-8, as UTF-8 (not normalised). All are pure.

enum class ByteOrder : unsigned char { little, big };

// Halves of a pair that stand alone become U+FFFD; a last odd byte is left out.
std::string from_utf16(ByteView bytes, ByteOrder order);
// Of text without a mark: mostly Latin text has a zero in every other byte.
std::optional<ByteOrder> utf16_order(ByteView bytes);

// TCVN3 writes most marked vowels and đ into A1 to BF, where VNI has nothing. To be
// asked of bytes that are one of the two.
bool looks_like_tcvn3(std::string_view bytes);

// By a name of the WHATWG Encoding Standard ("gbk", "shift_jis", "windows-1258"), as
// browsers read it: "iso-8859-1" is windows-1252, "gb2312" is gb18030. What does not
// decode becomes U+FFFD. None: there is no such encoding.
std::optional<std::string> from_charset(std::string_view name, ByteView bytes);

}  // namespace khien
