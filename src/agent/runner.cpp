#include "khien/agent/runner.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"

#include "agent.hpp"
#include "linux/process.hpp"

namespace khien::agent {

#ifndef KHIEN_VERSION
#define KHIEN_VERSION "0.1.0"
#endif
const char* const kAgentVersion = KHIEN_VERSION;

namespace {

constexpr Duration kScanPatience = milliseconds(500);
constexpr Duration kAfterFailure = seconds(5);
constexpr Duration kUploadMayTake = seconds(3);

std::chrono::milliseconds std_time(Duration time) { return std::chrono::milliseconds(time.ms); }

}  // namespace

struct Runner::Impl {
  std::unique_ptr<Agent> agent;
  bool background = true;

  std::mutex mutex;  // guards all below
  std::condition_variable changed;
  bool ending = false;
  bool spooled = false;
  bool upload_ended = false;

  std::thread sensors, scan, upload;

  bool running() {
    const std::lock_guard lock(mutex);
    return !ending;
  }
  void wait(Duration time) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std_time(time), [this] { return ending; });
  }
  void wait_for_events(Duration time) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std_time(time), [this] { return ending || spooled; });
    spooled = false;
  }
  void wake() {
    {
      const std::lock_guard lock(mutex);
      spooled = true;
    }
    changed.notify_all();
  }

  void run_sensors();
  void run_scan();
  void run_upload();
  void end();
};

void Runner::Impl::run_sensors() {
  while (running()) {
    const auto next = agent->step_sensors();
    if (!next) log_error("agent.sensors_failed", {{"error", next.error().what()}});
    wait(next ? *next : kAfterFailure);
  }
}

void Runner::Impl::run_scan() {
  if (background) run_in_background();
  while (running()) {
    const auto done = agent->step_scan(kScanPatience);
    if (done || agent->stopping()) continue;
    log_error("agent.scan_failed", {{"error", done.error().what()}});
    wait(kAfterFailure);
  }
}

void Runner::Impl::run_upload() {
  while (running()) wait_for_events(agent->step_upload());
  const std::lock_guard lock(mutex);
  upload_ended = true;
  changed.notify_all();
}

void Runner::Impl::end() {
  {
    const std::lock_guard lock(mutex);
    ending = true;
  }
  changed.notify_all();
  agent->stop();
  sensors.join();
  scan.join();
  {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std_time(kUploadMayTake), [this] { return upload_ended; });
    if (!upload_ended) {
      // It hangs in the network. Nothing is lost: the spool is on the disk and
      // keeps the batch until it is acknowledged.
      log_info("agent.upload_left_behind");
      std::_Exit(0);
    }
  }
  upload.join();
}

Runner::Runner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Runner::~Runner() { impl_->end(); }

Result<std::unique_ptr<Runner>> Runner::start(const AgentOptions& configured, const Env& env) {
  TRY_VOID(check_options(configured));
  // Changes are told of by resolved paths; the roots must be named alike.
  AgentOptions options = configured;
  for (auto* paths : {&options.roots, &options.exclude}) {
    for (std::string& path : *paths) path = resolved_path(path);
  }
  // Agent passes over its own folders by their names; here they may be links.
  TRY_VOID(env.files.make_folder(options.run_folder, 0755));
  for (const std::string* own : {&options.folder, &options.run_folder}) options.exclude.push_back(resolved_path(*own));
  TRY(auto parts, system_parts(options, env));
  auto impl = std::make_unique<Impl>();
  impl->background = options.background;
  TRY(impl->agent, Agent::open(options, std::move(parts), env));
  Impl* self = impl.get();
  impl->agent->on_spooled([self] { self->wake(); });
  impl->sensors = std::thread([self] { self->run_sensors(); });
  impl->scan = std::thread([self] { self->run_scan(); });
  impl->upload = std::thread([self] { self->run_upload(); });
  log_info("agent.started", {{"version", kAgentVersion}, {"folder", options.folder}});
  return std::unique_ptr<Runner>(new Runner(std::move(impl)));
}

std::string Runner::failure() const { return impl_->agent->failure(); }

AgentStatus Runner::status() const { return impl_->agent->status(); }

}  // namespace khien::agent
