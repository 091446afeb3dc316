#include <utility>

#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/net/client.hpp"
#include "khien/probe/clamd.hpp"
#include "khien/probe/endpoint.hpp"
#include "khien/probe/worker.hpp"

#include "agent.hpp"

namespace khien::agent {
namespace {

class RealWorker final : public WorkerPort {
 public:
  explicit RealWorker(std::unique_ptr<probe::Worker> worker) : worker_(std::move(worker)) {}

  Result<scan::Verdict> scan(const Fd& file, std::uint64_t size) override { return worker_->scan(file, size); }
  std::size_t rule_count() const override { return worker_->rule_count(); }
  std::size_t ioc_count() const override { return worker_->ioc_count(); }
  std::string sandbox() const override { return worker_->sandbox(); }

 private:
  std::unique_ptr<probe::Worker> worker_;
};

class RealClamd final : public ClamdPort {
 public:
  explicit RealClamd(std::unique_ptr<probe::ClamdProcess> process)
      : process_(std::move(process)), scanner_(process_->socket_path()), asker_(process_->socket_path(), seconds(5)) {}

  Result<std::string> scan(const Fd& file) override { return scanner_.scan(file); }
  bool check() override { return process_->check(); }
  std::int64_t signatures() override { return process_->signatures(); }
  Result<Version> version() override {
    TRY(auto version, asker_.version());
    return Version{std::move(version.engine), version.database, version.built};
  }

 private:
  std::unique_ptr<probe::ClamdProcess> process_;
  probe::ClamdClient scanner_;  // the scanner's thread
  probe::ClamdClient asker_;    // the sensors' thread
};

void start_clamd(const AgentOptions& options, const Env& env, Engines::Parts& engines) {
  if (!options.clamd) {
    engines.clamd_absent = "switched off";
    return;
  }
  probe::ClamdProcess::Options process;
  process.run_folder = options.run_folder;
  process.own_database = options.content_folder + "/clamav";
  auto started = probe::ClamdProcess::start(std::move(process), env);
  if (!started) {
    engines.clamd_absent = truncate(printable(started.error().what()), 500);
    log_warning("agent.no_clamd", {{"error", started.error().what()}});
    return;
  }
  engines.clamd = std::make_unique<RealClamd>(std::move(started).value());
}

}  // namespace

Result<AgentParts> system_parts(const AgentOptions& options, const Env& env) {
  TRY_VOID(env.files.make_folder(options.run_folder, 0755));
  AgentParts parts{.make_client = net::make_client,
                   .machine = probe::make_machine_probe(),
                   .walker = probe::make_file_walker(),
                   .watcher = nullptr,
                   .watcher_absent = {},
                   .make_watcher = probe::make_file_watcher,
                   .engines = {.clock = env.clock,
                               .files = env.files,
                               .content_folder = options.content_folder,
                               .start_worker = {},
                               .clamd = nullptr,
                               .clamd_absent = {}},
                   .usage = process_usage};
  if (auto watcher = probe::make_file_watcher(options.roots)) {
    parts.watcher = std::move(watcher).value();
  } else {
    parts.watcher_absent = truncate(printable(watcher.error().what()), 500);
    log_warning("agent.no_watch", {{"error", watcher.error().what()}});
  }
  const probe::Worker::Options worker{.executable = options.worker, .content_folder = options.content_folder};
  parts.engines.start_worker = [worker, &clock = env.clock]() -> Result<std::unique_ptr<WorkerPort>> {
    TRY(auto started, probe::Worker::start(worker, clock));
    return std::unique_ptr<WorkerPort>(std::make_unique<RealWorker>(std::move(started)));
  };
  start_clamd(options, env, parts.engines);
  return parts;
}

}  // namespace khien::agent
