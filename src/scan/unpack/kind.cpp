#include "unpack/kind.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace khien::scan {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::size_t at;
  std::string_view bytes;
  Kind kind;
};

// Long marks first: what begins like another must be asked before it.
constexpr std::array kMarks = {
    Mark{0, "PK\x03\x04"sv, Kind::zip},
    Mark{0, "PK\x05\x06"sv, Kind::zip},
    Mark{0, "PK\x07\x08"sv, Kind::zip},
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
    Mark{0, "\xc7\x71"sv, Kind::cpio},
    Mark{0, "\x71\xc7"sv, Kind::cpio},
    Mark{0, "\xed\xab\xee\xdb"sv, Kind::rpm},
    Mark{0, "xar!\0\x1c"sv, Kind::xar},
    Mark{0, "\x78\x9f\x3e\x22"sv, Kind::tnef},
    Mark{0, "{\\rt"sv, Kind::rtf},
    Mark{257, "ustar"sv, Kind::tar},
    Mark{32769, "CD001"sv, Kind::iso},
};

// Told by so little that honest files look like it now and then.
bool is_guess(Kind kind) {
  constexpr std::array kGuesses = {Kind::mail, Kind::lha, Kind::lzma, Kind::cpio, Kind::tar, Kind::compress};
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

// The old format of lzma has no mark; this is what its usual settings look like.
bool is_lzma(std::string_view text) {
  if (text.size() < 14 || !text.starts_with("\x5d\0\0"sv)) return false;
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

// A line that only the head of a letter has. Letters in the store of a mail
// server begin with any of them.
bool is_mail(std::string_view text) {
  constexpr std::array kFirst = {"From "sv,       "From:"sv,         "Received:"sv,     "Return-Path:"sv,
                                 "Delivered-To:"sv, "X-"sv,          "MIME-Version:"sv, "Message-ID:"sv,
                                 "Message-Id:"sv, "Date:"sv,         "Subject:"sv,      "To:"sv,
                                 "Reply-To:"sv,   "Content-Type:"sv, "DKIM-Signature:"sv, "ARC-"sv,
                                 "Authentication-Results:"sv,        "Status:"sv,       "Envelope-to:"sv};
  const bool begins = std::ranges::any_of(kFirst, [&](std::string_view line) { return text.starts_with(line); });
  if (!begins) return false;
  const std::string_view head = text.substr(0, 16u << 10);
  constexpr std::array kProof = {"\nContent-T"sv, "\nMIME-Version:"sv, "\ncontent-t"sv, "\nMime-Version:"sv,
                                 "\nReceived:"sv, "\nSubject:"sv,      "\nTo:"sv,       "\nFrom:"sv};
  return text.starts_with("Content-T") || text.starts_with("MIME-Version:") ||
         std::ranges::any_of(kProof, [&](std::string_view line) { return head.find(line) != head.npos; });
}

std::optional<Kind> kind_at_start(std::string_view text) {
  const auto mark = std::ranges::find_if(kMarks, [&](const Mark& each) { return has_mark(text, each); });
  if (mark != kMarks.end()) return mark->kind;
  if (is_bzip2(text)) return Kind::bzip2;
  if (is_lzma(text)) return Kind::lzma;
  if (text.starts_with("\x1f\x9d"sv)) return Kind::compress;
  if (is_lha(text)) return Kind::lha;
  // Readers look for it in the first kilobyte.
  if (const auto at = text.substr(0, 1024).find("%PDF-"); at != text.npos) return Kind::pdf;
  if (is_old_tar(text)) return Kind::tar;
  if (is_mail(text)) return Kind::mail;
  return std::nullopt;
}

// Archives behind a program: installers and self-extracting ones.
void find_behind_program(ByteView bytes, std::vector<Found>& found) {
  constexpr std::array kBehind = {
      Mark{0, "MSCF\0\0\0\0"sv, Kind::cab},
      Mark{0, "7z\xbc\xaf\x27\x1c\0"sv, Kind::seven_zip},
      Mark{0, "Rar!\x1a\x07\x01\x00"sv, Kind::rar5},
      Mark{0, "Rar!\x1a\x07\x00"sv, Kind::rar},
      Mark{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, Kind::compound},
  };
  const std::string_view text = as_text(bytes);
  for (const Mark& mark : kBehind) {
    if (const auto at = text.find(mark.bytes); at != text.npos) found.push_back({mark.kind, bytes.subspan(at), true});
  }
}

// A zip's list of contents stands at its end, so one may follow upon anything.
bool has_zip_behind(std::string_view text) {
  constexpr std::size_t kSearched = 16u << 10;
  constexpr std::string_view kEnd = "PK\x05\x06"sv;
  const std::string_view tail = text.substr(text.size() - std::min(text.size(), kSearched));
  return tail.rfind(kEnd) != tail.npos;
}

}  // namespace

std::vector<Found> find_kinds(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  std::vector<Found> found;
  const auto first = kind_at_start(text);
  if (first) found.push_back({*first, bytes, is_guess(*first)});
  if (text.starts_with("MZ") || text.starts_with("\x7f"
                                                 "ELF")) {
    find_behind_program(bytes, found);
  }
  if (first != Kind::zip && has_zip_behind(text)) found.push_back({Kind::zip, bytes, true});
  return found;
}

}  // namespace khien::scan
