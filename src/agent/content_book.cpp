#include "content_book.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/core/text.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxStateBytes = 64u << 10;
constexpr std::string_view kStateFile = "/state.json";
constexpr std::string_view kEnding = ".release";

std::string hex_or_none(const std::optional<Sha256>& sha256) { return sha256 ? sha256->hex() : std::string(); }

Result<std::optional<Sha256>> hash_or_none(const Json& object, std::string_view name) {
  TRY(const auto text, object.string_at(name));
  if (text.empty()) return std::optional<Sha256>();
  TRY(const auto hash, Sha256::from_hex(text));
  return std::optional<Sha256>(hash);
}

}  // namespace

Result<Sha256> hash_of_file(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return system_error(path, errno);
  Sha256Stream stream;
  std::vector<std::byte> piece(256u << 10);
  for (std::uint64_t at = 0;;) {
    TRY(const std::size_t got, read_at(file, at, piece));
    if (got == 0) return stream.finish();
    stream.update(ByteView(piece).first(got));
    at += got;
  }
}

Result<std::unique_ptr<ContentBook>> ContentBook::open(Options options, Files& files, const Clock& clock) {
  TRY_VOID(files.make_folder(options.folder, 0700));
  std::unique_ptr<ContentBook> book(new ContentBook(std::move(options), files, clock));
  auto loaded = book->load();
  // A state that cannot be read is no reason to trust what it would have named.
  if (!loaded && loaded.error().code() != Code::not_found) {
    log_error("agent.content_state_damaged", {{"error", loaded.error().what()}});
    book->state_ = {};
  }
  const std::lock_guard lock(book->mutex_);
  book->fell_back_at_ = clock.monotonic();
  if (const auto ended_by = book->state_.trying) {  // (2)
    log_error("agent.content_ended_us", {{"sha256", ended_by->hex()}});
    book->ban(*ended_by, BanReason::left, "the agent ended while it was being tried");
    book->state_.trying.reset();
    book->state_.on_trial = false;
  }
  TRY_VOID(book->drop_damaged());
  TRY_VOID(book->keep());
  return book;
}

