// What the scanner does with a file that the fleet may know.
#include <algorithm>
#include <optional>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/replacing_file.hpp"

#include "scanner.hpp"

namespace khien::agent {
namespace {

// Nobody votes for what the worker does not read whole.
constexpr std::uint64_t kMaxSharedBytes = 64u << 20;
constexpr std::size_t kPiece = 256u << 10;

// None if it cannot be read, or is not what `status` says any more.
std::optional<Sha256> hash_of(const Fd& file, const FileStatus& status, std::vector<std::byte>& buffer) {
  Sha256Stream stream;
  std::uint64_t done = 0;
  for (;;) {
    // One byte more than is left tells whether it has grown.
    const std::uint64_t wanted = std::min<std::uint64_t>(status.size - done + 1, kPiece);
    if (buffer.size() < wanted) buffer.resize(wanted);
    const auto got = read_at(file, done, std::span(buffer).first(wanted));
    if (!got) return std::nullopt;
    stream.update(ByteView(buffer).first(*got));
    done += *got;
    if (done > status.size) return std::nullopt;
    if (*got < wanted) break;
  }
  const auto after = status_of(file);
  if (done != status.size || !after || after->mtime_ns != status.mtime_ns || after->ctime_ns != status.ctime_ns) {
    return std::nullopt;
  }
  return stream.finish();
}

}  // namespace

// What this machine knows of files is known under this name, or the content's own.
std::uint64_t Scanner::label() {
  const std::uint64_t content = parts_.judge.content();
  return parts_.shared == nullptr ? content : parts_.shared->label(content);
}

void Scanner::count(Look seen) {
  if (seen == Look::vanished || seen == Look::waiting) return;
  ++run_.seen.files_seen;
  ++(seen == Look::scanned ? run_.seen.files_scanned : run_.seen.files_skipped);
}

// While an engine is starting the content is not yet named for what it will be.
bool Scanner::shares(const FileStatus& status, Why why) {
  return parts_.shared != nullptr && why == Why::full_scan && status.size <= kMaxSharedBytes && parts_.judge.ready();
}

Result<Scanner::Look> Scanner::let_wait(const std::string& path, Fd file, const FileStatus& status) {
  const auto known = parts_.cache.known().find(status);
  if (known && known->sha256 != Sha256{}) {
    waiting_.push_back({path, std::move(file), status, known->sha256});
    return Look::waiting;
  }
  const auto sha256 = hash_of(file, status, buffer_);
  if (!sha256) return judge(path, file, status, Why::full_scan);
  ++run_.judged;  // it was read: the rate is there for the disk as well
  waiting_.push_back({path, std::move(file), status, *sha256});
  return Look::waiting;
}

Result<void> Scanner::settle_waiting() {
  if (waiting_.empty()) return {};
  std::vector<Waiting> all;
  all.swap(waiting_);
  std::vector<Sha256> hashes;
  for (const Waiting& one : all) hashes.push_back(one.sha256);
  const auto words = parts_.shared->ask(parts_.judge.content(), hashes);
  khien_assert(!words || words->size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (parts_.stopping) return Error(Code::unavailable, "the agent is ending");
    TRY_VOID(settle(all[i], words ? (*words)[i] : SharedVerdicts::Word::judge));
  }
  return {};
}

Result<void> Scanner::settle(Waiting& one, SharedVerdicts::Word word) {
  using Word = SharedVerdicts::Word;
  KnownFiles& known = parts_.cache.known();
  // What was bad here once is called good by this machine itself or not at all.
  const auto* flagged = parts_.cache.find_flagged(one.path);
  if (flagged != nullptr && flagged->verdict != FileVerdict::not_scanned) word = Word::judge;
  if (word == Word::later && passes_ < kMaxPasses) {
    ++postponed_;
    // Not read again for it.
    known.learn(one.status, {.content = 0, .sha256 = one.sha256}, parts_.clock.now());
    count(Look::skipped);
    return {};
  }
  if (word == Word::clean) {
    known.learn(one.status, {.content = label(), .sha256 = one.sha256}, parts_.clock.now());
    TRY_VOID(take_clean(one.path, one.status, nullptr));
    count(Look::skipped);
    return {};
  }
  TRY_VOID(between_files());
  TRY(const Look seen, judge(one.path, one.file, one.status, Why::full_scan));
  count(seen);
  return {};
}

}  // namespace khien::agent
