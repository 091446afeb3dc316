// Input: two CPE names, a line each. Oracle: what is read is written as a name that reads equal; a
// name that names a product matches itself; one with nothing but that product open
// matches whatever has it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/advisory/cpe.hpp"

using namespace khien;
using namespace khien::advisory;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = text.find('\n');
  const auto source = parse_cpe(text.substr(0, end));
  if (!source) return 0;
  const auto again = parse_cpe(to_string(*source));
  if (!again || *again != *source) std::abort();
  const CpeValue& product = source->values[CpeName::product];
  if (product.kind != CpeValue::Kind::any && !cpe_matches(*source, *source)) std::abort();
  const auto target = parse_cpe(end == text.npos ? std::string_view() : text.substr(end + 1));
  if (!target) return 0;
  (void)cpe_matches(*source, *target);
  CpeName open;
  open.values[CpeName::vendor] = target->values[CpeName::vendor];
  open.values[CpeName::product] = target->values[CpeName::product];
  if (target->values[CpeName::product].kind != CpeValue::Kind::any && !cpe_matches(open, *target)) std::abort();
  return 0;
}