Result<void> ContentBook::load() {
  TRY(const auto text, files_.read(options_.folder + std::string(kStateFile), kMaxStateBytes));
  Budget budget({.bytes_in = kMaxStateBytes, .depth = 4, .entries = 1'000});
  JsonDocument memory;
  auto root = memory.parse(text, budget);
  if (!root) return std::move(root).error();
  State state;
  const auto read = [&]() -> Result<void> {
    TRY(state.good, hash_or_none(*root, "good"));
    TRY(state.before, hash_or_none(*root, "before"));
    TRY(state.trying, hash_or_none(*root, "trying"));
    TRY(state.on_trial, root->boolean_at("on_trial"));
    TRY(state.safe, root->boolean_at("safe"));
    TRY(state.fell_back, root->boolean_at("fell_back"));
    TRY(const auto banned, root->field("banned"));
    return banned.each([&](Json element) -> Result<void> {
      BannedContent one;
      TRY(const auto hash, element.string_at("sha256"));
      TRY(one.sha256, Sha256::from_hex(hash));
      TRY(const auto reason, element.string_at("reason"));
      TRY(one.reason, ban_reason_from_string(reason));
      TRY(const auto detail, element.string_at("detail"));
      one.detail = detail;
      state.banned.push_back(std::move(one));
      return {};
    });
  };
  if (auto done = read(); !done) return Error(Code::corrupt, done.error().what());
  state_ = std::move(state);
  return {};
}

// A release whose file is not what it was is no release.
Result<void> ContentBook::drop_damaged() {
  const auto whole = [this](const std::optional<Sha256>& sha256) {
    if (!sha256) return true;
    const auto hash = hash_of_file(path_of(*sha256));
    return hash && *hash == *sha256;
  };
  if (!whole(state_.before)) state_.before.reset();
  if (!whole(state_.good)) {
    log_error("agent.content_damaged", {{"sha256", state_.good->hex()}});
    state_.good = std::exchange(state_.before, std::nullopt);
  }
  return {};
}

std::string ContentBook::path_of(const Sha256& sha256) const {
  return options_.folder + "/" + sha256.hex() + std::string(kEnding);
}

ContentBook::Content ContentBook::content_of(const std::optional<Sha256>& sha256) const {
  if (!sha256) return {options_.factory, std::nullopt};
  return {path_of(*sha256), sha256};
}

ContentBook::Content ContentBook::active_now() const {
  return content_of(state_.trying && !state_.on_trial ? state_.trying : state_.good);
}

ContentBook::Content ContentBook::active() const {
  const std::lock_guard lock(mutex_);
  return active_now();
}

std::optional<ContentBook::Content> ContentBook::fallback() const {
  const std::lock_guard lock(mutex_);
  if (state_.trying && !state_.on_trial) return content_of(state_.good);
  if (state_.good) return content_of(state_.before);
  return std::nullopt;
}

bool ContentBook::safe() const {
  const std::lock_guard lock(mutex_);
  return state_.safe && !(state_.trying && !state_.on_trial);
}

bool ContentBook::banned(const Sha256& sha256) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(state_.banned, sha256, &BannedContent::sha256) != state_.banned.end();
}

Result<void> ContentBook::begin(const Sha256& sha256) {
  if (banned(sha256)) return Error(Code::denied, "it is banned on this machine");
  const std::lock_guard lock(mutex_);
  if (state_.trying) return Error(Code::conflict, "another release is being tried");
  state_.trying = sha256;
  state_.on_trial = true;
  auto kept = keep();
  if (kept) return {};
  // (1): what could not be named is not tried.
  state_.trying.reset();
  state_.on_trial = false;
  return kept;
}

Result<void> ContentBook::passed() {
  const std::lock_guard lock(mutex_);
  if (!state_.trying || !state_.on_trial) return Error(Code::conflict, "the trial was ended");
  state_.on_trial = false;
  trying_since_ = clock_.monotonic();
  failures_.clear();
  failures_of_active_ = 0;
  ++generation_;
  log_info("agent.content_on_probation", {{"sha256", state_.trying->hex()}});
  return keep();
}

Result<void> ContentBook::refused(BanReason reason, std::string_view detail) {
  const std::lock_guard lock(mutex_);
  if (!state_.trying || !state_.on_trial) return Error(Code::conflict, "the trial was ended");
  ban(*state_.trying, reason, detail);
  state_.trying.reset();
  state_.on_trial = false;
  return keep();
}

Result<void> ContentBook::settle() {
  const std::lock_guard lock(mutex_);
  if (!state_.trying || state_.on_trial || clock_.monotonic().ms - trying_since_.ms < kProbation.ms) return {};
  if (state_.good != state_.trying) state_.before = state_.good;
  state_.good = state_.trying;
  state_.trying.reset();
  state_.safe = false;
  state_.fell_back = false;
  log_info("agent.content_good", {{"sha256", state_.good->hex()}});
  return keep();
}

Result<void> ContentBook::note_failure(std::string_view detail) {
  const std::lock_guard lock(mutex_);
  const Duration now = clock_.monotonic();
  ++failures_of_active_;
  if (now.ms - fell_back_at_.ms >= kRememberFallingBack.ms) state_.fell_back = false;
  std::erase_if(failures_, [now](Duration at) { return now.ms - at.ms >= kFailureWindow.ms; });
  failures_.push_back(now);
  log_warning("agent.content_failed", {{"times", static_cast<std::int64_t>(failures_.size())}, {"how", detail}});
  // On probation one is enough: what stands behind it did not fail.
  const bool probation = state_.trying && !state_.on_trial;
  if (!probation && failures_.size() < kFailuresMost) return {};
  go_back(BanReason::failed, detail);
  return keep();
}

Result<void> ContentBook::recall(const Sha256& sha256) {
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(state_.banned, sha256, &BannedContent::sha256) != state_.banned.end()) return {};
  if (state_.before == sha256) state_.before.reset();
  const bool active = active_now().sha256 == sha256;
  if (active) {
    go_back(BanReason::recalled, "the hub took it back");
  } else {
    ban(sha256, BanReason::recalled, "the hub took it back");
  }
  if (state_.good == sha256) state_.good = std::exchange(state_.before, std::nullopt);
  return keep();
}

