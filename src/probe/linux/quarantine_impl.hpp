#pragma once

#include <sys/stat.h>

#include <map>
#include <string>

#include "khien/probe/quarantine.hpp"
#include "linux/held_place.hpp"
#include "linux/quarantine_store.hpp"

namespace khien::probe {

struct Quarantine::Impl {
  Options options;
  Env env;
  QuarantineStore store;
  std::map<std::string, QuarantineEntry> entries;  // by name
  std::uint64_t held_bytes = 0;
  std::size_t damaged = 0;

  Result<void> before(std::string_view step) const {
    return options.before ? options.before(step) : Result<void>();
  }
  // Durable, then in memory.
  Result<void> put(const QuarantineEntry& entry);
  Result<void> remove(const QuarantineEntry& entry);
  Result<void> forget_oldest_restored();

  Result<void> recover();
  Result<void> settle(QuarantineEntry entry);
  Result<void> settle_taking(QuarantineEntry entry);
  Result<void> settle_restoring(QuarantineEntry entry);
  // Are these, in this open file, the bytes of the entry?
  bool holds(const Fd& file, const struct stat& status, const QuarantineEntry& entry) const;
};

// Random, and not guessable before it is there.
std::string random_name(Random& random);

// The name under which a file is filled where none can be without; its record
// says it.
inline std::string temporary_of(const QuarantineEntry& entry) { return entry.aside + "-new"; }

// The path by which the kernel opens a descriptor's own inode again.
std::string path_of_descriptor(const Fd& fd);

}  // namespace khien::probe
