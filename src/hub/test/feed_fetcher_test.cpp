// Feeds that the hub fetches by itself: from a real server over TLS, read by a real worker.
#include "feed_fetcher.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <mutex>
#include <optional>
#include <span>

#include "khien/core/env.hpp"
#include "khien/core/file.hpp"
#include "khien/core/log.hpp"
#include "khien/core/random.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/net/certificate.hpp"
#include "khien/net/server.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

using Outcome = FeedFetcher::Fetched::Outcome;

std::string kev_of(const std::string& cve) {
  return R"({"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2026.11.20",)"
         R"("dateReleased":"2026-11-20T10:00:00.0000Z","count":1,"vulnerabilities":[{"cveID":")" + cve +
         R"(","vendorProject":"Tukaani","product":"XZ Utils","vulnerabilityName":"Malicious Code","dateAdded":"2026-11-19",)"
         R"("shortDescription":"x","requiredAction":"Apply updates.","dueDate":"2026-12-10","knownRansomwareCampaignUse":"Unknown","notes":"","cwes":[]}]})";
}

// One file, with a mark of its own; counts how often it was sent whole.
class Publisher final : public net::Handler {
 public:
  void publish(std::string body, std::string etag) {
    const std::lock_guard lock(mutex_);
    body_ = std::move(body);
    etag_ = std::move(etag);
  }
  void handle(net::Request request, net::Responder respond) override {
    net::Response response;
    {
      const std::lock_guard lock(mutex_);
      ++asked;
      if (request.headers.get("apikey")) was_given_key = true;
      const bool known = request.headers.get("if-none-match") == etag_;
      response.status = known ? 304 : 200;
      response.headers.add("ETag", etag_);
      if (!known) response.body = body_;
      if (!known) ++sent;
    }
    respond(std::move(response));
  }
  std::atomic<int> asked{0}, sent{0};
  std::atomic<bool> was_given_key{false};

 private:
  std::mutex mutex_;
  std::string body_, etag_;
};

struct FixedClock final : Clock {
  std::atomic<std::int64_t> now_ms{system_clock().now().ms};
  Timestamp now() const override { return {now_ms}; }
  Duration monotonic() const override { return system_clock().monotonic(); }
};

struct Mirror {
  TemporaryFolder folder;
  SeededRandom random{7};
  FixedClock clock;
  net::CertificateAuthority authority = net::CertificateAuthority::create("mirror", system_clock().now(), random).value();
  Publisher publisher;
  std::unique_ptr<net::Server> server;
  std::unique_ptr<patch::Library> library = patch::Library::open(folder / "advisories", {}).value();
  std::atomic<int> told{0};

  Mirror() {
    auto issued = authority.issue_server({"127.0.0.1"}, system_clock().now(), days(1), random).value();
    net::Listener listener;
    listener.handler = &publisher;
    listener.certificate_pem = issued.certificate_pem;
    listener.key_pem = std::move(issued.key_pem);
    std::vector<net::Listener> listeners;
    listeners.push_back(std::move(listener));
    server = net::Server::create(std::move(listeners), {}, system_clock()).value();
    REQUIRE(server->start());
    REQUIRE(system_files().write(folder / "ca.pem", authority.certificate_pem(), 0600));
    publisher.publish(kev_of("CVE-2024-3094"), "\"1\"");
  }
  std::string url(int port) const { return "https://127.0.0.1:" + std::to_string(port) + "/kev.json"; }
  FeedFetcher fetcher(std::vector<std::string> urls = {}) {
    if (urls.empty()) urls = {url(server->port(0))};
    return FeedFetcher(*library, clock,
                       {.config = {.urls = std::move(urls), .every_hours = 6, .ca_file = folder / "ca.pem", .proxy = {}},
                        .folder = folder / "advisories",
                        .on_imported = [this] { ++told; }});
  }
  std::string failure() const {
    for (const auto& feed : library->feeds()) {
      if (!feed.failure.empty()) return feed.failure;
    }
    return {};
  }
};

void wait_for(const std::function<bool()>& what) {
  for (int i = 0; i < 1'000 && !what(); ++i) usleep(10'000);
  CHECK(what());
}

