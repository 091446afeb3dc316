#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/hash.hpp"
#include "khien/model/severity.hpp"

namespace khien::scan {

// By what a list names a file. MD5 and SHA-1 only for lists that have nothing else.
enum class HashKind : unsigned char { sha256, sha1, md5 };
inline constexpr std::size_t kHashKinds = 3;
std::size_t digest_bytes(HashKind kind);

// Millions of hashes of known malware as one read-only block that is mapped into
// memory as it lies on disk: a filter in front (12 bits a hash, answers 199 of 200
// strangers from one cache line) and a sorted table behind it, whose digests are
// compared whole. Only the pages that are asked become resident.
//
//   head 256 bytes: mark, and for each kind count and places; SHA-256 of the head
//   and of the rest · filters · first record by the digest's first bits · records
//   (digest, name, size) in the digests' order · names (severity, length, text)
//
// The block may be hostile: whatever it says, find() stays within it. Lookups are
// const and safe from many threads.
class HashTable {
 public:
  struct Hit {
    std::string_view name;
    Severity severity = Severity::high;
  };

  // Checks the head and every place it names, not the records: a block of 300 MB is
  // open at once. `keeper` owns the bytes. Code::corrupt says what is wrong where.
  static Result<HashTable> open(ByteView bytes, std::shared_ptr<const void> keeper);
  // The rest, once, where a table is made, signed or taken in: the checksum, every
  // name, the order, and that the filter lets every hash pass.
  Result<void> verify() const;

  // `size` is the file's; lists may name it.
  std::optional<Hit> find(HashKind kind, ByteView digest, std::uint64_t size) const;
  std::size_t count(HashKind kind) const { return parts_[static_cast<std::size_t>(kind)].count; }
  std::size_t count() const;

 private:
  struct Part {
    std::uint64_t count = 0;
    std::uint64_t filter_at = 0, filter_blocks = 0;
    std::uint64_t index_at = 0, index_bits = 0;
    std::uint64_t records_at = 0;
  };
  friend class HashTableBuilder;
  bool may_hold(const Part& part, ByteView digest) const;
  std::uint32_t index_of(const Part& part, std::uint64_t place) const;
  ByteView record(const Part& part, HashKind kind, std::uint64_t number) const;
  std::optional<Hit> name_at(std::uint32_t place) const;
  Result<void> verify_part(HashKind kind) const;

  std::shared_ptr<const void> keeper_;
  ByteView bytes_;
  std::array<Part, kHashKinds> parts_{};
  ByteView names_;
};

// Makes the block from lists. Needs about 50 bytes a hash while it works.
class HashTableBuilder {
 public:
  HashTableBuilder();
  ~HashTableBuilder();

  // ClamAV's .hdb and .hsb: "<hash>:<size or *>:<name>[:…]" a line.
  // Ours: "<hash> <severity> <name>" a line. '#' begins a comment in both.
  // The hash's length tells its kind. Code::invalid names the line.
  Result<void> add_list(std::string_view text, Budget& budget);

  // Code::exhausted over 2^32 bytes of names or 2^31 hashes of a kind.
  Result<Bytes> finish();
  std::size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The same in memory, for lists short enough to be read at every start.
Result<HashTable> hash_table_of(HashTableBuilder& builder);

}  // namespace khien::scan
