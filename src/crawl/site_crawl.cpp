#include "khien/crawl/site_crawl.hpp"

#include <algorithm>
#include <array>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"

namespace khien::crawl {
namespace {

constexpr std::size_t kTokenLetters = 14;
constexpr std::size_t kRobotsBytes = Robots::kMaxBytes;
constexpr std::size_t kSitemapBytes = 10u << 20;
constexpr std::size_t kMaxJsonBytes = 64u << 20;

// What cannot hold a page or a text that people read.
constexpr std::array<std::string_view, 28> kNoPages{
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".ico", ".bmp", ".css", ".js",  ".mjs",  ".map",  ".woff", ".woff2",
    ".ttf", ".eot",  ".mp3", ".mp4", ".avi",  ".mov", ".wmv", ".flv", ".zip", ".rar", ".7z",   ".exe",  ".apk",  ".iso"};

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

bool may_be_page(const WebUrl& url) {
  const std::string path = small(url.path());
  return std::ranges::none_of(kNoPages, [&](std::string_view end) { return path.ends_with(end); });
}

std::string_view without_www(std::string_view host) { return host.starts_with("www.") ? host.substr(4) : host; }

// Letters alone: no filter of a site has a reason to change them.
std::string make_token(Random& random) {
  std::string token;
  for (std::size_t i = 0; i < kTokenLetters; ++i) token += static_cast<char>('a' + random.below(26));
  return token;
}

std::string validator_key(Visitor visitor, const std::string& url) { return std::string(to_string(visitor)) + " " + url; }

void write(JsonWriter& out, const FrontierPage& page) {
  out.begin_object().field("url", page.url).field("origin", to_string(page.origin));
  out.field("depth", static_cast<std::int64_t>(page.depth)).end_object();
}

Result<FrontierPage> read_page(Json json) {
  FrontierPage page;
  TRY(const auto url, json.string_at("url"));
  TRY(const auto origin, json.string_at("origin"));
  TRY(page.origin, page_origin_from_string(origin));
  TRY(const auto depth, json.integer_at("depth"));
  page.url = url;
  page.depth = static_cast<std::uint32_t>(std::clamp<std::int64_t>(depth, 0, 255));
  return page;
}

}  // namespace

Result<SiteCrawl> SiteCrawl::begin(SitePlan plan, Random& random) {
  khien_assert(!plan.visitors.empty());
  TRY(WebUrl home, WebUrl::parse(plan.url));
  SiteCrawl crawl(std::move(plan), std::move(home));
  crawl.token_ = make_token(random);
  return crawl;
}

// All but what sitemaps and pages will say.
void SiteCrawl::seed() {
  frontier_.add({home_.text(), PageOrigin::home, 0});
  for (const std::string& url : plan_.infected) consider(home_, url, PageOrigin::infected, 0);
  for (const std::string& url : plan_.imported) consider(home_, url, PageOrigin::imported, 0);
  for (const std::string& path : plan_.search_paths) add_echo(home_, path, 0);
  for (const std::string& path : plan_.upload_folders) consider(home_, path, PageOrigin::upload, 0);
}

bool SiteCrawl::is_own(const WebUrl& url) const { return without_www(url.host) == without_www(home_.host); }

void SiteCrawl::consider(const WebUrl& base, const std::string& reference, PageOrigin origin, std::uint32_t depth) {
  const auto url = base.resolve(reference);
  if (!url || !is_own(*url) || depth > plan_.depth) return;
  const bool named = origin == PageOrigin::infected || origin == PageOrigin::imported;
  if (!named && !may_be_page(*url)) return;
  if (!named && !robots_.allows(url->target)) {
    ++observed_.closed_by_robots;
    return;
  }
  frontier_.add({url->text(), origin, depth});
}

void SiteCrawl::add_echo(const WebUrl& base, const std::string& reference, std::uint32_t depth) {
  if (echo_tests_ >= plan_.echo_tests) return;
  const std::size_t before = frontier_.known();
  consider(base, reference + token_, PageOrigin::echo, depth);
  if (frontier_.known() > before) ++echo_tests_;
}

std::optional<SiteCrawl::Order> SiteCrawl::next() {
  if (stage_ == Stage::robots) {
    if (robots_asked_) return std::nullopt;
    robots_asked_ = true;
    // As Googlebot: what is shown to search engines alone is listed for them alone.
    return Order{++numbers_, Order::Kind::robots,
                 {.url = home_.origin() + "/robots.txt", .visitor = Visitor::googlebot, .read_page = false, .body_bytes = kRobotsBytes}};
  }
  if (stage_ == Stage::sitemaps) {
    if (sitemaps_asked_ >= std::min(sitemaps_.size(), plan_.sitemaps)) return std::nullopt;
    return Order{++numbers_, Order::Kind::sitemap,
                 {.url = sitemaps_[sitemaps_asked_++], .visitor = Visitor::googlebot, .read_page = false, .body_bytes = kSitemapBytes}};
  }
  return next_view();
}

std::optional<SiteCrawl::Order> SiteCrawl::next_view() {
  for (auto& [number, looking] : looking_) {
    if (looking.asked < plan_.visitors.size()) return view_order(number, looking);
  }
  if (begun_pages_ >= plan_.pages) return std::nullopt;
  auto page = frontier_.next();
  if (!page) return std::nullopt;
  ++begun_pages_;
  const std::uint64_t number = ++numbers_;
  return view_order(number, looking_.emplace(number, looking_at(std::move(*page))).first->second);
}

SiteCrawl::Looking SiteCrawl::looking_at(FrontierPage page) const {
  const bool echo = page.origin == PageOrigin::echo;
  Looking looking;
  looking.seen.page = std::move(page);
  looking.seen.views.resize(plan_.visitors.size());
  looking.readings.resize(plan_.visitors.size());
  if (!echo) return looking;
  looking.seen.token = token_;
  looking.seen.echoed.resize(plan_.visitors.size());
  return looking;
}

SiteCrawl::Order SiteCrawl::view_order(std::uint64_t number, Looking& looking) {
  const std::size_t which = looking.asked++;
  const Visitor visitor = plan_.visitors[which];
  Order order{++numbers_, Order::Kind::view, {.url = looking.seen.page.url, .visitor = visitor}};
  if (const auto known = plan_.validators.find(validator_key(visitor, order.request.url)); known != plan_.validators.end()) {
    order.request.etag = known->second.etag;
    order.request.last_modified = known->second.last_modified;
  }
  views_[order.number] = {number, which};
  return order;
}

std::optional<SeenAddress> SiteCrawl::answered(const Order& order, Answer answer) {
  switch (order.kind) {
    case Order::Kind::robots:
      take_robots(std::move(answer));
      return std::nullopt;
    case Order::Kind::sitemap:
      take_sitemap(std::move(answer));
      return std::nullopt;
    case Order::Kind::view:
      return take_view(order, std::move(answer.fetched));
  }
  khien_assert(false);
}

void SiteCrawl::take_robots(Answer answer) {
  khien_assert(stage_ == Stage::robots);
  const int status = answer.fetched.view.status;
  observed_.robots_found = status == 200 && answer.robots.has_value();
  // RFC 9309 §2.3.1: not there is open, not to be had is closed.
  if (observed_.robots_found) robots_ = std::move(*answer.robots);
  else if (status == 0 || status == 429 || status >= 500) robots_ = Robots::closed();
  const bool resumed = frontier_.known() > 0;
  stage_ = resumed ? Stage::pages : Stage::sitemaps;
  if (resumed) return;
  seed();
  for (const std::string& each : robots_.sitemaps()) {
    if (const auto url = home_.resolve(each); url && is_own(*url)) sitemaps_.push_back(url->text());
  }
  if (const auto usual = home_.resolve("/sitemap.xml"); usual && robots_.allows(usual->target)) sitemaps_.push_back(usual->text());
  std::ranges::sort(sitemaps_);
  const auto [first, last] = std::ranges::unique(sitemaps_);
  sitemaps_.erase(first, last);
  if (sitemaps_.empty()) stage_ = Stage::pages;
}

void SiteCrawl::take_sitemap(Answer answer) {
  khien_assert(stage_ == Stage::sitemaps);
  ++sitemaps_answered_;
  if (answer.sitemap && answer.fetched.view.status == 200) {
    ++observed_.sitemaps_read;
    observed_.pages_listed += answer.sitemap->pages.size();
    for (const SitemapEntry& entry : answer.sitemap->pages) consider(home_, entry.url, PageOrigin::listed, 1);
    for (const std::string& each : answer.sitemap->sitemaps) {
      const auto url = home_.resolve(each);
      if (url && is_own(*url) && std::ranges::find(sitemaps_, url->text()) == sitemaps_.end() && sitemaps_.size() < 4 * plan_.sitemaps)
        sitemaps_.push_back(url->text());
    }
  }
  if (sitemaps_answered_ >= std::min(sitemaps_.size(), plan_.sitemaps)) stage_ = Stage::pages;
}

std::optional<SeenAddress> SiteCrawl::take_view(const Order& order, Fetched fetched) {
  const auto found = views_.find(order.number);
  khien_assert(found != views_.end());
  const auto [number, which] = found->second;
  views_.erase(found);
  Looking& looking = looking_.at(number);
  SeenAddress& seen = looking.seen;
  if (!seen.token.empty()) seen.echoed[which] = fetched.view.body.find(seen.token) != std::string::npos;
  if (seen.page.origin == PageOrigin::home && fetched.tls && !observed_.tls) observed_.tls = fetched.tls;
  seen.views[which] = std::move(fetched.view);
  looking.readings[which] = std::move(fetched.reading);
  if (++looking.answered < plan_.visitors.size()) return std::nullopt;
  ++observed_.pages_looked_at;
  follow(looking);
  SeenAddress whole = std::move(seen);
  looking_.erase(number);
  observed_.pages_left = frontier_.waiting();
  return whole;
}

void SiteCrawl::follow(Looking& looking) {
  const std::uint32_t depth = looking.seen.page.depth + 1;
  for (std::size_t i = 0; i < looking.readings.size(); ++i) {
    const auto base = WebUrl::parse(looking.seen.views[i].final_url);
    if (!base || !is_own(*base)) continue;
    for (const SearchForm& form : looking.readings[i].searches) {
      const char join = form.action.find('?') == std::string::npos ? '?' : '&';
      if (!form.field.empty()) add_echo(*base, form.action + join + form.field + "=", depth);
    }
    // What a page says about a made-up word leads nowhere.
    if (looking.seen.page.origin == PageOrigin::echo) continue;
    for (const std::string& link : looking.readings[i].links) consider(*base, link, PageOrigin::linked, depth);
  }
}

bool SiteCrawl::over() const {
  return stage_ == Stage::pages && looking_.empty() && (begun_pages_ >= plan_.pages || frontier_.waiting() == 0);
}

std::string SiteCrawl::to_json() const {
  JsonWriter out;
  out.begin_object().field("url", home_.text()).field("token", token_);
  out.field("echo_tests", static_cast<std::int64_t>(echo_tests_));
  out.field("begun", static_cast<std::int64_t>(begun_pages_ - looking_.size()));
  out.key("looking").begin_array();
  for (const auto& [number, looking] : looking_) write(out, looking.seen.page);
  out.end_array();
  // Before the sitemaps were read a crawl is as good as not begun.
  if (stage_ == Stage::pages) out.key("frontier").raw(frontier_.to_json());
  out.end_object();
  return out.take();
}

Result<SiteCrawl> SiteCrawl::resume(SitePlan plan, std::string_view json) {
  khien_assert(!plan.visitors.empty());
  TRY(WebUrl home, WebUrl::parse(plan.url));
  Budget budget({.bytes_in = kMaxJsonBytes, .entries = 20 * (plan.known + 1000)});
  JsonDocument document;
  TRY(const Json root, document.parse(json, budget));
  TRY(const auto url, root.string_at("url"));
  if (url != home.text()) return Error(Code::invalid, "what was kept is of another site");
  SiteCrawl crawl(std::move(plan), std::move(home));
  TRY(const auto token, root.string_at("token"));
  crawl.token_ = token;
  const auto frontier = root.field("frontier");
  if (!frontier) return crawl;
  TRY(const auto echo_tests, root.integer_at("echo_tests"));
  TRY(const auto begun, root.integer_at("begun"));
  if (echo_tests < 0 || begun < 0) return Error(Code::invalid, "a count is below zero");
  crawl.echo_tests_ = static_cast<std::size_t>(echo_tests);
  crawl.begun_pages_ = static_cast<std::size_t>(begun);
  TRY(crawl.frontier_, Frontier::from_json(*frontier, crawl.plan_.known));
  TRY(const Json looking, root.field("looking"));
  TRY_VOID(looking.each([&](Json each) -> Result<void> {
    TRY(FrontierPage page, read_page(each));
    crawl.looking_.emplace(++crawl.numbers_, crawl.looking_at(std::move(page)));
    ++crawl.begun_pages_;
    return {};
  }));
  return crawl;
}

}  // namespace khien::crawl