TEST_CASE("a feed is fetched, imported, and left alone while it is the same") {
  Mirror mirror;
  auto fetcher = mirror.fetcher();
  auto all = fetcher.fetch_all();
  REQUIRE(all.size() == 1);
  CHECK_MESSAGE(all[0].outcome == Outcome::imported, all[0].failure);
  CHECK(all[0].records == 1);
  CHECK(mirror.library->exploited() == 1);
  CHECK(fetcher.fetch_all().at(0).outcome == Outcome::unchanged);
  // Also after a restart: what it was told is kept.
  CHECK(mirror.fetcher().fetch_all().at(0).outcome == Outcome::unchanged);
  CHECK(mirror.publisher.sent == 1);
  mirror.publisher.publish(kev_of("CVE-2025-0001"), "\"2\"");
  CHECK(fetcher.fetch_all().at(0).outcome == Outcome::imported);
  CHECK(mirror.failure().empty());
}

TEST_CASE("what cannot be fetched or read leaves what was in force, is told, and is asked for again") {
  Mirror mirror;
  auto fetcher = mirror.fetcher();
  REQUIRE(fetcher.fetch_all().at(0).outcome == Outcome::imported);
  const auto in_force = mirror.library->book()->digest;
  mirror.publisher.publish(kev_of("CVE-2025-0001").substr(0, 200), "\"2\"");
  CHECK(fetcher.fetch_all().at(0).outcome == Outcome::failed);
  CHECK(mirror.library->book()->digest == in_force);
  CHECK_FALSE(mirror.failure().empty());
  // Under the same mark: it was not taken, so it is sent anew.
  CHECK(fetcher.fetch_all().at(0).outcome == Outcome::failed);
  CHECK(mirror.publisher.sent == 3);
  mirror.publisher.publish(kev_of("CVE-2024-3094"), "\"3\"");
  CHECK(fetcher.fetch_all().at(0).outcome == Outcome::unchanged);
  CHECK(mirror.failure().empty());
  auto nobody = mirror.fetcher({mirror.url(1)});
  CHECK(nobody.fetch_all().at(0).outcome == Outcome::failed);
  CHECK(mirror.library->feeds().size() == 2);
  CHECK(mirror.library->book()->digest == in_force);
}

TEST_CASE("one that failed on its way is forgiven once it answers that nothing changed") {
  Mirror mirror;
  auto fetcher = mirror.fetcher();
  REQUIRE(fetcher.fetch_all().at(0).outcome == Outcome::imported);
  const std::string name = name_of_feed_url(mirror.url(mirror.server->port(0)));
  REQUIRE(mirror.library->note_failure(name, "unknown", name, "no way", mirror.clock.now()));
  CHECK(mirror.failure() == "no way");
  CHECK(fetcher.fetch_all().at(0).outcome == Outcome::unchanged);
  CHECK(mirror.failure().empty());
}

