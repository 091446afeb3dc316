#include "commands/scan_crew.hpp"

#include <utility>

#include "khien/core/clock.hpp"
#include "khien/core/text.hpp"
#include "khien/probe/clamd.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxWaiting = 64;
// clamd reads what it is sent into memory; beyond this our own engines must do.
constexpr std::uint64_t kMaxClamBytes = 25u << 20;
constexpr std::size_t kMaxRuleBytes = 200;

// Clean so far, or with parts that ClamAV may be able to open.
bool is_unsettled(const scan::Verdict& verdict) {
  return verdict.verdict == FileVerdict::clean || (verdict.verdict == FileVerdict::not_scanned && !verdict.gaps.empty());
}

void ask_clam(probe::ClamdClient& clam, const Fd& file, scan::Verdict& verdict) {
  const auto signature = clam.scan(file);
  if (!signature) {
    // Asked for and not had: what our engines say is not the answer that was wanted.
    if (verdict.verdict == FileVerdict::clean) verdict.reason = "clamd";
    verdict.verdict = FileVerdict::not_scanned;
    return;
  }
  if (signature->empty()) return;
  verdict.verdict = FileVerdict::malicious;
  verdict.reason.clear();
  verdict.matches.push_back({Engine::clamav, std::string(truncate(printable(*signature), kMaxRuleBytes)), "clamav", Severity::high});
}

}  // namespace

Result<std::unique_ptr<ScanCrew>> ScanCrew::start(Options options, Report report) {
  const std::size_t workers = options.workers;
  std::unique_ptr<ScanCrew> crew(new ScanCrew(std::move(options), std::move(report)));
  for (std::size_t number = 0; number < workers; ++number) {
    crew->threads_.emplace_back([self = crew.get()] { self->work(); });
  }
  std::unique_lock lock(crew->mutex_);
  crew->changed_.wait(lock, [&] { return crew->ready_ == workers || crew->failure_; });
  if (crew->failure_) return Error(*crew->failure_);
  lock.unlock();
  return crew;
}

ScanCrew::~ScanCrew() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  threads_.clear();
}

void ScanCrew::work() {
  auto served = serve();
  if (served) return;
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(served).error();
  changed_.notify_all();
}

// A worker ends with the thread that started it, so it is started here.
Result<void> ScanCrew::serve() {
  TRY(const auto worker, probe::Worker::start(options_.worker, system_clock()));
  if (worker->rule_count() + worker->ioc_count() == 0) {
    return Error(Code::invalid, options_.worker.content_folder + ": no rules in it (a folder with a folder a pack, each with its pack.json)");
  }
  std::optional<probe::ClamdClient> clam;
  if (!options_.clamd_socket.empty()) {
    clam.emplace(options_.clamd_socket);
    if (const auto version = clam->version(); !version) return Error(version.error());
  }
  {
    const std::lock_guard lock(mutex_);
    ++ready_;
  }
  changed_.notify_all();
  while (auto job = next()) {
    TRY(auto verdict, worker->scan(job->file, job->size));
    if (clam && is_unsettled(verdict) && job->size <= kMaxClamBytes) ask_clam(*clam, job->file, verdict);
    const std::lock_guard lock(reporting_);
    report_(*job, verdict);
  }
  return {};
}

std::optional<ScanJob> ScanCrew::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ended_ || failure_ || !jobs_.empty(); });
  if (jobs_.empty() || failure_) return std::nullopt;
  ScanJob job = std::move(jobs_.front());
  jobs_.pop_front();
  changed_.notify_all();
  return job;
}

void ScanCrew::add(ScanJob job) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return failure_ || jobs_.size() < kMaxWaiting; });
  if (failure_) return;
  jobs_.push_back(std::move(job));
  changed_.notify_all();
}

Result<void> ScanCrew::finish() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  threads_.clear();
  if (failure_) return Error(*failure_);
  return {};
}

}  // namespace khien::hub
