#include "khien/core/encoding.hpp"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "khien/core/text.hpp"
#include "utf8.hpp"

namespace khien {
namespace {

unsigned at(ByteView bytes, std::size_t i) { return std::to_integer<unsigned>(bytes[i]); }

// Where the web means another encoding than the name says, or ICU another one.
constexpr std::array<std::pair<std::string_view, const char*>, 17> kAsOnTheWeb{{
    {"ascii", "windows-1252"},      {"us-ascii", "windows-1252"},   {"iso-8859-1", "windows-1252"},
    {"latin1", "windows-1252"},     {"iso8859-1", "windows-1252"},  {"gb2312", "gb18030"},
    {"gbk", "gb18030"},             {"gb_2312-80", "gb18030"},      {"x-gbk", "gb18030"},
    {"shift_jis", "windows-31j"},   {"x-sjis", "windows-31j"},      {"sjis", "windows-31j"},
    {"euc-kr", "windows-949"},      {"ks_c_5601-1987", "windows-949"}, {"tis-620", "windows-874"},
    {"iso-8859-11", "windows-874"}, {"iso-8859-9", "windows-1254"},
}};

struct ConverterClose {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterClose>;

Converter open_converter(std::string_view name) {
  const std::string key = lower(name);
  const auto* const known = std::ranges::find(kAsOnTheWeb, key, &std::pair<std::string_view, const char*>::first);
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(known != kAsOnTheWeb.end() ? known->second : key.c_str(), &status));
  return U_SUCCESS(status) ? std::move(converter) : nullptr;
}

}  // namespace

std::string from_utf16(ByteView bytes, ByteOrder order) {
  const auto unit = [&](std::size_t i) -> char32_t {
    return order == ByteOrder::little ? at(bytes, i) | at(bytes, i + 1) << 8 : at(bytes, i) << 8 | at(bytes, i + 1);
  };
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const char32_t first = unit(i);
    if (first < 0xD800 || first > 0xDFFF) {
      append_utf8(text, first);
      continue;
    }
    const char32_t second = first < 0xDC00 && i + 3 < bytes.size() ? unit(i + 2) : 0;
    if (second >= 0xDC00 && second <= 0xDFFF) {
      append_utf8(text, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
      i += 2;
    } else {
      append_utf8(text, 0xFFFD);
    }
  }
  return text;
}

std::optional<ByteOrder> utf16_order(ByteView bytes) {
  const std::size_t looked = std::min<std::size_t>(bytes.size(), 4'096);
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i < looked; ++i) {
    if (at(bytes, i) == 0) ++(i % 2 == 0 ? even : odd);
  }
  if (looked < 4 || std::max(even, odd) < looked / 5) return std::nullopt;
  return odd > even ? ByteOrder::little : ByteOrder::big;
}

bool looks_like_tcvn3(std::string_view bytes) {
  std::size_t low = 0, high = 0;
  for (const char c : bytes) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0xA1 && code <= 0xBF) ++low;
    if (code >= 0xC0) ++high;
  }
  return low * 10 > high;
}

std::optional<std::string> from_charset(std::string_view name, ByteView bytes) {
  const Converter converter = open_converter(name);
  if (!converter) return std::nullopt;
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 2);
  const char* from = as_text(bytes).data();
  const char* const end = from + bytes.size();
  std::array<char16_t, 4'096> units;
  for (bool more = true; more;) {
    char16_t* to = units.data();
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(converter.get(), &to, units.data() + units.size(), &from, end, nullptr, 1, &status);
    more = status == U_BUFFER_OVERFLOW_ERROR;
    if (U_FAILURE(status) && !more) return std::nullopt;
    text += from_utf16(std::as_bytes(std::span(units.data(), to)), ByteOrder::little);
  }
  return text;
}

}  // namespace khien
