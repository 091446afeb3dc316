#include "agent.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "khien/agent/runner.hpp"
#include "khien/core/date.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/net/certificate.hpp"
#include "khien/model/policy.hpp"

namespace khien::agent {

namespace {

constexpr std::uint64_t kSmallestSpool = 16u << 20;
constexpr std::size_t kMaxWhyBytes = 500;

Result<void> check_path(std::string_view name, std::string_view path) {
  if (path.starts_with('/') && path.find('\0') == path.npos && (path == "/" || !path.ends_with('/'))) return {};
  return Error(Code::invalid, "'" + std::string(name) + "' must be an absolute path without a slash at its end, not '" +
                                  std::string(path) + "'");
}

std::string spool_path(const AgentOptions& options) { return options.folder + "/spool.db"; }

// What is damaged beyond reading is put out of the way: its events are lost, and
// the next epoch says so. Refusing to start would lose what comes as well.
Result<std::unique_ptr<store::Store>> open_store(const store::Store::Options& options, Files& files) {
  auto opened = store::Store::open(options);
  if (opened || opened.error().code() != Code::corrupt) return opened;
  log_error("agent.spool_damaged", {{"error", opened.error().what()}});
  for (const char* suffix : {"", "-wal", "-shm"}) {
    if (files.exists(options.path + suffix)) TRY_VOID(files.remove(options.path + suffix));
  }
  return store::Store::open(options);
}

}  // namespace

Result<void> check_options(const AgentOptions& options) {
  TRY_VOID(check_path("folder", options.folder));
  TRY_VOID(check_path("worker", options.worker));
  TRY_VOID(check_path("content", options.content_folder));
  TRY_VOID(check_path("content_root", options.content_root));
  TRY_VOID(check_path("run_folder", options.run_folder));
  if (!options.detectors_file.empty()) TRY_VOID(check_path("detectors", options.detectors_file));
  if (options.roots.empty()) return Error(Code::invalid, "'roots' names no folder: nothing would be looked at");
  for (const std::string& root : options.roots) TRY_VOID(check_path("roots", root));
  for (const std::string& path : options.exclude) TRY_VOID(check_path("exclude", path));
  if (options.spool_max_bytes < kSmallestSpool) return Error(Code::invalid, "'spool_max_mb' must be at least 16");
  if (options.scan_at_minute < 0 || options.scan_at_minute >= 24 * 60) {
    return Error(Code::invalid, "'scan_at' is not a time of the day");
  }
  if (options.cpu_percent > 100 || options.cpu_percent_idle > 100) {
    return Error(Code::invalid, "'cpu_percent' is of one core, at most 100");
  }
  return {};
}

Result<std::unique_ptr<Agent>> Agent::open(const AgentOptions& options, AgentParts parts, const Env& env) {
  TRY_VOID(check_options(options));
  std::unique_ptr<Agent> agent(new Agent(std::move(parts), env));
  agent->options_ = options;
  TRY(auto identity, Identity::load(options.folder, env.files));
  agent->identity_ = std::make_unique<Identity>(std::move(identity));
  if (!options.hub_url.empty()) agent->identity_->use_hub(options.hub_url);
  agent->hub_url_ = agent->identity_->hub_url();
  TRY_VOID(agent->open_spool(options));
  TRY_VOID(agent->open_content(options));
  agent->parts_.engines.book = agent->book_.get();
  auto try_content = agent->parts_.engines.try_content;
  TRY(agent->engines_, Engines::start(std::move(agent->parts_.engines)));
  agent->parts_.engines.try_content = std::move(try_content);
  TRY_VOID(agent->make_loops(options));
  return agent;
}

Agent::~Agent() {
  if (const auto kept = keep_level(true); !kept) log_warning("agent.level_not_kept", {{"error", kept.error().what()}});
}

Result<void> Agent::open_spool(const AgentOptions& options) {
  store::Store::Options store_options;
  store_options.path = spool_path(options);
  store_options.migrations = store::agent_migrations();
  store_options.on_fatal = [this](const Error& error) {
    log_error("agent.spool_failed", {{"error", error.what()}});
    const std::lock_guard lock(mutex_);
    failure_ = error.what();
  };
  auto store = open_store(store_options, env_.files);
  if (!store) return std::move(store).error().within("open the spool");
  store_ = std::move(store).value();

  Spool::Options spool_options;
  spool_options.limits.bytes = options.spool_max_bytes;
  spool_options.known_epoch = identity_->epoch();
  spool_options.remember_epoch = [this](std::uint32_t epoch) { return identity_->remember_epoch(epoch); };
  TRY(spool_, Spool::open(*store_, std::move(spool_options)));
  TRY(cache_, VerdictCache::open(*store_, options.folder + "/known-files"));
  return {};
}

Result<void> Agent::open_content(const AgentOptions& options) {
  auto book = ContentBook::open({.folder = options.folder + "/content", .factory = options.content_folder}, env_.files, env_.clock);
  if (!book) return std::move(book).error().within("open the content's folder");
  book_ = std::move(book).value();
  return {};
}

ContentVitals Agent::vitals() {
  const Duration now = env_.clock.monotonic();
  const std::uint64_t cpu_ms = parts_.usage().cpu_ms;
  const std::int64_t alerts = alerts_;
  const std::int64_t passed_ms = now.ms - vitals_told_.ms;
  const auto spent_ms = static_cast<std::int64_t>(cpu_ms - std::min(cpu_ms, cpu_told_ms_));
  const ContentVitals vitals{.cpu_per_mille = passed_ms > 0 ? spent_ms * 1000 / passed_ms : 0, .alerts = alerts - alerts_told_};
  cpu_told_ms_ = cpu_ms;
  alerts_told_ = alerts;
  vitals_told_ = now;
  return vitals;
}

Result<void> Agent::make_loops(const AgentOptions& options) {
  hub_ = std::make_unique<HubLink>(*identity_, parts_.make_client, env_.clock, env_.random);
  TRY_VOID(make_policy(options));
  updates_ = std::make_unique<ContentUpdates>(ContentUpdates::Parts{.hub = *hub_,
                                                                    .book = *book_,
                                                                    .env = env_,
                                                                    .folder = options.folder,
                                                                    .root_file = options.content_root,
                                                                    .try_content = parts_.engines.try_content,
                                                                    .vitals = [this] { return vitals(); }});
  vitals_told_ = env_.clock.monotonic();
  fleet_ = std::make_unique<HubFleet>(*hub_, env_.clock, env_.random);
  if (options.fleet) {
    TRY(auto shared, SharedVerdicts::open(*fleet_, *cache_, env_.clock, env_.random));
    shared_.emplace(std::move(shared));
  }
  uploader_ = std::make_unique<Uploader>(*spool_, *hub_, env_.clock, env_.random);

  // Without a policy first: what the last good one asks is followed before the first step.
  ScanPolicy policy = scan_policy(follow({}, options, abilities(), vietnam_day(env_.clock.now())));
  TRY_VOID(make_keeper(options, policy));
  scanner_ = std::make_unique<Scanner>(
      std::move(policy), ScannerParts{.clock = env_.clock,
                                      .random = env_.random,
                                      .walker = *parts_.walker,
                                      .watcher = parts_.watcher.get(),
                                      .judge = *engines_,
                                      .cache = *cache_,
                                      .shared = shared_ ? &*shared_ : nullptr,
                                      .media = parts_.media.get(),
                                      .report = [this](const Observation& seen) { return spool_->put(seen); },
                                      .found = [this](const std::string& path, const scan::Verdict& verdict) -> Result<void> {
                                        ++alerts_;
                                        return keeper_ ? keeper_->found(path, verdict) : Result<void>();
                                      },
                                      .aside = [this] { return keep(); },
                                      .pace = [this](Governor::Work work) { return pace(work); },
                                      .mounted = [this](const probe::Mount& mount) { medium_mounted(mount); },
                                      .pause = [this](Duration time) { pause(time); },
                                      .stopping = stopping_});
  sensors_ = std::make_unique<Sensors>(
      SensorParts{.clock = env_.clock,
                  .machine = *parts_.machine,
                  .spool = *spool_,
                  .next_inventory = [this] { return cache_->next_number("inventory", env_.clock.now()); },
                  .engine_states = [this] { return engine_states(); },
                  .on_access = [this] { return access_state(); },
                  .usage = parts_.usage,
                  .policy = [this] { return policy_->seen(); },
                  .agent_version = kAgentVersion,
                  .configuration = parts_.configuration.get()});
  // The factory's watcher has the own file's roots.
  if (options.on_access != OnAccess::off) watched_roots_ = options.roots;
  make_access_watch();
  TRY_VOID(follow_policy());
  tend_guard();
  return follow_policy();  // once more, if there is no guard
}

// An identity that cannot be read out of the certificate gets no policy, and keeps
// its watch.
Result<void> Agent::make_policy(const AgentOptions& options) {
  const auto self = net::certificate_agent(identity_->pair().certificate_pem);
  if (!self) log_error("agent.no_policy", {{"error", self.error().what()}});
  policy_ = std::make_unique<PolicyBook>(PolicyBook::Parts{.self = self ? *self : AgentIdentity{},
                                                           .key = self ? identity_->policy_key() : Bytes{},
                                                           .path = identity_->policy_path(),
                                                           .files = env_.files,
                                                           .clock = env_.clock,
                                                           .accept = options.policy.accept});
  policy_->load();
  return {};
}

Abilities Agent::abilities() const {
  const bool watches = parts_.watcher != nullptr || parts_.make_watcher != nullptr;
  const bool guards = access_ != nullptr && !guard_failed_;
  return {.on_access = guards ? OnAccess::permission : watches ? OnAccess::notify : OnAccess::off,
          .cpu_limit = parts_.processor_time != nullptr,
          .removable_media = parts_.media != nullptr};
}

ScanPolicy Agent::scan_policy(const Followed& followed) const {
  ScanPolicy policy{.roots = followed.roots,
                    .exclude = followed.exclude,
                    .scan_at_minute = options_.scan_at_minute,
                    .files_per_second = followed.files_per_second,
                    .times = followed.times,
                    .watch = followed.on_access != OnAccess::off,
                    .media = followed.scan_media};
  // Else the scanner would be told of its own writing.
  policy.exclude.push_back(options_.folder);
  policy.exclude.push_back(options_.run_folder);
  return policy;
}

// On the scanner's thread, before it looks at anything: what is in force, as far as
// the machine's own file allows. Again each day, for exclusions end.
Result<void> Agent::follow_policy() {
  const auto in_force = policy_->in_force();
  const Date today = vietnam_day(env_.clock.now());
  const bool same_policy = followed_change_ == in_force.change;
  if (!same_policy) guard_failed_ = false;  // asked anew, tried anew
  const bool without_guard = guard_failed_;
  if (same_policy && followed_on_ == today && followed_without_guard_ == without_guard) return {};
  PolicySettings asked = in_force.settings;
  // Where a path leads decides what it may: a link must not hide a folder.
  if (asked.roots) std::ranges::transform(*asked.roots, asked.roots->begin(), resolved_path);
  if (asked.exclusions) {
    for (Exclusion& one : *asked.exclusions) {
      if (!one.path.empty()) one.path = resolved_path(one.path);
    }
  }
  Followed followed = follow(asked, options_, abilities(), today);
  policy_->applied(followed.differences);
  if (!followed_change_ || followed != followed_) {
    const ScanPolicy policy = scan_policy(followed);
    if (keeper_) keeper_->adopt(policy.roots, policy.exclude, followed.quarantine_automatically, followed.spared);
    scanner_->adopt(policy);
    if (policy.watch && policy.roots != watched_roots_) watch_roots(policy.roots);
    watch_off_ = !policy.watch;
    TRY_VOID(take_share(followed.cpu_percent));
    want_guard(followed, policy);
  }
  followed_change_ = in_force.change;
  followed_on_ = today;
  followed_without_guard_ = without_guard;
  followed_ = std::move(followed);
  return {};
}

void Agent::watch_roots(const std::vector<std::string>& roots) {
  if (!parts_.make_watcher) return;
  auto watcher = parts_.make_watcher(roots);
  if (!watcher) log_error("agent.no_watch", {{"error", watcher.error().what()}});
  const std::lock_guard lock(mutex_);
  if (!watcher) {
    if (!parts_.watcher) parts_.watcher_absent = truncate(printable(watcher.error().what()), kMaxWhyBytes);
    return;
  }
  scanner_->use_watcher(watcher->get());
  parts_.watcher = std::move(*watcher);
  watched_roots_ = roots;
}

// A quarantine that cannot be opened costs the machine its quarantine, and not its
// watch.
Result<void> Agent::make_keeper(const AgentOptions& options, const ScanPolicy& policy) {
  TRY(const Sha256 hub, net::certificate_sha256(identity_->ca_pem()));
  orders_ = std::make_unique<OrderBook>(*store_, env_.clock, hub);
  probe::Quarantine::Options store{.folder = options.folder + "/quarantine", .limits = {.bytes = options.quarantine_max_bytes}};
  auto opened = probe::Quarantine::open(std::move(store), env_);
  if (!opened) {
    log_error("agent.no_quarantine", {{"error", opened.error().what()}});
    return {};
  }
  quarantine_ = std::move(opened).value();
  keeper_ = std::make_unique<Keeper>(
      KeeperPolicy{.roots = policy.roots, .exclude = policy.exclude, .automatic = options.quarantine_automatically},
      KeeperParts{.clock = env_.clock,
                  .store = *store_,
                  .cache = *cache_,
                  .quarantine = *quarantine_,
                  .orders = *orders_,
                  .report = [this](const Observation& seen) { return spool_->put(seen); },
                  .scan_now = [this] { scanner_->scan_soon(); }});
  return keeper_->start();
}

Result<void> Agent::keep() {
  TRY_VOID(follow_policy());
  // What the fleet told is known under a name that is this thread's to ask for.
  if (access_) {
    const std::uint64_t content = engines_->content();
    access_->memory().use(content, shared_ ? shared_->label(content) : content);
  }
  return keeper_ ? keeper_->work() : Result<void>();
}

// What it is to do, as the hub signed it. Whatever comes is judged by the book.
Result<void> Agent::fetch_policy() {
  policy_->asked(uploader_->policy_version());
  TRY(const auto answer, hub_->post({.path = "/agent/v1/policy",
                                     .content_type = "application/json",
                                     .content_encoding = {},
                                     .body = policy_request(policy_->version())}));
  if (answer.status == 204) return {};
  if (answer.status != 200) return Error(Code::unavailable, "the hub answered " + std::to_string(answer.status));
  return policy_->offer(answer.body);
}

// The agent asks, and is never called. What it is given is an answer to it over a
// connection that only its own hub can have made.
Result<void> Agent::fetch_orders() {
  TRY(const auto answer, hub_->post({.path = "/agent/v1/orders",
                                     .content_type = "application/json",
                                     .content_encoding = {},
                                     .body = orders_request()}));
  if (answer.status != 200) return Error(Code::unavailable, "the hub answered " + std::to_string(answer.status));
  TRY(const auto given, orders_from_json(answer.body));
  TRY(const auto answers, orders_->accept(given));
  for (const OrderSeen& done : answers) TRY_VOID(spool_->put({env_.clock.now(), done}));
  return {};
}

std::vector<EngineState> Agent::engine_states() const {
  std::vector<EngineState> states = engines_->states();
  const std::lock_guard lock(mutex_);
  EngineState watch{.engine = Engine::watch, .state = EngineState::State::absent, .signatures = 0, .updated_at = {}, .detail = {}};
  if (watch_off_ && parts_.watcher) {
    watch.detail = "switched off by policy";
  } else if (parts_.watcher) {
    watch.state = scanner_->watch_failed() ? EngineState::State::degraded : EngineState::State::running;
    watch.detail = parts_.watcher->describe();
    if (starved_) {
      watch.state = EngineState::State::degraded;
      watch.detail = "held up: what else the agent does uses its share of processor time";
    }
  } else {
    watch.detail = parts_.watcher_absent;
  }
  states.push_back(std::move(watch));
  return states;
}

Result<Duration> Agent::step_sensors() {
  engines_->tend();
  tend_guard();
  return sensors_->step();
}

Duration Agent::step_upload() {
  Duration pause = uploader_->step();
  if (uploader_->take_orders_wait()) {
    // Tried again when the next batch is acknowledged.
    if (const auto fetched = fetch_orders(); !fetched) {
      log_warning("agent.orders_not_fetched", {{"error", fetched.error().what()}});
    }
  }
  if (!stopping_) pause.ms = std::min(pause.ms, std::max<std::int64_t>(updates_->step().ms, 1'000));
  policy_->pin(hub_->policy_key());
  if (policy_->wants(uploader_->policy_version())) {
    if (const auto fetched = fetch_policy(); !fetched) {
      log_warning("agent.policy_not_fetched", {{"error", fetched.error().what()}});
    }
  }
  return pause;
}

Result<void> Agent::step_scan(Duration patience) {
  if (engines_->safe()) {
    pause(patience);
    return {};
  }
  TRY_VOID(keep());
  TRY_VOID(keep_level(false));
  return scanner_->step(patience);
}

void Agent::on_spooled(std::function<void()> wake) {
  spool_->on_put([wake = std::move(wake)](Priority) { wake(); });
}

void Agent::stop() {
  if (auto ended = book_->end(); !ended) log_error("agent.content_not_kept", {{"error", ended.error().what()}});
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
}

void Agent::pause(Duration time) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, std::chrono::milliseconds(time.ms), [this] { return stopping_.load(); });
}

std::string Agent::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

AgentStatus Agent::status() const {
  AgentStatus status{.version = kAgentVersion,
                     .at = env_.clock.now(),
                     .hub_url = hub_url_,
                     .contact = uploader_->contact(),
                     .reached_at = uploader_->reached_at(),
                     .waiting = static_cast<std::int64_t>(spool_->state().events),
                     .judging = false,
                     .failure = failure()};
  for (const EngineState& engine : engines_->states()) {
    if (engine.engine == Engine::yara) status.judging = engine.state == EngineState::State::running;
  }
  return status;
}

}  // namespace khien::agent
