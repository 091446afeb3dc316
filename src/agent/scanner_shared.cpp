// What the scanner does with a file that the fleet may know.
#include <optional>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/hash.hpp"

#include "file_hash.hpp"
#include "scanner.hpp"

namespace khien::agent {
// What this machine knows of files is known under this name, or the content's own.
std::uint64_t Scanner::label() {
  const std::uint64_t content = parts_.judge.content();
  return parts_.shared == nullptr ? content : parts_.shared->label(content);
}

void Scanner::count(Look seen) {
  if (seen == Look::vanished || seen == Look::waiting) return;
  ++scan_.files_seen;
  ++(seen == Look::scanned ? scan_.files_scanned : scan_.files_skipped);
}

// While an engine is starting the content is not yet named for what it will be.
bool Scanner::shares(const FileStatus& status, Why why) {
  return parts_.shared != nullptr && why == Why::full_scan && status.size <= kMaxHashedBytes && parts_.judge.ready();
}

Result<Scanner::Look> Scanner::let_wait(const std::string& path, Fd file, const FileStatus& status) {
  const auto known = parts_.cache.known().find(status);
  if (known && known->sha256 != Sha256{} && parts_.keeps_times(file)) {
    waiting_.push_back({.path = path, .file = std::move(file), .status = status, .sha256 = known->sha256, .read = false});
    return Look::waiting;
  }
  const auto sha256 = hash_of(file, status, buffer_);
  if (!sha256) return judge(path, file, status, Why::full_scan);
  ++judged_in_scan_;  // it was read: the rate is there for the disk as well
  waiting_.push_back({.path = path, .file = std::move(file), .status = status, .sha256 = *sha256, .read = true});
  return Look::waiting;
}

Result<void> Scanner::settle_waiting() {
  if (waiting_.empty()) return {};
  std::vector<Waiting> all;
  all.swap(waiting_);
  std::vector<Sha256> hashes;
  for (const Waiting& one : all) hashes.push_back(one.sha256);
  // A word is good under the name it was asked under, and under no other.
  const Names asked{parts_.judge.content(), label()};
  const auto words = parts_.shared->ask(asked.content, hashes);
  khien_assert(!words || words->size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (parts_.stopping) return Error(Code::unavailable, "the agent is ending");
    const bool good = words && Names{parts_.judge.content(), label()} == asked;
    TRY_VOID(settle(all[i], good ? (*words)[i] : SharedVerdicts::Word::judge, asked.label));
  }
  return {};
}

Result<void> Scanner::settle(Waiting& one, SharedVerdicts::Word word, std::uint64_t label) {
  using Word = SharedVerdicts::Word;
  // What was bad here once is called good by this machine itself or not at all.
  const auto* flagged = parts_.cache.find_flagged(one.path);
  if (flagged != nullptr && flagged->verdict != FileVerdict::not_scanned) word = Word::judge;
  if (word == Word::later && passes_ < kMaxPasses) {
    ++postponed_;
    // Not read again for it.
    learn(one.file, one.status, {.content = 0, .sha256 = one.sha256});
    count(Look::skipped);
    return {};
  }
  if (word == Word::clean) {
    learn(one.file, one.status, {.content = label, .sha256 = one.sha256});
    TRY_VOID(take_clean(one.path, one.status, nullptr));
    count(Look::skipped);
    return {};
  }
  TRY_VOID(between_files());
  TRY(const Look seen, judge(one.path, one.file, one.status, Why::full_scan, one.read ? std::optional(one.sha256) : std::nullopt));
  count(seen);
  return {};
}

}  // namespace khien::agent
