#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "khien/core/bytes.hpp"

namespace khien::scan {

// A number as Microsoft's formats write it; 0 where the bytes end before it.
template <class T>
T little_endian_at(ByteView bytes, std::size_t at) {
  T value{};
  if (at <= bytes.size() && bytes.size() - at >= sizeof value) std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}
inline std::uint16_t u16_at(ByteView bytes, std::size_t at) { return little_endian_at<std::uint16_t>(bytes, at); }
inline std::uint32_t u32_at(ByteView bytes, std::size_t at) { return little_endian_at<std::uint32_t>(bytes, at); }
inline std::uint64_t u64_at(ByteView bytes, std::size_t at) { return little_endian_at<std::uint64_t>(bytes, at); }

// The piece of the bytes, as much of it as there is.
inline ByteView piece(ByteView bytes, std::uint64_t at, std::uint64_t size) {
  if (at >= bytes.size()) return {};
  const ByteView rest = bytes.subspan(static_cast<std::size_t>(at));
  return size < rest.size() ? rest.first(static_cast<std::size_t>(size)) : rest;
}

}  // namespace khien::scan
