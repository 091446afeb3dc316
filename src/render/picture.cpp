#include "khien/render/picture.hpp"

#include <algorithm>
#include <array>

namespace khien::render {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
constexpr std::size_t kHeadBytes = 8;   // length and name of a part
constexpr std::size_t kCheckBytes = 4;  // behind its bytes
constexpr std::size_t kHeaderBytes = 13;
constexpr std::array<std::string_view, 4> kLetThrough{"IDAT", "PLTE", "sRGB", "pHYs"};

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

struct Part {
  std::string_view name;
  std::string_view bytes;
};

// Takes the next part off what is left.
Result<Part> next_part(std::string_view& left) {
  if (left.size() < kHeadBytes + kCheckBytes) return Error(Code::invalid, "picture: it breaks off");
  const std::size_t size = number_at(left, 0);
  if (size > left.size() - kHeadBytes - kCheckBytes) return Error(Code::invalid, "picture: a part is longer than the picture");
  const Part part{left.substr(4, 4), left.substr(kHeadBytes, size)};
  left.remove_prefix(kHeadBytes + size + kCheckBytes);
  return part;
}

Result<PictureSize> size_of(const Part& header) {
  if (header.name != "IHDR" || header.bytes.size() != kHeaderBytes) return Error(Code::invalid, "picture: no header");
  const PictureSize size{number_at(header.bytes, 0), number_at(header.bytes, 4)};
  if (size.width == 0 || size.height == 0) return Error(Code::invalid, "picture: it has no size");
  if (size.width > kMostPictureWidth || size.height > kMostPictureHeight) return Error(Code::exhausted, "picture: it is too large");
  return size;
}

}  // namespace

Result<PictureSize> picture_size(std::string_view png) {
  if (png.size() > kMostPictureBytes) return Error(Code::exhausted, "picture: too many bytes");
  if (!png.starts_with(kSignature)) return Error(Code::invalid, "picture: it is no PNG");
  std::string_view left = png.substr(kSignature.size());
  TRY(const Part header, next_part(left));
  TRY(const PictureSize size, size_of(header));
  bool has_pixels = false;
  for (;;) {
    TRY(const Part part, next_part(left));
    if (part.name == "IEND") {
      if (!left.empty() || !part.bytes.empty() || !has_pixels) return Error(Code::invalid, "picture: it does not end as one");
      return size;
    }
    if (std::ranges::find(kLetThrough, part.name) == kLetThrough.end()) return Error(Code::invalid, "picture: a part that none needs");
    has_pixels = has_pixels || part.name == "IDAT";
  }
}

}  // namespace khien::render
