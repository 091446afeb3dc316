#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien::probe {

// A machine's files below a root, read carefully: no link is followed, little is
// read. Paths are absolute as the machine knows them ("/etc/ssh/sshd_config").
class Place {
 public:
  static Result<Place> open(const std::string& root);

  // None: there is no such file. An error is what stands in the way: a link, rights,
  // a file that is larger than settings are.
  Result<std::optional<std::string>> read(const std::string& path) const;
  // The file, or nothing: for what may be missing without harm.
  std::string text(const std::string& path) const;
  // Of a file or folder that can be opened; none for what is not there, and links.
  std::optional<FileStatus> status(const std::string& path) const;
  // Also of sockets and links.
  bool exists(const std::string& path) const;

  struct Name {
    std::string name;
    FileStatus::Kind kind = FileStatus::Kind::other;
  };
  // Sorted; of a folder that is not there, nothing.
  std::vector<Name> names(const std::string& folder) const;
  // Regular files of the folder that end so; links count where they lead to a file
  // below `within` (nginx's sites-enabled). What they lead to.
  std::vector<std::string> files(const std::string& folder, std::string_view ending, const std::string& within = {}) const;

 private:
  explicit Place(DirFd root) : root_(std::move(root)) {}
  std::optional<std::string> link_target(const std::string& folder, const std::string& name, const std::string& within) const;

  DirFd root_;
};

}  // namespace khien::probe
