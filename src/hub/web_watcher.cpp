#include "web_watcher.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/date.hpp"
#include "khien/core/file.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/crawl/domain_facts.hpp"
#include "khien/crawl/fetcher.hpp"
#include "khien/crawl/https_door.hpp"
#include "khien/crawl/mail_door.hpp"
#include "khien/crawl/site_crawl.hpp"
#include "khien/crawl/site_facts.hpp"
#include "khien/crawl/web_url.hpp"
#include "site_reading.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxContentBytes = 1u << 20;
constexpr std::size_t kJudgedTogether = 8;
constexpr std::size_t kOrdersAtOnce = 8;
constexpr Duration kTurn = milliseconds(200);
constexpr Duration kMostLook = minutes(45);
constexpr std::size_t kMostWaitingBytes = 32u << 20;  // of pages that wait for the browser
// Of what an observation carries.
constexpr std::size_t kMostReasons = 64;
constexpr std::size_t kMostLinks = 200;
constexpr std::size_t kMostUrl = 16'000;
constexpr std::size_t kMostLinkUrl = 2'000;
constexpr std::size_t kMostLinkBytes = 64u << 10;  // of all links: an event has an end, and JSON escapes
constexpr std::size_t kMostText = 1'000;
constexpr std::size_t kMostName = 64;
constexpr std::size_t kMostFacts = 200;
// With both, what is kept of a site stays below 4 MiB.
constexpr std::size_t kMostApprovedBytes = 3u << 20;
constexpr std::size_t kMostKeptOfSite = 6'000;

std::string text_of(std::string_view text, std::size_t most) { return to_valid_utf8(truncate(text, most)); }

// An empty value is a fact too: the site has none. Names and values are those that the interface's
// pages know (ui/src/features/sites/fact-model.ts).
void add_fact(SiteSeen& seen, std::string name, std::string_view value) {
  if (seen.facts.size() < kMostFacts) seen.facts.push_back({std::move(name), text_of(value, kMostText)});
}

void add_known_fact(SiteSeen& seen, std::string name, std::string_view value) {
  if (!value.empty()) add_fact(seen, std::move(name), value);
}

std::string_view truth(bool holds) { return holds ? "true" : "false"; }

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : ", ") + one;
  return text;
}

void add_tls_facts(const crawl::TlsFacts& tls, SiteSeen& seen) {
  add_known_fact(seen, "tls.protocol", tls.protocol);
  add_known_fact(seen, "tls.cipher", tls.cipher);
  add_known_fact(seen, "tls.issuer", tls.issuer);
  add_known_fact(seen, "tls.subject", tls.subject);
  add_known_fact(seen, "tls.names", joined(tls.names));
  add_fact(seen, "tls.expires_at", to_rfc3339(tls.not_after));
  add_fact(seen, "tls.chain_ok", truth(tls.chain_ok));
  add_fact(seen, "tls.name_ok", truth(tls.name_ok));
  add_known_fact(seen, "tls.fault", tls.fault);
}

void add_header_facts(const PageView& home, SiteSeen& seen) {
  const auto headers = crawl::security_headers_of(home);
  add_fact(seen, "headers.hsts", truth(headers.hsts_seconds.value_or(0) > 0));
  add_fact(seen, "headers.csp", headers.content_security_policy);
  add_fact(seen, "headers.frames_closed", truth(headers.frames_closed));
  add_fact(seen, "headers.no_sniffing", truth(headers.no_sniffing));
  add_fact(seen, "headers.referrer_policy", headers.referrer_policy);
  add_known_fact(seen, "headers.open_cookies", joined(headers.open_cookies));
  add_known_fact(seen, "server.name", headers.server);
  add_known_fact(seen, "server.powered_by", headers.powered_by);
}

// That a record is missing is known only where the domain's name server answered.
void add_mail_facts(const crawl::MailFacts& mail, SiteSeen& seen) {
  if (mail.exchangers.empty() && mail.spf.empty() && mail.dmarc.empty()) return;
  add_fact(seen, "mail.mx", joined(mail.exchangers));
  add_fact(seen, "mail.spf", mail.spf);
  add_fact(seen, "mail.dmarc", mail.dmarc);
  add_fact(seen, "mail.dkim", joined(mail.dkim));
}

// Where a search that was asked for a made-up word shows it, and lets search engines list that.
constexpr std::size_t kMostEchoes = 3;

