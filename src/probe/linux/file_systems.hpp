#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "khien/core/file.hpp"

namespace khien::probe {

// Is this a file system without files of its own (proc, sys, cgroup …)?
bool is_pseudo_file_system(const Fd& fd);

// Is this, by its name in mountinfo, the file system of a disk or of memory? Not of
// other machines (nfs, cifs …), nor of a program (fuse), nor one that shows the files
// of others (overlay).
bool is_local_file_system(std::string_view name);

// The name of each mount's file system ("ext4"), by the kernel's number of the mount.
using MountNames = std::map<std::uint64_t, std::string>;

// Parses mountinfo(5); a line that is none is passed over.
MountNames mount_names(std::string_view mountinfo);
// Of this process; empty if it cannot be read. Asks no file system, so that one whose
// server is gone does not make us wait.
MountNames mount_names();

}  // namespace khien::probe
