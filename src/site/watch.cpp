#include "khien/site/watch.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/core/date.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/units.hpp"
#include "khien/site/cases.hpp"
#include "khien/site/listed.hpp"
#include "khien/site/page_evidence.hpp"
#include "khien/site/rendering.hpp"

namespace khien::site {
namespace {

constexpr Duration kLeastInterval = hours(1);
constexpr Duration kMostInterval = days(30);
constexpr Duration kDaily = hours(24);
constexpr Duration kFirstRetry = minutes(15);
// How late the next look may be until what the last one saw counts no more.
constexpr Duration kLookCountsBeyond = days(1);
constexpr std::size_t kMostPagesAsked = 500;
constexpr std::size_t kMostSitesJudgedAtOnce = 20;
constexpr std::size_t kMostPagesLearned = 100;
constexpr std::size_t kMostFailureBytes = 300;

// A site that was taken to be looked at.
struct Taken {
  LookOrder order;
  std::int64_t look = 0;
  Timestamp began;
  Duration every;
  std::int64_t content = 0;  // of the rules when it began
  UnitId unit;
  std::set<std::string, std::less<>> known;  // pages that are told whatever they are
  bool ill = false;                          // a page was not clean
};

std::int64_t day_number(Timestamp now) { return vietnam_day(now).days(); }

Result<void> add_new_sites(store::Connection& connection, Timestamp now) {
  TRY_VOID(connection.run("INSERT INTO site_watch (tenant_id, site_id, due_at) SELECT s.tenant_id, s.id, ?1 FROM site s "
                          "WHERE NOT EXISTS (SELECT 1 FROM site_watch w WHERE w.tenant_id = s.tenant_id AND w.site_id = s.id)",
                          {now}));
  return {};
}

// Worst first: what is ill now is what somebody waits for.
Result<std::vector<std::string>> known_pages(store::Connection& connection, TenantId tenant, SiteId site) {
  std::vector<std::string> pages;
  TRY_VOID(connection.query("SELECT url FROM page_fact WHERE tenant_id = ?1 AND site_id = ?2 "
                            "ORDER BY class IN ('clean', 'legitimate_mention'), score DESC, url LIMIT ?3",
                            {tenant, site, std::uint64_t{kMostPagesAsked}}, [&](const store::Row& row) -> Result<void> {
                              pages.emplace_back(row.text(0));
                              return {};
                            }));
  return pages;
}

// They are asked for in any case, before what else there is no room for.
void put_first(std::vector<std::string>& pages, const std::vector<std::string>& first) {
  std::erase_if(pages, [&](const std::string& page) { return std::ranges::find(first, page) != first.end(); });
  pages.insert(pages.begin(), first.begin(), first.end());
  if (pages.size() > kMostPagesAsked) pages.resize(std::max(kMostPagesAsked, first.size()));
}

// What was found on a page in a browser alone: asked of a browser again as long as the finding is
// open, and where it is mended, as long as the site's case is.
Result<void> add_rendered_pages(store::Connection& connection, LookOrder& order) {
  return connection.query(
      "SELECT DISTINCT e.url, f.state IN ('new', 'in_progress') FROM page_evidence e JOIN finding f ON f.tenant_id = e.tenant_id AND "
      "f.site_id = e.site_id AND f.judge = 'watch' AND f.subject = e.url WHERE e.tenant_id = ?1 AND e.site_id = ?2 AND e.by_script = 1 "
      "AND (f.state IN ('new', 'in_progress') OR (f.state = 'resolved' AND EXISTS (SELECT 1 FROM site_case c WHERE c.tenant_id = ?1 "
      "AND c.site_id = ?2 AND c.state IN ('open', 'cause_wanted', 'rescanning', 'watching')))) ORDER BY e.url, 2 DESC",
      {order.tenant, order.site}, [&](const store::Row& row) -> Result<void> {
        std::string url(row.text(0));
        // A page may have one finding that is open and others that are not.
        if (!order.rendered_pages.empty() && order.rendered_pages.back() == url) return {};
        auto& pages = row.integer(1) != 0 ? order.rendered_pages : order.followed_pages;
        if (pages.empty() || pages.back() != url) pages.push_back(std::move(url));
        return {};
      });
}

Result<LookOrder> order_of(store::Connection& connection, TenantId tenant, SiteId site) {
  LookOrder order{.tenant = tenant, .site = site};
  TRY_VOID(connection.query_one("SELECT address FROM site WHERE tenant_id = ?1 AND id = ?2", {tenant, site},
                                [&](const store::Row& row) -> Result<void> {
                                  order.address = row.text(0);
                                  return {};
                                }));
  TRY(order.pages, known_pages(connection, tenant, site));
  TRY_VOID(add_rendered_pages(connection, order));
  put_first(order.pages, order.followed_pages);
  put_first(order.pages, order.rendered_pages);
  TRY(const auto rendering, rendering_of(connection, tenant, site));
  order.rendered = rendering.has_value();
  TRY_VOID(connection.query("SELECT baseline FROM site_baseline WHERE tenant_id = ?1 AND site_id = ?2", {tenant, site},
                            [&](const store::Row& row) -> Result<void> {
                              order.baseline = as_text(row.bytes(0));
                              return {};
                            }));
  return order;
}

Result<void> keep_baseline(store::Connection& connection, const LookOrder& order, const std::string& baseline, Timestamp now) {
  if (baseline.empty()) return {};
  TRY_VOID(connection.run("INSERT INTO site_baseline (tenant_id, site_id, baseline, learned_at) VALUES (?1, ?2, ?3, ?4) "
                          "ON CONFLICT (tenant_id, site_id) DO UPDATE SET baseline = excluded.baseline, learned_at = excluded.learned_at",
                          {order.tenant, order.site, as_bytes(baseline), now}));
  return {};
}

// What a look learned, unless a person's word came in while it lasted: that one stands, and the
// next look learns.
Result<void> keep_looked(store::Connection& connection, const LookOrder& order, const std::string& baseline, Timestamp now) {
  if (baseline.empty()) return {};
  TRY_VOID(connection.run("INSERT INTO site_baseline (tenant_id, site_id, baseline, learned_at) VALUES (?1, ?2, ?3, ?4) "
                          "ON CONFLICT (tenant_id, site_id) DO UPDATE SET baseline = excluded.baseline, learned_at = excluded.learned_at "
                          "WHERE site_baseline.baseline = ?5",
                          {order.tenant, order.site, as_bytes(baseline), now, as_bytes(order.baseline)}));
  return {};
}

// "open", "watching" …; empty: no case is alive.
Result<std::string> case_of(store::Connection& connection, const LookOrder& order) {
  std::string state;
  TRY_VOID(connection.query("SELECT state FROM site_case WHERE tenant_id = ?1 AND site_id = ?2 "
                            "AND state IN ('open', 'cause_wanted', 'rescanning', 'watching')",
                            {order.tenant, order.site}, [&](const store::Row& row) -> Result<void> {
                              state = row.text(0);
                              return {};
                            }));
  return state;
}

// Sites drift apart, so that a province's do not come all at once.
Duration spread(SiteId site, Duration every) {
  const auto part = static_cast<std::int64_t>((static_cast<std::uint64_t>(site.value) * 2'654'435'761u) % 1'000);
  return {every.ms / 20 * part / 1'000};
}

// Until the next look of a site whose case is in this state, as case_of() has it.
Duration until_next(Duration every, Duration when_ill, std::string_view state, bool ill) {
  if (state == "watching") every.ms = std::min(every.ms, kDaily.ms);
  if (ill || (!state.empty() && state != "watching")) every.ms = std::min(every.ms, when_ill.ms);
  return every;
}

Duration retry_after(std::int64_t failures, Duration every) {
  const auto doubled = std::min<std::int64_t>(failures, 8);
  return {std::min(every.ms, kFirstRetry.ms << doubled)};
}

}  // namespace

struct Watch::Impl {
  store::Store& hub;
  flow::HubSensor& sensor;
  std::shared_ptr<SiteWatcher> watcher;
  const Clock& clock;
  Options options;

  std::atomic<bool> stopping = false;
  std::vector<std::thread> threads;

  Result<bool> look_next();
  Result<void> tend();
  Result<std::optional<Taken>> take_one();
  Result<std::optional<Taken>> taken_from(store::Connection& connection, Timestamp now);
  Result<void> look_at(Taken& taken);
  Result<void> tell_page(Taken& taken, LookedPage page);
  Result<void> finish(const Taken& taken, const Look& look);
  Result<void> fail(const Taken& taken, const Error& error);
  Result<void> review();
  Result<void> judge_again();
  Result<void> judge_site_again(const LookOrder& order);
  Result<void> learn();
  Result<void> learn_case(TenantId tenant, SiteCaseId id, SiteId site);
  void forget_taken();
  void run(bool tends);
};

Watch::Watch(store::Store& hub, flow::HubSensor& sensor, std::shared_ptr<SiteWatcher> watcher, const Clock& clock, Options options)
    : impl_(new Impl{.hub = hub,
                     .sensor = sensor,
                     .watcher = std::move(watcher),
                     .clock = clock,
                     .options = std::move(options),
                     .threads = {}}) {
  if (!impl_->options.bell) impl_->options.bell = std::make_shared<Bell>();
  khien_assert(impl_->watcher != nullptr && impl_->options.at_once > 0);
}

Watch::~Watch() { stop(); }

void Watch::start() {
  khien_assert(impl_->threads.empty());
  impl_->stopping = false;
  impl_->forget_taken();
  for (std::size_t i = 0; i < impl_->options.at_once; ++i) {
    impl_->threads.emplace_back([impl = impl_.get()] { impl->run(false); });
  }
  impl_->threads.emplace_back([impl = impl_.get()] { impl->run(true); });
}

void Watch::stop() {
  impl_->stopping = true;
  impl_->options.bell->ring();
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->threads.clear();
}

Result<bool> Watch::look_once() { return impl_->look_next(); }
Result<void> Watch::tend() { return impl_->tend(); }

// Whoever held them is gone: this is the only program on the database.
void Watch::Impl::forget_taken() {
  const auto done = hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("UPDATE site_watch SET taken_until = NULL, due_at = min(due_at, ?1) WHERE taken_until IS NOT NULL",
                            {clock.now()}));
    return {};
  });
  if (!done) log_warning("site.taken_not_forgotten", {{"error", done.error().what()}});
}

