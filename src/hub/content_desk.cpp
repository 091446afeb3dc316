#include "content_desk.hpp"

#include <utility>

#include "khien/core/bytes.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostRefusalBytes = 500;

}  // namespace

struct TrialDesk::Job {
  Bytes bytes;
  SignedFile file;  // views into bytes
  bool emergency = false;
  Bringer bringer;
};

TrialDesk::TrialDesk(store::Store& hub, const Env& env, std::string folder,
                     std::function<void(std::int64_t version)> on_change, Import import)
    : hub_(hub), env_(env), folder_(std::move(folder)), on_change_(std::move(on_change)), import_(std::move(import)) {}

TrialDesk::~TrialDesk() { close(); }

void TrialDesk::close() {
  stop_ = true;
  std::thread ending;
  {
    const std::lock_guard lock(mutex_);
    ending = std::move(thread_);
  }
  if (ending.joinable()) ending.join();
}

ContentImport TrialDesk::import_by(const Bringer& bringer) const {
  const auto audit = [this, bringer](store::Connection& connection, std::string_view action, std::string_view object,
                                     std::string_view detail) -> Result<void> {
    TRY_VOID(store::append_audit(connection, bringer.tenant,
                                 {.at = env_.clock.now(),
                                  .who = bringer.username,
                                  .action = std::string(action),
                                  .object = std::string(object),
                                  .detail = std::string(detail),
                                  .address = bringer.address}));
    return {};
  };
  return {.hub = hub_, .env = env_, .folder = folder_, .audit = audit, .stop = &stop_};
}

Result<api::ContentDesk::Trying> TrialDesk::start(ByteView file, bool emergency, const Bringer& bringer) {
  auto job = std::make_shared<Job>(Job{Bytes(file.begin(), file.end()), {}, emergency, bringer});
  TRY(job->file, read_signed_file(job->bytes));
  TRY_VOID(check_new_content(import_by(bringer), job->file.envelope));
  const std::lock_guard lock(mutex_);
  if (stop_) return Error(Code::unavailable, "the hub shuts down");
  if (trying_ && !trying_->ended_at) return Error(Code::conflict, "another one is being tried");
  // The one before has ended; what is left of its thread needs no lock of ours.
  if (thread_.joinable()) thread_.join();
  trying_ = Trying{.version = job->file.envelope.statement.version, .since = env_.clock.now(), .ended_at = {}, .refusal = {}};
  thread_ = std::thread([this, job] { run(*job); });
  return *trying_;
}

void TrialDesk::run(const Job& job) {
  const auto version = job.file.envelope.statement.version;
  const auto done = import_(import_by(job.bringer), job.file, job.emergency);
  if (!done) log_warning("content.refused", {{"version", version}, {"error", done.error().what()}});
  {
    const std::lock_guard lock(mutex_);
    trying_->ended_at = env_.clock.now();
    if (!done) trying_->refusal = printable(truncate(done.error().what(), kMostRefusalBytes));
  }
  if (!stop_) on_change_(version);
}

std::optional<api::ContentDesk::Trying> TrialDesk::trying() const {
  const std::lock_guard lock(mutex_);
  return trying_;
}

}  // namespace khien::hub
