#include <cstddef>
#include <cstdint>
#include <string_view>

#include "khien/render/picture.hpp"

// What is called a picture has a size within bounds, and begins and ends as one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view png(reinterpret_cast<const char*>(data), size);
  const auto found = khien::render::picture_size(png);
  if (!found) return 0;
  if (found->width > khien::render::kMostPictureWidth || found->height > khien::render::kMostPictureHeight) __builtin_trap();
  if (!png.starts_with("\x89PNG") || png.substr(png.size() - 8, 4) != "IEND") __builtin_trap();
  return 0;
}
