#include "khien/render/picture.hpp"

#include <doctest/doctest.h>

#include <string>

namespace khien::render {
namespace {

std::string number(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255);
  return bytes;
}

std::string part(const std::string& name, const std::string& bytes) {
  return number(static_cast<std::uint32_t>(bytes.size())) + name + bytes + "CRC!";
}

std::string header(std::uint32_t width, std::uint32_t height) {
  return std::string("\x89PNG\r\n\x1a\n", 8) + part("IHDR", number(width) + number(height) + std::string("\x08\x02\0\0\0", 5));
}

TEST_CASE("a picture is what a picture is made of, from end to end") {
  const std::string head = header(1280, 900), body = part("IDAT", "pixels"), end = part("IEND", "");
  const auto size = picture_size(head + body + end);
  REQUIRE(size.has_value());
  CHECK(*size == PictureSize{1280, 900});
  CHECK(!picture_size("").has_value());
  CHECK(!picture_size("<html>").has_value());
  CHECK(!picture_size(head).has_value());
  CHECK(!picture_size(head + end).has_value());
  CHECK(!picture_size(head + body).has_value());
  CHECK(!picture_size(head + body + end + "<script>").has_value());
  CHECK(!picture_size(head + part("tEXt", "<script>") + body + end).has_value());
  CHECK(!picture_size(head + part("iCCP", "profile") + body + end).has_value());
  CHECK(!picture_size(head + number(0xffffffff) + "IDAT" + "x" + end).has_value());
  CHECK(!picture_size(header(1281, 900) + body + end).has_value());
  CHECK(!picture_size(header(1280, 2001) + body + end).has_value());
  CHECK(!picture_size(header(0, 900) + body + end).has_value());
}

}  // namespace
}  // namespace khien::render