bool may_be_listed(const PageView& view) {
  const auto closes = [](std::string_view text) { return fold(text).find("noindex") != std::string::npos; };
  if (view.status != 200) return false;
  if (std::ranges::any_of(view.headers, [&](const HttpHeader& each) { return each.name == "x-robots-tag" && closes(each.value); })) return false;
  return !closes(std::string_view(view.body).substr(0, view.body.find("</head")));
}

// The address without the word; empty: it is shown to nobody, or nobody may list it.
std::string echo_of(const crawl::SeenAddress& seen) {
  for (std::size_t i = 0; i < seen.echoed.size(); ++i) {
    if (!seen.echoed[i] || !may_be_listed(seen.views[i])) continue;
    return seen.page.url.substr(0, seen.page.url.find(seen.token));
  }
  return {};
}

// By which rules: of all their bytes, never 0.
std::uint64_t content_of(const std::vector<watch::SourceFile>& rules) {
  Sha256Stream hash;
  for (const auto& file : rules) {
    hash.update(as_bytes(file.path + "\n" + std::to_string(file.text.size()) + "\n"));
    hash.update(as_bytes(file.text));
  }
  const Sha256 digest = hash.finish();
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 7; ++i) number = number << 8 | static_cast<std::uint64_t>(digest.bytes[i]);
  return number | 1;
}

crawl::SitePlan plan_of(const site::LookOrder& order, const crawl::CrawlPaths& paths, std::size_t pages, Timestamp now) {
  crawl::SitePlan plan;
  plan.url = order.address;
  plan.infected = order.pages;
  plan.imported = order.listed;
  plan.upload_folders = paths.upload_folders;
  plan.search_paths = paths.search_paths;
  plan.pages = pages + order.pages.size() + order.listed.size();
  // Another day looks at other pages of a large site first.
  plan.round = static_cast<std::uint64_t>(now.ms / hours(1).ms);
  return plan;
}

// One look at one site: drives the crawl, and hands over what came in handfuls.
class Looking {
 public:
  using Handful = std::function<Result<void>(std::vector<watch::Case>)>;
  Looking(crawl::SiteCrawl crawl, crawl::Fetcher& fetcher, crawl::SiteReader& reader, const Clock& clock)
      : crawl_(std::move(crawl)), fetcher_(fetcher), reader_(reader), clock_(clock) {}

  Result<void> run(const std::function<bool()>& stops, const Handful& take) {
    const Duration began = clock_.monotonic();
    while (under_way_ > 0 || !crawl_.over()) {
      if (clock_.monotonic().ms - began.ms > kMostLook.ms) return Error(Code::exhausted, "the look takes too long");
      if (stops && stops()) return Error(Code::unavailable, "the hub ends");
      ask();
      fetcher_.step(kTurn);
      if (seen_.size() >= kJudgedTogether) TRY_VOID(take(std::exchange(seen_, {})));
    }
    return take(std::exchange(seen_, {}));
  }

  std::optional<PageView> home;
  std::vector<std::string> echoes;
  const crawl::SiteObserved& observed() const { return crawl_.observed(); }

 private:
  void ask() {
    while (under_way_ < kOrdersAtOnce) {
      auto order = crawl_.next();
      if (!order) return;
      const auto submitted = fetcher_.submit(order->request, [this, asked = *order](crawl::Fetched fetched) {
        --under_way_;
        came(asked, std::move(fetched));
      });
      if (!submitted) return;
      ++under_way_;
    }
  }

  void came(const crawl::SiteCrawl::Order& order, crawl::Fetched fetched) {
    using Kind = crawl::SiteCrawl::Order::Kind;
    crawl::SiteCrawl::Answer answer;
    if (order.kind == Kind::robots && fetched.view.status == 200) {
      if (auto robots = reader_.robots(fetched.view.body)) answer.robots = std::move(robots).value();
    }
    if (order.kind == Kind::sitemap && fetched.view.status == 200) {
      if (auto sitemap = reader_.sitemap(fetched.view.body)) answer.sitemap = std::move(sitemap).value();
    }
    answer.fetched = std::move(fetched);
    auto seen = crawl_.answered(order, std::move(answer));
    if (!seen) return;
    if (!home && seen->page.origin == crawl::PageOrigin::home && !seen->views.empty()) home = seen->views.front();
    if (auto echo = echo_of(*seen); !echo.empty() && echoes.size() < kMostEchoes) echoes.push_back(std::move(echo));
    watch::Case one;
    one.id = seen->page.url;
    one.views = std::move(seen->views);
    seen_.push_back(std::move(one));
  }

