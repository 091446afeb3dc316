// Input: the bytes of a file that claims to be a PDF.
//
// Beyond "no crash": what comes out is UTF-8, within the budget, and the same again.
#include <cstdint>
#include <cstdlib>

#include "khien/core/text.hpp"
#include "khien/pdf/pdf_text.hpp"

using namespace khien;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

constexpr Budget::Limits kLimits{.bytes_in = 1u << 20, .bytes_out = 1u << 20, .depth = 1, .entries = 20};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  Budget first(kLimits);
  const auto text = pdf::read_pdf_text(bytes, first);
  Budget second(kLimits);
  const auto again = pdf::read_pdf_text(bytes, second);
  demand(text.has_value() == again.has_value());
  if (!text) return 0;
  demand(*text == *again && is_utf8(*text) && text->size() <= kLimits.bytes_out);
  return 0;
}
