#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/model/order.hpp"

namespace khien::probe {

// Which file, whatever it is called.
struct Inode {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  bool operator==(const Inode&) const = default;
};
Inode inode_of(const struct stat& status);

// What an error of the system means for a file that was to be taken.
Refusal refusal_of(int error_number);

// A folder, held by its descriptor, and what is done with names in it. No name
// has a step in it, and none is followed if it is a link.
class HeldPlace {
 public:
  // `relative` (empty: the root itself) below `root`, whose path is trusted: no
  // link and no mount on the way, nothing outside. -1 and errno as refusal.
  struct Opened {
    Refusal refusal = Refusal::none;
    std::string detail;
  };
  Opened open(const std::string& root, const std::string& relative);

  const struct stat& status() const { return status_; }
  // May somebody who is not root put another file under a name in it?
  bool users_may_write() const;

  // Like openat(2) of a name, under the same rules as open().
  Fd open_name(const std::string& name, int flags) const;
  // False, and errno, if there is nothing, or something is mounted there (EXDEV): that has
  // another place, and may be anybody's.
  bool status_of(const std::string& name, struct stat& status) const;

  // Moves `name` to `aside`, which must be free, and looks at what it moved: if it
  // is another inode, back with it. Nothing is ever removed.
  enum class Move : unsigned char { moved, gone, other, failed };
  Move move_aside(const std::string& name, const std::string& aside, const Inode& wanted) const;
  // Removes `name` if it leads to that inode.
  Move remove(const std::string& name, const Inode& wanted) const;
  bool sync() const;

  const Fd& fd() const { return folder_; }

 private:
  Fd folder_;
  struct stat status_ {};
};

}  // namespace khien::probe
