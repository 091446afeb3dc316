#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace khien::render {

// All that descend from this process, in no order, by what /proc says now.
std::vector<pid_t> descendants();
// Memory that is no file's, of these together; who is gone counts for nothing.
std::uint64_t memory_of(const std::vector<pid_t>& processes);  // bytes
// Kills all that descend from this process, until there are none. It must be their
// subreaper: whose parent died is its child.
void end_all();

}  // namespace khien::render
