#include "der.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"

namespace khien::token::der {

std::string element(std::uint8_t tag, std::string_view content) {
  khien_assert(content.size() < 1u << 24);
  std::string bytes(1, static_cast<char>(tag));
  const auto size = static_cast<std::uint32_t>(content.size());
  const int more = size < 0x80 ? 0 : size < 0x100 ? 1 : size < 0x1'0000 ? 2 : 3;
  if (more > 0) bytes += static_cast<char>(0x80 + more);
  for (int shift = 8 * (more == 0 ? 0 : more - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(size >> shift & 0xff);
  return bytes += content;
}

std::string sequence(std::initializer_list<std::string_view> parts) {
  std::string content;
  for (const std::string_view part : parts) content += part;
  return element(kSequence, content);
}

std::string sorted(std::vector<std::string> elements) {
  // As unsigned octets: char may be signed.
  std::ranges::sort(elements, [](const std::string& a, const std::string& b) {
    return std::ranges::lexicographical_compare(a, b, {}, [](char c) { return static_cast<unsigned char>(c); },
                                                [](char c) { return static_cast<unsigned char>(c); });
  });
  std::string all;
  for (const std::string& one : elements) all += one;
  return all;
}

std::string small_number(std::uint8_t below_128) {
  khien_assert(below_128 < 128);
  return {'\x02', '\x01', static_cast<char>(below_128)};
}

}  // namespace khien::token::der
