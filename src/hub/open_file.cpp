#include "open_file.hpp"

#include <fcntl.h>

#include <cerrno>

namespace khien::hub {

Result<Fd> open_for_reading(const std::string& path, std::uint64_t max_bytes) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return system_error(path, errno);
  TRY(const auto status, status_of(file));
  if (status.kind != FileStatus::Kind::regular) return Error(Code::invalid, path + ": not a regular file");
  if (status.size > max_bytes) {
    return Error(Code::exhausted, path + ": the file has " + std::to_string(status.size) + " bytes, over " + std::to_string(max_bytes));
  }
  return file;
}

}  // namespace khien::hub