void Watch::Impl::run(bool tends) {
  for (;;) {
    // Before `stopping` is read: its ring is then never missed.
    const auto known = options.bell->rung();
    if (stopping) return;
    bool more = false;
    if (tends) {
      if (const auto done = tend(); !done) log_warning("site.tend_failed", {{"error", done.error().what()}});
    } else {
      const auto looked = look_next();
      if (!looked) log_warning("site.look_not_taken", {{"error", looked.error().what()}});
      more = looked && *looked;
    }
    if (!more) options.bell->wait(tends ? options.tend_every : options.ask_every, known);
  }
}

Result<bool> Watch::Impl::look_next() {
  TRY(auto taken, take_one());
  if (!taken) return false;
  auto looked = look_at(*taken);
  if (looked) return true;
  log_warning("site.look_failed", {{"site", taken->order.site.value}, {"error", looked.error().what()}});
  TRY_VOID(fail(*taken, looked.error()));
  return true;
}

Result<void> Watch::Impl::tend() {
  TRY_VOID(review());
  TRY_VOID(learn());
  return judge_again();
}

Result<std::optional<Taken>> Watch::Impl::take_one() {
  std::optional<Taken> taken;
  TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
    const Timestamp now = clock.now();
    TRY_VOID(add_new_sites(connection, now));
    TRY(taken, taken_from(connection, now));
    return {};
  }));
  return taken;
}

