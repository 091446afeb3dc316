// Input: bytes that may or may not be text.
#include "khien/core/text.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace khien;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

int sign(int n) { return (n > 0) - (n < 0); }

// Its own list, not the code's: U+0000 to 001F, 007F to 009F, 061C, 200E, 200F,
// 2028 to 202E, 2066 to 2069, as UTF-8.
bool shows_disguise(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
    const unsigned first = at(i);
    const unsigned second = at(i + 1);
    const unsigned third = at(i + 2);
    if (first < 0x20 || first == 0x7f) return true;
    if (first == 0xc2 && second >= 0x80 && second <= 0x9f) return true;
    if (first == 0xd8 && second == 0x9c) return true;
    if (first == 0xe2 && second == 0x80 && (third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae))) {
      return true;
    }
    if (first == 0xe2 && second == 0x81 && third >= 0xa6 && third <= 0xa9) return true;
  }
  return false;
}

void check_forms(std::string_view text) {
  const std::string folded = fold(text);
  require(is_utf8(folded));
  require(fold(folded) == folded);

  const auto composed = nfc(text);
  require(composed.has_value() == is_utf8(text));
  if (!composed) return;
  require(is_utf8(*composed));
  require(nfc(*composed).value() == *composed);
  require(fold(*composed) == folded);
  require(compare_vietnamese(*composed, text) == 0);
}

void check_printable(std::string_view text) {
  const std::string shown = printable(text);
  require(is_utf8(shown));
  require(!shows_disguise(shown));
  require(printable(shown) == shown);
}

void check_truncate(std::string_view text) {
  for (std::size_t max_bytes = 0; max_bytes <= text.size() && max_bytes < 64; ++max_bytes) {
    const std::string_view cut = truncate(text, max_bytes);
    require(cut.size() <= max_bytes && cut.size() + 3 >= max_bytes);
    require(text.starts_with(cut));
    if (is_utf8(text)) require(is_utf8(cut));
  }
}

void check_order(std::string_view text) {
  const std::string_view a = text.substr(0, text.size() / 2);
  const std::string_view b = text.substr(text.size() / 2);
  const int order = compare_vietnamese(a, b);
  require(order == -compare_vietnamese(b, a));
  require(sign(order) == sign(collation_key(a).compare(collation_key(b))));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string valid = to_valid_utf8(text);
  require(is_utf8(valid));
  require(is_utf8(text) == (valid == text));
  require(fold(valid) == fold(text));
  check_forms(text);
  check_printable(text);
  check_truncate(text);
  check_truncate(valid);
  check_order(text);
  require(is_utf8(from_tcvn3(text)));
  require(is_utf8(from_vni(text)));
  return 0;
}
