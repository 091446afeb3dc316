// Input: a note as it is, and the same bytes as the text of a note that we sign
// ourselves, so that what lies behind the signature is reached too.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/core/signature.hpp"
#include "khien/store/audit_log.hpp"
#include "signed_note.hpp"

using namespace khien;
using namespace khien::store;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Bytes secret(32, std::byte{0x42});
  const Bytes key = ed25519_public_key(secret).value();

  // Nobody but the key's holder makes a note that is accepted; the corpus holds some.
  if (const auto checkpoint = read_audit_checkpoint(input, key)) {
    if (checkpoint->size < 0 || checkpoint->origin.empty()) std::abort();
  }

  const std::string origin(input.substr(0, input.find('\n')));
  const auto note = sign_note(input, origin, secret);
  if (!note) return 0;
  const auto checkpoint = read_audit_checkpoint(*note, key);
  if (!checkpoint) return 0;
  // One meaning, one spelling: the text begins with exactly what was read.
  const std::string spelled =
      checkpoint->origin + "\n" + std::to_string(checkpoint->size) + "\n" + to_base64(checkpoint->root.view()) + "\n";
  if (!input.starts_with(spelled)) std::abort();
  return 0;
}