Result<std::optional<Taken>> Watch::Impl::taken_from(store::Connection& connection, Timestamp now) {
  std::optional<Taken> taken;
  std::int64_t every_minutes = 0;
  TRY_VOID(connection.query("SELECT w.tenant_id, w.site_id, w.look, coalesce(w.every_minutes, 0), s.unit_id FROM site_watch w "
                            "JOIN site s ON s.tenant_id = w.tenant_id AND s.id = w.site_id "
                            // Addresses of a made-up province may be somebody's.
                            "JOIN tenant t ON t.id = w.tenant_id AND t.sample = 0 "
                            "WHERE w.due_at <= ?1 AND (w.taken_until IS NULL OR w.taken_until <= ?1) "
                            "AND (s.valid_to IS NULL OR s.valid_to >= ?2) ORDER BY w.due_at, w.site_id LIMIT 1",
                            {now, day_number(now)}, [&](const store::Row& row) -> Result<void> {
                              taken.emplace();
                              taken->order = {.tenant = {row.integer(0)}, .site = {row.integer(1)}};
                              taken->look = row.integer(2) + 1;
                              every_minutes = row.integer(3);
                              taken->unit = {row.integer(4)};
                              return {};
                            }));
  if (!taken) return taken;
  taken->began = now;
  taken->content = static_cast<std::int64_t>(watcher->content());
  taken->every = every_minutes == 0 ? options.every : minutes(every_minutes);
  TRY(taken->order, order_of(connection, taken->order.tenant, taken->order.site));
  TRY(taken->order.listed, take_listed(connection, taken->order.tenant, taken->order.site, taken->look));
  TRY(const auto state, case_of(connection, taken->order));
  taken->order.again = until_next(taken->every, options.when_ill, state, false);
  taken->order.again_when_ill = until_next(taken->every, options.when_ill, state, true);
  taken->known = {taken->order.pages.begin(), taken->order.pages.end()};
  TRY_VOID(connection.run("UPDATE site_watch SET taken_until = ?3, look = ?4 WHERE tenant_id = ?1 AND site_id = ?2",
                          {taken->order.tenant, taken->order.site, now + options.one_look, taken->look}));
  return taken;
}

