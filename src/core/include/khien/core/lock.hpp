#pragma once

#include <string>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien {

// Says "this folder is in use" to other processes for as long as it lives; the
// kernel lets go when the process ends in whatever way.
class FileLock {
 public:
  // Makes the file where missing. Code::conflict if another process holds it.
  static Result<FileLock> take(const std::string& path);

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace khien
