#include "engines.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"

#include "file_hash.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxContentFiles = 10'000;
constexpr std::size_t kMaxContentFileBytes = 64u << 20;
constexpr std::string_view kLargeEnding = ".table";
constexpr int kMaxContentDepth = 8;
constexpr Duration kLookAtContentEvery = minutes(10);
constexpr std::size_t kMaxDetailBytes = 500;

// Names of all files below, relative, in byte order.
Result<void> list_content(const DirFd& folder, const std::string& prefix, int depth, std::vector<std::string>& names) {
  if (depth > kMaxContentDepth) return Error(Code::exhausted, "content folders are nested too deeply");
  return folder.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
    const std::string path = prefix + std::string(name);
    if (kind == FileStatus::Kind::directory) {
      TRY(const DirFd below, folder.open_folder(std::string(name)));
      return list_content(below, path + "/", depth + 1, names);
    }
    if (kind != FileStatus::Kind::regular) return {};
    if (names.size() >= kMaxContentFiles) return Error(Code::exhausted, "too many content files");
    names.push_back(path);
    return {};
  });
}

// Compiled hash lists are hundreds of megabytes: read in pieces, never held.
Result<Sha256> hash_of_large(const DirFd& root, const std::string& name) {
  TRY(const Fd file, root.open_file(name));
  std::vector<std::byte> piece(256u << 10);
  Sha256Stream stream;
  for (off_t at = 0;;) {
    const ssize_t got = pread(file.get(), piece.data(), piece.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(name, errno);
    if (got == 0) return stream.finish();
    stream.update(ByteView(piece).first(static_cast<std::size_t>(got)));
    at += got;
  }
}

// Of our own signatures for ClamAV; zero if there are none.
Sha256 clamd_signatures_in(const std::string& content_folder, Files& files) {
  const auto hash = hash_of_content(content_folder + "/" + std::string(kClamAvFolder), files);
  return hash ? *hash : Sha256{};
}

std::uint64_t first_bytes(const Sha256& hash) {
  std::uint64_t number = 0;
  std::memcpy(&number, hash.bytes.data(), sizeof number);
  return number;
}

}  // namespace

Result<Sha256> hash_of_content(const std::string& folder, Files& files) {
  TRY(const DirFd root, DirFd::open(folder));
  std::vector<std::string> names;
  TRY_VOID(list_content(root, "", 0, names));
  std::ranges::sort(names);
  Sha256Stream all;
  for (const std::string& name : names) {
    // Hashes have one length, so that no name can pass for another's bytes.
    all.update(sha256(name).view());
    if (name.ends_with(kLargeEnding)) {
      TRY(const Sha256 large, hash_of_large(root, name));
      all.update(large.view());
      continue;
    }
    TRY(const auto bytes, files.read(folder + "/" + name, kMaxContentFileBytes));
    all.update(sha256(bytes).view());
  }
  return all.finish();
}

Result<std::unique_ptr<Engines>> Engines::start(Parts parts) {
  std::unique_ptr<Engines> engines(new Engines(std::move(parts)));
  auto hash = hash_of_content(engines->parts_.content_folder, engines->parts_.files);
  if (!hash) return std::move(hash).error().within("read the content");
  engines->factory_hash_ = *hash;
  engines->clamd_signatures_hash_ = clamd_signatures_in(engines->parts_.content_folder, engines->parts_.files);
  engines->take_active();
  TRY_VOID(engines->start_first_worker());
  return engines;
}

// A release that no worker begins with costs the release and not the agent.
Result<void> Engines::start_first_worker() {
  for (;;) {
    auto started = start_worker();
    if (started || parts_.book == nullptr || !parts_.book->active().sha256) return started;
    blame_content(started.error().what());
    if (safe()) return {};
    take_active();
  }
}

void Engines::blame_content(std::string_view how) {
  if (auto noted = parts_.book->note_failure(how); !noted) {
    log_error("agent.content_not_kept", {{"error", noted.error().what()}});
  }
}

// What the book says is to be loaded, or the folder, becomes what is loaded next.
void Engines::take_active() {
  const std::uint64_t generation = parts_.book ? parts_.book->generation() : 0;
  const auto active = parts_.book ? parts_.book->active() : ContentBook::Content{parts_.content_folder, std::nullopt};
  const std::lock_guard lock(mutex_);
  generation_ = generation;
  const Sha256 hash = active.sha256.value_or(factory_hash_);
  content_path_ = active.path;
  if (hash == content_hash_) return;
  if (content_since_) log_info("agent.new_content", {{"sha256", hash.hex()}});
  content_hash_ = hash;
  content_since_ = parts_.clock.now();
  name_content();
}

