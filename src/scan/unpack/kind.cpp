#include "unpack/kind.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "unpack/little_endian.hpp"
#include "unpack/mail_head.hpp"
#include "unpack/text_encodings.hpp"

namespace khien::scan {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::size_t at;
  std::string_view bytes;
  Kind kind;
};

constexpr std::array kMarks = {
    Mark{0, "7z\xbc\xaf\x27\x1c"sv, Kind::seven_zip},
    Mark{0, "\x1f\x8b\x08"sv, Kind::gzip},
    Mark{0, "\xfd"
            "7zXZ\0"sv, Kind::xz},
    Mark{0, "\x28\xb5\x2f\xfd"sv, Kind::zstd},
    Mark{0, "\x04\x22\x4d\x18"sv, Kind::lz4},
    Mark{0, "LZIP\x01"sv, Kind::lzip},
    Mark{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, Kind::compound},
    Mark{0, "Rar!\x1a\x07\x01\x00"sv, Kind::rar5},
    Mark{0, "Rar!\x1a\x07\x00"sv, Kind::rar},
    Mark{0, "MSCF\0\0\0\0"sv, Kind::cab},
    Mark{0, "!<arch>\n"sv, Kind::ar},
    Mark{0, "070701"sv, Kind::cpio},
    Mark{0, "070702"sv, Kind::cpio},
    Mark{0, "070707"sv, Kind::cpio},
    Mark{0, "\xed\xab\xee\xdb"sv, Kind::rpm},
    Mark{0, "xar!\0\x1c"sv, Kind::xar},
    Mark{0, "\x78\x9f\x3e\x22"sv, Kind::tnef},
    Mark{0, "{\\rt"sv, Kind::rtf},
    Mark{257, "ustar"sv, Kind::tar},
    Mark{32769, "CD001"sv, Kind::iso},
    // Images of disks and other archives that we have no reader for.
    Mark{0, "MSWIM\0\0\0"sv, Kind::unreadable},
    Mark{0, "vhdxfile"sv, Kind::unreadable},
    Mark{0, "conectix"sv, Kind::unreadable},
    Mark{7, "**ACE**"sv, Kind::unreadable},
};

// Told by so little that honest files look like it now and then.
bool is_guess(Kind kind) {
  constexpr std::array kGuesses = {Kind::mail, Kind::lha, Kind::lzma, Kind::cpio, Kind::tar};
  return std::ranges::find(kGuesses, kind) != kGuesses.end();
}

bool has_mark(std::string_view text, const Mark& mark) {
  return text.size() > mark.at && text.substr(mark.at).starts_with(mark.bytes);
}

// "BZh9" and the first block's own mark, pi in decimal; or the end's, for nothing.
bool is_bzip2(std::string_view text) {
  return text.size() >= 14 && text.starts_with("BZh") && text[3] >= '1' && text[3] <= '9' &&
         (text.substr(4, 6) == "1AY&SY"sv || text.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv);
}

// A bit for its kind of table, and how wide its codes grow.
bool is_compress(std::string_view text) {
  if (text.size() < 3 || !text.starts_with("\x1f\x9d"sv)) return false;
  const auto settings = static_cast<unsigned char>(text[2]);
  return (settings & 0x60) == 0 && (settings & 0x1F) >= 9 && (settings & 0x1F) <= 16;
}

// The oldest cpio's mark is two bytes; its first name ends where it says.
bool is_binary_cpio(std::string_view text) {
  constexpr std::size_t kHead = 26, kNameSizeAt = 20;
  if (text.size() < kHead || (!text.starts_with("\xc7\x71"sv) && !text.starts_with("\x71\xc7"sv))) return false;
  const auto first = static_cast<unsigned char>(text[kNameSizeAt]), second = static_cast<unsigned char>(text[kNameSizeAt + 1]);
  const std::size_t size = text[0] == '\x71' ? first * 256u + second : second * 256u + first;
  return size > 1 && text.substr(kHead).find('\0') == size - 1;
}

