#include "khien/hub/hub.hpp"

#include <atomic>
#include <utility>

#include "khien/api/accounts.hpp"
#include "khien/api/agent_api.hpp"
#include "khien/api/api.hpp"
#include "khien/api/monitor.hpp"
#include "khien/core/log.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/flow.hpp"
#include "khien/flow/hub_sensor.hpp"
#include "khien/flow/inventory_teller.hpp"
#include "khien/flow/judges/advisory_judge.hpp"
#include "khien/flow/judges/check_judge.hpp"
#include "khien/flow/judges/scan_judge.hpp"
#include "khien/flow/judges/watch_judge.hpp"
#include "khien/hub/control.hpp"
#include "khien/hub/data_folder.hpp"
#include "khien/hub/office.hpp"
#include "khien/net/server.hpp"
#include "khien/patch/library.hpp"
#include "khien/policy/machine_policies.hpp"
#include "khien/roster/pings.hpp"
#include "khien/site/watch.hpp"
#include "advisory_desk.hpp"
#include "content_desk.hpp"
#include "feed_fetcher.hpp"
#include "feed_reading.hpp"
#include "file_verifying.hpp"
#include "hub_monitor.hpp"
#include "hub_set_up.hpp"
#include "notice_desk.hpp"
#include "document_reader.hpp"
#include "duty_jobs.hpp"
#include "table_reader.hpp"
#include "ui_files.hpp"

namespace khien::hub {
namespace {

enum ListenerIndex : std::size_t { kPeople = 0, kAgents = 1, kMonitor = 2 };

constexpr Duration kCertificateCheckEvery = hours(1);
constexpr Duration kMetricsEvery = hours(1);
constexpr Duration kPoliciesEvery = minutes(10);
constexpr Duration kIncidentsEvery = minutes(1);
constexpr Duration kRostersEvery = minutes(1);

}  // namespace

// Members are in order of life: what stands on others comes after them.
struct Hub::Impl {
  Impl(Options given, const Env& environment)
      : config(std::move(given.config)),
        packs(std::move(given.packs)),
        checks(std::move(given.checks)),
        law(std::move(given.law)),
        watcher(std::move(given.watcher)),
        advisory_settings(given.advisories),
        botnet_playbook(std::move(given.botnet_playbook)),
        report_kinds(std::move(given.report_kinds)),
        incidents(std::move(given.incidents)),
        trusted_signers_pem(std::move(given.trusted_signers_pem)),
        trusted_stampers_pem(std::move(given.trusted_stampers_pem)),
        sharing(std::move(given.sharing)),
        notice_rules(std::move(given.notice_rules)),
        post(std::move(given.post)),
        nvd_key(std::move(given.nvd_key)),
        outbox_options(std::move(given.outbox)),
        ask_sites_every(given.ask_sites_every),
        env(environment) {}
  ~Impl();

  Result<void> open_stores();
  Result<void> start_road();
  Result<void> start_api();
  Result<void> start_server();
  Result<void> start_control();
  void start_watch();
  void start_advisories();
  void start_sharing();
  void start_notices();
  void renew_certificate();
  void read_metrics();
  void try_checks();
  void refresh_policies();
  void watch_incidents();
  void sweep_rosters();

  Config config;
  std::vector<std::shared_ptr<const scan::RulePack>> packs;
  std::shared_ptr<const check::CheckSet> checks;
  std::shared_ptr<const duty::Catalogues> law;
  std::shared_ptr<site::SiteWatcher> watcher;
  patch::Settings advisory_settings;
  std::shared_ptr<const botnet::Playbook> botnet_playbook;
  std::shared_ptr<const reporting::Kinds> report_kinds;
  std::shared_ptr<const incident::Content> incidents;
  std::string trusted_signers_pem;
  std::string trusted_stampers_pem;
  exchange::Sender::Options sharing;
  std::shared_ptr<const notice::Rules> notice_rules;
  std::shared_ptr<notice::Post> post;
  Secret nvd_key;  // until `feeds` has it
  exchange::Outbox::Options outbox_options;
  Duration ask_sites_every;
  Env env;
  std::atomic<bool> failed{false};