Result<void> Engines::start_worker() {
  Sha256 content;
  std::string path;
  {
    const std::lock_guard lock(mutex_);
    content = content_hash_;
    path = content_path_;
  }
  worker_.reset();
  worker_failures_ = 0;
  auto worker = parts_.start_worker(path);
  const std::lock_guard lock(mutex_);
  worker_up_ = worker.has_value();
  if (!worker) {
    worker_detail_ = truncate(printable(worker.error().what()), kMaxDetailBytes);
    return std::move(worker).error().within("start the worker");
  }
  worker_ = std::move(worker).value();
  worker_content_ = content;
  rules_ = worker_->rule_count();
  iocs_ = worker_->ioc_count();
  worker_detail_ = worker_->sandbox();
  worker_version_ = worker_->version();
  name_content();
  return {};
}

// It ends after so many files, and the one that follows may be of a newer package.
void Engines::name_worker() {
  std::string version = worker_->version();
  const std::lock_guard lock(mutex_);
  if (version == worker_version_) return;
  worker_version_ = std::move(version);
  name_content();
}

// What parses hostile files may be captured by one: where it names another hash than
// ours for the same bytes, none of its words counts.
Result<scan::Verdict> Engines::ask_worker(const Fd& file, std::uint64_t size, const std::optional<Sha256>& own) {
  TRY(scan::Verdict verdict, worker_->scan(file, size));
  if (!verdict.hashed() || (own && verdict.sha256 == *own)) return verdict;
  const auto now = status_of(file);
  const auto again = now ? hash_of(file, *now, buffer_) : std::nullopt;
  if (own && again && *again == *own) {
    log_error("agent.worker_lied", {{"file.hash.sha256", own->hex()}, {"said", verdict.sha256.hex()}});
    worker_->distrust();
    verdict = {};
    verdict.verdict = FileVerdict::not_scanned;
    verdict.reason = "worker_died";
    verdict.sha256 = *own;
    return verdict;
  }
  // It changed meanwhile: what was found is told, but under no hash that we did not see.
  const bool seen = again && *again == verdict.sha256;
  if (!seen && size <= kMaxHashedBytes) verdict.sha256 = {};
  return verdict;
}

// A worker that died at a file may have been killed by the file. What is gone back
// to, or a trial, says by which of the two.
bool Engines::content_is_to_blame(const Fd& file, std::uint64_t size) {
  const auto other = parts_.book->fallback();
  if (!other) return parts_.try_content && !parts_.try_content(parts_.book->active().path);
  auto witness = parts_.start_worker(other->path);
  if (!witness) return false;
  const auto verdict = (*witness)->scan(file, size);
  return verdict && (*witness)->failures() == 0;
}

void Engines::look_for_failures(const Fd& file, std::uint64_t size) {
  const std::size_t failures = worker_ ? worker_->failures() : 0;
  if (failures == std::exchange(worker_failures_, failures) || parts_.book == nullptr) return;
  if (content_is_to_blame(file, size)) blame_content("its worker died or hung at a file that other content can judge");
}

// A worker with the active content. One that does not begin is the content's fault:
// where that leads back at once, the next is tried for the same file.
Result<void> Engines::ensure_worker() {
  for (;;) {
    if (parts_.book != nullptr && parts_.book->generation() != generation_) take_active();
    if (safe()) return Error(Code::unavailable, "safe mode");
    {
      const std::lock_guard lock(mutex_);
      if (worker_ && worker_content_ == content_hash_) return {};
    }
    auto started = start_worker();
    if (started || parts_.book == nullptr || !parts_.book->active().sha256) return started;
    blame_content(started.error().what());
    if (parts_.book->generation() == generation_) return started;
  }
}