Result<void> ContentBook::end() {
  const std::lock_guard lock(mutex_);
  if (!state_.trying) return {};
  state_.trying.reset();
  state_.on_trial = false;
  return keep();
}

void ContentBook::ban(const Sha256& sha256, BanReason reason, std::string_view detail) {
  log_error("agent.content_banned",
            {{"sha256", sha256.hex()}, {"reason", to_string(reason)}, {"detail", printable(truncate(detail, 200))}});
  std::erase_if(state_.banned, [&sha256](const BannedContent& one) { return one.sha256 == sha256; });
  const std::string safe_detail(truncate(printable(truncate(detail, ContentReport::kMaxDetail)), ContentReport::kMaxDetail));
  state_.banned.insert(state_.banned.begin(), {sha256, reason, safe_detail});
  // The oldest go: the versions that Trust remembers keep those out as well.
  if (state_.banned.size() > 4 * ContentReport::kMaxBanned) state_.banned.pop_back();
}

// From what is active to what was good before it. When that fails as well, to nothing;
// a release on probation that fails says nothing against what stands behind it.
void ContentBook::go_back(BanReason reason, std::string_view detail) {
  const bool probation = state_.trying && !state_.on_trial;
  failures_.clear();
  failures_of_active_ = 0;
  ++generation_;
  const auto active = active_now().sha256;
  if (active) ban(*active, reason, detail);
  const bool again = reason == BanReason::failed && state_.fell_back && !probation;
  if (probation) {
    state_.trying.reset();
  } else {
    state_.good = std::exchange(state_.before, std::nullopt);
  }
  if (reason == BanReason::failed) {
    state_.fell_back = true;
    fell_back_at_ = clock_.monotonic();
  }
  if (again || (!active && reason == BanReason::failed)) {
    state_.safe = true;
    log_error("agent.safe_mode", {{"why", detail}});
  }
}

Result<void> ContentBook::keep() {
  JsonWriter out;
  out.begin_object().field("good", hex_or_none(state_.good)).field("before", hex_or_none(state_.before));
  out.field("trying", hex_or_none(state_.trying)).field("on_trial", state_.on_trial);
  out.field("safe", state_.safe).field("fell_back", state_.fell_back).key("banned").begin_array();
  for (const BannedContent& one : state_.banned) {
    out.begin_object().field("sha256", one.sha256.hex()).field("reason", to_string(one.reason));
    out.field("detail", one.detail).end_object();
  }
  out.end_array().end_object();
  return files_.write(options_.folder + std::string(kStateFile), out.take(), 0600);
}

ContentReport ContentBook::report() const {
  const std::lock_guard lock(mutex_);
  ContentReport report;
  const bool probation = state_.trying && !state_.on_trial;
  report.content = active_now().sha256;
  report.state = report.content ? ContentState::good : ContentState::factory;
  if (probation) report.state = ContentState::probation;
  if (state_.safe && !probation) report.state = ContentState::safe;
  report.failures = failures_of_active_;
  const std::size_t told = std::min(state_.banned.size(), ContentReport::kMaxBanned);
  report.banned.assign(state_.banned.begin(), state_.banned.begin() + static_cast<std::ptrdiff_t>(told));
  return report;
}

Result<void> ContentBook::clear() {
  const std::lock_guard lock(mutex_);
  TRY(const DirFd folder, DirFd::open(options_.folder));
  std::vector<std::string> gone;
  TRY_VOID(folder.each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    if (!name.ends_with(kEnding)) return {};
    const std::string_view digits = name.substr(0, name.size() - kEnding.size());
    const auto named = [digits](const std::optional<Sha256>& sha256) { return sha256 && sha256->hex() == digits; };
    if (!named(state_.good) && !named(state_.before) && !named(state_.trying)) gone.emplace_back(name);
    return {};
  }));
  for (const std::string& name : gone) TRY_VOID(files_.remove(options_.folder + "/" + name));
  return {};
}

}  // namespace khien::agent