  crawl::SiteCrawl crawl_;
  crawl::Fetcher& fetcher_;
  crawl::SiteReader& reader_;
  const Clock& clock_;
  std::size_t under_way_ = 0;
  std::vector<watch::Case> seen_;
};

struct Approved {
  std::string url;
  std::string body;  // base64
};

// What the rules learned of a site, as it is kept.
struct Memory {
  std::vector<Approved> approved;
  std::string site;  // watch::Baseline's text; empty: nothing yet
};

Result<Memory> read_memory(std::string_view baseline) {
  Memory memory;
  JsonDocument document;
  Budget budget({});
  TRY(const Json root, document.parse(baseline, budget));
  TRY(const Json list, root.field("approved"));
  TRY_VOID(list.each([&](Json page) -> Result<void> {
    TRY(const auto url, page.string_at("url"));
    TRY(const auto body, page.string_at("body"));
    memory.approved.push_back({std::string(url), std::string(body)});
    return {};
  }));
  if (const auto site = root.string_at("site")) memory.site = *site;
  return memory;
}

// Nothing where it is not as it was written.
Memory memory_of(std::string_view baseline) {
  auto memory = baseline.empty() ? Result<Memory>(Memory()) : read_memory(baseline);
  return memory ? std::move(memory).value() : Memory();
}

std::string to_json(const Memory& memory) {
  JsonWriter json;
  json.begin_object().key("approved").begin_array();
  for (const Approved& page : memory.approved) json.begin_object().field("url", page.url).field("body", page.body).end_object();
  json.end_array().field("site", memory.site).end_object();
  return json.take();
}

watch::Baseline site_of(const Memory& memory) {
  Budget budget(watch::page_limits());
  auto site = memory.site.empty() ? Result<watch::Baseline>(watch::Baseline()) : watch::Baseline::from_json(memory.site, budget);
  return site ? std::move(site).value() : watch::Baseline();
}

std::string text_of_site(watch::Baseline site) {
  site.shorten(kMostKeptOfSite);
  return site.to_json();
}

// Of a page that should have been opened in a browser, and was not.
PageView no_view_of(const std::string& url, Timestamp now) {
  PageView view;
  view.visitor = Visitor::rendered;
  view.url = view.final_url = url;
  view.limit = "browser";
  view.fetched_at = now;
  return view;
}

// Next to nothing is to be read where no script runs.
bool is_empty(const watch::Case& page) {
  const auto desktop = std::ranges::find(page.views, Visitor::desktop, &PageView::visitor);
  return desktop != page.views.end() && desktop->status == 200 && needs_scripts(desktop->body);
}

std::size_t bytes_of(const watch::Case& page) {
  std::size_t bytes = page.baseline.size();
  for (const PageView& view : page.views) bytes += view.body.size();
  return bytes;
}

// What is worth being known again: a page that was read whole and had nothing wrong in it.
bool teaches(const watch::Answer& answer) {
  return is_mended(answer.judgement.judged) && std::ranges::find(answer.judgement.reasons, "limit", &watch::Reason::name) == answer.judgement.reasons.end();
}

}  // namespace

std::string with_approved(std::string_view baseline, std::string_view url, std::string_view body) {
  Memory memory = memory_of(baseline);
  auto& all = memory.approved;
  std::erase_if(all, [&](const Approved& page) { return page.url == url; });
  all.push_back({std::string(url), to_base64(as_bytes(body))});
  std::size_t bytes = 0;
  for (const Approved& page : all) bytes += page.url.size() + page.body.size();
  while (bytes > kMostApprovedBytes && !all.empty()) {
    bytes -= all.front().url.size() + all.front().body.size();
    all.erase(all.begin());
  }
  return to_json(memory);
}

std::string approved_page(std::string_view baseline, std::string_view url) {
  for (const Approved& page : memory_of(baseline).approved) {
    if (page.url != url) continue;
    const auto bytes = from_base64(page.body);
    return bytes ? std::string(as_text(*bytes)) : std::string();
  }
  return {};
}

