#include "linux/poison.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace khien::probe {

Sha256 Poison::hash(const Fd& file) const {
  constexpr std::size_t kChunk = 256u << 10;
  std::vector<std::byte> buffer(kChunk);
  Sha256Stream stream;
  std::uint64_t offset = 0;
  while (offset < max_hashed_bytes_) {
    const auto wanted = std::min<std::uint64_t>(kChunk, max_hashed_bytes_ - offset);
    const ssize_t got = pread(file.get(), buffer.data(), wanted, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    stream.update(ByteView(buffer).first(static_cast<std::size_t>(got)));
    offset += static_cast<std::uint64_t>(got);
  }
  return stream.finish();
}

Poison::Known Poison::add(const Fd& file, std::uint64_t size) {
  const Sha256 sha256 = hash(file);
  // Somebody who makes thousands of such files gets each of them tried thrice.
  if (kills_.size() >= kMaxFiles && !kills_.contains(sha256)) {
    kills_.clear();
    sizes_.clear();
  }
  sizes_.insert(size);
  return {.sha256 = sha256, .kills = ++kills_[sha256]};
}

bool Poison::refuses(const Fd& file, std::uint64_t size) const {
  if (!sizes_.contains(size)) return false;
  const auto known = kills_.find(hash(file));
  return known != kills_.end() && known->second >= kKills;
}

}  // namespace khien::probe
