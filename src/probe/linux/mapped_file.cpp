#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>

#include "khien/core/file.hpp"
#include "khien/probe/content.hpp"

namespace khien::probe {

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path, std::uint64_t max_bytes) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return system_error(path, errno);
  TRY(const FileStatus status, status_of(file));
  if (status.kind != FileStatus::Kind::regular) return Error(Code::invalid, path + ": not a regular file");
  if (status.size > max_bytes) return Error(Code::exhausted, path + ": larger than " + std::to_string(max_bytes) + " bytes");
  if (status.size == 0) return std::shared_ptr<const MappedFile>(new MappedFile(ByteView{}));
  void* mapped = mmap(nullptr, status.size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED) return system_error(path, errno);
  // Looked up here and there, never read through: what is read ahead is wasted.
  (void)madvise(mapped, status.size, MADV_RANDOM);
  return std::shared_ptr<const MappedFile>(new MappedFile(ByteView(static_cast<const std::byte*>(mapped), status.size)));
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace khien::probe