TEST_CASE("by itself it asks when it is time, later after failures, and ends at once") {
  Mirror mirror;
  auto fetcher = mirror.fetcher();
  fetcher.start();
  wait_for([&] { return mirror.told == 1; });
  CHECK(mirror.publisher.asked == 1);
  fetcher.stop();
  {
    auto again = mirror.fetcher();
    again.start();
    usleep(300'000);
    CHECK(mirror.publisher.asked == 1);  // it is not time yet
  }
  mirror.clock.now_ms += hours(6).ms;
  auto later = mirror.fetcher();
  later.start();
  wait_for([&] { return mirror.publisher.asked == 2; });
  CHECK(mirror.told == 1);
}

constexpr std::string_view kKnownKey = "5f9e1c1a-0000-4000-8000-2b7d4c3e9a10";

// NVD's API as its documentation has it, and stricter: one page at a time and never sooner than
// it asks (a tenth with the key that it knows), no other key, no span longer than 120 days, exactly the parameters that there are.
class Nvd final : public net::Handler {
 public:
  explicit Nvd(std::int64_t pause_ms) : pause_ms_(pause_ms) {}
  void handle(net::Request request, net::Responder respond) override {
    const std::lock_guard lock(mutex_);
    net::Response response;
    std::string target = request.path;
    for (const auto& [name, value] : request.query) target += (target == request.path ? "?" : "&") + name + "=" + value;
    const auto now = system_clock().monotonic().ms;
    const auto given = request.headers.get("apikey");
    const auto pause = given ? pause_ms_ / 10 : pause_ms_;
    if (given && *given != kKnownKey) response.status = 404;  // "Invalid apiKey."
    else if (sends_on) response.status = 302, response.headers.add("Location", *sends_on);
    else if (asked.empty() || now - last_ >= pause) response.body = answer(target);
    else response.status = 429;
    keys.emplace_back(given ? *given : "");
    last_ = now;
    asked.push_back(std::move(target));
    if (response.status == 200 && response.body.empty()) response.status = 503;
    respond(std::move(response));
  }
  std::vector<std::string> targets() {
    const std::lock_guard lock(mutex_);
    return asked;
  }
  std::atomic<std::int64_t> total{0}, fails_from{-1}, moves_at{-1};
  std::atomic<bool> lies{false};
  std::optional<std::string> sends_on;
  std::vector<std::string> keys;  // as they came; empty: none did

 private:
  static std::int64_t number(const std::string& target, const std::string& name) {
    const auto at = target.find(name + "=");
    return at == target.npos ? -1 : std::stoll(target.substr(at + name.size() + 1));
  }
  static std::int64_t moment(const std::string& target, const std::string& name) {
    const auto at = target.find(name + "=");
    if (at == target.npos || target.compare(at + name.size() + 24, 7, "+00:00&") != 0) return -1;
    const auto parsed = from_rfc3339(target.substr(at + name.size() + 1, 23) + "Z");
    return parsed ? parsed->ms : -1;
  }
  std::string answer(const std::string& target) {
    const auto from = moment(target, "lastModStartDate"), to = moment(target, "lastModEndDate"), first = number(target, "startIndex");
    const bool right = target.starts_with("/rest/json/cves/2.0?lastModStartDate=") && from >= 0 && to > from && to - from <= days(120).ms &&
                       first >= 0 && number(target, "resultsPerPage") == 2'000;
    if (!right || (fails_from >= 0 && first >= fails_from)) return {};
    // A record of a page that was given changed: it left the span, and all behind it moved.
    if (first == moves_at) {
      moved_ = true;
      moves_at = -1;
      --total;
    }
    const auto count = std::max<std::int64_t>(0, std::min<std::int64_t>(2'000, total - first));
    std::string body = R"({"resultsPerPage":)" + std::to_string(count) + R"(,"startIndex":)" + std::to_string(lies ? 0 : first) + R"(,"totalResults":)" +
                       std::to_string(total) + R"(,"format":"NVD_CVE","version":"2.0","timestamp":"2026-11-27T04:00:00.000","vulnerabilities":[)";
    for (auto i = first; i < first + count; ++i) {
      body += std::string(i == first ? "" : ",") + R"({"cve":{"id":"CVE-2026-)" + std::to_string(10'000 + i + (moved_ && i >= 100 ? 1 : 0)) +
              R"(","sourceIdentifier":"a@b.vn","published":"2026-11-01T00:00:00.000","lastModified":"2026-11-20T00:00:00.000","vulnStatus":"Analyzed",)"
              R"("descriptions":[{"lang":"en","value":"d"}],"metrics":{},"references":[],"configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[)"
              R"({"vulnerable":true,"criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*","versionEndExcluding":"2.0","matchCriteriaId":"A"}]}]}]}})";
    }
    return body + "]}";
  }

  const std::int64_t pause_ms_;
  std::mutex mutex_;
  std::int64_t last_ = 0;
  bool moved_ = false;
  std::vector<std::string> asked;
};

struct NvdMirror : Mirror {
  static constexpr std::int64_t kPauseMs = 150;
  Nvd nvd{kPauseMs};
  std::unique_ptr<net::Server> api;

  NvdMirror() {
    auto issued = authority.issue_server({"127.0.0.1"}, system_clock().now(), days(1), random).value();
    net::Listener listener;
    listener.handler = &nvd;
    listener.certificate_pem = issued.certificate_pem;
    listener.key_pem = std::move(issued.key_pem);
    std::vector<net::Listener> listeners;
    listeners.push_back(std::move(listener));
    api = net::Server::create(std::move(listeners), {}, system_clock()).value();
    REQUIRE(api->start());
  }
  // With a key the pause of those without would outlast every test.
  FeedFetcher walker(std::string key = {}) {
    const Duration pause = key.empty() ? milliseconds(kPauseMs + 50) : minutes(5);
    return FeedFetcher(*library, clock,
                       {.config = {.urls = {"https://127.0.0.1:" + std::to_string(api->port(0)) + "/rest/json/cves/2.0"}, .every_hours = 6, .ca_file = folder / "ca.pem", .proxy = {}},
                        .folder = folder / "advisories",
                        .on_imported = {},
                        .nvd_key = Secret(std::move(key)),
                        .nvd_pause = pause,
                        .nvd_pause_with_key = milliseconds(kPauseMs / 10 + 5)});
  }
  std::int64_t records() const {
    std::int64_t count = 0;
    for (const auto& feed : library->feeds()) count += feed.records;
    return count;
  }
};

std::string start_of(const std::string& target) { return target.substr(target.find("startIndex=")); }

TEST_CASE("NVD's API is walked page by page, politely, and the next time from where it ended") {
  NvdMirror mirror;
  mirror.nvd.total = 4'500;
  auto fetcher = mirror.walker();
  const auto all = fetcher.fetch_all();
  CHECK_MESSAGE(all.at(0).outcome == Outcome::imported, all.at(0).failure);
  CHECK(all.at(0).records == 4'500);
  CHECK(mirror.records() == 4'500);
  const auto first = mirror.nvd.targets();
  REQUIRE(first.size() == 3);
  CHECK(start_of(first[2]) == "startIndex=4000&resultsPerPage=2000");
  // Nothing since: nobody is asked. Later what changed since then, and no page of nothing is a fault.
  CHECK(fetcher.fetch_all().at(0).outcome == Outcome::unchanged);
  CHECK(mirror.nvd.targets().size() == 3);
  mirror.clock.now_ms += hours(6).ms;
  mirror.nvd.total = 0;
  usleep(NvdMirror::kPauseMs * 1'000);
  CHECK(mirror.walker().fetch_all().at(0).outcome == Outcome::unchanged);
  const auto since = mirror.nvd.targets().back();
  const auto ended = from_rfc3339(first[0].substr(first[0].find("lastModEndDate=") + 15, 23) + "Z").value();
  CHECK(since.find("lastModStartDate=" + to_rfc3339(ended - minutes(10)).substr(0, 23)) != since.npos);
  CHECK(mirror.records() == 4'500);
  CHECK(mirror.failure().empty());
  // A clock that was ahead and is set back silences nobody.
  mirror.clock.now_ms -= days(400).ms;
  const auto asked = mirror.nvd.targets().size();
  usleep(NvdMirror::kPauseMs * 1'000);
  (void)mirror.walker().fetch_all();
  CHECK(mirror.nvd.targets().size() > asked);
}

TEST_CASE("a walk that is broken off keeps what it took and goes on behind it, after a restart too") {
  NvdMirror mirror;
  mirror.nvd.total = 4'500;
  mirror.nvd.fails_from = 2'000;
  const auto broken = mirror.walker().fetch_all();
  CHECK(broken.at(0).outcome == Outcome::failed);
  CHECK(broken.at(0).changed);  // and is to be judged by
  CHECK(mirror.records() == 2'000);
  CHECK_FALSE(mirror.failure().empty());
  const auto in_force = mirror.library->book()->digest;
  mirror.nvd.fails_from = -1;
  mirror.nvd.lies = true;
  usleep(NvdMirror::kPauseMs * 1'000);
  CHECK(mirror.walker().fetch_all().at(0).failure == "NVD's API gave another page than was asked for");
  CHECK(mirror.library->book()->digest == in_force);
  mirror.nvd.lies = false;
  usleep(NvdMirror::kPauseMs * 1'000);
  const auto rest = mirror.walker().fetch_all();
  CHECK_MESSAGE(rest.at(0).outcome == Outcome::imported, rest.at(0).failure);
  CHECK(rest.at(0).records == 2'500);
  CHECK(mirror.records() == 4'500);
  CHECK(start_of(mirror.nvd.targets().at(3)) == "startIndex=2000&resultsPerPage=2000");
  CHECK(mirror.failure().empty());
}

TEST_CASE("what changes while it is walked is walked again, so that no record falls between two pages") {
  NvdMirror mirror;
  mirror.nvd.total = 4'500;
  mirror.nvd.moves_at = 2'000;
  const auto all = mirror.walker().fetch_all();
  CHECK_MESSAGE(all.at(0).outcome == Outcome::imported, all.at(0).failure);
  const auto targets = mirror.nvd.targets();
  REQUIRE(targets.size() == 5);
  CHECK(start_of(targets[2]) == "startIndex=0&resultsPerPage=2000");
  CHECK(mirror.records() == 4'500);
}

TEST_CASE("with a key NVD is asked at the pace of those who have one, and no log or list ever has it") {
  NvdMirror mirror;
  mirror.nvd.total = 4'500;
  const Fd log(::open(mirror.folder.path().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  set_log_output(log.get(), LogLevel::debug);
  const auto all = mirror.walker(std::string(kKnownKey)).fetch_all();
  CHECK_MESSAGE(all.at(0).outcome == Outcome::imported, all.at(0).failure);
  CHECK(mirror.nvd.keys == std::vector<std::string>(3, std::string(kKnownKey)));
  // One that it does not know, or a server that would send it on: refused, told, and the key is nobody's.
  mirror.clock.now_ms += hours(6).ms;
  const std::string wrong = "00000000-dead-4000-8000-000000000000";
  CHECK(mirror.walker(wrong).fetch_all().at(0).failure == "HTTP 404 (NVD may not know the key of feeds.nvd_key_file)");
  mirror.nvd.sends_on = mirror.url(mirror.server->port(0));
  CHECK(mirror.walker(std::string(kKnownKey)).fetch_all().at(0).outcome == Outcome::failed);
  CHECK(mirror.publisher.asked == 0);
  set_log_output(STDERR_FILENO, LogLevel::info);
  std::string said(16'384, ' ');
  said.resize(read_at(log, 0, std::as_writable_bytes(std::span(said))).value());
  CHECK(said.find("HTTP 404") != said.npos);
  said += mirror.failure() + system_files().read(mirror.folder / "advisories/fetched.json", 100'000).value();
  CHECK(said.find("HTTP 302") != said.npos);
  CHECK(said.find("dead") == said.npos);
  CHECK(said.find("5f9e") == said.npos);
}

TEST_CASE("no key goes to whom it is none of, and no file without one is taken for one") {
  NvdMirror mirror;
  auto fetcher = FeedFetcher(*mirror.library, mirror.clock,
                             {.config = {.urls = {mirror.url(mirror.server->port(0))}, .every_hours = 6, .ca_file = mirror.folder / "ca.pem", .proxy = {}},
                              .folder = mirror.folder / "advisories",
                              .on_imported = {},
                              .nvd_key = Secret(std::string(kKnownKey))});
  CHECK(fetcher.fetch_all().at(0).outcome == Outcome::imported);
  CHECK_FALSE(mirror.publisher.was_given_key);
  const auto key_of = [&](std::string_view text) {
    REQUIRE(system_files().write(mirror.folder / "key", text, 0600));
    return nvd_key_in(mirror.folder / "key", system_files());
  };
  CHECK(nvd_key_in("", system_files())->empty());
  CHECK(key_of("5f9e\r\nof the province\n")->reveal() == "5f9e");
  CHECK(nvd_key_in("/nowhere", system_files()).error().what().starts_with("feeds.nvd_key_file: "));
  for (const char* wrong : {"", "\n5f9e", "5f 9e", "5f9e\x01", "khóa"}) {
    CAPTURE(wrong);
    const auto key = key_of(wrong);
    REQUIRE_FALSE(key);
    CHECK(key.error().code() == Code::invalid);
    CHECK(key.error().what().find("5f") == std::string::npos);
  }
  // Never more than it allows in 30 seconds.
  CHECK(kNvdPause.ms * 5 == 30'000);
  CHECK(kNvdPauseWithKey.ms * 50 == 30'000);
}

TEST_CASE("a span is never longer than NVD answers, and a hub that was off long walks several") {
  const Timestamp now{1'795'334'400'000};
  NvdWalk walk;
  REQUIRE(walk.begin(now));
  CHECK(walk.to_ms - walk.from_ms == days(120).ms);
  walk.goes_on = false;
  CHECK_FALSE(walk.begin(now + seconds(30)));
  REQUIRE(walk.begin(now + days(200)));
  CHECK(walk.from_ms < now.ms);
  CHECK(walk.to_ms - walk.from_ms == days(120).ms);
  REQUIRE(walk.begin(now + days(200)));
  CHECK(walk.to_ms == (now + days(200)).ms);
  CHECK(is_nvd_api("https://services.nvd.nist.gov/rest/json/cves/2.0/"));
  CHECK_FALSE(is_nvd_api("https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-2024.json.gz"));
  CHECK(nvd_page_of(R"({"resultsPerPage":2,"startIndex":4,"totalResults":6,"vulnerabilities":[{)").value().total == 6);
  for (const char* wrong : {"", "{}", R"({"resultsPerPage":2,"startIndex":4,"totalResults":6)", R"({"resultsPerPage":-2,"startIndex":4,"totalResults":6,"x")",
                            R"({"vulnerabilities":[],"resultsPerPage":2,"startIndex":4,"totalResults":6,"x")"}) {
    CHECK_FALSE(nvd_page_of(wrong));
  }
}

TEST_CASE("a feed's address is shown without its scheme, as text") {
  CHECK(name_of_feed_url("https://example.test/kev.json") == "example.test/kev.json");
  CHECK(name_of_feed_url("https://example.test/\x1b[31m").find('\x1b') == std::string::npos);
  CHECK(name_of_feed_url("https://" + std::string(900, 'x')).size() == 200);
}

}  // namespace
}  // namespace khien::hub
