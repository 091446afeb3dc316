#pragma once

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <string>

#include "khien/core/file.hpp"

namespace khien::probe {

// A mount whose server never answers: who asks it anything waits, until it is let go.
class HungFolder {
 public:
  explicit HungFolder(std::string path) : path_(std::move(path)) {
    server_ = Fd(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
    if (!server_) return;
    const std::string options = "fd=" + std::to_string(server_.get()) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
    mounted_ = ::mount("khien-test", path_.c_str(), "fuse", 0, options.c_str()) == 0;
  }
  HungFolder(const HungFolder&) = delete;
  HungFolder& operator=(const HungFolder&) = delete;
  ~HungFolder() {
    let_go();
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& path() const { return path_; }
  // All who wait get an error.
  void let_go() { server_ = Fd(); }

 private:
  std::string path_;
  Fd server_;
  bool mounted_ = false;
};

}  // namespace khien::probe
