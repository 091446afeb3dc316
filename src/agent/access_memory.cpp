#include "access_memory.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/log.hpp"
#include "khien/core/replacing_file.hpp"

#include "known_files.hpp"

namespace khien::agent {

void AccessMemory::use(std::uint64_t content, std::uint64_t label) {
  const std::lock_guard lock(mutex_);
  content_ = content;
  label_ = label;
}

AccessMemory::Word AccessMemory::find(const FileStatus& status) {
  const FileKey key{status.device, status.inode};
  const std::lock_guard lock(mutex_);
  if (content_ == 0 || distrusted_.contains(status.device)) return Word::unknown;
  const auto same = [&](const auto& file) {
    return file.size == status.size && file.mtime_ns == status.mtime_ns && file.ctime_ns == status.ctime_ns;
  };
  if (const auto found = files_.find(key); found != files_.end()) {
    return same(found->second) && found->second.content == content_ ? found->second.word : Word::unknown;
  }
  if (!table_) return Word::unknown;
  const auto found = table_->find(key, KnownTable::Wait::no);
  if (!found) {
    if (found.error().code() != Code::unavailable) table_.reset();  // damaged; the scanner tells of it
    return Word::unknown;
  }
  if (!*found || !same((*found)->file)) return Word::unknown;
  const std::uint64_t judged_by = (*found)->file.content;
  return judged_by == content_ || judged_by == label_ ? Word::allow : Word::unknown;
}

// Read without the lock, under which all who are asked wait.
AccessMemory::Word AccessMemory::look_up(const FileStatus& status) {
  std::optional<KnownTable::Place> place;
  {
    const std::lock_guard lock(mutex_);
    if (table_) place = table_->place_of({status.device, status.inode});
  }
  if (!place) return Word::unknown;
  std::array<std::byte, KnownTable::kBlockBytes> block;
  if (!read_at(place->file, place->offset, block)) return Word::unknown;
  return find(status);
}

void AccessMemory::learn(const FileStatus& status, std::uint64_t content, Word word, Timestamp now) {
  const std::int64_t newest_ms = std::max(status.mtime_ns, status.ctime_ns) / 1'000'000;
  if (newest_ms + KnownFiles::kSettled.ms >= now.ms || word == Word::unknown) return;
  const std::lock_guard lock(mutex_);
  if (distrusted_.contains(status.device)) return;
  // All is judged again, once: simpler than to know which are still wanted.
  if (files_.size() >= kMaxFiles) files_.clear();
  files_.insert_or_assign(FileKey{status.device, status.inode},
                          Entry{status.size, status.mtime_ns, status.ctime_ns, content, word});
}

void AccessMemory::distrust(std::uint64_t device) {
  const std::lock_guard lock(mutex_);
  distrusted_.insert(device);
  std::erase_if(files_, [device](const auto& file) { return file.first.device == device; });
}

void AccessMemory::look_at_table() {
  struct stat now {};
  if (::stat(table_path_.c_str(), &now) != 0) return;
  const std::int64_t changed_ns = now.st_mtim.tv_sec * 1'000'000'000 + now.st_mtim.tv_nsec;
  if (changed_ns == table_changed_ns_ && now.st_ino == table_inode_) return;
  table_changed_ns_ = changed_ns;
  table_inode_ = now.st_ino;
  auto table = KnownTable::open(table_path_);
  if (!table) return log_warning("guard.table_not_read", {{"error", table.error().what()}});
  const std::lock_guard lock(mutex_);
  table_.emplace(std::move(table).value());
}

std::size_t AccessMemory::files() const {
  const std::lock_guard lock(mutex_);
  return files_.size();
}

}  // namespace khien::agent
