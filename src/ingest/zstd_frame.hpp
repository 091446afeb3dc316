#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"

namespace khien::ingest {

// Exactly one zstd frame (RFC 8878), whose window is 8 MiB at most: nothing
// before, nothing behind, no dictionary, no skippable frame. Code::exhausted if
// more than `most` bytes or the budget come out, invalid for anything else.
Result<std::string> read_zstd_frame(std::string_view frame, std::size_t most, Budget& budget);

std::string write_zstd_frame(std::string_view text);

}  // namespace khien::ingest
