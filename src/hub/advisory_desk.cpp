#include "advisory_desk.hpp"

#include <chrono>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/file.hpp"
#include "khien/core/log.hpp"
#include "khien/flow/judges/advisory_judge.hpp"
#include "khien/patch/letters.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostSettingsBytes = 64u << 10;
constexpr std::chrono::seconds kLettersAgainAfter{10};

}  // namespace

Result<patch::Settings> read_advisory_settings(const std::string& content_folder) {
  const std::string path = content_folder + "/advisories/deadlines.yaml";
  TRY(const auto text, system_files().read(path, kMostSettingsBytes));
  Budget budget({.bytes_in = kMostSettingsBytes});
  auto settings = patch::settings_from_yaml(text, budget);
  if (!settings) return std::move(settings).error().within(path);
  return settings;
}

AdvisoryDesk::AdvisoryDesk(store::Store& hub, flow::Flow& flow, std::shared_ptr<patch::Library> library, const Clock& clock,
                           Options options)
    : hub_(hub), flow_(flow), library_(std::move(library)), clock_(clock), options_(std::move(options)) {
  khien_assert(library_ != nullptr);
  follower_ = std::make_unique<patch::Follower>(hub_, clock_, patch::Follower::Options{options_.shipped, options_.on_change});
}

AdvisoryDesk::~AdvisoryDesk() { stop(); }

void AdvisoryDesk::start() {
  khien_assert(!thread_.joinable());
  judge_waits_ = library_->book() != nullptr;
  // A crash, or an import that was going on, may have kept one out.
  letters_wait_ = true;
  thread_ = std::thread([this] { run(); });
  follower_->start();
}

void AdvisoryDesk::stop() {
  follower_->stop();
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  bell_.notify_all();
  thread_.join();
}

Result<void> AdvisoryDesk::judge(const std::function<void(std::int64_t, std::int64_t)>& progress) {
  const std::lock_guard one_at_a_time(judging_);
  const auto book = library_->book();
  if (!book) return {};
  const auto done = flow_.reconsider(flow::make_advisory_judge(book), [&](std::int64_t at, std::int64_t total) {
    library_->set_progress(patch::Library::Judging{at, total});
    if (progress) progress(at, total);
  });
  library_->set_progress({});
  if (!done) return done;
  TRY_VOID(hub_.write([&](store::Connection& connection) { return patch::note_known(connection, book->book); }));
  return follower_->tend();
}

void AdvisoryDesk::take_letters() {
  {
    const std::lock_guard lock(mutex_);
    letters_wait_ = true;
  }
  bell_.notify_all();
}

Result<void> AdvisoryDesk::add_letters() {
  std::vector<advisory::Advisory> letters;
  TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
    TRY(letters, patch::records_of_letters(connection));
    return {};
  }));
  // A book of nothing would call every machine judged.
  if (letters.empty() && !library_->book()) return {};
  TRY(const auto taken, library_->take_letters(letters, clock_.now()));
  (void)taken;
  return {};
}

void AdvisoryDesk::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    bell_.wait(lock, [this] { return stopping_ || letters_wait_ || judge_waits_; });
    if (stopping_) return;
    const bool letters = std::exchange(letters_wait_, false);
    judge_waits_ = false;
    lock.unlock();
    const auto added = letters ? add_letters() : Result<void>();
    if (!added) log_error("advisories.letters_not_added", {{"error", added.error().what()}});
    // Also if the book is the same: what is followed is another thing.
    const auto judged = judge();
    if (!judged) log_error("advisories.not_judged", {{"error", judged.error().what()}});
    lock.lock();
    if (added) continue;
    // Such as an import that goes on.
    bell_.wait_for(lock, kLettersAgainAfter, [this] { return stopping_; });
    letters_wait_ = true;
  }
}

}  // namespace khien::hub
