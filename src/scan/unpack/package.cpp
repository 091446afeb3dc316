#include "unpack/package.hpp"

#include <string>

#include "unpack/little_endian.hpp"

namespace khien::scan {

bool unpack_package(ByteView bytes, Unpacking& unpacking) {
  constexpr std::uint16_t kEmbedded = 2;
  const std::string_view text = as_text(bytes);
  if (u16_at(bytes, 0) != kEmbedded) return true;
  const auto label_end = text.find('\0', 2);
  if (label_end == text.npos) return true;
  const auto path_end = text.find('\0', label_end + 1);
  if (path_end == text.npos) return true;
  // Two words, then the length of a second path, that path, the file's length.
  const std::size_t second = path_end + 1 + 4;
  const std::uint64_t size_at = second + 4 + std::uint64_t{u32_at(bytes, second)};
  if (size_at + 4 > bytes.size()) return true;
  const ByteView file = piece(bytes, size_at + 4, u32_at(bytes, static_cast<std::size_t>(size_at)));
  return unpacking.part(text.substr(2, label_end - 2), file);
}

}  // namespace khien::scan
