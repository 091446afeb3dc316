// Input: a bundle of content, as a release brings it.
#include <cstdint>
#include <cstdlib>

#include "khien/probe/bundle.hpp"
#include "khien/probe/trial.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bundle(reinterpret_cast<const std::byte*>(data), size);
  const auto files = probe::read_bundle(bundle);
  if (!files) return 0;
  // Beyond "no crash": every file lies inside, and no path leads elsewhere.
  for (const auto& file : *files) {
    if (file.bytes.size() > size || file.path.find("..") == 0 || file.path.front() == '/') std::abort();
    if (!file.bytes.empty() && (file.bytes.data() < bundle.data() || file.bytes.data() + file.bytes.size() > bundle.data() + size)) {
      std::abort();
    }
  }
  if (!probe::examples_of(bundle)) std::abort();
  return 0;
}
