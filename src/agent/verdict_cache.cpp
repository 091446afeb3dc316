#include "verdict_cache.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/bytes.hpp"

namespace khien::agent {
namespace {

bool same_file(const FileStatus& a, const FileStatus& b) {
  return a.device == b.device && a.inode == b.inode && a.size == b.size && a.mtime_ns == b.mtime_ns &&
         a.ctime_ns == b.ctime_ns;
}

}  // namespace

Result<std::unique_ptr<VerdictCache>> VerdictCache::open(store::Store& store, std::string known_path,
                                                         std::size_t max_flagged) {
  std::unique_ptr<VerdictCache> cache(new VerdictCache(store, std::move(known_path), max_flagged));
  if (auto loaded = cache->load(); !loaded) return std::move(loaded).error().within("open the verdict cache");
  return cache;
}

Result<void> VerdictCache::load() {
  return store_.read([this](store::Connection& connection) -> Result<void> {
    return connection.query(
        "SELECT path, device, inode, size, mtime_ns, ctime_ns, content, verdict FROM flagged", {},
        [this](const store::Row& row) -> Result<void> {
          Flagged flagged;
          flagged.status.device = static_cast<std::uint64_t>(row.integer(1));
          flagged.status.inode = static_cast<std::uint64_t>(row.integer(2));
          flagged.status.size = static_cast<std::uint64_t>(row.integer(3));
          flagged.status.mtime_ns = row.integer(4);
          flagged.status.ctime_ns = row.integer(5);
          flagged.content = static_cast<std::uint64_t>(row.integer(6));
          flagged.verdict = static_cast<FileVerdict>(row.integer(7));
          flagged_.emplace(as_text(row.bytes(0)), flagged);
          return {};
        });
  });
}

const VerdictCache::Flagged* VerdictCache::find_flagged(std::string_view path) const {
  const auto found = flagged_.find(path);
  return found == flagged_.end() ? nullptr : &found->second;
}

bool VerdictCache::reported(std::string_view path, const Flagged& now) const {
  const Flagged* before = find_flagged(path);
  return before != nullptr && before->verdict == now.verdict && before->content == now.content &&
         same_file(before->status, now.status);
}

Result<bool> VerdictCache::flag(const std::string& path, const Flagged& flagged) {
  khien_assert(flagged.verdict != FileVerdict::clean);
  if (flagged_.size() >= max_flagged_ && !flagged_.contains(path)) {
    if (flagged.verdict == FileVerdict::not_scanned) return false;
    TRY(const bool made, make_room());
    if (!made) return false;
  }
  auto written = store_.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run(
        "INSERT OR REPLACE INTO flagged (path, device, inode, size, mtime_ns, ctime_ns, content, verdict)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        {as_bytes(path), flagged.status.device, flagged.status.inode, flagged.status.size, flagged.status.mtime_ns,
         flagged.status.ctime_ns, flagged.content, static_cast<int>(flagged.verdict)}));
    return {};
  });
  if (!written) return std::move(written).error();
  flagged_.insert_or_assign(path, flagged);
  return true;
}

// From where the last one was found, so that many cost no more than one round.
Result<bool> VerdictCache::make_room() {
  const auto is_empty_word = [](const auto& one) { return one.second.verdict == FileVerdict::not_scanned; };
  const auto from = flagged_.upper_bound(evicted_);
  auto found = std::find_if(from, flagged_.end(), is_empty_word);
  if (found == flagged_.end()) found = std::find_if(flagged_.begin(), from, is_empty_word);
  if (found == flagged_.end() || !is_empty_word(*found)) return false;
  evicted_ = found->first;
  TRY_VOID(unflag(evicted_));
  return true;
}

Result<void> VerdictCache::unflag(const std::string& path) {
  auto written = store_.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("DELETE FROM flagged WHERE path = ?", {as_bytes(path)}));
    return {};
  });
  if (!written) return written;
  flagged_.erase(path);
  return {};
}

Result<std::int64_t> VerdictCache::next_number(std::string_view name, Timestamp now) {
  std::int64_t number = 0;
  auto written = store_.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("INSERT INTO counter (name, value) VALUES (?, ?)"
                            " ON CONFLICT (name) DO UPDATE SET value = max(value + 1, excluded.value)",
                            {name, now.ms}));
    return connection.query_one("SELECT value FROM counter WHERE name = ?", {name},
                                [&number](const store::Row& row) -> Result<void> {
                                  number = row.integer(0);
                                  return {};
                                });
  });
  if (!written) return std::move(written).error();
  return number;
}

Result<std::optional<std::int64_t>> VerdictCache::number(std::string_view name) const {
  std::optional<std::int64_t> number;
  TRY_VOID(store_.read([&](store::Connection& connection) -> Result<void> {
    return connection.query("SELECT value FROM counter WHERE name = ?", {name}, [&number](const store::Row& row) -> Result<void> {
      number = row.integer(0);
      return {};
    });
  }));
  return number;
}

Result<void> VerdictCache::set_number(std::string_view name, std::int64_t value) {
  return store_.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("INSERT INTO counter (name, value) VALUES (?, ?)"
                            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                            {name, value}));
    return {};
  });
}

}  // namespace khien::agent
