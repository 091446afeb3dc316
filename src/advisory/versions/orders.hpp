#pragma once

#include <compare>
#include <string_view>

#include "khien/core/result.hpp"

// One file an order. Each `check` says whether a text is a version of it at all; each
// `compare` is total, linear in both lengths and only asked about texts that were
// checked. No number is ever made of digits: they are compared as they are written.
namespace khien::advisory::versions {

using Order = std::strong_ordering;

struct Rule {
  Result<void> (*check)(std::string_view text);
  Order (*compare)(std::string_view a, std::string_view b);
};

extern const Rule kDpkg, kRpm, kApk, kSemver, kMaven, kPypi, kNuget, kGem, kPackagist, kKb, kGeneric, kCran, kHackage;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_small(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_small(c) || (c >= 'A' && c <= 'Z'); }
constexpr char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr std::string_view kDigits = "0123456789";

// By value, however long. An empty text is 0.
Order compare_numbers(std::string_view a, std::string_view b);
// Byte by byte.
Order compare_texts(std::string_view a, std::string_view b);
// The same without regard to ASCII case.
Order compare_small(std::string_view a, std::string_view b);

// All digits, and at least one.
bool is_number(std::string_view text);
// Without leading zeros; "0" is empty.
std::string_view without_zeros(std::string_view digits);

// Takes the longest run that `wanted` accepts off the front.
template <class Wanted>
std::string_view take_while(std::string_view& text, Wanted wanted) {
  std::size_t length = 0;
  while (length < text.size() && wanted(text[length])) ++length;
  const std::string_view run = text.substr(0, length);
  text.remove_prefix(length);
  return run;
}

// Takes what stands before the separator, and the separator, off the front. Never fails:
// without a separator it is all.
std::string_view take_until(std::string_view& text, char separator);

// "1.2.3" by numbers, the shorter one followed by zeros.
Order compare_dotted(std::string_view a, std::string_view b);
// Labels of Semantic Versioning 2.0.0 §11.4: numbers before texts, fewer before more.
Order compare_labels(std::string_view a, std::string_view b, Order (*texts)(std::string_view, std::string_view));

}  // namespace khien::advisory::versions
