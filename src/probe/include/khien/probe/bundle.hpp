#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::probe {

// A content folder as one file, the payload of a signed release: what is signed is
// what is tried, kept, swapped and banned, as a whole.
//
//   "khien bundle 1\n", one line "<bytes> <path>\n" a file in the order of paths,
//   "\n", then each file's bytes, each beginning at a multiple of kBundleAlignment
//   with zeros before it. A path is "<pack>/<file>" or "<pack>/examples/<file>".
inline constexpr std::uint64_t kBundleAlignment = 64;
inline constexpr std::uint64_t kMaxBundleBytes = 1ull << 30;
inline constexpr std::size_t kMaxBundleFiles = 10'000;

struct BundleFile {
  std::string_view path;  // within the bundle
  ByteView bytes;
};

// Strict: Code::invalid for another order, spelling or length, exhausted over the limits.
Result<std::vector<BundleFile>> read_bundle(ByteView bundle);

// The packs of a folder with their examples; what is no part of a pack is left out.
// The same folder makes the same bytes.
Result<std::string> make_bundle(const std::string& content_folder);

}  // namespace khien::probe
