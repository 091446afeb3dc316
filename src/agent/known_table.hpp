#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/core/result.hpp"

namespace khien::agent {

// Which file: two are the same, unchanged, if all of it is equal. ctime is what
// makes it safe: mtime can be set back by whoever may write, ctime only by who
// sets the system's clock or writes to the disk beneath the file system.
struct FileKey {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  auto operator<=>(const FileKey&) const = default;
};

// One fact: the file with this identity holds these bytes, and under this content
// there was nothing to tell of them. True for ever; so a set of facts that lost
// some, or holds some twice, is still right.
struct KnownFile {
  FileKey key;
  std::uint64_t size = 0;     // bytes, below 2^48
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  Sha256 sha256;              // all zero: not hashed
  std::uint64_t content = 0;  // 0: the bytes are known, their verdict is not

  bool operator==(const KnownFile&) const = default;
};

// A file of facts, sorted by FileKey, at most one a key, written once and read
// only. In blocks of 4 KiB:
//
//   data block   checksum(16) generation(8) number(4) count(4) device(8) pad(24), then 63 × 64 bytes:
//                inode(8) size|content(8) mtime(8) ctime(8) sha256(32)
//   index block  checksum(16) generation(8) number(4) count(4), then 254 × device(8) inode(8):
//                the first key of each data block
//   last block   checksum(16) generation(8) number(4) count(4) magic(8) data blocks(4) files(8),
//                then 64 × content(8): what the entries' 16 bits of content count into, from 1
//
// The checksum is the first half of the SHA-256 of the block behind it; with the
// generation (random, one a table) and the number it tells damage, blocks that
// lie elsewhere and blocks that a disk never wrote. Numbers are little-endian.
//
// Look-ups read blocks as they are needed and check each before they believe it.
// Not mapped: a disk that fails must be an error, not a signal.
//
// Not thread-safe.
class KnownTable {
 public:
  static constexpr std::size_t kBlockBytes = 4'096;
  static constexpr std::size_t kFilesInBlock = 63;
  static constexpr std::size_t kMaxContents = 64;

  // Reads the index: 16 bytes of memory for each 63 files. Code::not_found if
  // there is no such file, corrupt if it is damaged.
  static Result<KnownTable> open(const std::string& path);

  struct Found {
    KnownFile file;
    std::size_t block = 0;
    std::size_t place = 0;  // in the block
  };
  enum class Wait : unsigned char { yes, no };
  // Code::corrupt if the block is damaged; unavailable if it would have to come from the
  // disk and we may not wait for that.
  Result<std::optional<Found>> find(const FileKey& key, Wait wait = Wait::yes);
  // Where a file would stand: what reads it has it in the kernel's memory for find().
  struct Place {
    Fd file;
    std::uint64_t offset = 0;
  };
  std::optional<Place> place_of(const FileKey& key) const;
  // The files of a block, in their order; not kept.
  Result<std::vector<KnownFile>> read_block(std::size_t block) const;

  std::size_t blocks() const { return first_keys_.size(); }
  std::uint64_t files() const { return files_; }
  const std::vector<std::uint64_t>& contents() const { return contents_; }
  // Gives back the memory of the blocks that were read.
  void rest();

 private:
  struct Raw {
    std::uint32_t number = UINT32_MAX;  // of what is in `bytes`
    std::vector<std::byte> bytes;
  };
  KnownTable() = default;
  Result<void> read_ends(std::uint64_t size);
  Result<void> read_index(std::uint64_t data_blocks, std::uint64_t index_blocks);
  Result<void> read_raw(std::size_t number, std::span<std::byte> into) const;
  std::optional<std::size_t> block_of(const FileKey& key) const;
  Result<const Raw*> keep(std::size_t block, Wait wait);
  KnownFile file_at(std::span<const std::byte> block, std::size_t place) const;

  Fd fd_;
  std::uint64_t generation_ = 0;
  std::uint64_t files_ = 0;
  std::vector<FileKey> first_keys_;
  std::vector<std::uint64_t> contents_;
  std::vector<Raw> kept_;  // a block has one place: its number modulo the size
};

// Writes a table. add() in ascending order of keys, each key once.
class KnownTableWriter {
 public:
  // `contents`: every one that will come, at most KnownTable::kMaxContents; one
  // that is not among them becomes 0.
  static Result<KnownTableWriter> begin(const std::string& path, std::vector<std::uint64_t> contents);

  Result<void> add(const KnownFile& file);
  // Where the last one that was added lies.
  std::size_t block() const { return first_keys_.size() - 1; }
  std::size_t place() const { return in_block_ - 1; }
  // The table has its name afterwards, durably.
  Result<void> commit();

 private:
  KnownTableWriter(ReplacingFile file, std::vector<std::uint64_t> contents);
  void begin_block();
  Result<void> write_block(std::uint32_t count);
  Result<void> write_index();

  ReplacingFile file_;
  std::vector<std::uint64_t> contents_;
  std::uint64_t generation_;
  std::vector<std::byte> block_;
  std::uint32_t number_ = 0;     // of the block that is being filled
  std::size_t in_block_ = 0;
  std::uint64_t files_ = 0;
  FileKey last_;
  std::vector<FileKey> first_keys_;
};

}  // namespace khien::agent
