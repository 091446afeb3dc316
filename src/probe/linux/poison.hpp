#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "khien/core/file.hpp"
#include "khien/core/hash.hpp"

namespace khien::probe {

// Files that workers died of. Known by size and hash; the hash is asked for
// only where the size is that of a known one, so that honest files cost nothing.
class Poison {
 public:
  // Files over `max_hashed_bytes` are known by their first bytes and their size.
  explicit Poison(std::uint64_t max_hashed_bytes) : max_hashed_bytes_(max_hashed_bytes) {}

  struct Known {
    Sha256 sha256;  // of the bytes hashed
    int kills = 0;
  };
  // A worker died of this file. Reads it: hashing is not parsing.
  Known add(const Fd& file, std::uint64_t size);
  // Should no worker be asked about it any more?
  bool refuses(const Fd& file, std::uint64_t size) const;

 private:
  static constexpr int kKills = 3;
  static constexpr std::size_t kMaxFiles = 1024;

  Sha256 hash(const Fd& file) const;

  std::uint64_t max_hashed_bytes_;
  std::map<Sha256, int> kills_;
  std::set<std::uint64_t> sizes_;
};

}  // namespace khien::probe
