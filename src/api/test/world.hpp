#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account_records.hpp"
#include "authenticator.hpp"
#include "khien/api/accounts.hpp"
#include "khien/api/agent_api.hpp"
#include "khien/api/api.hpp"
#include "khien/core/json.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/duty/directives.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/findings.hpp"
#include "khien/flow/judges/advisory_judge.hpp"
#include "khien/flow/judges/check_judge.hpp"
#include "khien/flow/judges/scan_judge.hpp"
#include "khien/flow/hub_sensor.hpp"
#include "khien/flow/inventory_teller.hpp"
#include "khien/patch/advisories.hpp"
#include "khien/patch/decisions.hpp"
#include "khien/patch/letters.hpp"
#include "khien/patch/library.hpp"
#include "khien/patch/review.hpp"
#include "khien/reporting/reports.hpp"
#include "khien/flow/judges/watch_judge.hpp"
#include "khien/site/cases.hpp"
#include "khien/site/page_evidence.hpp"
#include "khien/ingest/table.hpp"
#include "khien/ingest/document_text.hpp"
#include "khien/ingest/upload.hpp"
#include "khien/model/batch.hpp"
#include "khien/model/observation.hpp"
#include "khien/net/certificate.hpp"

namespace khien::api {

// A hub in a temporary folder: real databases, real road, no socket, a clock
// that moves when told to, the same randomness in every run.

inline constexpr Timestamp kStart{1'795'312'800'000};  // 2026-11-22T02:00:00Z
inline constexpr std::string_view kHost = "hub.example.gov.vn:8443";
inline const PasswordCost kCheap{.memory_kib = 8, .passes = 1};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "khien_api_XXXXXX";
    const char* made = ::mkdtemp(pattern.data());
    path_ = made == nullptr ? "" : made;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

// "a=b&c=d" as the server hands it over: decoded once.
inline std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto byte = from_hex(text.substr(i + 1, 2));
      if (byte) {
        out += as_text(*byte);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

inline net::Request request_of(net::Method method, std::string_view target, std::string body = {}) {
  net::Request request;
  request.method = method;
  const auto mark = target.find('?');
  request.path = std::string(target.substr(0, mark));
  auto rest = mark == target.npos ? std::string_view() : target.substr(mark + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto pair = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    const auto equals = pair.find('=');
    request.query.emplace_back(decoded(pair.substr(0, equals)),
                               equals == pair.npos ? "" : decoded(pair.substr(equals + 1)));
  }
  request.headers.add("Host", std::string(kHost));
  request.body = std::make_shared<const std::string>(std::move(body));
  request.peer_address = "198.51.100.7";
  return request;
}

// The answer of a handler that answers at once.
inline net::Response answer_of(net::Handler& handler, net::Request request) {
  std::optional<net::Response> answer;
  handler.handle(std::move(request), [&](net::Response response) {
    REQUIRE_FALSE(answer.has_value());
    answer = std::move(response);
  });
  REQUIRE(answer.has_value());
  return std::move(*answer);
}

inline std::string header_of(const net::Response& response, std::string_view name) {
  return std::string(response.headers.get(name).value_or(""));
}

// All there is to see of an answer but its date: for "byte for byte the same".
inline std::string whole(const net::Response& response) {
  std::string text = std::to_string(response.status) + "\n";
  for (const auto& [name, value] : response.headers.all()) {
    if (name != "Date") text.append(name).append(": ").append(value).append("\n");
  }
  return text + "\n" + response.body;
}

// A field of a JSON answer by its path: "user.id", "items.0.name".
inline std::string field_of(std::string_view text, std::string_view path) {
  JsonDocument document;
  Budget budget({});
  auto value = document.parse(text, budget);
  if (!value) return "?not json";
  Json at = *value;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const std::string name(path.substr(0, dot));
    path = dot == path.npos ? std::string_view() : path.substr(dot + 1);
    std::optional<Json> next;
    if (at.is_array()) {
      std::size_t i = 0;
      (void)at.each([&](Json item) -> Result<void> {
        if (std::to_string(i++) == name) next = item;
        return {};
      });
    } else if (auto found = at.field(name)) {
      next = *found;
    }
    if (!next) return "?absent";
    at = *next;
  }
  if (at.is_null()) return "null";
  if (const auto string = at.string()) return std::string(*string);
  if (const auto integer = at.integer()) return std::to_string(*integer);
  if (const auto flag = at.boolean()) return *flag ? "true" : "false";
  return at.is_array() ? "array:" + std::to_string(at.size()) : "object:" + std::to_string(at.size());
}

// A browser with its cookie, as a page of ours uses it.
class Browser {
 public:
  explicit Browser(Api& api) : api_(&api) {}
  Browser(Api& api, std::string cookie, std::string csrf)
      : api_(&api), cookie(std::move(cookie)), csrf(std::move(csrf)) {}

