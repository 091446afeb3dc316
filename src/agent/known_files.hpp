#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

#include "known_table.hpp"

namespace khien::agent {

// Which files were looked at and hold nothing to tell, and the hash of each: what
// makes a file that did not change cost one stat.
//
// A table on the disk (KnownTable) and what was learnt since, in memory. When that
// is a quarter of the table, and at the end of a scan, both are written as a new
// table that replaces the old one whole.
//
// Invariants
//  (1) After a crash at any moment the name holds the old table or the new one.
//      What was learnt since is lost: those files are looked at again.
//  (2) No entry is believed whose file differs in device, inode, size, mtime or
//      ctime (nanoseconds), nor one out of a block with a wrong checksum. A
//      damaged table is thrown away, whole, and told of (log, damaged()).
//  (3) A file that changed shortly before it was judged is not kept: file systems
//      keep times in steps of up to two seconds, and a page that is written
//      through a shared mapping again before the kernel wrote it out (it does
//      within 35 seconds) changes no time. Where nothing is ever written out
//      (tmpfs) no entry would be worth anything: the caller makes none.
//  (4) `content` names all that a verdict depends on but the file. Under another
//      one the bytes are known and their verdict is not: find() then still gives
//      the hash. What that is good for is the caller's to know: new rules and
//      signatures want the bytes, unless somebody who is believed has judged the
//      same bytes under them; the hash alone says only which bytes.
//  (5) At most kMaxFiles; further ones are not kept. A complete scan sweeps out
//      what it did not come across, so that deleted files take no room for long.
//
// Memory: 16 bytes for 63 files, 8 more while a scan marks; 2 MiB of blocks until
// rest(); what was learnt since, at most kMaxLearnt.
//
// Device numbers are the running system's: a medium that leaves the machine and
// comes back changed beneath its file system is not told from itself.
//
// Not thread-safe.
class KnownFiles {
 public:
  static constexpr std::uint64_t kMaxFiles = 4'000'000;
  static constexpr std::size_t kMaxLearnt = 131'072;
  static constexpr Duration kSettled = seconds(60);

  struct Known {
    std::uint64_t content = 0;
    Sha256 sha256;  // all zero: not hashed
  };

  // Of the table at `path`, if there is one. Never fails: without a table all is
  // unknown.
  static KnownFiles open(std::string path);

  // None if this very file was never kept.
  std::optional<Known> find(const FileStatus& status);
  // Keeps nothing of a file that is not settled, or beyond the limits.
  void learn(const FileStatus& status, const Known& known, Timestamp now);
  // Its times lied: from now on nothing is known of it, after a crash as well.
  void forget(const FileStatus& status);
  // Did it change long enough ago for its times to tell of every further change?
  static bool settled(const FileStatus& status, Timestamp now);

  // Between the two, find() and learn() mark what they touch. At the end of a
  // complete scan what is not marked is forgotten.
  void begin_scan();
  void end_scan(bool complete);

  // Writes what was learnt since, if anything. A failure is told of (log) and costs
  // at most what was learnt.
  void flush();
  // Gives memory back until it is needed again.
  void rest();

  std::uint64_t files() const { return (table_ ? table_->files() : 0) + learnt_.size(); }  // never fewer than there are
  int damaged() const { return damaged_; }

 private:
  struct KeyHash {
    std::size_t operator()(const FileKey& key) const {
      return (key.inode * 0x9e37'79b9'7f4a'7c15u) ^ (key.device * 0xc2b2'ae3d'27d4'eb4fu);
    }
  };
  using Marks = std::vector<std::uint64_t>;  // a block's 63 files in one number

  explicit KnownFiles(std::string path) : path_(std::move(path)) {}
  std::size_t limit() const;
  std::vector<std::uint64_t> contents() const;
  void mark(std::size_t block, std::size_t place);
  bool marked(std::size_t block, std::size_t place) const;
  void throw_away(const Error& error);
  void write(bool sweep);
  Result<void> write_table(bool sweep);
  Result<void> merge(KnownTableWriter& writer, bool sweep, Marks& marks) const;
  void reopen(Marks marks);

  std::string path_;
  std::optional<KnownTable> table_;
  std::unordered_map<FileKey, KnownFile, KeyHash> learnt_;
  bool marking_ = false;
  Marks marks_;  // of table_; what is in learnt_ counts as marked
  std::size_t try_again_at_ = 0;  // after a write that failed
  int damaged_ = 0;
};

}  // namespace khien::agent
