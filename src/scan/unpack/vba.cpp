#include "unpack/vba.hpp"

#include <algorithm>

#include "unpack/little_endian.hpp"

namespace khien::scan {
namespace {

using namespace std::string_view_literals;

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

}  // namespace

Bytes macro_text(ByteView stream) {
  constexpr std::string_view kBegin = "\0Attribut"sv;  // after the mark and the first chunk's head
  constexpr std::size_t kBefore = 3;
  const std::string_view text = as_text(stream);
  Bytes out;
  for (auto found = text.find(kBegin); found != text.npos; found = text.find(kBegin, found + 1)) {
    if (found < kBefore || text[found - kBefore] != '\x01') continue;
    std::size_t at = found - kBefore + 1;
    while (at + 2 <= stream.size() && out.size() + kChunkText <= kMaxMacroBytes) {
      const unsigned head = u16_at(stream, at);
      if ((head >> 12 & 7u) != 3) break;
      const ByteView data = piece(stream, at + 2, (head & 0xFFFu) + 1);
      if ((head & 0x8000u) != 0) {
        decompress_chunk(data, out);
      } else {
        out.insert(out.end(), data.begin(), data.end());
      }
      at += 2 + (head & 0xFFFu) + 1;
    }
    return out;
  }
  return out;
}

}  // namespace khien::scan