  net::Request request(net::Method method, std::string_view target, std::string body = {}) const {
    const bool has_body = !body.empty();
    auto made = request_of(method, target, std::move(body));
    if (!cookie.empty()) made.headers.add("Cookie", "__Host-khien=" + cookie);
    if (method != net::Method::get) {
      made.headers.add("Origin", "https://" + std::string(kHost));
      made.headers.add("Sec-Fetch-Site", "same-origin");
      if (!csrf.empty()) made.headers.add("X-Khien-Csrf", csrf);
    }
    if (has_body) made.headers.add("Content-Type", "application/json");
    return made;
  }
  // Sends, and keeps the cookie and the token that come back.
  net::Response send(net::Method method, std::string_view target, std::string body = {}) {
    auto response = answer_of(*api_, request(method, target, std::move(body)));
    const auto set = header_of(response, "Set-Cookie");
    if (!set.empty()) {
      const auto value = set.substr(set.find('=') + 1);
      cookie = value.substr(0, value.find(';'));
      const auto token = field_of(response.body, "csrf");
      if (!token.starts_with("?")) csrf = token;
    }
    return response;
  }
  net::Response get(std::string_view target) { return send(net::Method::get, target); }
  net::Response post(std::string_view target, std::string body = {}) {
    return send(net::Method::post, target, std::move(body));
  }

 private:
  Api* api_;

 public:
  std::string cookie;
  std::string csrf;
};

// A machine that joined, with what it needs to speak.
struct EnrolledMachine {
  AgentIdentity identity;
  net::PeerCertificate certificate;
  std::uint64_t next_seq = 1;
};

inline std::shared_ptr<const notice::Rules> shipped_notice_rules() {
  std::ifstream file(std::string(KHIEN_SOURCE_DIR) + "/content/notices/rules.yaml", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Budget budget({});
  return std::make_shared<const notice::Rules>(notice::Rules::from_yaml(text, budget).value());
}

// The directives that the product ships, read once.
inline std::shared_ptr<const duty::Catalogues> shipped_law() {
  static const auto law = [] {
    std::vector<law::SourceFile> files;
    const std::filesystem::path content = std::filesystem::path(KHIEN_SOURCE_DIR) / "content";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(content)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      files.push_back({std::filesystem::relative(entry.path(), content).string(), {std::istreambuf_iterator<char>(file), {}}});
    }
    std::ranges::sort(files, {}, &law::SourceFile::path);
    return std::shared_ptr<const duty::Catalogues>(duty::Catalogues::create(files).value());
  }();
  return law;
}

// The kinds of document that the product ships.
inline std::shared_ptr<const incident::Content> shipped_incidents() {
  static const auto content = [] {
    const auto read = [](const std::string& name) { return system_files().read(std::string(KHIEN_SOURCE_DIR) + "/content/incidents/" + name, 1 << 20).value(); };
    return std::make_shared<const incident::Content>(incident::read_content(read("severities.yaml"), read("opening.yaml")).value());
  }();
  return content;
}

inline std::shared_ptr<const botnet::Playbook> shipped_playbook() {
  static const auto playbook = [] {
    Budget budget({});
    const auto text = system_files().read(std::string(KHIEN_SOURCE_DIR) + "/content/botnet/steps.yaml", 1 << 20).value();
    return std::make_shared<const botnet::Playbook>(botnet::read_playbook(text, budget).value());
  }();
  return playbook;
}

inline std::shared_ptr<const reporting::Kinds> shipped_kinds() {
  static const auto kinds = [] {
    std::vector<reporting::Kinds::File> files;
    const auto folder = std::filesystem::path(KHIEN_SOURCE_DIR) / "content/reports";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      files.push_back({entry.path().string(), {std::istreambuf_iterator<char>(file), {}}});
    }
    std::ranges::sort(files, {}, &reporting::Kinds::File::path);
    return reporting::Kinds::create(files).value();
  }();
  return kinds;
}

