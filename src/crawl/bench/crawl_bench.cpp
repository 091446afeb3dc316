#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/processor_time.hpp"
#include "khien/crawl/address_guard.hpp"
#include "khien/crawl/crawl.hpp"
#include "khien/crawl/frontier.hpp"
#include "khien/crawl/page_reading.hpp"
#include "khien/watch/baseline.hpp"

#include <unistd.h>

namespace khien::crawl {
namespace {

// Parses in this process: what is measured is the work, wherever it is done.
class BenchReader final : public SiteReader {
 public:
  Result<PageReading> page(const PageView& view) override { return read_page_here(view, &system_clock()); }
  Result<Robots> robots(std::string_view body) override { return Robots::parse(body); }
  Result<Sitemap> sitemap(std::string_view body) override {
    Budget budget({});
    return read_sitemap(body, budget);
  }
};

double mebibytes(std::string_view field) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(field)) return std::stod(line.substr(field.size())) / 1024;
  }
  return 0;
}

FetchLimits as_fast_as_it_goes() {
  FetchLimits limits;
  limits.host_at_once = 16;
  limits.host_pause = {0};
  return limits;
}

// One crawl of KHIEN_CRAWL_URL, all its pages, each in `views` views.
void crawl_site(benchmark::State& state) {
  const char* url = std::getenv("KHIEN_CRAWL_URL");
  if (url == nullptr) {
    state.SkipWithError("KHIEN_CRAWL_URL names no site; see tools/bench_crawl.sh");
    return;
  }
  const auto views = static_cast<std::size_t>(state.range(0));
  double pages = 0;
  double fetched = 0;
  double bytes = 0;
  double bad = 0;
  const auto begun = system_clock().monotonic();
  const auto cpu = processor_time_of(getpid()).value();
  for (auto _ : state) {
    BenchReader reader;
    SeededRandom random(1);
    const auto fetcher =
        Fetcher::create({.limits = as_fast_as_it_goes(), .guard = {.allow_private = true}}, reader, system_clock()).value();
    Crawl crawl(*fetcher, reader, random, {.orders_at_once = 32});
    bool given = false;
    crawl.run(
        [&]() -> std::optional<SitePlan> {
          if (std::exchange(given, true)) return std::nullopt;
          SitePlan plan;
          plan.url = url;
          plan.pages = 100'000;
          plan.visitors.resize(views);
          return plan;
        },
        {.page =
             [&](const std::string&, SeenAddress seen) {
               ++pages;
               for (const PageView& view : seen.views) {
                 ++fetched;
                 bytes += static_cast<double>(view.body.size());
                 bad += view.limit.empty() && view.status == 200 ? 0 : 1;
               }
             },
         .over = [](const std::string&, const SiteObserved&) {},
         .refused = [](const std::string&, const Error&) { std::abort(); }});
  }
  const double seconds_used = static_cast<double>(processor_time_of(getpid()).value().ms - cpu.ms) / 1000;
  const double seconds_gone = static_cast<double>(system_clock().monotonic().ms - begun.ms) / 1000;
  state.counters["pages"] = pages;
  state.counters["views"] = fetched;
  state.counters["not_200"] = bad;
  state.counters["MB"] = bytes / 1e6;
  state.counters["views_per_s"] = fetched / seconds_gone;
  state.counters["cpu_ms_per_view"] = 1000 * seconds_used / fetched;
  state.counters["peak_MiB"] = mebibytes("VmHWM:");
}
BENCHMARK(crawl_site)->Arg(1)->Arg(4)->Iterations(1)->Unit(benchmark::kMillisecond);

std::string page_of_site(std::size_t site, std::size_t page) {
  std::string html = "<html lang=vi><body>";
  for (std::size_t i = 0; i < 60; ++i) {
    const std::string number = std::to_string(site * 10'000 + page * 100 + i);
    html += "<div class=tin><h3><a href=/tin-tuc/bai-viet-so-" + number + ">Hội nghị số " + number + "</a></h3><p>Tóm tắt của tin " + number + ".</p></div>";
  }
  return html + "</body></html>";
}

// Every site of the country under way at the same moment, which never happens: of each, 50
// addresses found and to be looked at, and what its pages held until now. KHIEN_SITES=14000.
void memory_of_sites(benchmark::State& state) {
  const char* wanted = std::getenv("KHIEN_SITES");
  const auto sites = static_cast<std::size_t>(wanted == nullptr ? 100 : std::atoi(wanted));
  for (auto _ : state) {
    const double before = mebibytes("VmRSS:");
    std::vector<Frontier> frontiers;
    std::vector<watch::Baseline> baselines(sites);
    for (std::size_t i = 0; i < sites; ++i) {
      const std::string host = "https://xa-" + std::to_string(i) + ".tinh.gov.vn/";
      Frontier& frontier = frontiers.emplace_back(50, i);
      for (int page = 0; page < 50; ++page) frontier.add({host + "tin-tuc/thong-bao/bai-viet-so-" + std::to_string(page) + ".html", PageOrigin::linked, 1});
      for (std::size_t page = 0; page < 3; ++page) {
        Budget budget(watch::page_limits());
        const std::string html = page_of_site(i, page);
        baselines[i].learn(watch::read_page(as_bytes(html), "utf-8", budget).value(), host);
      }
    }
    state.counters["MiB"] = mebibytes("VmRSS:") - before;
    benchmark::DoNotOptimize(frontiers);
    benchmark::DoNotOptimize(baselines);
  }
}
BENCHMARK(memory_of_sites)->Iterations(1)->Unit(benchmark::kMillisecond);

// The guard stands before every step of every view.
void judge_address(benchmark::State& state) {
  const AddressGuard guard;
  const IpAddress address = IpAddress::parse("203.119.8.106").value();
  for (auto _ : state) benchmark::DoNotOptimize(guard.refusal(address));
}
BENCHMARK(judge_address);

void read_url(benchmark::State& state) {
  const WebUrl base = WebUrl::parse("https://xa.tinh.gov.vn/tin-tuc/2026/").value();
  for (auto _ : state) benchmark::DoNotOptimize(base.resolve("../bai-viet/thong-bao-so-12.html?page=2#top"));
}
BENCHMARK(read_url);

}  // namespace
}  // namespace khien::crawl
