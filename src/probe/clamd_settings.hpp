#pragma once

#include <cstdint>
#include <string>

namespace khien::probe {

// The clamd.conf that our clamd runs with. Pure.
//
// It listens on a local socket alone, keeps its place in the foreground, and
// every limit is ours: what it gives up on it says (AlertExceedsMax), so that a
// file is "not scanned" rather than "clean".
//
// `run_folder` holds, of ours: clamd.conf and database/; of clamd's own: clamd/
// with its socket, log and temporary files. We write nothing in there: a captured
// clamd could have put a link in the way.
std::string clamd_settings(const std::string& run_folder, std::uint64_t max_file_bytes);

}  // namespace khien::probe
