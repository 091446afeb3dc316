#include "known_files.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kLeastLimit = 4'096;
constexpr std::uint64_t kSizeLimit = std::uint64_t{1} << 48;

FileKey key_of(const FileStatus& status) { return {status.device, status.inode}; }

bool is_same(const KnownFile& file, const FileStatus& status) {
  return file.size == status.size && file.mtime_ns == status.mtime_ns && file.ctime_ns == status.ctime_ns;
}

}  // namespace

KnownFiles KnownFiles::open(std::string path) {
  KnownFiles known(std::move(path));
  auto table = KnownTable::open(known.path_);
  if (table) {
    known.table_.emplace(std::move(table).value());
  } else if (table.error().code() != Code::not_found) {
    known.throw_away(table.error());
  }
  return known;
}

// The file stays where it is until the next one replaces it: it is not read again
// before.
void KnownFiles::throw_away(const Error& error) {
  log_error("agent.known_files_damaged", {{"path", path_}, {"error", error.what()}});
  ++damaged_;
  table_.reset();
  Marks().swap(marks_);
}

std::optional<KnownFiles::Known> KnownFiles::find(const FileStatus& status) {
  khien_assert(status.kind == FileStatus::Kind::regular);
  const FileKey key = key_of(status);
  if (const auto learnt = learnt_.find(key); learnt != learnt_.end()) {
    if (!is_same(learnt->second, status)) return std::nullopt;
    return Known{learnt->second.content, learnt->second.sha256};
  }
  if (!table_) return std::nullopt;
  const auto found = table_->find(key);
  if (!found) {
    throw_away(found.error());
    return std::nullopt;
  }
  if (!*found || !is_same((*found)->file, status)) return std::nullopt;
  if (marking_) mark((*found)->block, (*found)->place);
  return Known{(*found)->file.content, (*found)->file.sha256};
}

void KnownFiles::learn(const FileStatus& status, const Known& known, Timestamp now) {
  khien_assert(status.kind == FileStatus::Kind::regular);
  if (!settled(status, now) || status.size >= kSizeLimit) return;
  const FileKey key = key_of(status);
  // Room comes with the sweep at a scan's end.
  if (files() >= kMaxFiles && !learnt_.contains(key)) return;
  learnt_.insert_or_assign(key, KnownFile{.key = key,
                                          .size = status.size,
                                          .mtime_ns = status.mtime_ns,
                                          .ctime_ns = status.ctime_ns,
                                          .sha256 = known.sha256,
                                          .content = known.content});
  if (learnt_.size() >= std::max(limit(), try_again_at_)) flush();
}

// As a fact that knows nothing: it covers the one in the table.
void KnownFiles::forget(const FileStatus& status) {
  const FileKey key = key_of(status);
  if (!learnt_.contains(key) && !find(status)) return;
  learnt_.insert_or_assign(key, KnownFile{.key = key,
                                          .size = 0,
                                          .mtime_ns = status.mtime_ns,
                                          .ctime_ns = status.ctime_ns,
                                          .sha256 = {},
                                          .content = 0});
  flush();
}

bool KnownFiles::settled(const FileStatus& status, Timestamp now) {
  const std::int64_t newest = std::max(status.mtime_ns, status.ctime_ns);
  return newest / 1'000'000 + kSettled.ms < now.ms;
}

// A table is written anew each time it grew by a quarter, so that all writing of a
// first scan is a few times the table's size.
std::size_t KnownFiles::limit() const {
  const std::size_t quarter = table_ ? static_cast<std::size_t>(table_->files() / 4) : 0;
  return std::clamp(quarter, kLeastLimit, kMaxLearnt);
}

void KnownFiles::begin_scan() {
  marking_ = true;
  marks_.assign(table_ ? table_->blocks() : 0, 0);
}

void KnownFiles::end_scan(bool complete) {
  khien_assert(marking_);
  marking_ = false;
  bool sweep = false;
  if (complete && table_) {
    std::uint64_t touched = 0;
    for (const std::uint64_t block : marks_) touched += static_cast<std::uint64_t>(std::popcount(block));
    khien_assert(touched <= table_->files());
    // A few that are gone are not worth writing all.
    sweep = (table_->files() - touched) * 16 > table_->files();
  }
  if (sweep || !learnt_.empty()) write(sweep);
  Marks().swap(marks_);
  rest();
}

