#include "khien/core/text.hpp"

#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <memory>

#include "khien/core/assert.hpp"
#include "utf8.hpp"

namespace khien {
namespace {

// ICU counts in 32 bits, and a normal form can be longer than its text.
constexpr std::size_t kMaxBytes = INT32_MAX / 32;

const UNormalizer2* normalizer(const UNormalizer2* (*instance)(UErrorCode*)) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* found = instance(&status);
  khien_assert(U_SUCCESS(status));
  return found;
}

const UNormalizer2* composing() {
  static const UNormalizer2* const form = normalizer(unorm2_getNFCInstance);
  return form;
}

const UNormalizer2* decomposing() {
  static const UNormalizer2* const form = normalizer(unorm2_getNFDInstance);
  return form;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::u16string to_utf16(std::string_view text) {
  std::u16string units;
  units.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    text.remove_prefix(c.size);
    if (c.value < 0x10000) {
      units.push_back(static_cast<char16_t>(c.value));
    } else {
      units.push_back(U16_LEAD(c.value));
      units.push_back(U16_TRAIL(c.value));
    }
  }
  return units;
}

// The code points of well-formed UTF-16.
template <class Visit>
void each_code_point(std::u16string_view units, Visit visit) {
  for (std::size_t i = 0; i < units.size(); ++i) {
    char32_t c = units[i];
    if (U16_IS_LEAD(c) && i + 1 < units.size()) {
      c = static_cast<char32_t>(U16_GET_SUPPLEMENTARY(c, units[i + 1]));
      ++i;
    }
    visit(c);
  }
}

std::string to_utf8(std::u16string_view units) {
  std::string text;
  text.reserve(units.size() + units.size() / 2);
  each_code_point(units, [&](char32_t c) { append_utf8(text, c); });
  return text;
}

std::u16string normalized(const UNormalizer2* form, const std::u16string& units) {
  std::u16string out(units.size() + units.size() / 2 + 16, u'\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const auto length = unorm2_normalize(form, units.data(), static_cast<std::int32_t>(units.size()), out.data(),
                                         static_cast<std::int32_t>(out.size()), &status);
    const auto size = static_cast<std::size_t>(length);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
      out.resize(size + 1);
      continue;
    }
    khien_assert(U_SUCCESS(status));
    out.resize(size);
    return out;
  }
}

char32_t base_letter(char32_t c) {
  if (c == U'đ' || c == U'Đ') return U'd';
  return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
}

bool is_mark(char32_t c) { return u_charType(static_cast<UChar32>(c)) == U_NON_SPACING_MARK; }

void append_utf16(std::u16string& out, char32_t c) {
  if (c >= 0x10000) {
    out.push_back(U16_LEAD(c));
    out.push_back(U16_TRAIL(c));
  } else {
    out.push_back(static_cast<char16_t>(c));
  }
}

std::string fold_any(std::string_view text) {
  std::u16string folded;
  each_code_point(normalized(decomposing(), to_utf16(text)), [&](char32_t c) {
    if (!is_mark(c)) append_utf16(folded, base_letter(c));
  });
  // Without the marks that kept them apart, spacing marks may be out of order.
  return to_utf8(normalized(decomposing(), folded));
}

// What fold_any() makes of single code points of the Latin blocks, where none
// depends on its neighbours. Vietnamese lives here, and folds five times faster.
constexpr char16_t kDropped = 0xffff;
constexpr char16_t kUnknown = 0xfffe;
constexpr std::size_t kTableSize = 0x1f00;
using FoldTable = std::array<char16_t, kTableSize>;

constexpr bool is_simple_latin(char32_t c) { return c < 0x0370 || (c >= 0x1e00 && c < 0x1f00); }

FoldTable make_fold_table() {
  FoldTable table{};
  table.fill(kUnknown);
  for (char16_t c = 0; c < kTableSize; ++c) {
    if (!is_simple_latin(c)) continue;
    std::string bytes;
    append_utf8(bytes, c);
    const std::u16string folded = to_utf16(fold_any(bytes));
    if (folded.empty()) table[c] = kDropped;
    if (folded.size() == 1) table[c] = folded[0];
  }
  return table;
}

bool fold_latin(std::string_view text, std::string& out) {
  static const FoldTable table = make_fold_table();
  while (!text.empty()) {
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      out.push_back(lower_ascii(text.front()));
      text.remove_prefix(1);
      continue;
    }
    const CodePoint c = first_code_point(text);
    text.remove_prefix(c.size);
    const char16_t folded = c.value < kTableSize ? table[c.value] : kUnknown;
    if (folded == kUnknown) return false;
    if (folded != kDropped) append_utf8(out, folded);
  }
  return true;
}

struct CollatorClose {
  void operator()(UCollator* collator) const { ucol_close(collator); }
};
using Collator = std::unique_ptr<UCollator, CollatorClose>;

Collator open_collator() {
  UErrorCode status = U_ZERO_ERROR;
  Collator collator(ucol_open("vi", &status));
  khien_assert(U_SUCCESS(status));
  ucol_setAttribute(collator.get(), UCOL_NORMALIZATION_MODE, UCOL_ON, &status);
  khien_assert(U_SUCCESS(status));
  return collator;
}

// A collator may be used by one thread at a time, and to open one is slow.
const UCollator* collator() {
  static const Collator original = open_collator();
  thread_local const Collator own = [] {
    UErrorCode status = U_ZERO_ERROR;
    Collator copy(ucol_clone(original.get(), &status));
    khien_assert(U_SUCCESS(status));
    return copy;
  }();
  return own.get();
}

}  // namespace

Result<std::string> nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  if (text.size() > kMaxBytes) return Error(Code::invalid, "text too long");
  if (!is_utf8(text)) return Error(Code::invalid, "text is not UTF-8");
  return to_utf8(normalized(composing(), to_utf16(text)));
}

std::string fold(std::string_view text) {
  if (is_ascii(text)) {
    std::string folded(text);
    for (char& c : folded) c = lower_ascii(c);
    return folded;
  }
  std::string folded;
  folded.reserve(text.size());
  if (fold_latin(text, folded)) return folded;
  return fold_any(truncate(text, kMaxBytes));
}

std::string lower(std::string_view text) {
  std::string small;
  small.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    text.remove_prefix(c.size);
    append_utf8(small, static_cast<char32_t>(u_tolower(static_cast<UChar32>(c.value))));
  }
  return small;
}

int compare_vietnamese(std::string_view a, std::string_view b) {
  a = truncate(a, kMaxBytes);
  b = truncate(b, kMaxBytes);
  UErrorCode status = U_ZERO_ERROR;
  const UCollationResult order =
      ucol_strcollUTF8(collator(), a.data(), static_cast<std::int32_t>(a.size()), b.data(),
                       static_cast<std::int32_t>(b.size()), &status);
  khien_assert(U_SUCCESS(status));
  return static_cast<int>(order);
}

std::string collation_key(std::string_view text) {
  const std::u16string units = to_utf16(truncate(text, kMaxBytes));
  const auto length = static_cast<std::int32_t>(units.size());
  std::string key(units.size() * 4 + 32, '\0');
  for (;;) {
    const std::int32_t needed = ucol_getSortKey(collator(), units.data(), length,
                                                reinterpret_cast<std::uint8_t*>(key.data()),
                                                static_cast<std::int32_t>(key.size()));
    khien_assert(needed > 0);
    const auto size = static_cast<std::size_t>(needed);
    const bool fits = size <= key.size();
    // ICU ends the key with a zero that the string does not need.
    key.resize(fits ? size - 1 : size);
    if (fits) return key;
  }
}

}  // namespace khien
