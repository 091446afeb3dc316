#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/bytes.hpp"

namespace khien::watch {

// A page's bytes as valid UTF-8 without control characters. Where they were UTF-8, what is
// not valid became a "?" a byte, so that offsets stay; else `raw_offset` finds the place by
// counting "<" and line ends, which no encoding of the web lets stand for anything else.
class DecodedSource {
 public:
  DecodedSource(ByteView bytes, std::string_view charset);

  const std::string& text() const { return text_; }
  const std::string& charset() const { return charset_; }
  // Very many characters that no text has: a picture, an archive, noise.
  bool is_noise() const { return noise_; }
  // Of a place in text(), in the bytes.
  std::size_t raw_offset(std::size_t offset) const;

 private:
  void keep_marks(ByteView bytes);

  std::string text_;
  std::string charset_;
  bool same_offsets_ = true;
  bool noise_ = false;
  std::vector<std::uint32_t> marks_, raw_marks_;
};

}  // namespace khien::watch
