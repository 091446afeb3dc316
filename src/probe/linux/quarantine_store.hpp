#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/env.hpp"
#include "khien/core/file.hpp"
#include "khien/core/secret.hpp"
#include "khien/probe/quarantine.hpp"

namespace khien::probe {

// The folder in which quarantined files lie:
//   key             32 bytes of this machine's own, 0600
//   <name>.bytes    what the file held, sealed
//   <name>.entry    its record, sealed; written after the bytes were synced
// Names are random; a record is replaced whole or not at all.
class QuarantineStore {
 public:
  static Result<QuarantineStore> open(const std::string& folder, const Env& env);

  // What was copied.
  struct Copied {
    Sha256 sha256;
    std::uint64_t size = 0;
  };
  // Seals what the descriptor reads, from its beginning to its end, and syncs it.
  // Code::exhausted over `most` bytes; nothing is left behind by a failure.
  Result<Copied> copy_in(const Fd& file, const std::string& name, std::uint64_t most) const;
  // The sealed bytes into the descriptor. Code::corrupt unless they are whole.
  Result<Copied> copy_out(const std::string& name, const Fd& file) const;

  // Of an open file's first `size` bytes.
  Result<Sha256> hash_of(const Fd& file, std::uint64_t size) const;

  Result<void> put(const QuarantineEntry& entry) const;
  Result<QuarantineEntry> get(const std::string& name) const;
  // The record first: bytes without a record are nobody's.
  Result<void> remove(const std::string& name) const;
  Result<void> remove_bytes(const std::string& name) const;

  // Names that have a record. What a crash left half-written goes.
  Result<std::vector<std::string>> tidy() const;

 private:
  QuarantineStore(std::string folder, Secret key, const Env& env)
      : folder_(std::move(folder)), key_(std::move(key)), env_(env) {}
  std::string path(std::string_view name, std::string_view kind) const;
  Result<Copied> write_sealed(const Fd& from, const Fd& to, const std::string& name, std::uint64_t most) const;
  Result<void> remove_file(const std::string& path) const;

  std::string folder_;
  Secret key_;
  Env env_;
};

// A sealed record, and what opens one: bytes that only this machine's key made.
std::string seal_entry(const QuarantineEntry& entry, ByteView key, Random& random);
Result<QuarantineEntry> open_entry(std::string_view sealed, std::string_view name, ByteView key);

}  // namespace khien::probe