// In place of the worker: signed is what says so at its end.
inline Result<seal::Verification> verified_by_its_end(ByteView bytes, std::size_t first_revision) {
  seal::Verification verification{.kind = as_text(bytes).starts_with("%PDF") ? seal::FileKind::pdf : seal::FileKind::unknown};
  verification.words = {"Không có chữ ký.", "There is no signature."};
  const bool repainted = as_text(bytes).ends_with("repainted, signed");
  if (!as_text(bytes).ends_with("signed")) return verification;
  verification.valid = true;
  verification.covers_first_revision_only_signatures = first_revision != 0 && !repainted;
  verification.words = {"Chữ ký hợp lệ.", "The signature holds."};
  verification.signatures = {{.state = seal::SignatureState::valid, .signer = "Nguyễn Văn An", .issuer = "CA", .serial = "0a", .signed_at = kStart,
                              .timestamped_at = {}, .detail = {}}};
  return verification;
}

class World {
 public:
  World() : World(ApiOptions{}) {}
  explicit World(ApiOptions options, unsigned threads = 0) {
    hub = store::Store::open({.path = folder.file("hub.db"), .migrations = store::hub_migrations()}).value();
    ledger = store::Ledger::open({.path = folder.file("ledger.db")}).value();
    authority = std::make_unique<net::CertificateAuthority>(
        net::CertificateAuthority::create("Khien test", clock.now(), random).value());
    options.agent_address = "hub.example.gov.vn:8444";
    options.ca_sha256 = authority->sha256();
    options.password_cost = kCheap;
    options.threads = threads;
    options.password_threads = threads;
    options.audit_origin = "hub.example.gov.vn/audit";
    options.audit_secret_key = Bytes(32, std::byte{7});
    options.read_table = [](ByteView bytes) {
      Budget budget(ingest::table_limits());
      return ingest::read_table(bytes, budget);
    };
    options.read_inventory = [](ByteView bytes, const inventory::Hint& hint) {
      Budget budget(inventory::inventory_limits());
      return inventory::read_inventory(bytes, hint, budget);
    };
    options.on_inventory = [this] {
      ++inventories_told;
      if (on_inventory) on_inventory();
    };
    options.notice_rules = shipped_notice_rules();
    options.law = shipped_law();
    options.advisories = patch::Library::open(folder.file("advisories"), patch::following_of(advisory_settings())).value();
    options.advisory_settings = advisory_settings();
    options.read_letter = [](ByteView bytes) -> Result<feed::LetterFacts> {
      if (bytes.empty() || as_text(bytes).starts_with("%PDF")) return Error(Code::invalid, "no words");
      feed::LetterFacts facts{.text = std::string(as_text(bytes))};
      facts.numbers = {{"17/CATTT-NCSC", {0, 4}, feed::Confidence::certain}};
      facts.cves = {{"CVE-2024-3094", {4, 8}, feed::Confidence::certain}};
      facts.products = {{{.name = "XZ Utils", .key = advisory::PackageKey{"deb", "debian", "xz-utils", ""}, .affected = {}, .fixed = "5.6.2", .cves = {}},
                         {8, 10}, feed::Confidence::likely}};
      return facts;
    };
    options.read_words = [](ByteView bytes) {
      Budget budget(ingest::document_limits());
      return ingest::read_document_text(bytes, budget);
    };
    options.browser_state = [this] {
      return site::BrowserState{.on = true, .pages_a_day = 20, .opened_today = 712, .sites_today = 33, .sites_at_end = 31, .of_sites = opened_of_sites, .opened_at = clock.now(),
                                .error = "no_service", .error_at = clock.now() - hours(1)};
    };
    options.report_kinds = shipped_kinds();
    options.incidents = shipped_incidents();
    options.botnet_playbook = shipped_playbook();
    options.verify_file = verified_by_its_end;
    law = options.law;
    options.on_revoke = [this](const AgentIdentity& identity) { agents->forget(identity); };
    api = Api::create(*hub, *ledger, env, options).value();
    settings = std::make_unique<ApiOptions>(std::move(options));
    authenticator = std::make_unique<Authenticator>(*hub, clock, random, *settings);
    std::vector<std::shared_ptr<const flow::Judge>> judges{flow::make_scan_judge({}), flow::make_watch_judge()};
    if (settings->checks) judges.push_back(flow::make_check_judge(settings->checks));
    road = std::make_unique<flow::Flow>(
        *ledger, *hub, std::move(judges), clock,
        flow::Flow::Options{.on_change = [this](const flow::Change& change) { api->publish(change); }});
    agents = std::make_unique<AgentApi>(*hub, *ledger, *road, *authority, env, AgentApiOptions{.policy_secret_key = policy_seed});
  }
  ~World() {
    ledger->drain();
    road->stop();
    agents.reset();
    road.reset();
  }

