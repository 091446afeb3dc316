#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "khien/agent/identity.hpp"
#include "khien/agent/options.hpp"
#include "khien/agent/status.hpp"
#include "khien/core/env.hpp"
#include "khien/probe/access_guard.hpp"
#include "khien/probe/endpoint.hpp"
#include "khien/probe/media.hpp"
#include "khien/probe/quarantine.hpp"

#include "access_watch.hpp"
#include "content_book.hpp"
#include "content_updates.hpp"
#include "engines.hpp"
#include "governor.hpp"
#include "hub_fleet.hpp"
#include "hub_link.hpp"
#include "keeper.hpp"
#include "linux/process.hpp"
#include "order_book.hpp"
#include "policy_book.hpp"
#include "policy_bounds.hpp"
#include "scanner.hpp"
#include "sensors.hpp"
#include "shared_verdicts.hpp"
#include "spool.hpp"
#include "uploader.hpp"
#include "verdict_cache.hpp"

namespace khien::agent {

// What an agent takes from the machine and the network; system_parts() has the
// real ones, tests their own.
struct AgentParts {
  ClientFactory make_client;
  std::unique_ptr<probe::MachineProbe> machine;
  std::unique_ptr<probe::FileWalker> walker;
  std::unique_ptr<probe::FileWatcher> watcher;  // null: changes are not seen, schedule only
  std::string watcher_absent;                   // why
  // One for other roots; empty: the watcher stays as it is.
  std::function<Result<std::unique_ptr<probe::FileWatcher>>(const std::vector<std::string>& roots)> make_watcher = {};
  Engines::Parts engines;
  std::function<ProcessUsage()> usage;
  std::unique_ptr<probe::ConfigurationProbe> configuration = nullptr;  // null: without detectors there is none
  std::unique_ptr<probe::MediaWatcher> media = {};  // null: media are not looked for
  // The guard of the permission mode; empty: there is none to be had here.
  std::function<Result<std::unique_ptr<probe::AccessGuard>>(probe::AccessGuard::Options, probe::AccessGuard::Parts)>
      start_guard = {};
  std::function<Result<std::unique_ptr<WorkerPort>>(const std::string& content)> start_guard_worker = {};
  // Of this process and all it started, and of the machine; empty: no governor.
  std::function<Duration()> processor_time = {};
  std::function<MachineLoad()> load = {};
  // Limits of the service that hold up the guard's answers; none if empty.
  std::function<std::string()> limits = {};
};

// The real parts. Starts clamd, if there is one; fails only if there is no worker
// to be had.
Result<AgentParts> system_parts(const AgentOptions& options, const Env& env);

// An agent without threads: three step functions, each to be called by one thread
// again and again, that do what is due and say how long nothing will be.
//
// The threads share the spool, the engines' state and nothing else.
class Agent {
 public:
  static Result<std::unique_ptr<Agent>> open(const AgentOptions& options, AgentParts parts, const Env& env);
  ~Agent();

  Result<Duration> step_sensors();
  Duration step_upload();
  // Waits up to `patience` for changes of files.
  Result<void> step_scan(Duration patience);

  // Called whenever something new waits for upload.
  void on_spooled(std::function<void()> wake);
  // Waits of the scanner end early, and so do its scans. From any thread.
  void stop();
  bool stopping() const { return stopping_; }
  // None, or why nothing can be spooled any more.
  std::string failure() const;
  // Of this moment; from any thread.
  AgentStatus status() const;

  const Spool& spool() const { return *spool_; }
  const Scanner::Counts& scan_counts_for_test() const { return scanner_->counts(); }
  const ScanPolicy& scan_policy_for_test() const { return scanner_->policy(); }
  const Uploader::Counts& upload_counts_for_test() const { return uploader_->counts(); }
  const ContentBook& content_for_test() const { return *book_; }

 private:
  // What the guard is to be, by policy and own file.
  struct WantedGuard {
    bool on = false;
    std::vector<std::string> roots;
    std::vector<std::string> exclude;

    bool operator==(const WantedGuard&) const = default;
  };

