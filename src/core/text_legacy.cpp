#include "khien/core/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "utf8.hpp"

namespace khien {
namespace {

// One Vietnamese letter in both encodings: one byte, or a base letter's byte
// and a mark's.
struct Letter {
  char16_t unicode;
  std::string_view vni;
  std::string_view tcvn3;
};

// TCVN 5712:1993 VN3 as ".VnTime" fonts use it, and VNI for Windows, by the
// charset table of vietnamese-conversion (MIT). That table gives Ỹ and Ỷ
// the bytes CC and CB; fonts write them as Y with a mark, see kMoreVni.
constexpr std::array<Letter, 134> kLetters = {{
    {0x00C0, "A\xD8", "A\xB5"}, {0x00C1, "A\xD9", "A\xB8"}, {0x00C2, "A\xC2", "\xA2"},
    {0x00C3, "A\xD5", "A\xB7"}, {0x00C8, "E\xD8", "E\xCC"}, {0x00C9, "E\xD9", "E\xD0"},
    {0x00CA, "E\xC2", "\xA3"}, {0x00CC, "\xCC", "I\xD7"}, {0x00CD, "\xCD", "I\xDD"},
    {0x00D2, "O\xD8", "O\xDF"}, {0x00D3, "O\xD9", "O\xE3"}, {0x00D4, "O\xC2", "\xA4"},
    {0x00D5, "O\xD5", "O\xE2"}, {0x00D9, "U\xD8", "U\xEF"}, {0x00DA, "U\xD9", "U\xF3"},
    {0x00DD, "Y\xD9", "Y\xFD"}, {0x00E0, "a\xF8", "\xB5"}, {0x00E1, "a\xF9", "\xB8"},
    {0x00E2, "a\xE2", "\xA9"}, {0x00E3, "a\xF5", "\xB7"}, {0x00E8, "e\xF8", "\xCC"},
    {0x00E9, "e\xF9", "\xD0"}, {0x00EA, "e\xE2", "\xAA"}, {0x00EC, "\xEC", "\xD7"}, {0x00ED, "\xED", "\xDD"},
    {0x00F2, "o\xF8", "\xDF"}, {0x00F3, "o\xF9", "\xE3"}, {0x00F4, "o\xE2", "\xAB"},
    {0x00F5, "o\xF5", "\xE2"}, {0x00F9, "u\xF8", "\xEF"}, {0x00FA, "u\xF9", "\xF3"},
    {0x00FD, "y\xF9", "\xFD"}, {0x0102, "A\xCA", "\xA1"}, {0x0110, "\xD1", "\xA7"}, {0x0128, "\xD3", "I\xDC"},
    {0x0168, "U\xD5", "U\xF2"}, {0x01A0, "\xD4", "\xA5"}, {0x01AF, "\xD6", "\xA6"}, {0x0103, "a\xEA", "\xA8"},
    {0x0111, "\xF1", "\xAE"}, {0x0129, "\xF3", "\xDC"}, {0x0169, "u\xF5", "\xF2"}, {0x01A1, "\xF4", "\xAC"},
    {0x01B0, "\xF6", "\xAD"}, {0x1EA0, "A\xCF", "A\xB9"}, {0x1EA2, "A\xDB", "A\xB6"},
    {0x1EA4, "A\xC1", "\xA2\xCA"}, {0x1EA6, "A\xC0", "\xA2\xC7"}, {0x1EA8, "A\xC5", "\xA2\xC8"},
    {0x1EAA, "A\xC3", "\xA2\xC9"}, {0x1EAC, "A\xC4", "\xA2\xCB"}, {0x1EAE, "A\xC9", "\xA1\xBE"},
    {0x1EB0, "A\xC8", "\xA1\xBB"}, {0x1EB2, "A\xDA", "\xA1\xBC"}, {0x1EB4, "A\xDC", "\xA1\xBD"},
    {0x1EB6, "A\xCB", "\xA1\xC6"}, {0x1EB8, "E\xCF", "E\xD1"}, {0x1EBA, "E\xDB", "E\xCE"},
    {0x1EBC, "E\xD5", "E\xCF"}, {0x1EBE, "E\xC1", "\xA3\xD5"}, {0x1EC0, "E\xC0", "\xA3\xD2"},
    {0x1EC2, "E\xC5", "\xA3\xD3"}, {0x1EC4, "E\xC3", "\xA3\xD4"}, {0x1EC6, "E\xC4", "\xA3\xD6"},
    {0x1EC8, "\xC6", "I\xD8"}, {0x1ECA, "\xD2", "I\xDE"}, {0x1ECC, "O\xCF", "O\xE4"},
    {0x1ECE, "O\xDB", "O\xE1"}, {0x1ED0, "O\xC1", "\xA4\xE8"}, {0x1ED2, "O\xC0", "\xA4\xE5"},
    {0x1ED4, "O\xC5", "\xA4\xE6"}, {0x1ED6, "O\xC3", "\xA4\xE7"}, {0x1ED8, "O\xC4", "\xA4\xE9"},
    {0x1EDA, "\xD4\xD9", "\xA5\xED"}, {0x1EDC, "\xD4\xD8", "\xA5\xEA"}, {0x1EDE, "\xD4\xDB", "\xA5\xEB"},
    {0x1EE0, "\xD4\xD5", "\xA5\xEC"}, {0x1EE2, "\xD4\xCF", "\xA5\xEE"}, {0x1EE4, "U\xCF", "U\xF4"},
    {0x1EE6, "U\xDB", "U\xF1"}, {0x1EE8, "\xD6\xD9", "\xA6\xF8"}, {0x1EEA, "\xD6\xD8", "\xA6\xF5"},
    {0x1EEC, "\xD6\xDB", "\xA6\xF6"}, {0x1EEE, "\xD6\xD5", "\xA6\xF7"}, {0x1EF0, "\xD6\xCF", "\xA6\xF9"},
    {0x1EF2, "Y\xD8", "Y\xFA"}, {0x1EF4, "\xCE", "Y\xFE"}, {0x1EF6, "\xCB", "Y\xFB"},
    {0x1EF8, "\xCC", "Y\xFC"}, {0x1EA1, "a\xEF", "\xB9"}, {0x1EA3, "a\xFB", "\xB6"},
    {0x1EA5, "a\xE1", "\xCA"}, {0x1EA7, "a\xE0", "\xC7"}, {0x1EA9, "a\xE5", "\xC8"},
    {0x1EAB, "a\xE3", "\xC9"}, {0x1EAD, "a\xE4", "\xCB"}, {0x1EAF, "a\xE9", "\xBE"},
    {0x1EB1, "a\xE8", "\xBB"}, {0x1EB3, "a\xFA", "\xBC"}, {0x1EB5, "a\xFC", "\xBD"},
    {0x1EB7, "a\xEB", "\xC6"}, {0x1EB9, "e\xEF", "\xD1"}, {0x1EBB, "e\xFB", "\xCE"},
    {0x1EBD, "e\xF5", "\xCF"}, {0x1EBF, "e\xE1", "\xD5"}, {0x1EC1, "e\xE0", "\xD2"},
    {0x1EC3, "e\xE5", "\xD3"}, {0x1EC5, "e\xE3", "\xD4"}, {0x1EC7, "e\xE4", "\xD6"}, {0x1EC9, "\xE6", "\xD8"},
    {0x1ECB, "\xF2", "\xDE"}, {0x1ECD, "o\xEF", "\xE4"}, {0x1ECF, "o\xFB", "\xE1"}, {0x1ED1, "o\xE1", "\xE8"},
    {0x1ED3, "o\xE0", "\xE5"}, {0x1ED5, "o\xE5", "\xE6"}, {0x1ED7, "o\xE3", "\xE7"},
    {0x1ED9, "o\xE4", "\xE9"}, {0x1EDB, "\xF4\xF9", "\xED"}, {0x1EDD, "\xF4\xF8", "\xEA"},
    {0x1EDF, "\xF4\xFB", "\xEB"}, {0x1EE1, "\xF4\xF5", "\xEC"}, {0x1EE3, "\xF4\xEF", "\xEE"},
    {0x1EE5, "u\xEF", "\xF4"}, {0x1EE7, "u\xFB", "\xF1"}, {0x1EE9, "\xF6\xF9", "\xF8"},
    {0x1EEB, "\xF6\xF8", "\xF5"}, {0x1EED, "\xF6\xFB", "\xF6"}, {0x1EEF, "\xF6\xF5", "\xF7"},
    {0x1EF1, "\xF6\xEF", "\xF9"}, {0x1EF3, "y\xF8", "\xFA"}, {0x1EF5, "\xEE", "\xFE"},
    {0x1EF7, "\xEB", "\xFB"}, {0x1EF9, "\xEC", "\xFC"},
}};

// What fonts really hold for two letters the table above misplaces.
constexpr std::array<Letter, 4> kMoreVni = {{
    {0x1EF6, "Y\xDB", ""}, {0x1EF8, "Y\xD5", ""}, {0x1EF7, "y\xFB", ""}, {0x1EF9, "y\xF5", ""},
}};

struct Pair {
  std::uint16_t bytes;
  char16_t unicode;
};

// A decoder's two steps: a pair of bytes if one is known, else a single byte.
struct Encoding {
  std::array<char16_t, 256> single;
  std::array<Pair, 128> pairs;  // by bytes; unused ones are 0xffff
};

constexpr unsigned byte_of(char c) { return static_cast<unsigned char>(c); }

constexpr std::uint16_t pair_of(char first, char second) {
  return static_cast<std::uint16_t>(byte_of(first) << 8 | byte_of(second));
}

class EncodingBuilder {
 public:
  consteval EncodingBuilder() {
    for (char16_t c = 0; c < 256; ++c) encoding_.single[c] = c;
    encoding_.pairs.fill({0xffff, 0});
  }

