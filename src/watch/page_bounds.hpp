#pragma once

#include <cstddef>

namespace khien::watch {

// What is kept of one page at most.
inline constexpr std::size_t kMaxBlocks = 200'000;
inline constexpr std::size_t kMaxBlockBytes = 64u << 10;
inline constexpr std::size_t kMaxAddressBytes = 2'000;
inline constexpr std::size_t kMaxTextBytes = 1'000;  // of a link, a title, a field

}  // namespace khien::watch