  Agent(AgentParts parts, const Env& env) : parts_(std::move(parts)), env_(env) {}
  Result<void> open_spool(const AgentOptions& options);
  Result<void> open_content(const AgentOptions& options);
  ContentVitals vitals();
  Result<void> make_loops(const AgentOptions& options);
  Result<void> make_keeper(const AgentOptions& options, const ScanPolicy& policy);
  Result<void> make_policy(const AgentOptions& options);
  Result<void> fetch_orders();
  Result<void> fetch_policy();
  Result<void> follow_policy();
  void watch_roots(const std::vector<std::string>& roots);
  ScanPolicy scan_policy(const Followed& followed) const;
  Abilities abilities() const;
  Result<void> keep();
  std::vector<EngineState> engine_states() const;
  void pause(Duration time);
  // Of agent_guard.cpp.
  void make_access_watch();
  void want_guard(const Followed& followed, const ScanPolicy& policy);
  void tend_guard();
  Result<std::unique_ptr<probe::AccessGuard>> start_guard(const WantedGuard& wanted);
  void put_guard(std::unique_ptr<probe::AccessGuard> guard);
  void give_guard_up(const std::string& why);
  void also_guard(const probe::Mount& mount);
  AccessState access_state() const;
  std::string what_is_amiss() const;
  Result<void> take_share(std::uint32_t cpu_percent);
  Duration pace(Governor::Work work);
  Result<void> keep_level(bool at_end);
  void medium_mounted(const probe::Mount& mount);

  AgentParts parts_;
  Env env_;
  std::string hub_url_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> watch_off_{false};  // by a policy, within the own file's bounds
  std::atomic<bool> starved_{false};    // see Governor
  mutable std::mutex mutex_;  // guards failure_ and what is told of the watcher and the guard; stopping_ changes under it
  std::condition_variable stopped_;
  std::string failure_;
  std::atomic<std::int64_t> alerts_{0};  // files found bad
  // As told last; step_upload's thread.
  std::int64_t alerts_told_ = 0;
  std::uint64_t cpu_told_ms_ = 0;
  Duration vitals_told_{0};
  AgentOptions options_;
  // Of the policy that is followed: which, and since which day.
  std::optional<std::uint64_t> followed_change_;
  Date followed_on_;
  bool followed_without_guard_ = false;
  Followed followed_;
  std::vector<std::string> watched_roots_;

  // In the order in which each stands on those above.
  std::unique_ptr<Identity> identity_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<VerdictCache> cache_;
  std::unique_ptr<ContentBook> book_;
  std::unique_ptr<Engines> engines_;
  std::unique_ptr<HubLink> hub_;
  std::unique_ptr<PolicyBook> policy_;
  std::unique_ptr<HubFleet> fleet_;
  std::optional<SharedVerdicts> shared_;  // none: switched off
  std::unique_ptr<ContentUpdates> updates_;
  std::unique_ptr<Uploader> uploader_;
  std::unique_ptr<OrderBook> orders_;
  std::unique_ptr<probe::Quarantine> quarantine_;  // null, and so is keeper_, if it cannot be opened
  std::unique_ptr<Keeper> keeper_;
  std::unique_ptr<Scanner> scanner_;
  std::unique_ptr<Sensors> sensors_;

  // The scanner's thread.
  std::optional<Governor> governor_;
  MachineLoad load_;
  Duration next_sample_{0};
  Duration next_load_{0};
  Duration next_level_{0};

  // The scanner's thread says what is wanted, the sensors' thread makes it. Threads and
  // workers are as nice as who starts them, and the scanner's thread is very nice.
  WantedGuard wanted_guard_;                   // under mutex_
  OnAccess wanted_access_ = OnAccess::notify;  // under mutex_
  std::atomic<bool> guard_failed_{false};      // until a policy asks anew, or the next try
  // The sensors' thread.
  std::optional<WantedGuard> tended_guard_;
  Duration next_guard_{0};  // of one that failed
  std::string guard_absent_ = "not to be had here";  // why
  probe::AccessGuard::Counts counts_before_;         // of guards that are gone

  std::mutex guard_use_;  // the guard is not put away while the scanner's thread uses it; before mutex_
  std::vector<probe::Mount> mounted_media_;     // under guard_use_; the latest
  std::unique_ptr<AccessWatch> access_;         // null: no guard is to be had here
  std::unique_ptr<probe::AccessGuard> guard_;   // the first that goes: it calls all of the above
};

}  // namespace khien::agent
