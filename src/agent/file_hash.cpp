#include "file_hash.hpp"

#include <algorithm>
#include <span>

#include "khien/core/replacing_file.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kPiece = 256u << 10;

}  // namespace

std::optional<Sha256> hash_of(const Fd& file, const FileStatus& status, std::vector<std::byte>& buffer) {
  if (status.size > kMaxHashedBytes) return std::nullopt;
  Sha256Stream stream;
  std::uint64_t done = 0;
  for (;;) {
    // One byte more than is left tells whether it has grown.
    const std::uint64_t wanted = std::min<std::uint64_t>(status.size - done + 1, kPiece);
    if (buffer.size() < wanted) buffer.resize(wanted);
    const auto got = read_at(file, done, std::span(buffer).first(wanted));
    if (!got) return std::nullopt;
    stream.update(ByteView(buffer).first(*got));
    done += *got;
    if (done > status.size) return std::nullopt;
    if (*got < wanted) break;
  }
  const auto after = status_of(file);
  if (done != status.size || !after || after->mtime_ns != status.mtime_ns || after->ctime_ns != status.ctime_ns) {
    return std::nullopt;
  }
  return stream.finish();
}

}  // namespace khien::agent
