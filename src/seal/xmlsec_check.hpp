#pragma once

#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::seal {

// The second opinion on a document of our own: libxmlsec, with the key of this
// certificate (DER). Code::corrupt if it does not hold.
Result<void> xmlsec_check(std::string_view xml, ByteView certificate);

}  // namespace khien::seal
