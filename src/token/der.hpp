#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace khien::token::der {

// X.690 in its distinguished form, as far as a CMS needs it. A value is its bytes.

inline constexpr std::uint8_t kSequence = 0x30, kSet = 0x31, kOctets = 0x04, kObject = 0x06;
inline constexpr std::uint8_t context(int number) { return static_cast<std::uint8_t>(0xa0 + number); }

std::string element(std::uint8_t tag, std::string_view content);
std::string sequence(std::initializer_list<std::string_view> parts);
// Sorted by their encoding, as DER wants a SET OF. Without tag and length.
std::string sorted(std::vector<std::string> elements);
std::string small_number(std::uint8_t below_128);

}  // namespace khien::token::der
