#pragma once

#include <cstdint>
#include <string>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien::hub {

// Opens a file of the caller's: regular, Code::exhausted beyond `max_bytes`, with its size.
Result<Fd> open_for_reading(const std::string& path, std::uint64_t max_bytes);

}  // namespace khien::hub
