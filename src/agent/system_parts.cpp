#include <utility>

#include "khien/agent/runner.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/net/client.hpp"
#include "khien/probe/clamd.hpp"
#include "khien/probe/endpoint.hpp"
#include "khien/probe/trial.hpp"
#include "khien/probe/worker.hpp"

#include "agent.hpp"
#include "linux/machine_load.hpp"

namespace khien::agent {
namespace {

// Of each engine. Beyond it the file is left to the scanner: whoever wanted it was let
// through at half of this, and all others' files wait behind it.
constexpr Duration kGuardFileTime = seconds(1);
// Heartbeats wait meanwhile: it must be over long before the hub calls us silent.
constexpr probe::TrialLimits kTrialLimits{.start = seconds(10), .file = seconds(2), .all = seconds(30)};

class RealWorker final : public WorkerPort {
 public:
  explicit RealWorker(std::unique_ptr<probe::Worker> worker) : worker_(std::move(worker)) {}

  Result<scan::Verdict> scan(const Fd& file, std::uint64_t size) override { return worker_->scan(file, size); }
  std::size_t rule_count() const override { return worker_->rule_count(); }
  std::size_t ioc_count() const override { return worker_->ioc_count(); }
  std::string sandbox() const override { return worker_->sandbox(); }
  std::string version() const override { return worker_->version(); }
  void distrust() override { worker_->distrust(); }
  std::size_t failures() const override { return worker_->failures(); }

 private:
  std::unique_ptr<probe::Worker> worker_;
};

class RealClamd final : public ClamdPort {
 public:
  explicit RealClamd(std::unique_ptr<probe::ClamdProcess> process)
      : process_(std::move(process)),
        scanner_(process_->socket_path()),
        hurried_(process_->socket_path(), kGuardFileTime),
        asker_(process_->socket_path(), seconds(5)) {}

  Result<std::string> scan(const Fd& file) override { return scanner_.scan(file); }
  bool check() override { return process_->check(); }
  std::int64_t signatures() override { return process_->signatures(); }
  void reload() override { process_->reload(); }
  scan::ClamAv& hurried() override { return hurried_; }
  Result<Version> version() override {
    TRY(auto version, asker_.version());
    return Version{std::move(version.engine), version.database, version.built};
  }

 private:
  std::unique_ptr<probe::ClamdProcess> process_;
  probe::ClamdClient scanner_;  // a connection a file: any thread
  probe::ClamdClient hurried_;
  probe::ClamdClient asker_;    // the sensors' thread
};

// Loads the content that is named, or that of `worker`.
std::function<Result<std::unique_ptr<WorkerPort>>(const std::string&)> starter(probe::Worker::Options worker, const Env& env) {
  return [worker = std::move(worker), &clock = env.clock](const std::string& content) -> Result<std::unique_ptr<WorkerPort>> {
    probe::Worker::Options with = worker;
    with.content_folder = content;
    TRY(auto started, probe::Worker::start(std::move(with), clock));
    return std::unique_ptr<WorkerPort>(std::make_unique<RealWorker>(std::move(started)));
  };
}

std::string detectors_of(const AgentOptions& options, const Env& env) {
  constexpr const char* kInstalled = "/usr/share/khien-agent/content/detectors/protection.yaml";
  if (!options.detectors_file.empty()) return options.detectors_file;
  const std::string beside =
      options.content_folder.substr(0, options.content_folder.rfind('/')) + "/detectors/protection.yaml";
  return env.files.exists(beside) ? beside : kInstalled;
}

// Without detectors the rest of the agent does its work: a machine that is watched is
// worth more than one whose settings are known.
std::unique_ptr<probe::ConfigurationProbe> configuration_probe(const AgentOptions& options, const Env& env) {
  constexpr std::size_t kMaxBytes = 1u << 20;
  const auto make = [&]() -> Result<std::unique_ptr<probe::ConfigurationProbe>> {
    const std::string path = detectors_of(options, env);
    TRY(const auto text, env.files.read(path, kMaxBytes));
    Budget budget({});
    TRY(auto detectors, check::load_detectors(path, text, budget));
    return probe::make_configuration_probe(std::move(detectors), env.clock);
  };
  auto made = make();
  if (made) return std::move(made).value();
  log_warning("agent.no_configuration", {{"error", made.error().what()}});
  return nullptr;
}

void start_clamd(const AgentOptions& options, const Env& env, Engines::Parts& engines) {
  if (!options.clamd) {
    engines.clamd_absent = "switched off";
    return;
  }
  probe::ClamdProcess::Options process;
  process.run_folder = options.run_folder;
  process.own_database = options.content_folder + "/" + std::string(kClamAvFolder);
  // Nobody waits for it, unless somebody does. It is not started anew for a policy: then
  // the guard's answers are late more often, and its own worker's are not.
  process.background = options.background && options.on_access != OnAccess::permission;
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
                               .clamd_absent = {},
                               .agent_version = kAgentVersion},
                   .usage = process_usage,
                   .configuration = configuration_probe(options, env),
                   .start_guard = probe::AccessGuard::start,
                   .processor_time = probe::processor_time,
                   .load = machine_load,
                   .limits = [] { return limits_that_stop(); }};
  if (options.on_access == OnAccess::off) {
    parts.watcher_absent = "switched off";
  } else if (auto watcher = probe::make_file_watcher(options.roots)) {
    parts.watcher = std::move(watcher).value();
  } else {
    parts.watcher_absent = truncate(printable(watcher.error().what()), 500);
    log_warning("agent.no_watch", {{"error", watcher.error().what()}});
  }
  // Also if the own file leaves them alone: a policy may ask for them.
  if (auto media = probe::make_media_watcher()) {
    parts.media = std::move(media).value();
  } else {
    log_warning("agent.media_not_watched", {{"error", media.error().what()}});
  }
  probe::Worker::Options worker{.executable = options.worker, .content_folder = options.content_folder};
  worker.background = options.background;
  parts.engines.start_worker = starter(worker, env);
  // Somebody waits for every answer of this one.
  worker.background = false;
  worker.file_time = kGuardFileTime;
  parts.start_guard_worker = starter(worker, env);
  parts.engines.try_content = [worker, &clock = env.clock](const std::string& content) -> Result<void> {
    probe::Worker::Options with = worker;
    with.content_folder = content;
    TRY_VOID(probe::try_content(std::move(with), probe::built_in_trial(), kTrialLimits, clock));
    return {};
  };
  start_clamd(options, env, parts.engines);
  return parts;
}

}  // namespace khien::agent
