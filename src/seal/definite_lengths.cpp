#include "definite_lengths.hpp"

#include "der_reader.hpp"

namespace khien::seal {
namespace {

constexpr std::byte kNotTold{0x80}, kConstructed{0x20};
constexpr int kMostDepth = 12;

Error damaged() { return Error(Code::corrupt, "BER: not as a stream is written"); }

void append_head(Bytes& out, std::byte tag, std::size_t size) {
  out.push_back(tag);
  int more = 0;
  for (std::size_t left = size; left != 0; left >>= 8) ++more;
  if (size >= 0x80) out.push_back(static_cast<std::byte>(0x80 + more));
  for (int i = size < 0x80 ? 1 : more; i > 0; --i) out.push_back(static_cast<std::byte>(size >> (8 * (i - 1)) & 0xff));
}

bool is_end(ByteView rest) { return rest.size() >= 2 && rest[0] == std::byte{0} && rest[1] == std::byte{0}; }

// Appends one element to `out`; how many bytes of the source it was.
Result<std::size_t> append_element(ByteView source, int depth, Bytes& out) {
  if (depth > kMostDepth || source.size() < 2) return damaged();
  if (source[1] != kNotTold) {
    DerReader reader(source);
    TRY(const auto element, reader.next());
    out.insert(out.end(), element.whole.begin(), element.whole.end());
    return element.whole.size();
  }
  if ((source[0] & kConstructed) == std::byte{0}) return damaged();
  Bytes content;
  std::size_t at = 2;
  while (!is_end(source.subspan(at))) {
    TRY(const std::size_t size, append_element(source.subspan(at), depth + 1, content));
    at += size;
  }
  append_head(out, source[0], content.size());
  out.insert(out.end(), content.begin(), content.end());
  return at + 2;
}

}  // namespace

Result<DefiniteLengths> with_definite_lengths(ByteView source) {
  DefiniteLengths done;
  TRY(done.read, append_element(source, 0, done.der));
  return done;
}

}  // namespace khien::seal
