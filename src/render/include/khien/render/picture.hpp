#pragma once

#include <cstdint>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::render {

struct PictureSize {
  std::uint32_t width = 0;   // pixels
  std::uint32_t height = 0;

  bool operator==(const PictureSize&) const = default;
};

inline constexpr std::size_t kMostPictureBytes = 4u << 20;
inline constexpr std::uint32_t kMostPictureWidth = 1280;
inline constexpr std::uint32_t kMostPictureHeight = 2000;

// What a PNG says of itself. Nothing of it is decoded: its parts are walked from the
// first to the last, and only such are let through as a picture without words, colour
// profiles or animation needs. Code::invalid for anything else, Code::exhausted beyond
// the bounds above. Pure.
Result<PictureSize> picture_size(std::string_view png);

}  // namespace khien::render
