#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien::probe {

// A folder's entries in the order of their inodes within each kilobyte-sized
// piece that the kernel hands out: on a disk that is the order in which they
// lie. Code::unavailable and the like if the folder cannot be read.
class FolderEntries {
 public:
  struct Entry {
    std::string_view name;  // until the visit returns
    std::uint64_t inode = 0;
    std::uint8_t type = 0;  // DT_REG …; DT_UNKNOWN where the file system does not say
  };
  // `memory` is used again from call to call.
  static Result<void> each(const DirFd& folder, std::vector<std::byte>& memory,
                           const std::function<Result<void>(const Entry&)>& visit);
};

// fstatat(2) of a name in a folder, without following links.
Result<FileStatus> status_in(const DirFd& folder, const char* name);

}  // namespace khien::probe