  void write(const store::Store::Work& work) {
    const auto written = hub->write(work);
    if (!written) FAIL(written.error().what());
  }

  estate::NewTenant add_tenant(std::string_view name) {
    estate::NewTenant made;
    write([&](store::Connection& c) -> Result<void> {
      TRY(made, estate::create_tenant(c, name, clock.now()));
      TRY_VOID(duty::adopt_shipped(c, *law, made.tenant, clock.now()));
      return {};
    });
    return made;
  }
  UnitId add_unit(const estate::NewTenant& tenant, UnitId parent, std::string_view name) {
    UnitId made;
    const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    write([&](store::Connection& c) -> Result<void> {
      TRY(made, estate::create_unit(c, scope, name, estate::UnitKind::commune, parent, clock.now()));
      return {};
    });
    return made;
  }
  // A person who has chosen their password already: "<username>-password".
  UserId add_person(TenantId tenant, std::string_view username, Role role, std::vector<UnitId> scope,
                    std::string_view name = "Nguyễn Văn An") {
    UserId made;
    const auto phc = hash_of(std::string(username) + "-password");
    write([&](store::Connection& c) -> Result<void> {
      const NewAccount account{tenant, std::string(username), std::string(name), role, scope};
      TRY(made, insert_account(c, account, phc, clock.now()));
      return set_password(c, tenant, made, phc, false);
    });
    return made;
  }
  std::string hash_of(std::string_view password);