  consteval void add(char16_t unicode, std::string_view bytes) {
    if (bytes.size() == 2) {
      encoding_.pairs.at(pairs_++) = {pair_of(bytes[0], bytes[1]), unicode};
      return;
    }
    char16_t& single = encoding_.single[byte_of(bytes[0])];
    // The first row wins: the later ones are the misplaced Ỹ and ỹ.
    if (!taken_[byte_of(bytes[0])]) single = unicode;
    taken_[byte_of(bytes[0])] = true;
  }

  consteval Encoding build() {
    std::ranges::sort(encoding_.pairs, {}, &Pair::bytes);
    return encoding_;
  }

 private:
  Encoding encoding_{};
  std::array<bool, 256> taken_{};
  std::size_t pairs_ = 0;
};

consteval Encoding tcvn3() {
  EncodingBuilder builder;
  for (const Letter& letter : kLetters) builder.add(letter.unicode, letter.tcvn3);
  return builder.build();
}

consteval Encoding vni() {
  EncodingBuilder builder;
  for (const Letter& letter : kLetters) builder.add(letter.unicode, letter.vni);
  for (const Letter& letter : kMoreVni) builder.add(letter.unicode, letter.vni);
  return builder.build();
}

constexpr Encoding kTcvn3 = tcvn3();
constexpr Encoding kVni = vni();

std::string decode(const Encoding& encoding, std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i + 1 < bytes.size()) {
      const std::uint16_t wanted = pair_of(bytes[i], bytes[i + 1]);
      const auto pair = std::ranges::lower_bound(encoding.pairs, wanted, {}, &Pair::bytes);
      if (pair != encoding.pairs.end() && pair->bytes == wanted && pair->unicode != 0) {
        append_utf8(text, pair->unicode);
        ++i;
        continue;
      }
    }
    append_utf8(text, encoding.single[byte_of(bytes[i])]);
  }
  return text;
}

}  // namespace

std::string from_tcvn3(std::string_view bytes) { return decode(kTcvn3, bytes); }

std::string from_vni(std::string_view bytes) { return decode(kVni, bytes); }

}  // namespace khien
