#include "commands/site_check.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "judge_pages.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/text.hpp"
#include "khien/crawl/https_door.hpp"
#include "khien/crawl/site_facts.hpp"
#include "khien/crawl/web_url.hpp"
#include "khien/hub/installation.hpp"
#include "site_reading.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxContentBytes = 1u << 20;
constexpr std::array<Visitor, 4> kVisitors{Visitor::desktop, Visitor::desktop_google, Visitor::googlebot, Visitor::mobile_google};

// What a check needs, made once for all addresses.
struct Desk {
  crawl::Fingerprints fingerprints;
  std::vector<crawl::HostedService> services;
  PageJudge judge;
  std::string dns_servers;
};

Result<Desk> open_desk(const Arguments& arguments, const std::string& content, const std::string& worker) {
  const auto read = [&](const std::string& name) { return system_files().read(content + "/crawl/" + name, kMaxContentBytes); };
  Budget budget({});
  TRY(const auto prints, read("fingerprints.yaml"));
  TRY(auto fingerprints, crawl::Fingerprints::parse(prints, budget));
  TRY(const auto hosted, read("takeover.yaml"));
  TRY(auto services, crawl::parse_hosted_services(hosted, budget));
  TRY(auto rules, read_web_rules(content));
  TRY(auto judge, PageJudge::create(std::move(rules), worker));
  return Desk{std::move(fingerprints), std::move(services), std::move(judge), arguments.value_or("dns", "")};
}

// A bare name is meant as the site's address.
std::string as_address(const std::string& word) { return word.find("://") == word.npos ? "https://" + word : word; }

std::string without_www(const std::string& host) { return host.starts_with("www.") ? host.substr(4) : host; }

std::vector<crawl::Fetched> fetch_views(crawl::Fetcher& fetcher, const std::string& url) {
  std::vector<crawl::Fetched> views(kVisitors.size());
  for (std::size_t i = 0; i < kVisitors.size(); ++i) {
    const auto submitted =
        fetcher.submit({.url = url, .visitor = kVisitors[i]}, [&views, i](crawl::Fetched fetched) { views[i] = std::move(fetched); });
    if (!submitted) views[i].view.limit = "connection";
  }
  fetcher.run();
  return views;
}

void look_at_domain(CheckedSite& site, const Desk& desk, const crawl::AddressGuard::Options& guard) {
  const auto url = crawl::WebUrl::parse(site.url);
  // Whom the guard refused is not asked about either.
  const bool refused = site.views.front().view.limit == "refused_address" && site.views.front().view.steps.empty();
  if (!url || url->address || refused) return;
  auto facts = crawl::look_up_domain(url->host, without_www(url->host), desk.dns_servers, system_clock());
  if (!facts) return;
  site.domain = std::move(facts).value();
  site.mail_door = crawl::look_at_mail_door(site.domain->mail.exchangers, crawl::AddressGuard(guard), desk.dns_servers, system_clock());
  site.takeovers = crawl::takeover_candidates(site.domain->aliases, !site.domain->addresses.empty(), site.views.front().view.body, desk.services);
}

CheckedSite check_one(crawl::Fetcher& fetcher, const Desk& desk, const crawl::AddressGuard::Options& guard, const std::string& url) {
  CheckedSite site;
  site.url = url;
  site.views = fetch_views(fetcher, url);
  const auto address = crawl::WebUrl::parse(url);
  const PageView& seen = site.views.front().view;
  if (address && seen.status != 0) site.sends_to_https = address->https ? crawl::sends_to_https(fetcher, *address) : crawl::moves_to_https(seen);
  look_at_domain(site, desk, guard);
  site.products = desk.fingerprints.match(site.views.front().view);
  watch::Case one;
  one.id = url;
  for (const crawl::Fetched& fetched : site.views) one.views.push_back(fetched.view);
  std::vector<watch::Case> cases;
  cases.push_back(std::move(one));
  PageSitting(desk.judge).judge(std::move(cases), [&](const watch::Case&, const watch::Answer& answer) { site.judgement = answer.judgement; });
  return site;
}

bool unread(const CheckedSite& site) {
  return std::ranges::any_of(site.views, [](const crawl::Fetched& fetched) { return fetched.view.status == 0; });
}

}  // namespace

int check_sites(const Arguments& arguments, Console& console) {
  const std::vector<std::string> urls(arguments.positional().begin() + 1, arguments.positional().end());
  const auto says_nothing = [](const std::string& url) { return url.find_first_not_of(" \t") == url.npos; };
  if (urls.empty() || std::ranges::any_of(urls, says_nothing)) return console.misuse({"cần ít nhất một địa chỉ", "at least one address is needed"});
  const auto installation = find_installation();
  if (!installation) return console.unreadable(installation.error());
  const auto content = find_content();
  if (!content) return console.unreadable(content.error());
  const auto desk = open_desk(arguments, arguments.value_or("content", *content), installation->worker);
  if (!desk) return console.unreadable(desk.error());
  int code = 0;
  for (const std::string& word : urls) {
    // Of its own: what one site does to its worker is no other's.
    WorkerSiteReader reader(installation->worker, system_clock());
    const crawl::AddressGuard::Options guard{.allow_private = arguments.has("allow-private")};
    auto fetcher = crawl::Fetcher::create({.guard = guard, .dns_servers = desk->dns_servers}, reader,
                                          system_clock());
    if (!fetcher) return console.unreadable(fetcher.error());
    const CheckedSite site = check_one(**fetcher, *desk, guard, as_address(word));
    console.out(arguments.has("json") ? json_of(site) + "\n" : text_of(site, console.language()));
    if (is_harmful(site.judgement.judged)) code = 1;
    else if (code == 0 && (site.judgement.judged == PageClass::unknown || unread(site))) code = 2;
  }
  return code;
}

}  // namespace khien::hub
