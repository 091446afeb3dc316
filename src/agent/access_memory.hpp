#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "khien/core/file.hpp"
#include "khien/core/time.hpp"
#include "khien/probe/access_guard.hpp"

#include "known_table.hpp"

namespace khien::agent {

// What the guard can answer without a look: files that it judged itself, in memory,
// and the scanner's table of files with nothing to tell.
//
// Believed is, as by KnownFiles, only a file with the same device, inode, size, mtime and
// ctime, judged by the content in force, that had not changed for a minute when it was
// judged. Of a device that is distrusted nothing is believed: a medium may have been
// changed elsewhere, and some of their file systems number files as they come.
//
// Thread-safe. Nobody opens a file while others wait here.
class AccessMemory {
 public:
  using Word = probe::AccessGuard::Word;

  explicit AccessMemory(std::string table_path) : table_path_(std::move(table_path)) {}

  // In force: what the engines go by, and the name under which what the fleet told is
  // kept; equal if it tells nothing.
  void use(std::uint64_t content, std::uint64_t label);
  // By what is in memory; never waits for the disk.
  Word find(const FileStatus& status);
  // The same, with what the table says that lies on the disk.
  Word look_up(const FileStatus& status);
  void learn(const FileStatus& status, std::uint64_t content, Word word, Timestamp now);
  void distrust(std::uint64_t device);
  // Reads the scanner's table if it was replaced. Opens files.
  void look_at_table();

  std::size_t files() const;

  static constexpr std::size_t kMaxFiles = 65'536;

 private:
  struct KeyHash {
    std::size_t operator()(const FileKey& key) const {
      return (key.inode * 0x9e37'79b9'7f4a'7c15u) ^ (key.device * 0xc2b2'ae3d'27d4'eb4fu);
    }
  };
  struct Entry {
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0;
    std::uint64_t content = 0;
    Word word = Word::unknown;
  };

  std::string table_path_;
  std::int64_t table_changed_ns_ = -1;  // look_at_table()'s thread
  std::uint64_t table_inode_ = 0;

  mutable std::mutex mutex_;  // guards all below
  std::uint64_t content_ = 0;
  std::uint64_t label_ = 0;
  std::unordered_map<FileKey, Entry, KeyHash> files_;
  std::set<std::uint64_t> distrusted_;
  std::optional<KnownTable> table_;
};

}  // namespace khien::agent
