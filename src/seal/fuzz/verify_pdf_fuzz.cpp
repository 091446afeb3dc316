// Input: the bytes of a file that claims to be a signed PDF. Never valid, unless it is one of
// the seeds to the last byte.
#include <cstdint>

#include "fuzz/genuine.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  seal::verify_seed({reinterpret_cast<const std::byte*>(data), size}, seal::FileKind::pdf, [](ByteView bytes) { return sha256(bytes).hex(); });
  return 0;
}
