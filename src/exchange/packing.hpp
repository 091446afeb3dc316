#pragma once

#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::exchange {

// zstd, one frame: a message shrinks to a tenth.
Bytes pack(std::string_view plain);
// Code::corrupt unless it gives exactly `size` bytes.
Result<std::string> unpack(ByteView packed, std::size_t size);

}  // namespace khien::exchange
