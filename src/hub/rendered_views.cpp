#include "rendered_views.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/date.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/crawl/fetcher.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kFewLetters = 200;
constexpr std::size_t kMostLookedThrough = 1u << 20;
constexpr std::size_t kMostSites = 20'000;

// Nothing of a page is read here: its redirects are the browser's to follow.
class NoReader final : public crawl::SiteReader {
 public:
  Result<crawl::PageReading> page(const PageView&) override { return crawl::PageReading(); }
  Result<crawl::Robots> robots(std::string_view) override { return Error(Code::internal, "no robots are read"); }
  Result<crawl::Sitemap> sitemap(std::string_view) override { return Error(Code::internal, "no sitemap is read"); }
};

crawl::FetchLimits limits_of(Duration pause) {
  crawl::FetchLimits limits;
  limits.steps = 0;
  limits.view_time = seconds(8);
  limits.connect_time = seconds(5);
  limits.slow_time = seconds(5);
  limits.at_once = 12;
  limits.host_at_once = 6;
  limits.host_pause = pause;
  limits.waiting = 1'000;
  return limits;
}

class CrawlAnswerer final : public render::RequestAnswerer {
 public:
  explicit CrawlAnswerer(crawl::Fetcher& fetcher) : fetcher_(fetcher) {}

  void ask(const std::string& url, Done done) override {
    const auto shared = std::make_shared<Done>(std::move(done));
    const auto submitted = fetcher_.submit({.url = url, .visitor = Visitor::rendered, .read_page = false}, [shared](crawl::Fetched fetched) {
      PageView& view = fetched.view;
      // That it sends on is the browser's to see.
      if (view.limit == "redirects") view.limit.clear();
      (*shared)({.status = view.status, .headers = std::move(view.headers), .body = std::move(view.body), .limit = std::move(view.limit)});
    });
    if (!submitted) (*shared)({.status = 0, .headers = {}, .body = {}, .limit = "connection"});
  }
  void step(Duration most) override { fetcher_.step(most); }

 private:
  crawl::Fetcher& fetcher_;
};

bool starts_without_case(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

// Behind the end of an element whose text nobody sees; npos: it has no end.
std::size_t behind(std::string_view body, std::size_t from, std::string_view end) {
  for (std::size_t at = body.find("</", from); at != body.npos; at = body.find("</", at + 2)) {
    if (starts_without_case(body.substr(at + 2), end)) return at;
  }
  return body.npos;
}

}  // namespace

bool needs_scripts(std::string_view body) {
  body = body.substr(0, kMostLookedThrough);
  std::size_t letters = 0;
  bool scripts = false;
  for (std::size_t at = 0; at < body.size() && letters < kFewLetters;) {
    if (body[at] != '<') {
      if (static_cast<unsigned char>(body[at]) > ' ') ++letters;
      ++at;
      continue;
    }
    for (const std::string_view unseen : {"script", "style", "noscript", "title", "template"}) {
      if (!starts_without_case(body.substr(at + 1), unseen)) continue;
      scripts = scripts || unseen == "script";
      at = behind(body, at, unseen);
      break;
    }
    if (at == body.npos) break;
    const std::size_t end = body.find('>', at);
    if (end == body.npos) break;
    at = end + 1;
  }
  return scripts && letters < kFewLetters;
}

// Under mutex_.
void RenderedViews::begin_day() {
  const std::int64_t day = vietnam_day(clock_.now()).days();
  if (day != day_ || opened_.size() > kMostSites) opened_.clear();
  day_ = day;
}

bool RenderedViews::has_budget(SiteId site, std::uint64_t kept) {
  const std::lock_guard lock(mutex_);
  begin_day();
  const auto found = opened_.find(site);
  const std::uint64_t opened = found == opened_.end() ? 0 : found->second;
  return opened < options_.pages_a_day && kept < options_.pages_a_day - opened;
}

site::BrowserState RenderedViews::state() {
  const std::lock_guard lock(mutex_);
  begin_day();
  site::BrowserState state = last_;
  state.on = options_.pages_a_day > 0;
  state.pages_a_day = options_.pages_a_day;
  state.sites_today = opened_.size();
  state.of_sites = opened_;
  for (const auto& [site, pages] : opened_) {
    state.opened_today += pages;
    if (pages >= options_.pages_a_day) ++state.sites_at_end;
  }
  return state;
}

Result<render::Rendered> RenderedViews::open_here(const std::string& url, const std::function<bool()>& stops) const {
  NoReader reader;
  TRY(auto fetcher, crawl::Fetcher::create({.limits = limits_of(options_.pause), .guard = options_.guard, .dns_servers = options_.dns_servers, .ca_file = {}},
                                           reader, clock_));
  CrawlAnswerer answerer(*fetcher);
  render::Browser::Options options = options_.browser;
  options.user_agent = crawl::words_of(Visitor::rendered).user_agent;
  return render::Browser(std::move(options), clock_).open(url, answerer, stops);
}

Result<render::Rendered> RenderedViews::open(SiteId site, const std::string& url, const std::function<bool()>& stops) {
  const std::lock_guard one(one_at_a_time_);
  auto rendered = options_.opener ? options_.opener(url) : open_here(url, stops);
  const std::string why = rendered ? "" : std::string(truncate(rendered.error().what(), 60));
  const std::lock_guard lock(mutex_);
  begin_day();
  if (rendered) {
    ++opened_[site];
    last_.opened_at = clock_.now();
  } else {
    last_.error = why;
    last_.error_at = clock_.now();
  }
  // Once, not for each page.
  if (!why.empty() && why != told_) log_warning("site.no_browser", {{"why", why}});
  told_ = why;
  return rendered;
}

}  // namespace khien::hub
