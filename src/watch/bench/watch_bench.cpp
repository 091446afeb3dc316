// Pages a second on one core: real ones where they stand beside the project, and a made-up one.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/watch/desk.hpp"

namespace khien::watch {
namespace {

std::vector<SourceFile> rule_files() {
  std::vector<SourceFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(KHIEN_SOURCE_DIR "/content/web")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".yaml") || name.ends_with(".txt")) files.push_back({name, system_files().read(entry.path().string(), 8u << 20).value()});
  }
  return files;
}

const Rules& rules() {
  static const Rules shipped = [] {
    Budget budget(rules_limits());
    return Rules::load(rule_files(), budget).value();
  }();
  return shipped;
}

// Of a folder, the files that end so; bounded, so that one look is short.
std::vector<std::string> pages_of(const std::string& folder, std::string_view ending) {
  std::vector<std::string> pages;
  std::error_code error;
  for (auto it = std::filesystem::recursive_directory_iterator(folder, error); !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    if (pages.size() >= 400 || !it->path().string().ends_with(ending) || !it->is_regular_file(error)) continue;
    if (auto page = system_files().read(it->path().string(), 4u << 20)) pages.push_back(std::move(page).value());
  }
  return pages;
}

std::string made_up_page() {
  std::string page = "<html lang=vi><head><title>Cổng thông tin</title></head><body>";
  for (int i = 0; i < 250; ++i) {
    page += "<div class='tin'><h3><a href='/tin/" + std::to_string(i) + "'>Hội nghị tổng kết công tác năm của huyện</a></h3><p>Sáng nay, Ủy ban nhân dân huyện đã tổ chức hội nghị.</p></div>";
  }
  return page + "</body></html>";
}

void judge_all(benchmark::State& state, const std::vector<std::string>& pages) {
  if (pages.empty()) return state.SkipWithError("no pages here");
  std::size_t at = 0, bytes = 0;
  for (auto _ : state) {
    const std::string& body = pages[at++ % pages.size()];
    bytes += body.size();
    Budget budget(page_limits());
    std::vector<SeenPage> seen;
    seen.push_back({.url = "https://xa.gov.vn/", .final_url = "https://xa.gov.vn/", .steps = {}, .limit = {}, .page = read_page(as_bytes(body), {}, budget).value()});
    benchmark::DoNotOptimize(judge(seen, nullptr, rules()));
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void judge_made_up(benchmark::State& state) { judge_all(state, {made_up_page()}); }
BENCHMARK(judge_made_up);

void judge_documentation(benchmark::State& state) {
  static const auto pages = pages_of("/usr/share/doc", ".html");
  judge_all(state, pages);
}
BENCHMARK(judge_documentation);

void judge_portal(benchmark::State& state) {
  const char* shared = std::getenv("KHIEN_SHARED");
  static const auto pages = shared == nullptr ? std::vector<std::string>() : pages_of(std::string(shared) + "/data/web/pages", ".html");
  judge_all(state, pages);
}
BENCHMARK(judge_portal);

// As an address is judged: four visitors got the same bytes. Counted by views.
void judge_four_views(benchmark::State& state) {
  const char* shared = std::getenv("KHIEN_SHARED");
  static const auto pages = shared == nullptr ? std::vector<std::string>() : pages_of(std::string(shared) + "/data/web/pages", ".html");
  if (pages.empty()) return state.SkipWithError("no pages here");
  constexpr Visitor kVisitors[] = {Visitor::desktop, Visitor::desktop_google, Visitor::googlebot, Visitor::mobile_google};
  std::vector<Case> cases;
  for (const std::string& body : pages) {
    Case& one = cases.emplace_back();
    for (const Visitor visitor : kVisitors) {
      PageView& view = one.views.emplace_back();
      view.visitor = visitor;
      view.url = view.final_url = "https://xa.gov.vn/";
      view.status = 200;
      view.body = body;
    }
  }
  std::size_t at = 0;
  for (auto _ : state) benchmark::DoNotOptimize(judge_case(cases[at++ % cases.size()], rules(), nullptr));
  state.SetItemsProcessed(state.iterations() * 4);
}
BENCHMARK(judge_four_views);

void parse_portal(benchmark::State& state) {
  const char* shared = std::getenv("KHIEN_SHARED");
  static const auto pages = shared == nullptr ? std::vector<std::string>() : pages_of(std::string(shared) + "/data/web/pages", ".html");
  if (pages.empty()) return state.SkipWithError("no pages here");
  std::size_t at = 0;
  for (auto _ : state) {
    Budget budget(page_limits());
    benchmark::DoNotOptimize(read_page(as_bytes(pages[at++ % pages.size()]), {}, budget));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_portal);

void load_rules(benchmark::State& state) {
  const auto files = rule_files();
  for (auto _ : state) {
    Budget budget(rules_limits());
    benchmark::DoNotOptimize(Rules::load(files, budget));
  }
}
BENCHMARK(load_rules)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::watch