Result<FileJudge::Answer> Engines::judge(const Fd& file, const FileStatus& status, const std::optional<Sha256>& own) {
  TRY_VOID(ensure_worker());
  bool ask_clamd = false;
  {
    const std::lock_guard lock(mutex_);
    ask_clamd = clamd_up_;
  }
  const WorkerScan scan = [&](const Fd& fd, std::uint64_t size) { return ask_worker(fd, size, own); };
  auto answer = judge_by_both(scan, ask_clamd ? parts_.clamd.get() : nullptr, file, status);
  if (!answer) {
    const std::lock_guard lock(mutex_);
    worker_up_ = false;
    worker_detail_ = truncate(printable(answer.error().what()), kMaxDetailBytes);
    worker_.reset();
    return answer;
  }
  name_worker();
  look_for_failures(file, status.size);
  // clamd is installed and would have been asked, were it there.
  if (parts_.clamd && !ask_clamd && answer->verdict.verdict != FileVerdict::malicious) answer->complete = false;
  return answer;
}

std::uint64_t Engines::content() { return content_; }

// Asked for every file, computed when something changed.
void Engines::name_content() {
  Sha256Stream all;
  all.update(content_hash_.view());
  // Hashes have one length, so that no version can pass for a part of another.
  all.update(sha256(parts_.agent_version).view());
  all.update(sha256(worker_version_).view());
  // As long as clamd is away its last known version counts: a restart must not
  // make every file unknown.
  all.update(as_bytes(clamd_was_up_ ? clamd_version_.engine + "/" + std::to_string(clamd_version_.database) : "none"));
  content_ = first_bytes(all.finish());
}

bool Engines::ready() {
  const std::lock_guard lock(mutex_);
  return parts_.clamd == nullptr || clamd_up_;
}

void Engines::tend() {
  tend_clamd();
  tend_content();
}

void Engines::tend_clamd() {
  if (!parts_.clamd) return;
  const bool up = parts_.clamd->check();
  std::optional<ClamdPort::Version> version;
  std::int64_t signatures = 0;
  if (up) {
    if (auto answer = parts_.clamd->version()) version = std::move(answer).value();
    signatures = parts_.clamd->signatures();
  }
  const std::lock_guard lock(mutex_);
  if (clamd_up_ && !version) log_warning("agent.clamd_down");
  clamd_up_ = version.has_value();
  if (!version) return;
  clamd_was_up_ = true;
  clamd_version_ = std::move(*version);
  clamd_signatures_ = signatures;
  name_content();
}

void Engines::tend_content() {
  if (parts_.book != nullptr && parts_.book->generation() != generation_) take_active();
  const Duration now = parts_.clock.monotonic();
  if (now < next_content_look_) return;
  next_content_look_ = {now.ms + kLookAtContentEvery.ms};
  const auto hash = hash_of_content(parts_.content_folder, parts_.files);
  if (!hash) return log_warning("agent.content_not_read", {{"error", hash.error().what()}});
  {
    const std::lock_guard lock(mutex_);
    const bool same = *hash == factory_hash_;
    factory_hash_ = *hash;
    if (same) return;
  }
  const Sha256 for_clamd = clamd_signatures_in(parts_.content_folder, parts_.files);
  if (for_clamd != clamd_signatures_hash_) reload_clamd(for_clamd);
  take_active();
}

// Before the new name is given: until then what is judged is not complete.
void Engines::reload_clamd(const Sha256& own_signatures) {
  clamd_signatures_hash_ = own_signatures;
  if (!parts_.clamd) return;
  {
    const std::lock_guard lock(mutex_);
    clamd_up_ = false;
  }
  parts_.clamd->reload();
}

EngineState Engines::clamd_state() const {
  EngineState state{.engine = Engine::clamav, .state = EngineState::State::absent, .signatures = 0, .updated_at = {}, .detail = {}};
  if (!parts_.clamd) {
    state.detail = parts_.clamd_absent;
    return state;
  }
  state.state = clamd_up_ ? EngineState::State::running : EngineState::State::degraded;
  state.signatures = clamd_signatures_;
  state.updated_at = clamd_version_.built;
  state.detail = clamd_up_ ? truncate(printable(clamd_version_.engine), kMaxDetailBytes)
                           : std::string_view(clamd_was_up_ ? "does not answer" : "starting");
  return state;
}

std::vector<EngineState> Engines::states() const {
  const bool is_safe = safe();
  const std::lock_guard lock(mutex_);
  const auto worker_state = worker_up_ && !is_safe ? EngineState::State::running : EngineState::State::degraded;
  const std::string detail = is_safe ? std::string(kSafeMode) : worker_detail_;
  return {{Engine::ioc, worker_state, static_cast<std::int64_t>(iocs_), content_since_, detail},
          {Engine::yara, worker_state, static_cast<std::int64_t>(rules_), content_since_, detail},
          clamd_state()};
}

}  // namespace khien::agent
