#pragma once

#include <span>

#include "khien/store/store.hpp"

namespace khien::store {

// Brings the database forward to `migrations`, each in a transaction of its own
// together with its record. Code::conflict if a migration that was applied is
// unknown to this program (the database is newer) or has another text now.
Result<void> migrate(Connection& connection, std::span<const Migration> migrations);

// Damage that SQLite can see, as Code::corrupt. A database beyond 64 MiB is not
// looked through here, so that start-up stays bounded; a backup looks through all.
Result<void> check_quickly(Connection& connection);
// All of it, however long that takes.
Result<void> check_wholly(Connection& connection);

}  // namespace khien::store
