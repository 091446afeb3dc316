// How the browser of the watch stands, where people look for it.
#include <doctest/doctest.h>

#include "browser_words.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/env.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"
#include "khien/hub/hub.hpp"
#include "rendered_views.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

constexpr Timestamp kMorning{1'795'316'400'000};  // 2026-11-22T03:00:00Z: ten in Viet Nam

TEST_CASE("the browser's state counts pages of today by site, and remembers the last page and the last error") {
  ManualClock clock(kMorning);
  bool broken = false;
  RenderedViews views({.browser = {}, .guard = {}, .dns_servers = {}, .pages_a_day = 2,
                       .opener = [&](const std::string&) -> Result<render::Rendered> {
                         if (broken) return Error(Code::unavailable, "no_sandbox");
                         return render::Rendered();
                       }}, clock);
  CHECK(views.state().on);
  CHECK_FALSE(views.state().opened_at);
  REQUIRE(views.open(SiteId{1}, "http://a/1"));
  REQUIRE(views.open(SiteId{1}, "http://a/2"));
  REQUIRE(views.open(SiteId{2}, "http://b/"));
  clock.advance(minutes(1));
  broken = true;
  REQUIRE_FALSE(views.open(SiteId{2}, "http://b/2"));
  const auto state = views.state();
  CHECK(state.opened_today == 3);
  CHECK(state.sites_today == 2);
  CHECK(state.of_sites == std::map<SiteId, std::uint64_t>{{SiteId{1}, 2}, {SiteId{2}, 1}});
  CHECK(state.sites_at_end == 1);
  CHECK(state.opened_at == kMorning);
  CHECK(state.error == "no_sandbox");
  CHECK(state.fails());
  const auto words = words_of_browser(state);
  CHECK(words.vi == "Mở trang bằng trình duyệt: đang bật; hôm nay đã mở 3 trang của 2 trang web, mỗi trang web nhiều nhất 2 (1 đã hết lượt); "
                    "lần gần nhất 10:00 22/11/2026; lỗi gần nhất lúc 10:01 22/11/2026: no_sandbox.");
  clock.advance(hours(24));
  broken = false;
  REQUIRE(views.open(SiteId{2}, "http://b/3"));
  CHECK(views.state().opened_today == 1);
  CHECK_FALSE(views.state().fails());
  CHECK(views.state().error == "no_sandbox");
  CHECK_FALSE(RenderedViews({.browser = {}, .guard = {}, .dns_servers = {}}, clock).state().on);
}

class StandingWatcher final : public site::SiteWatcher {
 public:
  site::BrowserState standing;
  Result<site::Look> look(const site::LookOrder&, const Take&) override { return Error(Code::unavailable, "no look"); }
  Result<PageSeen> judge(const site::LookOrder&, std::string_view, std::vector<PageView>) override { return Error(Code::unavailable, "no judge"); }
  Result<std::string> learn(const site::LookOrder&, std::string_view, std::vector<PageView>) override { return std::string(); }
  std::uint64_t content() const override { return 1; }
  site::BrowserState browser() const override { return standing; }
};

std::string said_by(std::vector<std::string> words, const TemporaryFolder& folder) {
  words.insert(words.end(), {"--folder", folder.path()});
  KeptConsole console(Language::en);
  run_command_line(words, console);
  return console.said();
}

TEST_CASE("khien doctor and status say how a running hub's browser stands, and what to do where it fails") {
  const TemporaryFolder folder;
  CHECK(said_by({"doctor"}, folder).contains("✓ Pages in a browser: off"));
  auto watcher = std::make_shared<StandingWatcher>();
  watcher->standing = {.on = true, .pages_a_day = 20, .opened_today = 12, .sites_today = 3, .sites_at_end = 0, .opened_at = kMorning, .error = {}, .error_at = {}};
  Hub::Options options;
  options.config = default_config();
  options.config.folder = folder.path();
  options.config.names = {"localhost"};
  options.config.people_address = options.config.agents_address = "127.0.0.1";
  options.config.people_port = options.config.agents_port = options.config.monitor_port = 0;
  options.watcher = watcher;
  const auto hub = Hub::start(std::move(options), system_env()).value();
  const std::string well = "Pages in a browser: on; opened today 12 of 3 website(s), at most 20 each (0 at their end); the last at 10:00 22/11/2026.";
  CHECK(said_by({"doctor"}, folder).contains("✓ " + well));
  CHECK(said_by({"status"}, folder).contains(well));
  watcher->standing.error = "no_service";
  watcher->standing.error_at = kMorning + minutes(5);
  const auto said = said_by({"doctor"}, folder);
  CHECK(said.contains("! Pages in a browser: on;"));
  CHECK(said.contains("the last error at 10:05 22/11/2026: no_service."));
  CHECK(said.contains("  → the service khien-browser does not answer: systemctl status khien-browser.socket"));
  CHECK(said_by({"status", "--json"}, folder).contains(R"("browser":{"enabled":true,"fails":true,"pages_a_day":20,"opened_today":12)"));
}

}  // namespace
}  // namespace khien::hub
