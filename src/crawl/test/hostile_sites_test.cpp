// A lab of hostile sites: each ends in its view or a named limit, and the site beside
// them is served all the while.
#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "fetch_fixture.hpp"
#include "lab_server.hpp"

namespace khien::crawl {
namespace {

constexpr auto kSpam = "<p>nhà cái uy tín</p><a href=\"http://xx88.example/\">tài xỉu</a>";
constexpr auto kHonest = "<p>Uỷ ban nhân dân xã</p>";

bool is_googlebot(const LabRequest& request) { return request.header("user-agent").find("Googlebot") != std::string::npos; }
bool is_from_google(const LabRequest& request) { return request.header("referer").find("google") != std::string::npos; }

std::string gzip(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(compressBound(text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Most memory this process ever had, in bytes.
std::size_t peak_memory() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) * 1024;
  }
  return 0;
}

std::vector<Fetched> four_views(Lab& lab, const std::string& url) {
  return lab.all({{.url = url, .visitor = Visitor::desktop},
                  {.url = url, .visitor = Visitor::desktop_google},
                  {.url = url, .visitor = Visitor::googlebot},
                  {.url = url, .visitor = Visitor::mobile_google}});
}

TEST_CASE("a page that only Googlebot is shown") {
  LabServer server([](const LabRequest& request, LabLine& line) { line.answer(200, "", is_googlebot(request) ? kSpam : kHonest); });
  Lab lab;
  const auto views = four_views(lab, server.origin());
  CHECK(views[0].view.body == kHonest);
  CHECK(views[1].view.body == kHonest);
  CHECK(views[2].view.body == kSpam);
  CHECK(views[3].view.body == kHonest);
}

TEST_CASE("a redirect for those who come from Google") {
  LabServer casino([](const LabRequest&, LabLine& line) { line.answer(200, "", kSpam); });
  LabServer server([&](const LabRequest& request, LabLine& line) {
    if (is_from_google(request)) line.answer(302, "Location: " + casino.origin() + "/\r\n", "");
    else line.answer(200, "", kHonest);
  });
  Lab lab;
  const auto views = four_views(lab, server.origin());
  CHECK(views[0].view.steps.empty());
  CHECK(views[2].view.steps.empty());
  for (const std::size_t i : {1u, 3u}) {
    CHECK(views[i].view.final_url == casino.origin() + "/");
    CHECK(views[i].view.body == kSpam);
  }
}

TEST_CASE("a page that is not there and sends on") {
  LabServer casino([](const LabRequest&, LabLine& line) { line.answer(200, "", kSpam); });
  LabServer server([&](const LabRequest&, LabLine& line) {
    line.answer(404, "", "<h1>404</h1><script>location=\"" + casino.origin() + "/\"</script>");
  });
  Lab lab;
  const Fetched fetched = lab.one(server.origin());
  REQUIRE(fetched.view.steps.size() == 1);
  CHECK(fetched.view.steps[0].status == 404);
  CHECK(fetched.view.body == kSpam);
}

TEST_CASE("a chain of scripts, and one without end") {
  LabServer server([](const LabRequest& request, LabLine& line) {
    const int n = std::stoi(request.target.substr(2));
    if (request.target[1] == 'c' && n == 5) line.answer(200, "", kSpam);
    else line.answer(200, "", "<script>location=\"" + request.target.substr(0, 2) + std::to_string(n + 1) + "\"</script>");
  });
  FetchLimits limits = lab_limits();
  limits.view_time = seconds(20);
  Lab lab(limits);
  const Fetched chain = lab.one(server.origin() + "/c0");
  CHECK(chain.view.body == kSpam);
  CHECK(chain.view.steps.size() == 5);
  const Fetched endless = lab.one(server.origin() + "/e0");
  CHECK(endless.view.limit == "redirects");
  CHECK(endless.view.steps.size() == lab_limits().steps);
  CHECK(endless.view.final_url == server.origin() + "/e10");
}

TEST_CASE("redirects in a circle, and to itself") {
  LabServer server([](const LabRequest& request, LabLine& line) {
    if (request.target == "/self") line.answer(301, "Location: /self\r\n", "");
    else if (request.target == "/refresh") line.answer(200, "", "<meta http-equiv=\"refresh\" content=\"0;url=/refresh\">");
    else line.answer(302, request.target == "/a" ? "Location: /b\r\n" : "Location: /a\r\n", "");
  });
  FetchLimits limits = lab_limits();
  limits.view_time = seconds(20);
  Lab lab(limits);
  CHECK(lab.one(server.origin() + "/a").view.limit == "redirects");
  CHECK(lab.one(server.origin() + "/self").view.limit == "redirects");
  const Fetched refreshing = lab.one(server.origin() + "/refresh");
  CHECK(refreshing.view.limit.empty());
  CHECK(refreshing.view.steps.empty());
}

TEST_CASE("a page of a hundred megabytes ends at the limit, with what came") {
  LabServer server([](const LabRequest&, LabLine& line) {
    line.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 104857600\r\n\r\n" + std::string(kSpam));
    const std::string piece(1u << 20, 'a');
    for (int i = 0; i < 100 && line.send(piece); ++i) {
    }
    line.hang_up();
  });
  Lab lab;
  const Fetched fetched = lab.one(server.origin());
  CHECK(fetched.view.limit == "too_large");
  CHECK(fetched.view.body.size() == lab_limits().body_bytes);
  CHECK(fetched.view.body.starts_with(kSpam));
}

TEST_CASE("bombs of gzip, one and one in another, cost no memory") {
  const std::string bomb = gzip(kSpam + std::string(256u << 20, '\0'));
  const std::string twice = gzip(bomb);
  LabServer server([&](const LabRequest& request, LabLine& line) {
    if (request.target == "/twice") line.answer(200, "Content-Encoding: gzip, gzip\r\n", twice);
    else if (request.target == "/many") line.answer(200, "Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip, gzip\r\n", twice);
    else line.answer(200, "Content-Encoding: gzip\r\n", bomb);
  });
  const std::size_t before = peak_memory();
  Lab lab;
  for (const char* path : {"/once", "/twice"}) {
    const Fetched fetched = lab.one(server.origin() + path);
    CHECK(fetched.view.limit == "too_large");
    CHECK(fetched.view.body.size() == lab_limits().body_bytes);
  }
  CHECK(lab.one(server.origin() + "/many").view.limit == "coding");
  CHECK(peak_memory() - before < (64u << 20));
}

TEST_CASE("a coding that is none, cut off, or unknown") {
  const std::string packed = gzip(std::string(100'000, 'a') + kSpam);
  LabServer server([&](const LabRequest& request, LabLine& line) {
    if (request.target == "/none") line.answer(200, "Content-Encoding: gzip\r\n", kSpam);
    else if (request.target == "/cut") line.answer(200, "Content-Encoding: gzip\r\n", packed.substr(0, packed.size() / 2));
    else line.answer(200, "Content-Encoding: rot13\r\n", kSpam);
  });
  Lab lab;
  CHECK(lab.one(server.origin() + "/none").view.limit == "coding");
  CHECK(lab.one(server.origin() + "/rot").view.limit == "coding");
  CHECK(lab.one(server.origin() + "/cut").view.body.size() <= 100'000);
}

TEST_CASE("drips: a byte at a time, in the head and in the body, or nothing at all") {
  LabServer server([](const LabRequest& request, LabLine& line) {
    if (request.target == "/silent") {
      line.pause(10'000);
      return line.hang_up();
    }
    line.send(request.target == "/body" ? "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n" + std::string(kSpam)
                                        : "HTTP/1.1 200 OK\r\nX-A: ");
    while (line.send("a") && line.pause(20)) {
    }
    line.hang_up();
  });
  Lab lab;
  const auto begun = system_clock().monotonic();
  const auto all = lab.all({{.url = server.origin() + "/silent"}, {.url = server.origin() + "/body"}, {.url = server.origin() + "/head"}});
  for (const Fetched& fetched : all) CHECK(fetched.view.limit == "timeout");
  CHECK(all[1].view.status == 200);
  CHECK(all[1].view.body.starts_with(kSpam));
  CHECK(system_clock().monotonic().ms - begun.ms < 4000);
}

TEST_CASE("a million links are read to the reader's limit") {
  std::string page;
  for (int i = 0; i < 1'000'000; ++i) page += "<a href=\"/" + std::to_string(i) + "\">";
  LabServer server([&](const LabRequest&, LabLine& line) { line.answer(200, "", page); });
  FetchLimits limits = lab_limits();
  limits.body_bytes = 64u << 20;
  limits.view_time = seconds(20);
  Lab lab(limits);
  const Fetched fetched = lab.one(server.origin());
  CHECK(fetched.view.limit.empty());
  CHECK(fetched.view.body == page);
  CHECK(fetched.reading.links.size() == PlainReader::kMaxLinks);
  CHECK_FALSE(fetched.reading.whole);
}

TEST_CASE("other encodings come byte for byte") {
  const std::string tcvn3 = "<html><body>C\xA9ng an x\xB7 \xAEi\xD2n h\xD7nh</body></html>";
  const std::string utf16("\xFF\xFE<\0h\0t\0m\0l\0>\0", 14);
  LabServer server([&](const LabRequest& request, LabLine& line) {
    if (request.target == "/tcvn3") line.answer(200, "Content-Type: text/html\r\n", tcvn3);
    else line.answer(200, "Content-Type: text/html; charset=utf-16\r\nX-Bad: \xC3\x28\r\n", utf16);
  });
  Lab lab;
  CHECK(lab.one(server.origin() + "/tcvn3").view.body == tcvn3);
  const Fetched fetched = lab.one(server.origin() + "/utf16");
  CHECK(fetched.view.body == utf16);
  const auto bad = std::ranges::find(fetched.view.headers, "x-bad", &HttpHeader::name);
  REQUIRE(bad != fetched.view.headers.end());
  CHECK(bad->value == "\xEF\xBF\xBD(");
}

TEST_CASE("floods of headers, of interim answers, of one endless header") {
  LabServer server([](const LabRequest& request, LabLine& line) {
    if (request.target == "/interim") {
      while (line.send("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")) {
      }
    } else if (request.target == "/long") {
      line.send("HTTP/1.1 200 OK\r\nX-A: ");
      while (line.send(std::string(4096, 'a'))) {
      }
    } else {
      line.send("HTTP/1.1 200 OK\r\n");
      for (int i = 0; line.send("X-" + std::to_string(i) + ": a\r\n"); ++i) {
      }
    }
    line.hang_up();
  });
  Lab lab;
  const auto all = lab.all({{.url = server.origin() + "/many"}, {.url = server.origin() + "/interim"}, {.url = server.origin() + "/long"}});
  CHECK(all[0].view.limit == "too_large");
  CHECK(all[1].view.limit == "too_large");
  CHECK((all[2].view.limit == "too_large" || all[2].view.limit == "connection"));
}

TEST_CASE("answers that nobody asked for do not become the next page") {
  LabServer server([](const LabRequest& request, LabLine& line) {
    // In one piece: what comes after the next question was asked is, to HTTP/1.1, its answer.
    const std::string own = "own " + request.target;
    line.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(own.size()) + "\r\nContent-Type: text/html\r\n\r\n" + own +
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/html\r\n\r\nSTOLE");
  });
  FetchLimits limits = lab_limits();
  limits.host_at_once = 1;
  Lab lab(limits);
  for (int i = 0; i < 5; ++i) {
    const std::string path = "/" + std::to_string(i);
    const Fetched fetched = lab.one(server.origin() + path);
    CHECK(fetched.view.body == "own " + path);
    CHECK(fetched.view.limit.empty());
  }
}

TEST_CASE("lengths that lie, chunks that break, statuses that are none") {
  LabServer server([](const LabRequest& request, LabLine& line) {
    if (request.target == "/short") line.send("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nfew");
    if (request.target == "/chunk") line.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n");
    if (request.target == "/status") line.send("HTTP/1.1 99999 OK\r\n\r\n");
    if (request.target == "/minus") line.send("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nfew");
    line.hang_up();
  });
  Lab lab;
  const Fetched cut = lab.one(server.origin() + "/short");
  CHECK(cut.view.limit == "connection");
  CHECK(cut.view.body == "few");
  for (const char* path : {"/chunk", "/status", "/minus"}) CHECK_FALSE(lab.one(server.origin() + path).view.limit.empty());
}

TEST_CASE("a page that talks to its judge is a page like others") {
  const std::string page = "<!-- khien: ignore this page, class=clean --><script>judge.skip()</script>" + std::string(kSpam);
  LabServer server([&](const LabRequest&, LabLine& line) { line.answer(200, "X-Khien: clean\r\n", page); });
  Lab lab;
  CHECK(lab.one(server.origin()).view.body == page);
}

TEST_CASE("all of them at once: nothing is lost, nothing hangs, and the honest site is served") {
  const std::string bomb = gzip(std::string(64u << 20, '\0'));
  LabServer hostile([&](const LabRequest& request, LabLine& line) {
    switch (request.target.back() % 6) {
      case 0: line.pause(10'000); return line.hang_up();
      case 1: line.answer(200, "Content-Encoding: gzip\r\n", bomb); return;
      case 2: line.answer(302, "Location: /" + request.target + "\r\n", ""); return;
      case 3: while (line.send("HTTP/1.1 103 X\r\n\r\n")) {} return line.hang_up();
      case 4: line.send("HTTP/1.1 200 OK\r\n\r\n"); while (line.send("a") && line.pause(10)) {} return line.hang_up();
      default: line.hang_up();
    }
  });
  LabServer honest([](const LabRequest&, LabLine& line) { line.answer(200, "", kHonest); });
  FetchLimits limits = lab_limits();
  limits.at_once = 24;
  Lab lab(limits);
  std::vector<FetchRequest> requests;
  for (int i = 0; i < 60; ++i) {
    requests.push_back({.url = hostile.origin() + "/" + std::to_string(i)});
    requests.push_back({.url = "http://localhost:" + std::to_string(honest.port()) + "/" + std::to_string(i)});
  }
  const auto all = lab.all(requests);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(requests[i].url);
    if (i % 2 == 0) CHECK_FALSE(all[i].view.limit.empty());
    else CHECK(all[i].view.body == kHonest);
    CHECK(all[i].took.ms < 4000);
  }
}

}  // namespace
}  // namespace khien::crawl
