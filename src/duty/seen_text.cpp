#include "seen_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "khien/core/text.hpp"

namespace khien::duty {
namespace {

// Drawn as nothing: joiners, soft hyphens, marks of direction, variation selectors.
bool is_invisible(std::uint32_t code) {
  return code == 0xad || code == 0x34f || code == 0x61c || code == 0x180e || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || (code >= 0xfe00 && code <= 0xfe0f) ||
         code == 0xfeff || (code >= 0xe0000 && code <= 0xe0fff);
}

// Letters of other alphabets that are drawn as the stamps' own.
struct Lookalike {
  std::uint32_t code;
  char latin;
};
constexpr std::array<Lookalike, 34> kLookalikes{
    {{0x391, 'A'}, {0x395, 'E'}, {0x399, 'I'}, {0x39c, 'M'}, {0x39f, 'O'}, {0x3a4, 'T'}, {0x3a5, 'Y'}, {0x3bf, 'o'},
     {0x405, 'S'}, {0x406, 'I'}, {0x410, 'A'}, {0x415, 'E'}, {0x41c, 'M'}, {0x41e, 'O'}, {0x422, 'T'}, {0x423, 'Y'},
     {0x430, 'a'}, {0x435, 'e'}, {0x43c, 'm'}, {0x43e, 'o'}, {0x442, 't'}, {0x443, 'y'}, {0x455, 's'}, {0x456, 'i'},
     {0x4ae, 'Y'}, {0x4af, 'y'}, {0x13a2, 'I'}, {0x13a9, 'Y'}, {0x13aa, 'A'}, {0x13ac, 'E'}, {0x13b7, 'M'},
     {0x1d0d, 'm'}, {0x1d1b, 't'}, {0x1d1c, 'u'}}};

std::uint32_t as_latin(std::uint32_t code) {
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0;  // full width
  if (code == 0x3000) return ' ';
  // Mathematical alphabets, bold to monospace: 26 capitals and 26 small letters each.
  if (code >= 0x1d400 && code <= 0x1d6a3) {
    const auto letter = (code - 0x1d400) % 52;
    return letter < 26 ? 'A' + letter : 'a' + (letter - 26);
  }
  // Vietnamese lies below and between: most text asks no further.
  if (code < 0x391 || (code > 0x4af && code < 0x13a2) || code > 0x1d1c) return code;
  const auto found = std::ranges::find(kLookalikes, code, &Lookalike::code);
  return found == kLookalikes.end() ? code : static_cast<std::uint32_t>(found->latin);
}

// What a number between "&#" and ";" means: 0 if none.
std::uint32_t entity_value(std::string_view digits) {
  const bool hexadecimal = digits.starts_with('x') || digits.starts_with('X');
  if (hexadecimal) digits.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  const bool whole = problem == std::errc() && end == digits.data() + digits.size() && !digits.empty();
  const bool is_character = code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);
  return whole && is_character ? code : 0;
}

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<Entity, 10> kEntities{{{"Acirc", "Â"}, {"acirc", "â"}, {"Ecirc", "Ê"}, {"ecirc", "ê"}, {"Ocirc", "Ô"},
                                           {"ocirc", "ô"}, {"shy", ""}, {"zwj", ""}, {"zwnj", ""}, {"amp", "&"}}};

// What stands for the "&...;" at the text's beginning and how long that is; 0: none.
std::size_t append_entity(std::string& out, std::string_view text) {
  const auto end = text.substr(0, 12).find(';');
  if (end == text.npos || end < 2) return 0;
  const auto name = text.substr(1, end - 1);
  if (name.starts_with('#')) {
    const auto code = entity_value(name.substr(1));
    if (code == 0) return 0;
    append_code_point(out, code);
    return end + 1;
  }
  if (!std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); })) return 0;
  const auto known = std::ranges::find(kEntities, name, &Entity::name);
  out += known == kEntities.end() ? std::string_view(" ") : known->text;  // "&nbsp;"
  return end + 1;
}

// Tags that stand within a word.
bool is_inline(std::string_view tag) {
  static constexpr std::array<std::string_view, 17> kInline{"a",    "b",   "big", "em", "font", "i",      "ins", "mark", "s",
                                                            "small", "span", "strong", "sub", "sup", "text:span", "tt", "u"};
  if (tag.starts_with('/')) tag.remove_prefix(1);
  const auto name = fold(tag.substr(0, tag.find_first_of(" \t\r\n/>")));
  return std::ranges::find(kInline, name) != kInline.end();
}

}  // namespace

void append_code_point(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    const bool four = code > 0xffff;
    if (four) out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(four ? 0x80 | (code >> 12 & 63) : 0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
}

std::string as_seen(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0xc0) {
      out += utf8[i++];
      continue;
    }
    const std::size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t code = lead & (0xffu >> (size + 1));
    for (std::size_t next = 1; next < size && i + next < utf8.size(); ++next) {
      code = code << 6 | (static_cast<std::uint32_t>(utf8[i + next]) & 0x3fu);
    }
    if (!is_invisible(code)) append_code_point(out, as_latin(code));
    i += size;
  }
  return out;
}

std::string composed(std::string text) {
  auto made = nfc(text);
  return made ? std::move(*made) : std::move(text);
}

std::string without_markup(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto rest = text.substr(i);
    if (text[i] == '<') {
      const bool comment = rest.starts_with("<!--");
      const auto end = rest.find(comment ? "-->" : ">");
      if (end == rest.npos) return out.append(rest);
      if (!comment && !is_inline(rest.substr(1, end))) out += '\n';
      i += end + (comment ? 3 : 1);
      continue;
    }
    const auto taken = text[i] == '&' ? append_entity(out, rest) : 0;
    if (taken == 0) out += text[i];
    i += std::max<std::size_t>(taken, 1);
  }
  return out;
}

}  // namespace khien::duty
