// Input: a signed file, a root, or what a program kept of its trust.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/model/trust.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto file = read_signed_file(as_bytes(text))) {
    // Beyond "no crash": bounded, and what was read is what stands there.
    if (file->envelope.signatures.size() > kMaxSignatures) std::abort();
    if (signed_file(file->envelope, as_text(file->payload)) != text) std::abort();
    if (!is_release_name(file->envelope.statement.name)) std::abort();
  }
  if (const auto root = root_document_from_json(text)) {
    if (!check_root(*root) || to_json(*root) != text) std::abort();
  }
  if (const auto trust = Trust::from_json(text)) {
    const auto again = Trust::from_json(trust->to_json());
    if (!again || *again != *trust) std::abort();
  }
  // A root that was pinned is believed by its own keys, and follows none of itself.
  if (auto trust = Trust::pin(text)) {
    if (trust->rotate(text)) std::abort();
  }
  return 0;
}