Result<void> Watch::Impl::look_at(Taken& taken) {
  taken.order.stops = [this] { return stopping.load(); };
  TRY(const auto look, watcher->look(taken.order, [&](LookedPage page) -> Result<void> {
    if (stopping) return Error(Code::unavailable, "the hub ends");
    return tell_page(taken, std::move(page));
  }));
  SiteSeen seen = look.seen;
  seen.site = taken.order.site;
  seen.look = taken.look;
  seen.started_at = taken.began;
  seen.finished_at = clock.now();
  const Observation observation{seen.finished_at, std::move(seen)};
  TRY_VOID(sensor.tell(taken.order.tenant, std::span(&observation, 1)));
  return finish(taken, look);
}

// (2) and (4).
Result<void> Watch::Impl::tell_page(Taken& taken, LookedPage page) {
  const bool harmful = is_harmful(page.seen.page_class);
  if (!harmful && !taken.known.contains(page.seen.url)) return {};
  taken.ill = taken.ill || harmful;
  TRY(const auto packed, PackedPage::pack(page.seen.url, page.views));
  page.seen.site = taken.order.site;
  page.seen.url = packed.url();
  page.seen.views = packed.seen();
  TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
    const BrowserProof proof{.picture = std::move(page.picture), .by_script = harmful && page.by_script};
    TRY(page.seen.evidence, keep_page(connection, taken.order.tenant, taken.order.site, packed, page.seen.page_class, clock.now(), proof));
    return {};
  }));
  const Observation observation{clock.now(), std::move(page.seen)};
  return sensor.tell(taken.order.tenant, std::span(&observation, 1));
}

Result<void> Watch::Impl::finish(const Taken& taken, const Look& look) {
  return hub.write([&](store::Connection& connection) -> Result<void> {
    const Timestamp now = clock.now();
    TRY(const auto state, case_of(connection, taken.order));
    const Duration every = until_next(taken.every, options.when_ill, state, taken.ill);
    const Timestamp due = now + every + spread(taken.order.site, every);
    TRY_VOID(estate::set_site_seen(connection, taken.order.tenant, taken.order.site, due + kLookCountsBeyond));
    TRY_VOID(connection.run(
        "UPDATE site_watch SET taken_until = NULL, failures = 0, failure = '', finished_at = ?3, content = ?7, "
        "due_at = CASE WHEN wished_at > ?5 THEN ?3 ELSE ?4 END, "
        "wished_by = CASE WHEN wished_at > ?5 THEN wished_by END, wished_at = CASE WHEN wished_at > ?5 THEN wished_at END "
        "WHERE tenant_id = ?1 AND site_id = ?2 AND look = ?6",
        {taken.order.tenant, taken.order.site, now, due, taken.began, taken.look, taken.content}));
    return keep_looked(connection, taken.order, look.baseline, now);
  });
}

