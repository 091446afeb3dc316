#pragma once

#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::site {

// zstd, one frame.
Bytes pack_bytes(std::string_view plain);
// Code::corrupt unless it gives exactly `size` bytes.
Result<std::string> unpack_bytes(ByteView packed, std::size_t size);

}  // namespace khien::site