  // A session without the password's cost; `proved` as if just stepped up.
  Browser session(TenantId tenant, UserId user, bool proved = true) {
    std::optional<SessionToken> token;
    write([&](store::Connection& c) -> Result<void> {
      TRY(token, authenticator->begin(c, tenant, user, clock.now()));
      if (!proved) return {};
      TRY(token, authenticator->renew(c, token->session, clock.now() + minutes(5), clock.now()));
      return {};
    });
    const auto who = authenticator->principal_of(*token);
    REQUIRE(who.has_value());
    return Browser(*api, std::string(token->token.reveal()), who->csrf);
  }
  Browser signed_in(std::string_view username) {
    Browser browser(*api);
    const auto answer = browser.post("/api/v1/session", R"({"username":")" + std::string(username) +
                                                            R"(","password":")" + std::string(username) +
                                                            R"(-password"})");
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return browser;
  }

  static patch::Settings advisory_settings() {
    return {.least_severity = Severity::critical, .least_likelihood = 10, .days_exploited = 14, .days_ransomware = 7, .days_likely = 15,
            .days_critical = 15, .days_high = 30, .days_medium = 90, .days_low = 180, .remind_days = 3};
  }
  // A package that is vulnerable before `fixed`, of any release.
  static advisory::Advisory vulnerable(std::string cve, std::string package, std::string fixed, std::string title) {
    advisory::Affected affected{.package = {"deb", "debian", std::move(package), ""}, .basis = advisory::Basis::distribution,
                                .ranges = {{.introduced = {}, .fixed = std::move(fixed)}}, .versions = {}, .cpe = {}};
    return {.id = cve, .feed = "debian", .cves = {cve}, .title = std::move(title), .description = "text", .severity = Severity::critical,
            .cvss_score = 9.8, .cvss_vector = {}, .published = {}, .modified = {}, .affected = {std::move(affected)},
            .references = {"https://example.org/" + cve}};
  }
  // As an import brings it: into the book, before all inventories, and looked after.
  void bring_feed(const feed::Collected& records, feed::FeedKind kind = feed::FeedKind::osv) {
    const feed::FeedSummary summary{.kind = kind, .name = std::string(to_string(kind)), .version = {}, .released = clock.now()};
    const auto taken = settings->advisories->take(summary, records, "feed.json", clock.now());
    if (!taken) FAIL(taken.error().what());
    const auto judged = road->reconsider(flow::make_advisory_judge(settings->advisories->book()));
    if (!judged) FAIL(judged.error().what());
    tend_advisories();
  }
  void tend_advisories() {
    if (const auto weighed = road->weigh_marked(); !weighed) FAIL(weighed.error().what());
    patch::Follower follower(*hub, clock, {.shipped = advisory_settings(), .on_change = {}});
    if (const auto tended = follower.tend(); !tended) FAIL(tended.error().what());
  }

  // What people handed in for devices without an agent.
  void hear_inventories() {
    flow::HubSensor sensor(*road, *ledger, clock);
    flow::InventoryTeller teller(*hub, sensor, clock);
    REQUIRE(teller.tell());
    REQUIRE(road->apply_pending());
    tend_advisories();
  }

  // What the hub's own crawler saw of one page: kept, told, judged, and the site's case
  // reviewed.
  PageEvidenceId crawl(TenantId tenant, SiteId site, const std::string& url, PageClass page_class, std::string_view body) {
    std::vector<PageView> views;
    for (const auto visitor : {Visitor::desktop, Visitor::desktop_google, Visitor::googlebot, Visitor::mobile_google}) {
      views.push_back({.visitor = visitor, .url = url, .final_url = url, .status = 200, .headers = {{"server", "nginx"}},
                       .body = std::string(body) + (visitor == Visitor::googlebot ? "\nfor robots" : ""), .fetched_at = clock.now()});
    }
    const auto packed = site::PackedPage::pack(url, views).value();
    const site::PagePicture picture{.png = "\x89PNG " + std::string(body), .width = 1280, .height = 900, .taken_at = clock.now()};
    PageSeen seen{.site = site, .url = url, .page_class = page_class, .score = 900, .reasons = {{"after_html", 900}},
                  .links = {{"https://game.example/" + url, "tài xỉu", Visitor::googlebot, 3, "after_html"}}, .views = packed.seen()};
    write([&](store::Connection& c) -> Result<void> {
      TRY(seen.evidence, site::keep_page(c, tenant, site, packed, page_class, clock.now(), {.picture = picture}));
      return {};
    });
    const auto evidence = seen.evidence;
    const std::vector<Observation> told{
        {clock.now(), std::move(seen)},
        {clock.now(), SiteSeen{.site = site, .look = 1, .started_at = clock.now(), .finished_at = clock.now(), .answered = true,
                               .pages = 1, .views = 4, .facts = {{"cms.name", "WordPress"}}}}};
    flow::HubSensor sensor(*road, *ledger, clock);
    REQUIRE(sensor.tell(tenant, told));
    REQUIRE(road->apply_pending());
    write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(site::review_cases(c, tenant, clock.now()));
      return {};
    });
    return evidence;
  }

  EnrolledMachine enrol(const estate::NewTenant& tenant, UnitId unit, std::string_view hostname, UserId by = {1}) {
    Secret secret;
    const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    write([&](store::Connection& c) -> Result<void> {
      TRY(auto token, estate::create_token(c, scope, unit, by, hours(1), clock.now(), random));
      secret = std::move(token.secret);
      return {};
    });
    const auto key = net::make_key_and_request("agent").value();
    const EnrolRequest wanted{std::string(secret.reveal()), key.csr_pem, std::string(hostname), "0.1.0"};
    const auto answer = answer_of(*agents, request_of(net::Method::post, "/agent/v1/enrol", to_json(wanted)));
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    const auto issued = issued_certificate_from_json(answer.body).value();
    EnrolledMachine machine;
    machine.certificate = peer_of(issued.certificate_pem);
    // Ids grow, and this one is the newest.
    machine.identity = {tenant.tenant, newest_machine()};
    machine.certificate.agent = machine.identity;
    return machine;
  }
  net::PeerCertificate peer_of(const std::string& pem) const {
    return {.sha256 = net::certificate_sha256(pem).value(),
            .agent = std::nullopt,
            .not_after = net::certificate_not_after(pem).value()};
  }
  MachineId newest_machine() {
    MachineId id;
    REQUIRE(hub->read([&](store::Connection& c) {
                 return c.query_one("SELECT max(id) FROM machine", {}, [&](const store::Row& row) -> Result<void> {
                   id = row.id<MachineTag>(0);
                   return {};
                 });
               }).has_value());
    return id;
  }

  net::Request batch_request(const EnrolledMachine& machine, const std::vector<Observation>& observations) const {
    std::vector<std::string> texts;
    for (const auto& observation : observations) texts.push_back(to_json(observation));
    Batch batch{.stream = "main", .epoch = 1, .first_seq = machine.next_seq, .events = {}, .drops = {}};
    batch.events.assign(texts.begin(), texts.end());
    auto request = request_of(net::Method::post, "/agent/v1/batch", to_ndjson(batch));
    request.headers.add("Content-Type", "application/x-ndjson");
    request.certificate = machine.certificate;
    return request;
  }
  net::Request agent_request(const EnrolledMachine& machine, std::string_view path, std::string body) const {
    auto request = request_of(net::Method::post, std::string(path), std::move(body));
    request.certificate = machine.certificate;
    return request;
  }
  // Sends what the machine saw and lets the road judge it. The acknowledgement
  // comes from the ledger's own thread.
  net::Response report(EnrolledMachine& machine, const std::vector<Observation>& observations);

  std::string database_hash();

  TemporaryFolder folder;
  ManualClock clock{kStart};
  SeededRandom random{7};
  Env env{clock, random, system_files()};
  std::unique_ptr<store::Store> hub;
  std::unique_ptr<store::Ledger> ledger;
  std::unique_ptr<net::CertificateAuthority> authority;
  std::unique_ptr<ApiOptions> settings;
  std::shared_ptr<const duty::Catalogues> law;
  std::unique_ptr<Api> api;
  std::unique_ptr<Authenticator> authenticator;
  std::unique_ptr<flow::Flow> road;
  Bytes policy_seed = Bytes(32, std::byte{9});
  std::unique_ptr<AgentApi> agents;
  int copies = 0;
  int inventories_told = 0;
  std::function<void()> on_inventory;  // what else hears of them
  std::map<SiteId, std::uint64_t> opened_of_sites;  // pages in the browser, today
};

