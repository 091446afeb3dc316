#pragma once

#include <string>

#include "khien/store/connection.hpp"

namespace khien::store {

// A consistent, self-contained copy of a database that others may be writing:
// no WAL beside it, integrity checked, synced. Code::conflict if `path` exists;
// on failure nothing is left there.
Result<void> copy_database(const Connection::Options& from, const std::string& path);

}  // namespace khien::store