PageSeen page_seen_of(const watch::Case& one, const watch::Judgement& judgement, std::uint64_t content) {
  PageSeen seen{.site = {}, .url = text_of(one.id, kMostUrl), .content = content, .page_class = judgement.judged, .score = judgement.score};
  for (const watch::Reason& reason : judgement.reasons) {
    if (seen.reasons.size() < kMostReasons) seen.reasons.push_back({text_of(reason.name, kMostName), reason.weight});
  }
  std::size_t bytes = 0;
  for (const watch::BadLink& link : judgement.links) {
    PageLink bad{text_of(link.url, kMostLinkUrl), text_of(link.text, kMostText), link.visitor, link.offset, text_of(link.why, kMostName)};
    bytes += bad.url.size() + bad.anchor.size() + bad.why.size();
    if (seen.links.size() == kMostLinks || bytes > kMostLinkBytes) break;
    seen.links.push_back(std::move(bad));
  }
  seen.links_left_out = judgement.more_links + (judgement.links.size() - seen.links.size());
  return seen;
}

WebWatcher::WebWatcher(Options options, const Env& env, PageJudge judge, crawl::Fingerprints fingerprints, crawl::CrawlPaths paths,
                       std::vector<crawl::HostedService> services, std::uint64_t content)
    : options_(std::move(options)),
      env_(env),
      judge_(std::move(judge)),
      fingerprints_(std::move(fingerprints)),
      paths_(std::move(paths)),
      services_(std::move(services)),
      content_(content) {}

Result<std::shared_ptr<WebWatcher>> WebWatcher::create(Options options, const Env& env) {
  const auto read = [&](const std::string& name) { return env.files.read(options.content + "/crawl/" + name, kMaxContentBytes); };
  Budget budget({});
  TRY(const auto prints, read("fingerprints.yaml"));
  TRY(auto fingerprints, crawl::Fingerprints::parse(prints, budget));
  TRY(const auto hosted, read("takeover.yaml"));
  TRY(auto services, crawl::parse_hosted_services(hosted, budget));
  TRY(const auto ways, read("paths.yaml"));
  TRY(auto paths, crawl::parse_crawl_paths(ways, budget));
  TRY(auto rules, read_web_rules(options.content));
  const auto content = content_of(rules);
  TRY(auto judge, PageJudge::create(std::move(rules), options.worker));
  return std::shared_ptr<WebWatcher>(new WebWatcher(std::move(options), env, std::move(judge), std::move(fingerprints),
                                                    std::move(paths), std::move(services), content));
}

void WebWatcher::judge_again(Sitting& sitting, std::vector<Came*> some) const {
  if (some.empty()) return;
  // The judge cuts what it is given; what is kept is what came.
  std::vector<watch::Case> cases;
  for (const Came* came : some) cases.push_back(came->page);
  std::size_t next = 0;
  sitting.pages.judge(std::move(cases), [&](const watch::Case&, const watch::Answer& answer) { some[next++]->answer = answer; }, sitting.site);
}

// True where a view was added. `kept`: pages of the day that are left for more urgent ones.
bool WebWatcher::open_page(Sitting& sitting, const site::LookOrder& order, Came& came, std::uint64_t kept) const {
  if (!sitting.opens || !sitting.no_browser.empty() || !options_.rendered || !options_.rendered->has_budget(order.site, kept)) return false;
  auto rendered = options_.rendered->open(order.site, came.page.id, order.stops);
  if (!rendered) {
    sitting.no_browser = text_of(rendered.error().what(), kMostName);
    return false;
  }
  ++sitting.opened;
  const Timestamp taken_at = rendered->view.fetched_at;
  if (!rendered->picture.empty()) came.picture = site::PagePicture{std::move(rendered->picture), rendered->picture_width, rendered->picture_height, taken_at};
  came.page.views.push_back(std::move(rendered->view));
  return true;
}

// What was seen in a browser alone is not mended by a look without one: first of all, and
// where there is none, the page is not whole.
void WebWatcher::open_owed(Sitting& sitting, const site::LookOrder& order, std::vector<Came>& all) const {
  for (Came& came : all) {
    if (sitting.owed.erase(came.page.id) == 0) continue;
    ++sitting.owed_came;
    if (!open_page(sitting, order, came, 0)) came.page.views.push_back(no_view_of(came.page.id, env_.clock.now()));
  }
}