Result<void> Watch::Impl::fail(const Taken& taken, const Error& error) {
  return hub.write([&](store::Connection& connection) -> Result<void> {
    const Timestamp now = clock.now();
    std::int64_t failures = 0;
    TRY_VOID(connection.query_one("SELECT failures FROM site_watch WHERE tenant_id = ?1 AND site_id = ?2",
                                  {taken.order.tenant, taken.order.site}, [&](const store::Row& row) -> Result<void> {
                                    failures = row.integer(0);
                                    return {};
                                  }));
    TRY_VOID(connection.run("UPDATE site_watch SET taken_until = NULL, failures = failures + 1, failure = ?3, due_at = ?4 "
                            "WHERE tenant_id = ?1 AND site_id = ?2 AND look = ?5",
                            {taken.order.tenant, taken.order.site, to_valid_utf8(truncate(error.what(), kMostFailureBytes)),
                             now + retry_after(failures, taken.every), taken.look}));
    return {};
  });
}

Result<void> Watch::Impl::review() {
  std::vector<TenantId> tenants;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(tenants, estate::all_tenants(connection));
    return {};
  }));
  for (const TenantId tenant : tenants) {
    std::vector<ReviewedCase> reviewed;
    TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
      TRY(reviewed, review_cases(connection, tenant, clock.now()));
      return {};
    }));
    if (!options.on_change) continue;
    for (const ReviewedCase& one : reviewed) {
      options.on_change({flow::Change::Kind::site, tenant, one.unit, one.site.value});
    }
  }
  return {};
}

// New rules, known facts: what Flow::reconsider is to files, this is to pages. Their
// facts carry what the rules said, so the kept bytes are judged in the worker and come
// in by the first door (docs/adr/0025-sites-are-assets.md).
Result<void> Watch::Impl::judge_again() {
  const auto content = static_cast<std::int64_t>(watcher->content());
  std::vector<LookOrder> orders;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    std::vector<std::pair<TenantId, SiteId>> sites;
    TRY_VOID(connection.query("SELECT tenant_id, site_id FROM site_watch WHERE content <> ?1 ORDER BY tenant_id, site_id LIMIT ?2",
                              {content, std::uint64_t{kMostSitesJudgedAtOnce}}, [&](const store::Row& row) -> Result<void> {
                                sites.push_back({TenantId{row.integer(0)}, SiteId{row.integer(1)}});
                                return {};
                              }));
    for (const auto& [tenant, site] : sites) {
      TRY(auto order, order_of(connection, tenant, site));
      orders.push_back(std::move(order));
    }
    return {};
  }));
  for (const LookOrder& order : orders) {
    if (stopping) return {};
    TRY_VOID(judge_site_again(order));
    TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(connection.run("UPDATE site_watch SET content = ?3 WHERE tenant_id = ?1 AND site_id = ?2",
                              {order.tenant, order.site, content}));
      return {};
    }));
  }
  return {};
}

Result<void> Watch::Impl::judge_site_again(const LookOrder& order) {
  for (const std::string& url : order.pages) {
    PageEvidenceId evidence;
    std::vector<PageView> views;
    TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(connection.query("SELECT evidence_id FROM page_fact WHERE tenant_id = ?1 AND site_id = ?2 AND url = ?3",
                                {order.tenant, order.site, url}, [&](const store::Row& row) -> Result<void> {
                                  evidence = {row.integer(0)};
                                  return {};
                                }));
      if (!evidence) return {};
      auto loaded = load_views(connection, order.tenant, evidence);
      // Retention took it, or it is damaged: the next look says more.
      if (!loaded && loaded.error().code() != Code::not_found && loaded.error().code() != Code::corrupt) return std::move(loaded).error();
      if (loaded) views = std::move(loaded).value();
      return {};
    }));
    if (views.empty()) continue;
    TRY(const auto packed, PackedPage::pack(url, views));
    TRY(auto seen, watcher->judge(order, url, std::move(views)));
    seen.site = order.site;
    seen.url = url;
    seen.evidence = evidence;
    seen.views = packed.seen();
    const Observation observation{clock.now(), std::move(seen)};
    TRY_VOID(sensor.tell(order.tenant, std::span(&observation, 1)));
  }
  return {};
}

