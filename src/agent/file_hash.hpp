#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/hash.hpp"

namespace khien::agent {

// What the worker does not read whole is not hashed here either: nobody votes for it.
inline constexpr std::uint64_t kMaxHashedBytes = 64u << 20;

// The agent's own hash of an open file: hashing is not parsing. None if it is larger
// than kMaxHashedBytes, cannot be read, or is not what `status` says any more.
// `buffer` is used again from file to file.
std::optional<Sha256> hash_of(const Fd& file, const FileStatus& status, std::vector<std::byte>& buffer);

}  // namespace khien::agent
