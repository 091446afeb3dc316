#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "khien/core/bytes.hpp"

// Where what stands in a HashTable's block; numbers are little-endian. Shared by
// the one who writes it and the one who reads it.
namespace khien::scan::hash_table_format {

inline constexpr std::string_view kMark = "KHHASH1\n";
inline constexpr std::uint64_t kWholeSizeAt = 8;
inline constexpr std::uint64_t kPartsAt = 16;
inline constexpr std::uint64_t kPartBytes = 48;  // count, filter, its blocks, index, its bits, records
inline constexpr std::uint64_t kNamesAt = 160;   // place, bytes
inline constexpr std::uint64_t kBodySumAt = 176;
inline constexpr std::uint64_t kHeadSumAt = 208;
inline constexpr std::uint64_t kHeadBytes = 256;

inline constexpr std::uint64_t kMaxHashes = std::uint64_t{1} << 31;
inline constexpr std::uint64_t kMaxIndexBits = 28;
inline constexpr std::uint64_t kMaxSizes = 64;  // of one hash that are asked
inline constexpr std::uint32_t kAnySize = UINT32_MAX;
inline constexpr std::size_t kMaxNameBytes = 128;

constexpr std::size_t record_bytes(std::size_t digest) { return digest + 8; }

// A split block Bloom filter: a hash has one bit in each of eight words of one
// block, so that a question costs one cache line.
inline constexpr std::size_t kLanes = 8;
inline constexpr std::size_t kBlockBytes = 4 * kLanes;
inline constexpr std::uint64_t kBitsAHash = 12;

// A digest's bytes are as random as any hash of them would be. Not its first ones:
// these choose the record, and the filter should know something else.
inline std::uint64_t filter_key(ByteView digest) {
  std::uint64_t key = 0;
  std::memcpy(&key, digest.data() + 8, sizeof key);
  return key;
}
inline std::uint64_t block_of(std::uint64_t key, std::uint64_t blocks) { return ((key >> 32) * blocks) >> 32; }
inline std::uint32_t lane_bit(std::uint64_t key, std::size_t lane) {
  constexpr std::array<std::uint32_t, kLanes> kSalts = {0x47b6137bu, 0x44974d91u, 0x8824ad5bu, 0xa2b7289du,
                                                        0x705495c7u, 0x2df1424bu, 0x9efc4947u, 0x5c6bfb31u};
  return 1u << ((static_cast<std::uint32_t>(key) * kSalts[lane]) >> 27);
}

// The digest's first bits: which run of records it is in.
inline std::uint64_t index_place(ByteView digest, std::uint64_t bits) {
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < 4; ++i) head = head << 8 | std::to_integer<std::uint64_t>(digest[i]);
  return bits == 0 ? 0 : head >> (32 - bits);
}

}  // namespace khien::scan::hash_table_format