Result<void> Watch::Impl::learn() {
  struct Approved {
    TenantId tenant;
    SiteCaseId id;
    SiteId site;
  };
  std::vector<Approved> approved;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query("SELECT tenant_id, id, site_id FROM site_case WHERE to_learn = 1", {},
                            [&](const store::Row& row) -> Result<void> {
                              approved.push_back({{row.integer(0)}, {row.integer(1)}, {row.integer(2)}});
                              return {};
                            });
  }));
  for (const Approved& one : approved) TRY_VOID(learn_case(one.tenant, one.id, one.site));
  return {};
}

Result<void> Watch::Impl::learn_case(TenantId tenant, SiteCaseId id, SiteId site) {
  LookOrder order;
  std::vector<std::pair<std::string, std::vector<PageView>>> pages;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(order, order_of(connection, tenant, site));
    std::vector<std::pair<std::string, PageEvidenceId>> kept;
    TRY_VOID(connection.query("SELECT p.url, p.evidence_id FROM page_fact p WHERE p.tenant_id = ?1 AND p.site_id = ?2 AND "
                              "p.evidence_id > 0 AND EXISTS (SELECT 1 FROM finding f WHERE f.tenant_id = ?1 AND f.site_id = ?2 "
                              "AND f.judge = 'watch' AND f.subject = p.url AND f.state = 'suppressed') ORDER BY p.url LIMIT ?3",
                              {tenant, site, std::uint64_t{kMostPagesLearned}}, [&](const store::Row& row) -> Result<void> {
                                kept.emplace_back(std::string(row.text(0)), PageEvidenceId{row.integer(1)});
                                return {};
                              }));
    for (auto& [url, evidence] : kept) {
      auto views = load_views(connection, tenant, evidence);
      if (views) pages.emplace_back(std::move(url), std::move(views).value());
    }
    return {};
  }));
  for (auto& [url, views] : pages) {
    TRY(auto baseline, watcher->learn(order, url, std::move(views)));
    if (!baseline.empty()) order.baseline = std::move(baseline);
  }
  return hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(keep_baseline(connection, order, order.baseline, clock.now()));
    TRY_VOID(connection.run("UPDATE site_case SET to_learn = 0 WHERE tenant_id = ?1 AND id = ?2", {tenant, id}));
    return {};
  });
}

Result<void> wish_look(store::Connection& connection, const store::TenantScope& scope, SiteId site, UserId who, Timestamp now) {
  TRY_VOID(estate::get_site(connection, scope, site));
  TRY_VOID(connection.run("INSERT INTO site_watch (tenant_id, site_id, due_at, wished_by, wished_at) VALUES (?1, ?2, ?4, ?3, ?4) "
                          "ON CONFLICT (tenant_id, site_id) DO UPDATE SET due_at = min(due_at, ?4), wished_by = ?3, wished_at = ?4",
                          {scope.tenant(), site, who, now}));
  return {};
}

Result<void> set_interval(store::Connection& connection, const store::TenantScope& scope, SiteId site,
                          std::optional<Duration> every, Timestamp now) {
  TRY_VOID(estate::get_site(connection, scope, site));
  if (every && (every->ms < kLeastInterval.ms || every->ms > kMostInterval.ms)) {
    return Error(Code::invalid, "an interval is an hour to 30 days");
  }
  const auto minutes_wanted = every ? store::Value(every->ms / minutes(1).ms) : store::Value(nullptr);
  TRY_VOID(connection.run("INSERT INTO site_watch (tenant_id, site_id, due_at, every_minutes) VALUES (?1, ?2, ?4, ?3) "
                          "ON CONFLICT (tenant_id, site_id) DO UPDATE SET every_minutes = ?3, "
                          "due_at = CASE WHEN ?3 IS NULL THEN due_at ELSE min(due_at, ?4 + ?3 * 60000) END",
                          {scope.tenant(), site, minutes_wanted, now}));
  return {};
}

}  // namespace khien::site