// UDF's mark is one of several that stand at each two kibibytes; ISO 9660 beside
// it may show other files.
bool has_udf(std::string_view text) {
  constexpr std::size_t kFirst = 32768, kEach = 2048, kMost = 64;
  for (std::size_t i = 0; i < kMost && kFirst + i * kEach < text.size(); ++i) {
    const std::string_view id = text.substr(kFirst + i * kEach + 1, 5);
    if (id == "NSR02" || id == "NSR03") return true;
  }
  return false;
}

// The old format of lzma has no mark; this is what its usual settings look like,
// and the first of its bytes is always zero.
bool is_lzma(std::string_view text) {
  if (text.size() < 14 || !text.starts_with("\x5d\0\0"sv) || text[13] != '\0') return false;
  return text.substr(5, 8) == "\xff\xff\xff\xff\xff\xff\xff\xff"sv || text.substr(9, 4) == "\0\0\0\0"sv;
}

bool is_lha(std::string_view text) {
  return text.size() > 22 && text.substr(2, 2) == "-l" && (text[4] == 'h' || text[4] == 'z') && text[6] == '-';
}

// A tar from before POSIX: nothing but its header's checksum tells it.
bool is_old_tar(std::string_view text) {
  constexpr std::size_t kHeader = 512, kSumAt = 148, kSumSize = 8;
  if (text.size() < kHeader || text[0] == '\0') return false;
  unsigned wanted = 0;
  std::size_t at = kSumAt;
  while (at < kSumAt + 6 && text[at] == ' ') ++at;
  for (; at < kSumAt + kSumSize && text[at] >= '0' && text[at] <= '7'; ++at) {
    wanted = wanted * 8 + static_cast<unsigned>(text[at] - '0');
  }
  unsigned sum = 0;
  for (std::size_t i = 0; i < kHeader; ++i) {
    const bool in_sum = i >= kSumAt && i < kSumAt + kSumSize;
    sum += in_sum ? ' ' : static_cast<unsigned char>(text[i]);
  }
  return wanted != 0 && sum == wanted;
}

bool begins_with(std::string_view line, std::string_view small) {
  return line.size() >= small.size() && lower_ascii(line.substr(0, small.size())) == small;
}

// A letter's first line is a field of its head, and one of its fields is one that
// only letters have. Of a head of any length, for that is how one hides the rest.
bool is_mail(std::string_view text) {
  constexpr std::array kLetters = {"content-type:"sv, "content-transfer-encoding:"sv, "mime-version:"sv, "received:"sv,
                                   "return-path:"sv,  "delivered-to:"sv,              "message-id:"sv,   "dkim-signature:"sv,
                                   "subject:"sv};
  constexpr std::array kPeople = {"from:"sv, "to:"sv, "cc:"sv, "bcc:"sv, "sender:"sv, "reply-to:"sv};
  text = without_byte_order_mark(text);
  const bool box = text.starts_with("From ");
  int people = 0;
  for (std::size_t lines = 0; !text.empty(); ++lines) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    const bool folded = !line.empty() && (line[0] == ' ' || line[0] == '\t');
    if (lines == 0 ? !box && !is_mail_field(line) : line.empty()) return false;
    const auto named = [&](std::string_view name) { return begins_with(line, name); };
    if (!folded && std::ranges::any_of(kLetters, named)) return true;
    if (!folded && std::ranges::any_of(kPeople, named) && ++people == 2) return true;
    text.remove_prefix(end);
    text.remove_prefix(text.starts_with("\r\n") ? 2 : std::min<std::size_t>(text.size(), 1));
  }
  return false;
}