WebWatcher::Wish WebWatcher::wish_for(const site::LookOrder& order, const Came& came) {
  if (std::ranges::find(came.page.views, Visitor::rendered, &PageView::visitor) != came.page.views.end()) return Wish::none;
  const bool followed = std::ranges::find(order.followed_pages, came.page.id) != order.followed_pages.end();
  if (followed || is_harmful(came.answer.judgement.judged)) return Wish::urgent;
  return order.rendered || is_empty(came.page) ? Wish::wished : Wish::none;
}

// What must be opened and did not come yet goes first; then what is altered, for it is shown as people
// see it, and what was and may be again. The rest waits until all pages came, so that it takes
// nothing from an altered one behind it.
void WebWatcher::open_more(Sitting& sitting, const site::LookOrder& order, std::vector<Came>& all) const {
  std::vector<Came*> opened;
  for (Came& came : all) {
    came.wish = wish_for(order, came);
    const bool now = came.wish == Wish::urgent || (came.wish == Wish::wished && sitting.waiting_bytes > kMostWaitingBytes);
    const std::uint64_t kept = sitting.owed.size() + (came.wish == Wish::urgent ? 0 : options_.rendered ? options_.rendered->pages_a_day() / 2 : 0);
    if (!now || !open_page(sitting, order, came, kept)) continue;
    came.wish = Wish::none;
    opened.push_back(&came);
  }
  judge_again(sitting, std::move(opened));
}

// Only where the day has a page for it, if no more urgent one takes that.
bool WebWatcher::may_wait(const Sitting& sitting, const site::LookOrder& order, const Came& came) const {
  if (came.wish == Wish::none || !sitting.opens || !sitting.no_browser.empty() || !options_.rendered) return false;
  if (sitting.waiting_bytes > kMostWaitingBytes) return false;
  const auto before = std::ranges::count_if(sitting.waiting, [&](const Came& other) { return other.wish >= came.wish; });
  return options_.rendered->has_budget(order.site, static_cast<std::uint64_t>(before));
}

// What this look leaves to those that follow today: they have pages that must be opened, and altered ones
// that nobody knows of yet. The less of the day is behind the next look, the less is left, at least one
// page; where no look follows nothing, so that no page of the day is left over.
std::uint64_t WebWatcher::kept_for_looks(const Sitting& sitting, const site::LookOrder& order) const {
  const Timestamp now = env_.clock.now();
  const Timestamp next = now + (sitting.ill ? order.again_when_ill : order.again);
  const std::int64_t left = vietnam_moment(vietnam_day(now) + 1).ms - next.ms;
  if (!options_.rendered || left <= 0) return 0;
  const auto half = static_cast<std::int64_t>(options_.rendered->pages_a_day() / 2);
  return std::max<std::uint64_t>(sitting.owed_came, static_cast<std::uint64_t>((half * left + days(1).ms - 1) / days(1).ms));
}

std::vector<WebWatcher::Came> WebWatcher::judge_all(Sitting& sitting, const site::LookOrder& order, std::vector<watch::Case> cases) const {
  std::vector<Came> all;
  for (watch::Case& one : cases) {
    one.baseline = approved_page(order.baseline, one.id);
    all.push_back({.page = std::move(one), .answer = {}, .picture = {}});
  }
  if (sitting.opens) open_owed(sitting, order, all);
  std::vector<Came*> every;
  for (Came& came : all) every.push_back(&came);
  judge_again(sitting, std::move(every));
  sitting.ill = sitting.ill || std::ranges::any_of(all, [](const Came& came) { return is_harmful(came.answer.judgement.judged); });
  if (sitting.opens) open_more(sitting, order, all);
  return all;
}

Result<void> WebWatcher::hand_over(Sitting& sitting, Came came, const Take& take) const {
  const watch::Judgement& judgement = came.answer.judgement;
  if (teaches(came.answer)) sitting.seen.push_back(came.answer.keys);
  const bool by_script = !judgement.visitors.empty() && std::ranges::all_of(judgement.visitors, [](Visitor visitor) { return visitor == Visitor::rendered; });
  return take({.seen = page_seen_of(came.page, judgement, content_), .views = std::move(came.page.views),
               .picture = std::move(came.picture), .by_script = by_script});
}

