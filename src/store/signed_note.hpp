#pragma once

#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"

namespace khien::store {

// A text and Ed25519 signatures under it (C2SP signed-note). The text ends in a
// newline. `name` says whose key it is: no spaces, no plus sign.
Result<std::string> sign_note(std::string_view text, std::string_view name, ByteView secret_key);

// The text, once a signature by that name and key holds. Code::invalid if the
// note is malformed, denied if no such signature holds. Signatures by others
// are passed over.
Result<std::string> open_note(std::string_view note, std::string_view name, ByteView public_key);

}  // namespace khien::store
