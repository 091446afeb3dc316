// Input: a compound file of Office, and the same bytes as a stream with a macro, as
// RTF, as Outlook's TNEF.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "khien/core/text.hpp"
#include "unpack/kind.hpp"
#include "unpack/unpacking.hpp"
#include "unpack/vba.hpp"

using namespace khien;

namespace {

constexpr Budget::Limits kLimits = {.bytes_in = 1u << 20, .bytes_out = 4u << 20, .depth = 3, .entries = 2'000, .ratio = 200};

std::string take_apart(ByteView bytes) {
  std::string seen;
  Budget budget(kLimits);
  if (!budget.take_in(bytes.size())) return seen;
  scan::Unpacking unpacking(budget, [&](ByteView part, const std::string& inside) {
    if (part.empty() || inside.empty() || inside.size() > scan::kMaxInsideBytes || printable(inside) != inside) std::abort();
    seen += inside + std::to_string(part.size()) + "\n";
  });
  scan::unpack_compound({scan::Kind::compound, bytes, false}, unpacking);
  scan::unpack_rtf(bytes, unpacking);
  scan::unpack_tnef(bytes, unpacking);
  for (const scan::Gap& gap : unpacking.gaps()) seen += gap.inside + gap.reason;
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  // Beyond "no crash": names are harmless, and the same bytes come apart alike.
  if (take_apart(bytes) != take_apart(bytes)) std::abort();
  if (scan::macro_text(bytes).size() > scan::kMaxMacroBytes + 8192) std::abort();
  return 0;
}
