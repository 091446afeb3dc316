#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/date.hpp"
#include "khien/core/env.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"
#include "khien/hub/installation.hpp"
#include "rendered_views.hpp"
#include "temporary_folder.hpp"
#include "web_watcher.hpp"

namespace khien::hub {
namespace {

// Answers each connection with one page: what it is for the request's head.
class SmallSite {
 public:
  using Page = std::function<std::string(const std::string& head)>;
  SmallSite(std::string honest, std::string for_googlebot)
      : SmallSite([honest = std::move(honest), for_googlebot = std::move(for_googlebot)](const std::string& head) {
          return head.find("Googlebot") == std::string::npos ? honest : for_googlebot;
        }) {}
  explicit SmallSite(Page page) : page_(std::move(page)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in own{.sin_family = AF_INET};
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof own;
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&own), size) == 0);
    REQUIRE(listen(listener_, 16) == 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &size);
    origin_ = "http://127.0.0.1:" + std::to_string(ntohs(own.sin_port)) + "/";
    thread_ = std::thread([this] { serve(); });
  }
  ~SmallSite() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  SmallSite(const SmallSite&) = delete;
  SmallSite& operator=(const SmallSite&) = delete;

  const std::string& origin() const { return origin_; }
  int visits() const { return visits_; }

 private:
  void serve() {
    for (int fd = accept(listener_, nullptr, nullptr); fd >= 0; fd = accept(listener_, nullptr, nullptr)) {
      ++visits_;
      std::string head(4096, '\0');
      const ssize_t got = recv(fd, head.data(), head.size(), 0);
      head.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
      const std::string page = page_(head);
      const std::string answer = "HTTP/1.1 200 OK\r\nServer: nginx/1.14.0\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\nContent-Length: " +
                                 std::to_string(page.size()) + "\r\n\r\n" + page;
      static_cast<void>(send(fd, answer.data(), answer.size(), MSG_NOSIGNAL));
      close(fd);
    }
  }

  Page page_;
  int listener_ = -1;
  std::string origin_;
  std::atomic<int> visits_ = 0;
  std::thread thread_;
};

struct Said {
  int code = 0;
  std::string out, err;
};

Said site(std::vector<std::string> words, Language language = Language::en) {
  words.insert(words.begin(), "site");
  KeptConsole console(language);
  const int code = run_command_line(words, console);
  return {code, console.said(), console.complained()};
}

constexpr auto kHonest =
    "<html lang=vi><head><title>Uỷ ban nhân dân xã</title></head><body><h1>Thông báo</h1><p>Lịch tiếp công dân của xã trong tháng này.</p></body></html>";

std::string spam() {
  std::string page = "<html lang=vi><head><title>Nhà cái uy tín 8xbet - tài xỉu online, game bài đổi thưởng</title></head><body>";
  for (int i = 0; i < 20; ++i) page += "<p>Tài xỉu online, nổ hũ, bắn cá đổi thưởng: nạp rút nhanh, <a href='https://8xbet" + std::to_string(i) + ".vip/'>link vào 8xbet không bị chặn</a></p>";
  return page + "</body></html>";
}

TEST_CASE("site check: four views are fetched and judged, and what only Googlebot is shown is told") {
  const SmallSite server(kHonest, spam());
  const Said said = site({"check", server.origin(), "--allow-private", "--json"});
  CHECK(said.code == 1);
  CAPTURE(said.out);
  Budget budget({});
  JsonDocument document;
  const Json line = document.parse(said.out, budget).value();
  CHECK(line.string_at("class").value() == "cloaked");
  CHECK(line.field("views").value().size() == 4);
  CHECK(line.field("links").value().size() > 0);
  CHECK(said.out.find("\"name\":\"nginx\",\"title\":\"nginx\",\"version\":\"1.14.0\"") != std::string::npos);
  CHECK(server.visits() == 4);
}

TEST_CASE("site check: an honest page is clean, in words as well") {
  const SmallSite server(kHonest, kHonest);
  const Said said = site({"check", server.origin(), "--allow-private"}, Language::vi);
  CHECK(said.code == 0);
  CHECK(said.out.starts_with("clean\t"));
  CHECK(said.out.find("googlebot") != std::string::npos);
}