Result<void> WebWatcher::judge_and_take(Sitting& sitting, const site::LookOrder& order, std::vector<watch::Case> cases, const Take& take) const {
  for (Came& came : judge_all(sitting, order, std::move(cases))) {
    if (!may_wait(sitting, order, came)) {
      TRY_VOID(hand_over(sitting, std::move(came), take));
      continue;
    }
    sitting.waiting_bytes += bytes_of(came.page);
    sitting.waiting.push_back(std::move(came));
  }
  return {};
}

// All pages came: those that must be opened and are not among them hold nothing back any more.
Result<void> WebWatcher::take_waiting(Sitting& sitting, const site::LookOrder& order, const Take& take) const {
  std::vector<Came> waiting = std::exchange(sitting.waiting, {});
  std::vector<Came*> opened;
  const auto open = [&](Wish wish, std::uint64_t kept) {
    for (Came& came : waiting) {
      const bool in_time = env_.clock.monotonic().ms - sitting.began.ms <= kMostLook.ms;
      if (came.wish == wish && in_time && open_page(sitting, order, came, kept)) opened.push_back(&came);
    }
  };
  open(Wish::urgent, 0);
  open(Wish::wished, kept_for_looks(sitting, order));
  judge_again(sitting, std::move(opened));
  for (Came& came : waiting) TRY_VOID(hand_over(sitting, std::move(came), take));
  return {};
}

// What must be opened and is not asked for cannot come.
WebWatcher::Sitting WebWatcher::sitting_for(const site::LookOrder& order, std::string site) const {
  Sitting sitting{.pages = PageSitting(judge_), .site = std::move(site), .seen = {},
                  .opens = options_.rendered != nullptr || !order.rendered_pages.empty(), .began = env_.clock.monotonic()};
  for (const std::string& page : order.rendered_pages) {
    if (std::ranges::find(order.pages, page) != order.pages.end()) sitting.owed.insert(page);
  }
  return sitting;
}

void WebWatcher::add_domain_facts(const std::string& host, const PageView& home, SiteSeen& seen) const {
  const std::string mail_domain = host.starts_with("www.") ? host.substr(4) : host;
  const auto facts = crawl::look_up_domain(host, mail_domain, options_.dns_servers, env_.clock);
  if (!facts) {
    seen.unread.push_back("dns");
    return;
  }
  std::vector<std::string> addresses;
  for (const auto& address : facts->addresses) addresses.push_back(address.text());
  add_known_fact(seen, "dns.addresses", joined(addresses));
  if (!facts->exists) add_fact(seen, "dns.exists", truth(false));
  add_fact(seen, "dns.ipv6", truth(facts->ipv6));
  add_known_fact(seen, "dns.aliases", joined(facts->aliases));
  add_mail_facts(facts->mail, seen);
  if (const auto door = crawl::look_at_mail_door(facts->mail.exchangers, crawl::AddressGuard(options_.guard), options_.dns_servers, env_.clock)) {
    add_fact(seen, "mail.tls", door->tls ? std::string_view(door->tls->protocol) : truth(false));
  }
  for (const auto& candidate : crawl::takeover_candidates(facts->aliases, !facts->addresses.empty(), home.body, services_)) {
    add_fact(seen, "dns.takeover", candidate.alias + " → " + candidate.service);
  }
}

// Names that the site's certificate is for as well: a forgotten one may lead to what anybody can rent.
void WebWatcher::add_takeovers_beside(const std::string& host, const std::vector<std::string>& names, SiteSeen& seen) const {
  const std::string domain = host.starts_with("www.") ? host.substr(4) : host;
  const auto beside = crawl::names_below(names, domain, host);
  if (beside.empty()) return;
  const auto facts = crawl::look_up_names(beside, options_.dns_servers, env_.clock);
  if (!facts) return;
  for (const auto& one : *facts) {
    for (const auto& candidate : crawl::takeover_candidates(one.aliases, one.has_address, {}, services_)) {
      add_fact(seen, "dns.takeover", one.name + " → " + candidate.alias + " → " + candidate.service);
    }
  }
}

