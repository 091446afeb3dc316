#pragma once

#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "test/folder.hpp"

namespace khien::probe {

// A file system of a test's own, so that what is done to it concerns nobody else.
class MountedFolder {
 public:
  MountedFolder() {
    if (::mount("khien-test", folder_.path().c_str(), "tmpfs", 0, "size=64m,mode=755") == 0) {
      mounted_ = true;
    } else {
      why_ = std::string("no file system of our own: ") + std::strerror(errno);
    }
  }
  MountedFolder(const MountedFolder&) = delete;
  MountedFolder& operator=(const MountedFolder&) = delete;
  ~MountedFolder() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }

  bool mounted() const { return mounted_; }
  const std::string& why() const { return why_; }
  const std::string& path() const { return folder_.path(); }
  std::string write(const std::string& name, std::string_view text) const { return folder_.write(name, text); }
  std::string make(const std::string& name) const { return folder_.make(name); }
  // A program that does nothing, with `mark` somewhere in it.
  std::string program(const std::string& name, std::string_view mark) const {
    const std::string path = write(name, system_files().read("/bin/true", 1u << 20).value() + std::string(mark));
    REQUIRE(chmod(path.c_str(), 0755) == 0);
    return path;
  }

 private:
  TestFolder folder_;
  bool mounted_ = false;
  std::string why_;
};

}  // namespace khien::probe
