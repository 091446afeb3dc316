// Input: any file, taken apart with everything in it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "khien/core/text.hpp"
#include "unpack/unpacking.hpp"

using namespace khien;

namespace {

struct Seen {
  std::uint64_t bytes = 0;
  std::uint64_t parts = 0;
  std::string names;
};

constexpr Budget::Limits kLimits = {.bytes_in = 1u << 20, .bytes_out = 8u << 20, .depth = 6, .entries = 2'000, .ratio = 200};

Seen take_apart(ByteView bytes) {
  Seen seen;
  Budget budget(kLimits);
  if (!budget.take_in(bytes.size())) return seen;
  scan::Unpacking unpacking(budget, [&](ByteView part, const std::string& inside) {
    seen.bytes += part.size();
    ++seen.parts;
    seen.names += inside + "\n";
    if (part.empty() || inside.empty() || inside.size() > scan::kMaxInsideBytes || printable(inside) != inside) std::abort();
  });
  unpacking.open(bytes);
  for (const scan::Gap& gap : unpacking.gaps()) {
    seen.names += gap.inside + gap.reason;
    if (gap.inside.size() > scan::kMaxInsideBytes || printable(gap.inside) != gap.inside) std::abort();
    if (gap.reason != "encrypted" && gap.reason != "damaged" && gap.reason != "bomb" && gap.reason != "budget") std::abort();
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  const Seen first = take_apart(bytes);
  // Beyond "no crash": no more comes out than was paid for, or lies in the input
  // itself (a stored part is a view, at most once a layer and kind), and the same
  // bytes come apart in the same way.
  if (first.bytes > kLimits.bytes_out * (kLimits.depth + 1) + size * 64) std::abort();
  if (first.parts > 3 * kLimits.entries) std::abort();
  const Seen second = take_apart(bytes);
  if (second.names != first.names || second.bytes != first.bytes) std::abort();
  return 0;
}