Result<site::Look> WebWatcher::look(const site::LookOrder& order, const Take& take) {
  WorkerSiteReader reader(options_.worker, env_.clock);
  TRY(auto crawl, crawl::SiteCrawl::begin(plan_of(order, paths_, options_.pages, env_.clock.now()), env_.random));
  TRY(const auto url, crawl::WebUrl::parse(order.address));
  TRY(auto fetcher, crawl::Fetcher::create({.limits = {.host_pause = options_.pause}, .guard = options_.guard, .dns_servers = options_.dns_servers},
                                           reader, env_.clock));
  site::Look look;
  Looking looking(std::move(crawl), *fetcher, reader, env_.clock);
  Memory memory = memory_of(order.baseline);
  Sitting sitting = sitting_for(order, memory.site);
  auto looked = looking.run(order.stops, [&](std::vector<watch::Case> cases) -> Result<void> {
    for (const watch::Case& one : cases) {
      ++look.seen.pages;
      look.seen.views += one.views.size();
      look.seen.limited += static_cast<std::uint64_t>(std::ranges::count_if(one.views, [](const PageView& view) { return !view.limit.empty(); }));
    }
    return judge_and_take(sitting, order, std::move(cases), take);
  });
  // A look that is broken off loses no page for having waited.
  sitting.opens = sitting.opens && looked.has_value();
  TRY_VOID(take_waiting(sitting, order, take));
  if (!looked) return std::move(looked).error();
  // Only now: what all pages show for the first time is no habit of the site.
  watch::Baseline site = site_of(memory);
  for (const watch::PageKeys& keys : sitting.seen) site.learn(keys);
  memory.site = text_of_site(std::move(site));
  if (!sitting.seen.empty()) look.baseline = to_json(memory);
  if (!looking.home) return look;
  const PageView& home = *looking.home;
  look.seen.answered = home.status != 0;
  if (sitting.opened > 0) add_fact(look.seen, "browser.pages", std::to_string(sitting.opened));
  add_known_fact(look.seen, "browser.missing", sitting.no_browser);
  if (looking.observed().tls) add_tls_facts(*looking.observed().tls, look.seen);
  add_header_facts(home, look.seen);
  // Who was asked by http has said it already.
  const auto moves = url.https ? crawl::sends_to_https(*fetcher, url) : std::optional(crawl::moves_to_https(home));
  if (moves && look.seen.answered) add_fact(look.seen, "http.https", truth(*moves));
  for (const std::string& echo : looking.echoes) add_fact(look.seen, "search.echo", echo);
  for (const auto& product : fingerprints_.match(home)) {
    add_fact(look.seen, "cms.name", product.title);
    add_known_fact(look.seen, "cms.version", product.version);
    add_known_fact(look.seen, "cms.cpe", product.cpe);
  }
  if (url.address || home.limit == "refused_address") return look;
  add_domain_facts(url.host, home, look.seen);
  if (looking.observed().tls) add_takeovers_beside(url.host, looking.observed().tls->names, look.seen);
  return look;
}

Result<PageSeen> WebWatcher::judge(const site::LookOrder& order, std::string_view url, std::vector<PageView> views) {
  std::optional<PageSeen> seen;
  watch::Case one;
  one.id = url;
  one.views = std::move(views);
  std::vector<watch::Case> cases;
  cases.push_back(std::move(one));
  Sitting sitting{.pages = PageSitting(judge_), .site = memory_of(order.baseline).site, .seen = {}};
  TRY_VOID(judge_and_take(sitting, order, std::move(cases), [&](site::LookedPage page) -> Result<void> {
    seen = std::move(page.seen);
    return {};
  }));
  if (!seen) return Error(Code::internal, "the judge said nothing");
  return std::move(*seen);
}

Result<std::string> WebWatcher::learn(const site::LookOrder& order, std::string_view url, std::vector<PageView> views) {
  const auto desktop = std::ranges::find(views, Visitor::desktop, &PageView::visitor);
  if (desktop == views.end() || desktop->body.empty()) return std::string();
  Memory memory = memory_of(with_approved(order.baseline, url, desktop->body));
  watch::Baseline site = site_of(memory);
  watch::Case one{.id = std::string(url), .views = std::move(views), .baseline = {}};
  // A page that the worker could not read teaches its own address only.
  PageSitting(judge_).judge({std::move(one)}, [&](const watch::Case&, const watch::Answer& answer) { site.approve(answer.keys); }, memory.site);
  memory.site = text_of_site(std::move(site));
  return to_json(memory);
}

}  // namespace khien::hub
