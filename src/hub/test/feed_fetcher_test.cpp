// Feeds that the hub fetches by itself: from a real server over TLS, read by a real worker.
#include "feed_fetcher.hpp"

#include <doctest/doctest.h>

#include <mutex>

#include "khien/core/env.hpp"
#include "khien/core/random.hpp"
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
      const bool known = request.headers.get("if-none-match") == etag_;
      response.status = known ? 304 : 200;
      response.headers.add("ETag", etag_);
      if (!known) response.body = body_;
      if (!known) ++sent;
    }
    respond(std::move(response));
  }
  std::atomic<int> asked{0}, sent{0};

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

TEST_CASE("a feed's address is shown without its scheme, as text") {
  CHECK(name_of_feed_url("https://example.test/kev.json") == "example.test/kev.json");
  CHECK(name_of_feed_url("https://example.test/\x1b[31m").find('\x1b') == std::string::npos);
  CHECK(name_of_feed_url("https://" + std::string(900, 'x')).size() == 200);
}

}  // namespace
}  // namespace khien::hub