std::vector<Kind> kinds_at_start(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  std::vector<Kind> kinds;
  const auto add = [&](bool is_one, Kind kind) {
    if (is_one && std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
  };
  for (const Mark& mark : kMarks) add(has_mark(text, mark), mark.kind);
  add(is_bzip2(text), Kind::bzip2);
  add(is_lzma(text), Kind::lzma);
  add(is_compress(text), Kind::compress);
  add(is_lha(text), Kind::lha);
  add(is_binary_cpio(text), Kind::cpio);
  add(is_old_tar(text), Kind::tar);
  add(has_udf(text), Kind::unreadable);
  // Readers look for it in the first kilobyte.
  add(text.substr(0, 1024).find("%PDF-") != text.npos, Kind::pdf);
  add(is_mail(text), Kind::mail);
  // Its list of contents stands at its end, so it may follow upon anything.
  add(has_zip(bytes), Kind::zip);
  return kinds;
}

// A mark somewhere is worth little: what follows it must be the head of an archive,
// as far as its readers insist on it.

bool is_cab_head(ByteView head) {
  constexpr std::size_t kHead = 36;
  return head.size() >= kHead && u32_at(head, 12) == 0 && u32_at(head, 20) == 0 && head[25] == std::byte{1} &&
         u16_at(head, 26) != 0 && u16_at(head, 28) != 0;
}

bool is_seven_zip_head(ByteView head) {
  constexpr std::size_t kHead = 32, kSummed = 12;
  if (head.size() < kHead) return false;
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(head.data() + kSummed), kHead - kSummed);
  return sum == u32_at(head, 8);
}

// Behind mark and checksum a number of one to three bytes, then what it is:
// the archive's head, or that all is encrypted.
bool is_rar5_head(ByteView head) {
  std::size_t at = 12;
  while (at < 14 && at < head.size() && (head[at] & std::byte{0x80}) != std::byte{0}) ++at;
  const ByteView kind = piece(head, at + 1, 1);
  return !kind.empty() && (kind[0] == std::byte{1} || kind[0] == std::byte{4});
}

bool is_rar_head(ByteView head) {
  constexpr std::size_t kMainBytes = 13, kMost = 1024;
  const std::size_t size = u16_at(head, 12);
  return head.size() >= 14 && head[9] == std::byte{0x73} && size >= kMainBytes && size <= kMost;
}

bool is_compound_head(ByteView head) {
  const unsigned shift = u16_at(head, 30);
  return u16_at(head, 28) == 0xFFFE && (shift == 9 || shift == 12);
}

struct Behind {
  std::string_view mark;
  Kind kind;
  bool (*is_head)(ByteView);
};

// Archives behind something: installers, self-extracting ones, pictures with more
// in them. Readers search as well, and pass over marks that are none.
void find_behind(ByteView bytes, std::vector<Found>& found) {
  constexpr std::array kBehind = {
      Behind{"MSCF\0\0\0\0"sv, Kind::cab, is_cab_head},
      Behind{"7z\xbc\xaf\x27\x1c\0"sv, Kind::seven_zip, is_seven_zip_head},
      Behind{"Rar!\x1a\x07\x01\x00"sv, Kind::rar5, is_rar5_head},
      Behind{"Rar!\x1a\x07\x00"sv, Kind::rar, is_rar_head},
      Behind{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, Kind::compound, is_compound_head},
  };
  const std::string_view text = as_text(bytes);
  for (const Behind& each : kBehind) {
    for (auto at = text.find(each.mark, 1); at != text.npos; at = text.find(each.mark, at + 1)) {
      if (!each.is_head(bytes.subspan(at))) continue;
      found.push_back({each.kind, bytes.subspan(at), false, true});
      if (found.size() > kMaxKinds) return;
    }
  }
}

}  // namespace

std::vector<Found> find_kinds(ByteView bytes) {
  std::vector<Found> found;
  for (const Kind kind : kinds_at_start(bytes)) found.push_back({kind, bytes, is_guess(kind)});
  find_behind(bytes, found);
  return found;
}

}  // namespace khien::scan
