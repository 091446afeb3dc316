// Input: a saved baseline. Either it is refused, or what is read is written again as it was
// read, and learning goes on from it without growing over its bound.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "khien/watch/baseline.hpp"

using namespace khien;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Budget budget({.bytes_in = 4u << 20, .depth = 8, .entries = 200'000});
  auto baseline = watch::Baseline::from_json(text, budget);
  if (!baseline) return 0;
  Budget second({.bytes_in = 8u << 20, .depth = 8, .entries = 200'000});
  require(watch::Baseline::from_json(baseline->to_json(), second).value() == *baseline);
  Budget third(watch::page_limits());
  const auto page = watch::read_page(as_bytes("<p>tin <a href='/x'>mới</a></p>"), {}, third).value();
  baseline->learn(page, "https://xa.gov.vn/");
  require(baseline->knows_block(page.blocks.front()) && baseline->knows_link("https://xa.gov.vn/x", "mới"));
  return 0;
}