inline FileSeen bad_file(std::string_view path, Severity severity = Severity::critical) {
  FileSeen file;
  file.path = path;
  file.size = 68;
  file.mtime_ns = kStart.ms * 1'000'000;
  file.sha256 = sha256(path);
  file.verdict = FileVerdict::malicious;
  file.matches = {{Engine::yara, "khien_eicar", "khien-base", severity}};
  return file;
}

inline MachineSeen described(std::string_view hostname) {
  MachineSeen seen;
  seen.hostname = hostname;
  seen.os_id = "debian";
  seen.os_name = "Debian GNU/Linux 12";
  seen.os_version = "12";
  seen.kernel_running = "6.1.0-1";
  seen.addresses = {"192.0.2.10"};
  seen.agent_version = "0.1.0";
  return seen;
}

inline ScanSeen complete_scan(Timestamp at, std::int64_t number = 1) {
  return {.scan = number,
          .state = ScanSeen::State::complete,
          .started_at = at,
          .finished_at = at + seconds(5),
          .files_seen = 100,
          .files_scanned = 90,
          .files_skipped = 10,
          .files_total = 100};
}

inline ProtectionSeen all_running(Timestamp at) {
  ProtectionSeen seen;
  for (const auto engine : {Engine::ioc, Engine::yara, Engine::clamav, Engine::watch}) {
    seen.engines.push_back({engine, EngineState::State::running, 10, at, ""});
  }
  return seen;
}

}  // namespace khien::api

#include "world_inline.hpp"
