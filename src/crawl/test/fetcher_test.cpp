#include "khien/crawl/fetcher.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "fetch_fixture.hpp"
#include "lab_server.hpp"

namespace khien::crawl {
namespace {

TEST_CASE("a page comes with its status, headers, body and where it came from") {
  LabServer server([](const LabRequest&, LabLine& line) { line.answer(200, "X-A: 1\r\nx-a: 2\r\n", "<a href=\"/b\">b</a>"); });
  Lab lab;
  const Fetched fetched = lab.one(server.origin() + "/a?b=c#d");
  CHECK(fetched.view.limit.empty());
  CHECK(fetched.view.url == server.origin() + "/a?b=c");
  CHECK(fetched.view.final_url == fetched.view.url);
  CHECK(fetched.view.status == 200);
  CHECK(fetched.view.body == "<a href=\"/b\">b</a>");
  CHECK(std::count(fetched.view.headers.begin(), fetched.view.headers.end(), HttpHeader{"x-a", "2"}) == 1);
  CHECK(fetched.reading.links == std::vector<std::string>{"/b"});
  CHECK(fetched.peer == "127.0.0.1 " + std::to_string(server.port()));
  CHECK(fetched.http == "1.1");
  CHECK_FALSE(fetched.tls);
}

TEST_CASE("four visitors say who they are, and none has a cookie") {
  std::map<std::string, LabRequest> seen;
  std::mutex mutex;
  LabServer server([&](const LabRequest& request, LabLine& line) {
    {
      const std::lock_guard lock(mutex);
      seen[request.target] = request;
    }
    line.answer(200, "Set-Cookie: a=b\r\n", "x");
  });
  Lab lab;
  for (const Visitor visitor : {Visitor::desktop, Visitor::desktop_google, Visitor::googlebot, Visitor::mobile_google})
    lab.one(server.origin() + "/" + std::string(to_string(visitor)), visitor);
  CHECK(seen["/desktop"].header("referer").empty());
  CHECK(seen["/desktop-google"].header("referer") == "https://www.google.com/");
  CHECK(seen["/googlebot"].header("user-agent").find("Googlebot/2.1") != std::string::npos);
  CHECK(seen["/googlebot"].header("referer").empty());
  CHECK(seen["/mobile-google"].header("user-agent").find("Mobile") != std::string::npos);
  CHECK(seen["/mobile-google"].header("referer") == "https://www.google.com/");
  for (const auto& [target, request] : seen) CHECK(request.header("cookie").empty());
}

TEST_CASE("redirects are followed by hand, each with its kind") {
  LabServer server([](const LabRequest& request, LabLine& line) {
    if (request.target == "/1") line.answer(302, "Location: /2\r\n", "");
    else if (request.target == "/2") line.answer(200, "", "<meta http-equiv=\"refresh\" content=\"0;url=/3\">");
    else if (request.target == "/3") line.answer(404, "", "<script>location=\"/4\"</script>");
    else if (request.target == "/4") line.answer(200, "Refresh: 0; URL='/5'\r\n", "here");
    else line.answer(200, "", "end");
  });
  Lab lab;
  const Fetched fetched = lab.one(server.origin() + "/1");
  CHECK(fetched.view.final_url == server.origin() + "/5");
  CHECK(fetched.view.body == "end");
  REQUIRE(fetched.view.steps.size() == 4);
  CHECK(fetched.view.steps[0] == RedirectStep{server.origin() + "/1", 302, RedirectStep::How::location});
  CHECK(fetched.view.steps[1].how == RedirectStep::How::refresh);
  CHECK(fetched.view.steps[2] == RedirectStep{server.origin() + "/3", 404, RedirectStep::How::script});
  CHECK(fetched.view.steps[3].how == RedirectStep::How::refresh);
}

TEST_CASE("where the next address is closed, the view is what sent on") {
  LabServer server([](const LabRequest& request, LabLine& line) {
    const std::string to = request.target.substr(1);
    line.answer(302, "Location: " + to + "\r\n", "gone");
  });
  Lab lab;
  for (const char* to : {"ftp://a.vn/", "http://u@a.vn/", "http://169.254.169.254/", "http://[fe80::1]/", "http://a..vn/"}) {
    const Fetched fetched = lab.one(server.origin() + "/" + to);
    CAPTURE(to);
    CHECK(fetched.view.limit == "refused_address");
    CHECK(fetched.view.status == 302);
    CHECK(fetched.view.body == "gone");
    CHECK(fetched.view.steps.size() == 1);
    CHECK(fetched.view.final_url == fetched.view.steps[0].url);
    CHECK_FALSE(fetched.refusal.empty());
  }
}

TEST_CASE("without leave, private addresses and other ports are closed, and nothing is asked of them") {
  LabServer server([](const LabRequest&, LabLine& line) { line.answer(200, "", "secret"); });
  Lab lab(lab_limits(), {});
  Lab any_port(lab_limits(), {.ports = {server.port()}});
  CHECK(lab.one(server.origin()).refusal == "port");
  const Fetched fetched = any_port.one(server.origin());
  CHECK(fetched.view.limit == "refused_address");
  CHECK(fetched.refusal == "loopback");
  CHECK(any_port.one("http://localhost:" + std::to_string(server.port())).refusal == "loopback");
  CHECK(server.connections() == 0);
}

TEST_CASE("only the address that was judged is connected to") {
  // The name leads to loopback; a guard that lets it pass by mistake would still be
  // stopped where the socket is made.
  Lab lab(lab_limits(), {.allow_private = true, .own = {IpRange::parse("127.0.0.0/8").value()}});
  CHECK(lab.one("http://localhost/").refusal == "own");
}

TEST_CASE("a name that is none, a port that nobody has, a peer that is no web server") {
  LabServer silent([](const LabRequest&, LabLine& line) { line.hang_up(); });
  LabServer garbage([](const LabRequest&, LabLine& line) {
    line.send("220 smtp.a.vn ESMTP\r\n250 OK\r\n");
    line.hang_up();
  });
  LabServer mail([](const LabRequest&, LabLine& line) { line.hang_up(); }, {.greeting = "220 smtp.a.vn ESMTP\r\n"});
  Lab lab;
  CHECK(lab.one("http://127.0.0.1:1/").view.limit == "connection");
  CHECK(lab.one(silent.origin()).view.limit == "connection");
  CHECK(lab.one(garbage.origin()).view.limit == "connection");
  CHECK(lab.one("https://127.0.0.1:" + std::to_string(mail.port())).view.limit == "tls");
}

TEST_CASE("a certificate's facts, whether or not it is to be trusted") {
  LabServer server([](const LabRequest&, LabLine& line) { line.answer(200, "", "x"); },
                   {.tls = true, .names = {"xa.gov.vn", "localhost"}});
  LabServer expired([](const LabRequest&, LabLine& line) { line.answer(200, "", "old"); },
                    {.tls = true, .names = {"localhost"}, .valid_days = -3});
  Lab lab;
  const Fetched fetched = lab.one("https://localhost:" + std::to_string(server.port()));
  CHECK(fetched.view.body == "x");
  REQUIRE(fetched.tls);
  CHECK(fetched.tls->protocol == "TLSv1.3");
  CHECK_FALSE(fetched.tls->chain_ok);
  CHECK(fetched.tls->name_ok);
  CHECK(fetched.tls->fault == "self-signed certificate");
  CHECK(fetched.tls->names == std::vector<std::string>{"xa.gov.vn", "localhost"});
  CHECK(fetched.tls->subject == "CN=xa.gov.vn,O=Xã Thử");
  CHECK(fetched.tls->not_after.ms > system_clock().now().ms);

  const Fetched other = lab.one(server.origin());
  CHECK_FALSE(other.tls->name_ok);
  const Fetched old = lab.one(expired.origin());
  CHECK(old.view.body == "old");
  CHECK(old.tls->not_after.ms < system_clock().now().ms);
}

TEST_CASE("what we have already is not sent again") {
  LabServer server([](const LabRequest& request, LabLine& line) {
    if (request.header("if-none-match") == "\"7\"" && request.header("if-modified-since") == "Mon, 01 Jan 2024 00:00:00 GMT")
      line.send("HTTP/1.1 304 Not Modified\r\nETag: \"7\"\r\n\r\n");
    else line.answer(200, "ETag: \"7\"\r\n", "x");
  });
  Lab lab;
  const auto all = lab.all({{.url = server.origin(), .etag = "\"7\"", .last_modified = "Mon, 01 Jan 2024 00:00:00 GMT"},
                            {.url = server.origin(), .etag = "\"7\"\r\nX: y"}});
  CHECK(all[0].view.status == 304);
  CHECK(all[0].view.body.empty());
  CHECK(all[1].view.status == 200);
}

TEST_CASE("(3) a host is asked by no more than so many at once, nor more often") {
  LabServer server([](const LabRequest&, LabLine& line) {
    line.pause(60);
    line.answer(200, "", "x");
  });
  FetchLimits limits = lab_limits();
  limits.host_at_once = 2;
  limits.host_pause = milliseconds(30);
  limits.view_time = seconds(20);
  Lab lab(limits);
  const auto before = system_clock().monotonic();
  const auto all = lab.all(std::vector<FetchRequest>(10, {.url = server.origin()}));
  for (const Fetched& fetched : all) CHECK(fetched.view.status == 200);
  CHECK(server.most_at_once() <= 2);
  CHECK(system_clock().monotonic().ms - before.ms >= 9 * 30);
}

TEST_CASE("a slow site holds up no other") {
  LabServer slow([](const LabRequest&, LabLine& line) { line.pause(5000); });
  LabServer quick([](const LabRequest&, LabLine& line) { line.answer(200, "", "x"); });
  FetchLimits limits = lab_limits();
  limits.at_once = 6;
  limits.host_at_once = 2;
  Lab lab(limits);
  std::vector<FetchRequest> requests(20, {.url = slow.origin()});
  requests.resize(40, {.url = "http://localhost:" + std::to_string(quick.port())});
  const auto begun = system_clock().monotonic();
  for (std::size_t i = 20; i < 40; ++i) {
    REQUIRE(lab.fetcher->submit(requests[i - 20], [](Fetched) {}));
    REQUIRE(lab.fetcher->submit(requests[i], [](Fetched) {}));
  }
  while (quick.requests() < 20 && system_clock().monotonic().ms - begun.ms < 1200) lab.fetcher->step(milliseconds(20));
  CHECK(quick.requests() == 20);
}

TEST_CASE("what waits has an end, and what is left over ends quietly") {
  LabServer server([](const LabRequest&, LabLine& line) { line.pause(3000); });
  FetchLimits limits = lab_limits();
  limits.waiting = 3;
  Lab lab(limits);
  for (int i = 0; i < 3; ++i) CHECK(lab.fetcher->submit({.url = server.origin()}, [](Fetched) {}));
  const auto over = lab.fetcher->submit({.url = server.origin()}, [](Fetched) {});
  REQUIRE_FALSE(over);
  CHECK(over.error().code() == Code::exhausted);
  lab.fetcher->step(milliseconds(50));
  CHECK(lab.fetcher->pending() == 3);
}

}  // namespace
}  // namespace khien::crawl