TEST_CASE("site check: private addresses are refused unless allowed, and not touched") {
  const SmallSite server(kHonest, kHonest);
  const Said said = site({"check", server.origin()});
  CHECK(said.code == 2);
  CHECK(said.out.find("may not be visited (port)") != std::string::npos);
  CHECK(site({"check", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/"}).code == 2);
  CHECK(site({"check", "http://169.254.169.254/", "--allow-private"}).code == 2);
  CHECK(server.visits() == 0);
}

// Clean until its script has run, for its key is the page's own number of paragraphs; and with
// enough to read that nobody would open it for that.
std::string by_script() {
  std::string news, numbers;
  for (const char c : std::string(spam())) numbers += std::to_string(static_cast<unsigned char>(c) ^ 37u) + ",";
  for (int i = 0; i < 8; ++i) news += "<p>Ủy ban nhân dân xã thông báo lịch tiếp công dân, thời gian và địa điểm như mọi tháng.</p>";
  return std::string("<html lang=vi><head><title>Uỷ ban nhân dân xã</title></head><body><h1>Thông báo</h1><p>Lịch tiếp công dân của xã trong tháng này.</p>") + news +
         "<script>setTimeout(()=>{const k=document.querySelectorAll('p').length+28;document.body.insertAdjacentHTML('beforeend',"
         "new TextDecoder().decode(Uint8Array.from([" + numbers + "],c=>c^k)))},1200)</script></body></html>";
}

bool has_browser() {
  if (::access("/usr/lib/chromium/chromium", X_OK) == 0 && ::geteuid() == 0) return true;
  MESSAGE("skipped: needs root and chromium");
  return false;
}

// No account has it.
constexpr const char* kBrowserUser = "64019";

TEST_CASE("site render: what only a script writes is found, and its document and picture are written") {
  if (!has_browser()) return;
  const SmallSite server(by_script(), kHonest);
  CHECK(site({"check", server.origin(), "--allow-private"}).code == 0);
  const TemporaryFolder folder;
  Said said;
  // A machine that is kept from running for half a minute gives a page that is not whole, and says so: 2.
  for (int tries = 0; tries < 3 && said.code != 1; ++tries) {
    said = site({"render", server.origin(), "--allow-private", "--browser-user", kBrowserUser, "--out", folder.path(), "--json"});
  }
  CAPTURE(said.err);
  CHECK(said.code == 1);
  Budget budget({});
  JsonDocument document;
  const Json line = document.parse(said.out, budget).value();
  CHECK(line.string_at("class").value() == "compromised");
  CHECK(line.field("picture").value().integer_at("width").value() == 1280);
  const auto html = system_files().read(folder.path() + "/rendered.html", 1u << 20);
  REQUIRE(html);
  CHECK(html->contains("8xbet7.vip"));
  const auto png = system_files().read(folder.path() + "/rendered.png", 8u << 20);
  REQUIRE(png);
  CHECK(png->starts_with("\x89PNG"));
}

TEST_CASE("site render: a wrong address is named before whatever the browser lacks") {
  for (const std::string wrong : {"file:///etc/passwd", "ftp://xa.gov.vn/", "javascript://x", "http://"}) {
    const Said said = site({"render", wrong, "--browser", "/nowhere/browser.sock"});
    CHECK(said.code == 2);
    CHECK(said.err.contains(wrong + " is no address of a website"));
    CHECK_FALSE(said.err.contains("khien-browser"));
  }
  CHECK(site({"render", "https://xa.invalid", "--browser", "/nowhere/browser.sock"}).err.contains("khien-browser"));
}

TEST_CASE("site render: private addresses are the crawler's to refuse, and no browser says why") {
  if (!has_browser()) return;
  const SmallSite server(kHonest, kHonest);
  const Said refused = site({"render", server.origin(), "--browser-user", kBrowserUser, "--json"});
  CHECK(refused.code == 2);
  CHECK(refused.out.contains("\"limit\":\"refused_address\""));
  CHECK_FALSE(refused.out.contains("picture"));
  CHECK(server.visits() == 0);
  const Said nobody = site({"render", server.origin(), "--browser-user", "0"});
  CHECK(nobody.code == 2);
  CHECK(nobody.err.contains("--browser-user"));
  CHECK(site({"render"}).code == 2);
}

TEST_CASE("a look opens what it must in a browser: proof by script, and none of it taken back without one") {
  if (!has_browser()) return;
  const SmallSite server(by_script(), kHonest);
  const auto look = [&](RenderedViews::Options rendered, site::LookOrder order) {
    WebWatcher::Options options{.content = find_content().value(), .worker = find_installation().value().worker, .dns_servers = {}};
    options.guard.allow_private = true;
    options.pages = 1;
    options.pause = {0};
    rendered.guard = options.guard;
    options.rendered = std::make_shared<RenderedViews>(std::move(rendered), system_clock());
    const auto watcher = WebWatcher::create(std::move(options), system_env()).value();
    order.address = server.origin();
    std::vector<site::LookedPage> pages;
    const auto done = watcher->look(order, [&](site::LookedPage page) -> Result<void> {
      pages.push_back(std::move(page));
      return {};
    });
    REQUIRE(done);
    REQUIRE(!pages.empty());
    return std::pair(std::move(pages.front()), done->seen);
  };
  RenderedViews::Options here{.browser = {}, .guard = {}, .dns_servers = {}, .pages_a_day = 3};
  here.browser.program = find_browser().value();
  here.browser.user = kBrowserUser;

  const auto [unasked, facts] = look(here, {});
  CHECK(unasked.seen.page_class == PageClass::clean);
  CHECK(unasked.views.size() == 4);
  const auto [found, told] = look(here, {.rendered = true});
  CHECK(found.views.back().limit == "");
  CHECK(found.seen.page_class == PageClass::compromised);
  CHECK(found.by_script);
  CHECK(found.views.size() == 5);
  CHECK(found.picture.has_value());
  CHECK(std::ranges::find(told.facts, "browser.pages", &Fact::name) != told.facts.end());

  RenderedViews::Options gone = here;
  gone.browser.socket = "/nowhere/browser.sock";
  const auto [missed, said] = look(gone, {.pages = {server.origin()}, .rendered_pages = {server.origin()}});
  REQUIRE(missed.views.size() == 5);
  CHECK(missed.views.back().limit == "browser");
  CHECK(std::ranges::find(said.facts, "browser.missing", &Fact::name) != said.facts.end());
}

// An empty page with a script, but for those whose address says that they are altered.
std::string page_at(const std::string& head) {
  if (head.find("GET /robots") != std::string::npos || head.find("GET /sitemap") != std::string::npos) return {};
  return head.find("GET /altered") == std::string::npos ? "<html><body><div id=app></div><script src=/a.js></script></body></html>" : spam();
}

// The wall says what it is told to; timers run.
class DayClock final : public Clock {
 public:
  Timestamp now() const override { return now_; }
  Duration monotonic() const override { return system_clock().monotonic(); }
  void set(Duration of_day) { now_ = vietnam_moment(Date::from_days(20'784)) + of_day; }

 private:
  Timestamp now_{};
};

// A site, and a day of a browser that shows nothing new of its pages.
class Opening {
 public:
  explicit Opening(std::uint64_t pages_a_day) {
    clock_.set(hours(1));
    WebWatcher::Options options{.content = find_content().value(), .worker = find_installation().value().worker, .dns_servers = {}};
    options.guard.allow_private = true;
    options.pages = 1;
    options.pause = {0};
    RenderedViews::Options rendered{.browser = {}, .guard = {}, .dns_servers = {}, .pages_a_day = pages_a_day};
    rendered.opener = [this](const std::string& url) -> Result<render::Rendered> {
      opened_.push_back(url.substr(server_.origin().size()));
      render::Rendered page;
      page.view = {.visitor = Visitor::rendered, .url = url, .final_url = url, .status = 200, .body = kHonest, .fetched_at = clock_.now()};
      return page;
    };
    options.rendered = std::make_shared<RenderedViews>(std::move(rendered), clock_);
    watcher_ = WebWatcher::create(std::move(options), {clock_, system_env().random, system_env().files}).value();
  }

  // The pages that one look opens, in their order.
  std::vector<std::string> look(site::LookOrder order, Duration of_day = hours(1)) {
    clock_.set(of_day);
    opened_.clear();
    taken.clear();
    order.address = server_.origin();
    for (auto* urls : {&order.pages, &order.listed, &order.rendered_pages, &order.followed_pages}) {
      for (std::string& url : *urls) url = server_.origin() + url;
    }
    const auto done = watcher_->look(order, [&](const site::LookedPage& page) {
      taken.push_back(page.seen.url.substr(server_.origin().size()));
      return Result<void>();
    });
    broken_off = !done;
    return opened_;
  }

  int visits() const { return server_.visits(); }

  std::vector<std::string> taken;  // by the last look
  bool broken_off = false;

 private:
  SmallSite server_{page_at};
  DayClock clock_;
  std::vector<std::string> opened_;
  std::shared_ptr<WebWatcher> watcher_;
};

using Urls = std::vector<std::string>;

// "none" where nothing was opened; the home page is "".
std::string first(const Urls& opened) { return opened.empty() ? "none" : opened.front(); }

Urls letters(char from, char behind) {
  Urls all;
  for (char c = from; c < behind; ++c) all.emplace_back(1, c);
  return all;
}

TEST_CASE("of a day's pages the first are those that must be opened, then altered ones, then empty ones") {
  const Urls ill{"1", "2", "3", "altered", "z"};
  CHECK(Opening(1).look({.pages = ill, .rendered_pages = {"z"}}) == Urls{"z"});
  CHECK(Opening(2).look({.pages = ill, .rendered_pages = {"z"}}) == Urls{"z", "altered"});
  // Mended, and may be ill again.
  CHECK(Opening(2).look({.pages = {"1", "2", "3", "y", "z"}, .rendered_pages = {"z"}, .followed_pages = {"y"}}) == Urls{"z", "y"});
  const auto well = Opening(3).look({.listed = ill});
  REQUIRE(well.size() == 2);
  CHECK(well.front() == "altered");
  // Also where it comes behind more pages than are judged together.
  auto many = letters('a', 'x');
  many.emplace_back("altered");
  CHECK(Opening(1).look({.listed = many}) == Urls{"altered"});
  // Half of the morning's pages are left to the looks that follow, for the site is ill now.
  const auto opened = Opening(4).look({.listed = many});
  CHECK(opened.size() == 2);
  CHECK(first(opened) == "altered");
}

TEST_CASE("what waits for the browser is told once, also where it was not opened or the look is broken off") {
  Opening opening(3);
  const auto pages = letters('a', 'x');
  auto opened = opening.look({.pages = pages});
  CHECK(opened.size() == 3);
  opened = Opening(20).look({.pages = {"altered", "a"}});
  std::ranges::sort(opened);
  CHECK(opened == Urls{"", "a", "altered"});
  auto taken = opening.taken;
  std::ranges::sort(taken);
  CHECK(std::ranges::adjacent_find(taken) == taken.end());
  CHECK(taken.size() == pages.size() + 1);
  Opening broken(20);
  CHECK(broken.look({.pages = pages, .stops = [&] { return broken.visits() >= 60; }}).empty());
  CHECK(broken.broken_off);
  CHECK(broken.taken.size() >= 8);
}

TEST_CASE("a day's pages are used by its end, and an ill site's looks leave some to those that follow") {
  site::LookOrder order{.pages = letters('a', 'x')};
  // The only look of the day.
  CHECK(Opening(20).look(order, hours(1)).size() == 20);
  // Looked at hourly: little is taken at once, nothing is left at midnight.
  order.again = hours(1);
  Opening opening(20);
  std::size_t used = opening.look(order, minutes(30)).size();
  CHECK(used == 10);
  for (int hour = 1; hour < 23; ++hour) {
    used += opening.look(order, minutes(60 * hour + 30)).size();
    CHECK(used < 20);
  }
  // What is altered at noon finds a page, and what comes in the last hour does.
  used += opening.look(order, minutes(23 * 60 + 30)).size();
  CHECK(used == 20);
  Opening noon(20);
  noon.look(order, hours(11));
  CHECK(first(noon.look({.pages = {"altered"}, .again = hours(1)}, hours(12))) == "altered");
}

TEST_CASE("pages that must be opened are not starved by those that come before them, nor starve others by not coming") {
  // More than are judged together: the last are not there yet when the first are opened.
  const auto ill = letters('a', 'x');
  const auto opened = Opening(4).look({.pages = ill, .rendered_pages = {"u", "v", "w"}});
  CHECK(opened.size() == 4);
  for (const char* must : {"u", "v", "w"}) CHECK(std::ranges::find(opened, must) != opened.end());
  // Not asked for: an altered page does not wait for them. Of another host by now: only until all came.
  Opening opening(2);
  CHECK(first(opening.look({.pages = {"altered"}, .listed = letters('a', 'x'), .rendered_pages = {"1", "2"}})) == "altered");
  CHECK(std::ranges::find(opening.taken, "altered") - opening.taken.begin() < 8);
  CHECK(Opening(2).look({.pages = {"altered", "../../@other.example/y", "//other.example/x"},
                         .rendered_pages = {"../../@other.example/y", "//other.example/x"}}).size() == 2);
}

TEST_CASE("a site's pages of a day have an end, and what needs scripts is told by a search") {
  ManualClock clock({1'795'000'000'000});
  bool broken = false;
  RenderedViews views({.browser = {}, .guard = {}, .dns_servers = {}, .pages_a_day = 2,
                       .opener = [&](const std::string&) -> Result<render::Rendered> {
                         if (broken) return Error(Code::unavailable, "no_service");
                         return render::Rendered();
                       }}, clock);
  REQUIRE(views.has_budget(SiteId{1}));
  CHECK(views.has_budget(SiteId{1}, 1));
  CHECK_FALSE(views.has_budget(SiteId{1}, 2));
  REQUIRE(views.open(SiteId{1}, "http://a/1"));
  broken = true;
  CHECK_FALSE(views.open(SiteId{1}, "http://a/2"));
  CHECK(views.has_budget(SiteId{1}));  // what was not opened does not count
  CHECK_FALSE(views.has_budget(SiteId{1}, 1));
  broken = false;
  REQUIRE(views.open(SiteId{1}, "http://a/2"));
  CHECK_FALSE(views.has_budget(SiteId{1}));
  CHECK(views.has_budget(SiteId{2}));
  clock.advance(hours(25));
  CHECK(views.has_budget(SiteId{1}, 1));

  CHECK(needs_scripts("<html><title>Cổng thông tin điện tử của xã, nơi có mọi tin tức</title><body><div id=app></div><SCRIPT src=/a.js></SCRIPT>"));
  CHECK(needs_scripts("<body><noscript>" + std::string(500, 'x') + "</noscript><script>" + std::string(500, 'x') + "</script>"));
  CHECK(needs_scripts("<script>never ends"));
  CHECK_FALSE(needs_scripts("<body><div id=app></div>"));
  CHECK_FALSE(needs_scripts(std::string(kHonest) + std::string(300, 'x') + "<script></script>"));
  CHECK_FALSE(needs_scripts(""));
  CHECK_FALSE(needs_scripts(std::string(100'000, '<')));
}

TEST_CASE("site check: without an address it is wrong use") {
  CHECK(site({"check"}).code == 2);
  for (const std::string nothing : {"", "  "}) {
    const Said said = site({"check", nothing});
    CHECK(said.code == 2);
    CHECK(said.err.contains("at least one address is needed"));
  }
  CHECK(site({"neither"}).code == 2);
}

}  // namespace
}  // namespace khien::hub