  std::optional<DataFolder> folder;
  std::optional<net::CertificateAuthority> authority;
  std::string certificate_pem;  // of the listeners, as they have it now
  Duration certificate_checked;
  std::optional<Duration> read_metrics_at;
  bool checks_tried = false;
  std::optional<Duration> refreshed_policies_at;
  std::optional<Duration> watched_incidents_at;
  std::optional<Duration> swept_rosters_at;
  std::unique_ptr<store::Store> hub_store;
  std::unique_ptr<store::Ledger> ledger;
  TenantId tenant;
  std::optional<FirstAdministrator> first_administrator;
  std::shared_ptr<TrialDesk> content_desk;
  std::unique_ptr<api::Api> people;
  std::shared_ptr<site::Bell> bell = std::make_shared<site::Bell>();  // of `watch`
  std::unique_ptr<flow::Flow> flow;
  std::unique_ptr<flow::HubSensor> sensor;
  std::unique_ptr<flow::InventoryTeller> teller;
  std::unique_ptr<site::Watch> watch;
  std::shared_ptr<patch::Library> library;
  std::unique_ptr<AdvisoryDesk> advisories;
  std::unique_ptr<FeedFetcher> feeds;  // tells `advisories`
  std::unique_ptr<exchange::Sender> sender;
  std::unique_ptr<exchange::Outbox> outbox;
  std::unique_ptr<NoticeDesk> notices;
  std::unique_ptr<api::AgentApi> agents;
  std::unique_ptr<api::Monitor> monitor;
  std::unique_ptr<net::Server> server;
  std::unique_ptr<Office> office;
  std::unique_ptr<ControlServer> control;
};

Hub::Impl::~Impl() {
  // A new book on a province's packages takes minutes: whoever puts it before them is let go.
  if (flow) flow->break_off();
  // `khien advisory fetch` waits in `control` for what may take an hour.
  if (feeds) feeds->break_off();
  control.reset();
  // They tell the road what was seen: they end first.
  watch.reset();
  if (teller) teller->stop();
  if (feeds) feeds->stop();
  if (advisories) advisories->stop();
  if (sender) sender->stop();
  if (outbox) outbox->stop();
  server.reset();
  // The server waits two seconds for answers, a disk may take longer: batches that
  // are still being stored are answered to `agents`, if to nobody else.
  if (ledger) ledger->drain();
  // A trial tells the screens how it ended, and the applier publishes to them: both end before they do.
  if (content_desk) content_desk->close();
  if (flow) flow->stop();
  // Its workers tell `agents` of revocations, so they end first.
  people.reset();
}

Result<void> Hub::Impl::open_stores() {
  const auto on_fatal = [this](const Error& error) {
    log_error("storage_failed", {{"error", error.what()}});
    failed = true;
  };
  TRY(hub_store, store::Store::open({.path = folder->hub_database(),
                                     .migrations = store::hub_migrations(),
                                     .vfs = {},
                                     .on_fatal = on_fatal}));
  TRY(ledger, store::Ledger::open({.path = folder->ledger_database(), .vfs = {}, .on_fatal = on_fatal}));
  TRY(auto set_up, set_up_first_time(*hub_store, config, env));
  tenant = set_up.tenant;
  if (set_up.administrator) {
    first_administrator = FirstAdministrator{std::move(set_up.administrator->username),
                                             std::move(set_up.administrator->one_time_password)};
  }
  if (law) TRY_VOID(adopt_directives(*hub_store, *law, env.clock.now()));
  return {};
}

Result<void> Hub::Impl::start_road() {
  std::vector<std::shared_ptr<const flow::Judge>> judges{flow::make_scan_judge(packs), flow::make_watch_judge()};
  if (checks) judges.push_back(flow::make_check_judge(checks));
  TRY(auto opened, patch::Library::open(folder->path() + "/advisories", patch::following_of(advisory_settings)));
  library = std::move(opened);
  // From the first event on; what was judged by another book is judged again behind.
  if (const auto book = library->book()) judges.push_back(flow::make_advisory_judge(book));
  flow::Flow::Options options;
  options.on_change = [this](const flow::Change& change) {
    if (people) people->publish(change);
    // Its case is looked after at once.
    if (change.kind == flow::Change::Kind::site) bell->ring();
  };
  flow = std::make_unique<flow::Flow>(*ledger, *hub_store, std::move(judges), env.clock, std::move(options));
  return {};
}

Result<void> Hub::Impl::start_api() {
  TRY(auto audit, folder->audit_key());
  api::ApiOptions options;
  options.agent_address = config.names.front() + ":" + std::to_string(config.agents_port);
  options.ca_sha256 = authority->sha256();
  options.packs = packs;
  options.checks = checks;
  options.ui = ui_files();
  options.law = law;
  options.read_words = read_words_in_worker;
  options.session_idle = minutes(config.session_idle_minutes);
  options.audit_origin = config.names.front() + "/khien/audit";
  options.audit_secret_key = std::move(audit.secret);
  options.read_table = read_table_in_worker;
  options.advisories = library;
  options.advisory_settings = advisory_settings;
  options.read_letter = read_letter_in_worker;
  options.read_inventory = [](ByteView bytes, const inventory::Hint& hint) { return read_inventory_in_worker(bytes, hint); };
  options.browser_state = [this] { return watcher ? watcher->browser() : site::BrowserState(); };
  options.on_inventory = [this] { teller->wake(); };
  options.botnet_playbook = botnet_playbook;
  options.report_kinds = report_kinds;
  options.incidents = incidents;
  options.verify_file = [this](ByteView bytes, std::size_t first_revision) -> Result<seal::Verification> {
    // Read anew each time: a list of today is of use today.
    TRY(auto lists, read_revocation_lists(config.signing_crls));
    return verify_in_worker(as_text(bytes), {.trust_pem = trusted_signers_pem, .now = env.clock.now(), .time_trust_pem = trusted_stampers_pem,
                                             .revocation_lists = std::move(lists), .first_revision = first_revision});
  };
  options.notice_rules = notice_rules;
  options.post = post;
  options.on_share_wished = [this] {
    if (sender) sender->wake();
  };
  options.on_letter = [this] {
    if (advisories) advisories->take_letters();
  };
  content_desk = std::make_shared<TrialDesk>(*hub_store, env, folder->path(),
                                             [this](std::int64_t version) { people->publish_content(version); });
  options.content_desk = content_desk;
  options.on_look_wished = [bell = bell] { bell->ring(); };
  options.on_revoke = [this](const AgentIdentity& identity) {
    if (agents) agents->forget(identity);
  };
  TRY(people, api::Api::create(*hub_store, *ledger, env, std::move(options)));
  api::AgentApiOptions for_agents;
  for_agents.sharing = {.agreement = static_cast<int>(config.fleet_agreement),
                      .check_per_mille = static_cast<int>(config.fleet_check_per_mille)};
  for_agents.content_folder = folder->path() + "/content";
  for_agents.on_content = [this](std::int64_t version) { people->publish_content(version); };
  TRY(auto policy, folder->policy_key());
  for_agents.policy_secret_key = std::move(policy.secret);
  agents = std::make_unique<api::AgentApi>(*hub_store, *ledger, *flow, *authority, env, for_agents);
  monitor = std::make_unique<api::Monitor>(monitor_sources({.hub = *hub_store,
                                                            .ledger = *ledger,
                                                            .flow = *flow,
                                                            .people = *people,
                                                            .agents = *agents,
                                                            .server = server,
                                                            .watcher = watcher.get(),
                                                            .folder = folder->path()}));
  flow->start();
  return {};
}

Result<void> Hub::Impl::start_server() {
  TRY(auto certificate, folder->server_certificate(*authority, config.names));
  certificate_pem = certificate.certificate_pem;

  std::vector<net::Listener> listeners(3);
  auto& for_people = listeners[kPeople];
  for_people.address = config.people_address;
  for_people.port = config.people_port;
  for_people.handler = people.get();
  for_people.certificate_pem = certificate.certificate_pem;
  for_people.key_pem = Secret(std::string(certificate.key_pem.reveal()));

  auto& for_agents = listeners[kAgents];
  for_agents.address = config.agents_address;
  for_agents.port = config.agents_port;
  for_agents.handler = agents.get();
  for_agents.certificate_pem = certificate.certificate_pem;
  for_agents.key_pem = std::move(certificate.key_pem);
  for_agents.client_ca_pem = authority->certificate_pem();
  for_agents.max_body_bytes = kMaxBatchBytes;
  // A province's agents keep their connections.
  for_agents.max_connections = 60'000;
  // All machines of a building may stand behind one address.
  for_agents.max_connections_per_address = 2'000;

  listeners[kMonitor].port = config.monitor_port;
  listeners[kMonitor].handler = monitor.get();

  TRY(server, net::Server::create(std::move(listeners), {}, env.clock));
  return server->start();
}

Result<void> Hub::Impl::start_control() {
  TRY(auto audit, folder->audit_key());
  office = std::make_unique<Office>(Office{.hub = *hub_store,
                                           .ledger = *ledger,
                                           .flow = flow.get(),
                                           .env = env,
                                           .config = config,
                                           .tenant = tenant,
                                           .ca_sha256 = authority->sha256(),
                                           .audit_public_key = std::move(audit.public_key),
                                           .agents_port = server->port(kAgents),
                                           .law = law,
                                           .advisories = advisories.get(),
                                           .sharing = sender.get(),
                                           .feeds = feeds.get(),
                                           .on_inventory = [this] { teller->wake(); },
                                           .watcher = watcher.get()});
  TRY(control, ControlServer::start(folder->control_socket(), [this](const auto& words, Console& console) {
        return run_office_command(*office, words, console);
      }));
  return {};
}

void Hub::Impl::start_watch() {
  if (!watcher || config.watch_sites_at_once == 0) return;
  site::Watch::Options options;
  options.every = hours(config.watch_sites_every_hours);
  options.at_once = static_cast<std::size_t>(config.watch_sites_at_once);
  options.on_change = [this](const flow::Change& change) {
    if (people) people->publish(change);
  };
  options.ask_every = ask_sites_every;
  options.tend_every = {2 * ask_sites_every.ms};
  options.bell = bell;
  watch = std::make_unique<site::Watch>(*hub_store, *sensor, watcher, env.clock, std::move(options));
  watch->start();
}

void Hub::Impl::start_advisories() {
  AdvisoryDesk::Options options{.shipped = advisory_settings, .on_change = [this] {
                                  if (people) people->publish_advisories();
                                }};
  advisories = std::make_unique<AdvisoryDesk>(*hub_store, *flow, library, env.clock, std::move(options));
  advisories->start();
  feeds = std::make_unique<FeedFetcher>(*library, env.clock, FeedFetcher::Options{
                                                                 .config = config.feeds,
                                                                 .folder = folder->path() + "/advisories",
                                                                 .on_imported = [this] {
                                                                   if (auto judged = advisories->judge(); !judged) {
                                                                     log_error("advisories.not_judged", {{"error", judged.error().what()}});
                                                                   }
                                                                 },
                                                                 .nvd_key = std::move(nvd_key)});
  feeds->start();
}

// Without a partner too: what was shared with one that is configured no more is told as ended.
void Hub::Impl::start_sharing() {
  sender = std::make_unique<exchange::Sender>(*hub_store, env.clock, env.random, std::move(sharing));
  sender->start();
}

void Hub::Impl::start_notices() {
  NoticeDesk::Options options{.rules = notice_rules, .post = post, .law = law, .told = [this](TenantId of, UserId person, notice::MessageId message) {
                                people->publish_message(of, person, message.value);
                              }};
  notices = std::make_unique<NoticeDesk>(*hub_store, env.clock, std::move(options));
  if (!outbox_options.carrier) return;
  outbox = std::make_unique<exchange::Outbox>(*hub_store, env.clock, std::move(outbox_options));
  outbox->start();
}

void Hub::Impl::renew_certificate() {
  const Duration now = env.clock.monotonic();
  if (now.ms - certificate_checked.ms < kCertificateCheckEvery.ms) return;
  certificate_checked = now;
  auto certificate = folder->server_certificate(*authority, config.names);
  if (!certificate) {
    log_error("certificate_renewal_failed", {{"error", certificate.error().what()}});
    return;
  }
  if (certificate->certificate_pem == certificate_pem) return;
  certificate_pem = certificate->certificate_pem;
  for (const std::size_t listener : {kPeople, kAgents}) {
    const auto replaced = server->replace_certificate(listener, certificate_pem, certificate->key_pem);
    if (!replaced) log_error("certificate_renewal_failed", {{"error", replaced.error().what()}});
  }
}

// So that tomorrow can say what was true today.
void Hub::Impl::read_metrics() {
  const Duration now = env.clock.monotonic();
  if (!law || (read_metrics_at && now.ms - read_metrics_at->ms < kMetricsEvery.ms)) return;
  read_metrics_at = now;
  if (auto read = store_all_readings(*hub_store, *law, env.clock.now()); !read) {
    log_error("metric_readings_failed", {{"error", read.error().what()}});
  }
}

// The checks that came with this program, on what machines told before it was
// started: a machine whose settings did not change says nothing of them.
void Hub::Impl::try_checks() {
  if (!checks || checks_tried) return;
  checks_tried = true;
  if (auto tried = flow->reconsider(flow::make_check_judge(checks)); !tried) {
    log_error("checks_not_tried", {{"error", tried.error().what()}});
  }
}

// Days pass and machines move: what each is to do is worked out anew.
void Hub::Impl::refresh_policies() {
  const Duration now = env.clock.monotonic();
  if (refreshed_policies_at && now.ms - refreshed_policies_at->ms < kPoliciesEvery.ms) return;
  refreshed_policies_at = now;
  if (auto done = refresh_all_policies(*hub_store, env.clock.now()); !done) {
    log_error("policies_not_refreshed", {{"error", done.error().what()}});
  }
}

// Rules that open incidents, and clocks that nobody met, to the minute.
void Hub::Impl::watch_incidents() {
  const Duration now = env.clock.monotonic();
  if (!law || !incidents || (watched_incidents_at && now.ms - watched_incidents_at->ms < kIncidentsEvery.ms)) return;
  watched_incidents_at = now;
  if (auto done = watch_all_incidents(*hub_store, *law, *incidents, env.clock.now()); !done) {
    log_error("incidents_not_watched", {{"error", done.error().what()}});
  }
}

// Test calls that nobody answered go on to the next person.
void Hub::Impl::sweep_rosters() {
  const Duration now = env.clock.monotonic();
  if (swept_rosters_at && now.ms - swept_rosters_at->ms < kRostersEvery.ms) return;
  swept_rosters_at = now;
  if (auto swept = roster::sweep(*hub_store, env.clock.now()); !swept) {
    log_error("rosters_not_swept", {{"error", swept.error().what()}});
  }
}

Hub::Hub(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Hub::~Hub() = default;

Result<std::unique_ptr<Hub>> Hub::start(Options options, const Env& env) {
  auto impl = std::make_unique<Impl>(std::move(options), env);
  TRY(auto folder, DataFolder::open(impl->config.folder, env));
  impl->folder.emplace(std::move(folder));
  TRY(impl->authority, impl->folder->authority(impl->config.province));
  TRY_VOID(impl->open_stores());
  TRY_VOID(impl->start_road());
  impl->sensor = std::make_unique<flow::HubSensor>(*impl->flow, *impl->ledger, env.clock);
  impl->teller = std::make_unique<flow::InventoryTeller>(*impl->hub_store, *impl->sensor, env.clock);
  TRY_VOID(impl->start_api());
  impl->start_advisories();
  impl->teller->start();
  impl->start_sharing();
  impl->start_notices();
  TRY_VOID(impl->start_server());
  TRY_VOID(impl->start_control());
  impl->start_watch();
  impl->certificate_checked = env.clock.monotonic();
  return std::unique_ptr<Hub>(new Hub(std::move(impl)));
}

std::uint16_t Hub::people_port() const { return impl_->server->port(kPeople); }
std::uint16_t Hub::agents_port() const { return impl_->server->port(kAgents); }
std::uint16_t Hub::monitor_port() const { return impl_->server->port(kMonitor); }
const std::optional<Hub::FirstAdministrator>& Hub::first_administrator() const { return impl_->first_administrator; }
bool Hub::failed() const { return impl_->failed; }

void Hub::tick() {
  if (auto ticked = impl_->people->tick(); !ticked) log_error("tick_failed", {{"error", ticked.error().what()}});
  impl_->agents->tick();
  impl_->renew_certificate();
  impl_->read_metrics();
  impl_->try_checks();
  impl_->refresh_policies();
  impl_->watch_incidents();
  impl_->sweep_rosters();
  impl_->notices->tick();
}

}  // namespace khien::hub
