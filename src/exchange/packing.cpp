#include "packing.hpp"

#include <zstd.h>

#include "khien/core/assert.hpp"

namespace khien::exchange {
namespace {

constexpr int kLevel = 6;

}  // namespace

Bytes pack(std::string_view plain) {
  Bytes packed(ZSTD_compressBound(plain.size()));
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), kLevel);
  khien_assert(ZSTD_isError(size) == 0);
  packed.resize(size);
  return packed;
}

Result<std::string> unpack(ByteView packed, std::size_t size) {
  std::string plain(size, '\0');
  const std::size_t got = ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0 || got != size) return Error(Code::corrupt, "a kept message cannot be unpacked");
  return plain;
}

}  // namespace khien::exchange
