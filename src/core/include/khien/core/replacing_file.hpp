#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "khien/core/bytes.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien {

// Fills `into` from `offset` on; fewer bytes only where the file ends.
Result<std::size_t> read_at(const Fd& fd, std::uint64_t offset, std::span<std::byte> into);

// A file that is written piece by piece and takes its name at once: after a crash
// at any moment the name means what it meant before, or all that was appended.
// Grows as "<path>.new", which one writer at a time may use; what was not
// committed is removed, after a crash by the next begin().
class ReplacingFile {
 public:
  static Result<ReplacingFile> begin(const std::string& path, mode_t mode);
  ReplacingFile(ReplacingFile&&) noexcept = default;
  ReplacingFile& operator=(ReplacingFile&&) = delete;
  ~ReplacingFile();

  Result<void> append(ByteView bytes);
  // Syncs, renames, syncs the folder. Call once, last.
  Result<void> commit();

 private:
  ReplacingFile(Fd folder, Fd file, std::string name)
      : folder_(std::move(folder)), file_(std::move(file)), name_(std::move(name)) {}
  Fd folder_;
  Fd file_;  // none once committed
  std::string name_;
};

}  // namespace khien
