#include "unpack/vba.hpp"

#include <algorithm>

#include "unpack/little_endian.hpp"
#include "unpack/text_encodings.hpp"

namespace khien::scan {
namespace {

constexpr std::size_t kChunkText = 4096;

// One chunk's tokens: a byte of flags before each eight, literal or copy.
void decompress_chunk(ByteView tokens, Bytes& out) {
  const std::size_t begin = out.size();
  for (std::size_t at = 0; at < tokens.size();) {
    const auto flags = std::to_integer<unsigned>(tokens[at++]);
    for (unsigned bit = 0; bit < 8 && at < tokens.size(); ++bit) {
      const std::size_t done = out.size() - begin;
      if (done >= kChunkText) return;
      if ((flags >> bit & 1u) == 0) {
        out.push_back(tokens[at++]);
        continue;
      }
      if (at + 2 > tokens.size() || done == 0) return;
      const unsigned token = u16_at(tokens, at);
      at += 2;
      unsigned offset_bits = 4;
      while ((1u << offset_bits) < done) ++offset_bits;
      const std::size_t length = (token & (0xFFFFu >> offset_bits)) + 3;
      const std::size_t offset = (token >> (16 - offset_bits)) + 1;
      if (offset > done) return;
      for (std::size_t i = 0; i < std::min(length, kChunkText - done); ++i) out.push_back(out[out.size() - offset]);
    }
  }
}

// One container's chunks, from behind its mark on.
Bytes decompress(ByteView chunks, std::size_t most) {
  Bytes out;
  for (std::size_t at = 0; at + 2 <= chunks.size() && out.size() < most;) {
    const unsigned head = u16_at(chunks, at);
    if ((head >> 12 & 7u) != 3) break;
    const ByteView data = piece(chunks, at + 2, (head & 0xFFFu) + 1);
    if ((head & 0x8000u) != 0) {
      decompress_chunk(data, out);
    } else {
      out.insert(out.end(), data.begin(), data.end());
    }
    at += 2 + (head & 0xFFFu) + 1;
  }
  return out;
}

// Its first chunk, packed or not, begins as every module does.
bool begins_module(ByteView chunks) {
  constexpr std::string_view kBegin = "attribut";
  const unsigned head = u16_at(chunks, 0);
  if (chunks.size() < 2 || (head >> 12 & 7u) != 3) return false;
  const std::size_t flags = (head & 0x8000u) != 0 ? 1 : 0;
  // Nothing in the word repeats, so that no token of it is a copy.
  if (flags == 1 && piece(chunks, 2, 1).size() == 1 && chunks[2] != std::byte{0}) return false;
  return lower_ascii(as_text(piece(chunks, 2 + flags, kBegin.size()))) == kBegin;
}

}  // namespace

Bytes macro_text(ByteView stream) {
  constexpr char kMark = '\x01';
  const std::string_view text = as_text(stream);
  Bytes out;
  // All of them: the first may be a decoy where only the machine's code should be.
  for (auto at = text.find(kMark); at != text.npos && out.size() <= kMaxMacroBytes; at = text.find(kMark, at + 1)) {
    const ByteView chunks = stream.subspan(at + 1);
    if (!begins_module(chunks)) continue;
    const Bytes one = decompress(chunks, kMaxMacroBytes + 1 - out.size());
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}

}  // namespace khien::scan