void KnownFiles::flush() {
  if (!learnt_.empty()) write(false);
}

void KnownFiles::rest() {
  if (table_) table_->rest();
  if (learnt_.empty()) decltype(learnt_)().swap(learnt_);
}

void KnownFiles::mark(std::size_t block, std::size_t place) {
  khien_assert(block < marks_.size() && place < KnownTable::kFilesInBlock);
  marks_[block] |= std::uint64_t{1} << place;
}

bool KnownFiles::marked(std::size_t block, std::size_t place) const {
  return block < marks_.size() && ((marks_[block] >> place) & 1) != 0;
}

// The newest last; of too many the oldest are forgotten, and with them verdicts
// that nobody asks for any more.
std::vector<std::uint64_t> KnownFiles::contents() const {
  std::vector<std::uint64_t> all = table_ ? table_->contents() : std::vector<std::uint64_t>();
  for (const auto& [key, file] : learnt_) {
    if (file.content != 0 && std::ranges::find(all, file.content) == all.end()) all.push_back(file.content);
  }
  if (all.size() > KnownTable::kMaxContents) {
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(KnownTable::kMaxContents));
  }
  return all;
}

// A disk that takes nothing costs what was learnt, not the scan.
void KnownFiles::write(bool sweep) {
  auto written = write_table(sweep);
  if (!written && written.error().code() == Code::corrupt) {
    throw_away(written.error());
    written = write_table(false);
  }
  try_again_at_ = 0;
  if (written) return;
  log_warning("agent.known_files_not_written", {{"path", path_}, {"error", written.error().what()}});
  try_again_at_ = learnt_.size() + kLeastLimit;
  if (learnt_.size() >= kMaxLearnt) decltype(learnt_)().swap(learnt_);
}

Result<void> KnownFiles::write_table(bool sweep) {
  Marks marks;
  TRY(auto writer, KnownTableWriter::begin(path_, contents()));
  TRY_VOID(merge(writer, sweep, marks));
  TRY_VOID(writer.commit());
  reopen(std::move(marks));
  return {};
}

// Both in the order of their keys; what was learnt is newer.
Result<void> KnownFiles::merge(KnownTableWriter& writer, bool sweep, Marks& marks) const {
  std::vector<const KnownFile*> learnt;
  learnt.reserve(learnt_.size());
  for (const auto& [key, file] : learnt_) learnt.push_back(&file);
  std::ranges::sort(learnt, {}, [](const KnownFile* file) { return file->key; });

  const auto add = [&](const KnownFile& file, bool touched) -> Result<void> {
    TRY_VOID(writer.add(file));
    if (!marking_) return {};
    marks.resize(writer.block() + 1);
    if (touched) marks[writer.block()] |= std::uint64_t{1} << writer.place();
    return {};
  };
  auto next = learnt.begin();
  for (std::size_t block = 0; table_ && block < table_->blocks(); ++block) {
    TRY(const auto files, table_->read_block(block));
    for (std::size_t place = 0; place < files.size(); ++place) {
      const KnownFile& old = files[place];
      for (; next != learnt.end() && (*next)->key < old.key; ++next) TRY_VOID(add(**next, true));
      if (next != learnt.end() && (*next)->key == old.key) continue;
      const bool touched = marked(block, place);
      if (!sweep || touched) TRY_VOID(add(old, touched));
    }
  }
  for (; next != learnt.end(); ++next) TRY_VOID(add(**next, true));
  return {};
}

void KnownFiles::reopen(Marks marks) {
  // The new one is on the disk: what happens now costs memory of it, not more.
  decltype(learnt_)().swap(learnt_);
  table_.reset();
  auto table = KnownTable::open(path_);
  if (!table) return throw_away(table.error());
  table_.emplace(std::move(table).value());
  if (marking_) {
    marks.resize(table_->blocks());
    marks_ = std::move(marks);
  }
}

}  // namespace khien::agent
